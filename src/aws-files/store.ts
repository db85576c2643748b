import { resolve } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Disposable, disposeAll, onDispose } from '../lib/disposable.ts';
import { Emitter, type Event } from '../lib/emitter.ts';
import { throwIfAborted } from '../lib/errors.ts';
import type { System } from '../lib/system.ts';
import { watchFiles } from '../lib/watch.ts';
import type { Backups } from './backup.ts';
import { readSdk, type SdkReading } from './dialects/sdk.ts';
import { parseDocument } from './document.ts';
import type { FileChange } from './file-change.ts';
import type { FileEdits } from './file-edits.ts';
import { FilesSnapshot } from './files-snapshot.ts';
import type { FileName } from './kinds.ts';
import { type LoadedFile, loadFile, loadText, loadWritten } from './load.ts';
import { locate, type PathOverrides } from './location.ts';
import type { OpenEditors } from './open-editors.ts';
import type { Rule } from './problem-rules.ts';
import { searchProblems } from './problems.ts';
import { isSameFile, sameFileError, sameFileProblem } from './same-file.ts';
import { indexSections, type SectionIndex } from './section-index.ts';
import type { Snapshot } from './snapshot.ts';
import type { PlannedFile, WriteTarget, WrittenFile, WrittenText } from './write-edits.ts';

type Files = Readonly<Record<FileName, LoadedFile>>;

const FILES: readonly FileName[] = ['config', 'credentials'];

export type StoreOptions = {
  readonly system: System;
  readonly paths?: PathOverrides;
  /** Files that are open and unsaved are edited there and not on disk. */
  readonly editors?: OpenEditors;
  readonly backups?: Backups;
};

/** What an edit made of the files; `written` can be undone. */
export type Applied = { readonly snapshot: Snapshot; readonly written: readonly WrittenFile[] };

/** The two files: loaded, watched, edited. The snapshot is the only state that others see. */
export class Store implements Disposable {
  readonly #options: StoreOptions;
  readonly #changes = new Emitter<Snapshot>();
  readonly #searched = new Emitter<Snapshot>();
  readonly #writes = new Emitter<readonly WrittenFile[]>();
  readonly #watches = new Set<Watch>();
  #overrides: PathOverrides;
  #paths: Readonly<Record<FileName, string>>;
  #files: Files;
  #snapshot: FilesSnapshot;
  #isLoaded = false;
  /** One file stands for both. */
  #isOneFile = false;
  /** The checks that the user does not want. */
  #off: ReadonlySet<Rule> = new Set();
  /** The end of the line of loads: one at a time, so that an old content never comes after a newer one. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: StoreOptions) {
    this.#options = options;
    this.#overrides = options.paths ?? {};
    this.#paths = this.#locate();
    this.#files = {
      config: noFile(this.#paths.config, 'config'),
      credentials: noFile(this.#paths.credentials, 'credentials'),
    };
    this.#snapshot = this.#makeSnapshot(this.#files);
  }

  /** The last one; before the first `load` it has no profiles. */
  get snapshot(): Snapshot {
    return this.#snapshot;
  }

  /** The config file's own lines as the last reading found them: comments, of which the snapshot says nothing. */
  get config(): SdkReading {
    return this.#files.config.reading;
  }

  get paths(): Readonly<Record<FileName, string>> {
    return this.#paths;
  }

  /** Fires when the bytes of a file, or its state, changed; not for the first `load`. */
  get onDidChange(): Event<Snapshot> {
    return this.#changes.event;
  }

  /** Fires when the problems of the present snapshot are known. */
  get onDidFindProblems(): Event<Snapshot> {
    return this.#searched.event;
  }

  /** Fires with what `apply` or `undo` wrote, before their promise resolves. */
  get onDidWrite(): Event<readonly WrittenFile[]> {
    return this.#writes.event;
  }

  /**
   * Looks for the problems of the present snapshot, in turns. Views call it once their rows stand: what the files say
   * does not wait for what is wrong with them.
   */
  async findProblems(): Promise<void> {
    const snapshot = this.#snapshot;
    if (!snapshot.isSearched) {
      await nextTurn();
      await snapshot.findProblems();
      if (snapshot === this.#snapshot) {
        this.#searched.fire(snapshot);
      }
    }
  }

  /** Reads both files. A file that is missing or cannot be read is part of the snapshot; rejects only with `Cancelled`. */
  load(signal?: AbortSignal): Promise<Snapshot> {
    return this.refresh(signal);
  }

  /** Reads the files again; those that did not change are not parsed again. Rejects only with `Cancelled`. */
  refresh(signal?: AbortSignal): Promise<Snapshot> {
    return this.#queue(() => this.#read(signal));
  }

  #queue(read: () => Promise<Snapshot>): Promise<Snapshot> {
    const run = this.#last.then(read);
    this.#last = run.catch(() => undefined);
    return run;
  }

  /** Looks for the files elsewhere from now on. */
  setPaths(paths: PathOverrides, signal?: AbortSignal): Promise<Snapshot> {
    this.#overrides = paths;
    this.#paths = this.#locate();
    for (const watch of this.#watches) {
      watch.rearm();
    }
    return this.refresh(signal);
  }

  /** Leaves these checks out of the problems from now on. */
  leaveOut(rules: ReadonlySet<Rule>): void {
    this.#off = rules;
    this.#snapshot = this.#makeSnapshot(this.#files);
    if (this.#isLoaded) {
      this.#changes.fire(this.#snapshot);
    }
  }

  /**
   * The snapshot as it would be with these texts in place of what the files hold: what stands in editors and is not
   * saved. Editors take the byte order mark off, so it is put back.
   */
  snapshotWith(texts: Readonly<Partial<Record<FileName, string>>>): FilesSnapshot {
    const withText = (file: FileName): LoadedFile => {
      const text = texts[file];
      return text === undefined ? this.#files[file] : loadText(this.#files[file], text);
    };
    return this.#makeSnapshot({ config: withText('config'), credentials: withText('credentials') });
  }

  /** Follows changes by other programs until disposed; `onError` gets what a listener of the change throws. */
  watch(onError: (error: unknown) => void = () => undefined): Disposable {
    const start = (): Disposable =>
      watchFiles(Object.values(this.#paths), () => {
        this.refresh().catch(onError);
      });
    const watch: Watch = {
      active: start(),
      rearm: () => {
        watch.active.dispose();
        watch.active = start();
      },
      dispose: () => watch.active.dispose(),
    };
    this.#watches.add(watch);
    return onDispose(() => {
      this.#watches.delete(watch);
      watch.dispose();
    });
  }

  /**
   * Makes the edits on the files as they are now: locks, reads again, applies, reads back, replaces. A file that is
   * open and unsaved is changed in its editor. Either both files change or none. The snapshot is the new one when
   * the promise resolves. Rejects with `UserError` when an edit is refused or a file cannot be written, and with
   * `Cancelled`.
   */
  apply(edits: FileEdits, signal: AbortSignal): Promise<Applied> {
    return this.#write(signal, writes => writes.changesOf(edits));
  }

  /**
   * Takes back what `apply` or `undo` wrote, on the files as they are now: lines that others changed elsewhere stay.
   * Rejects with `UserError` when a line of the edit is not as it left it, and as `apply` does.
   */
  async undo(written: readonly WrittenFile[], signal: AbortSignal): Promise<Applied> {
    const { undoChange } = await import('./undo.ts');
    return this.#write(signal, () => written.map(undoChange));
  }

  /** What the edits would make of the files; nothing is written. Rejects with `UserError` when one is refused. */
  async plan(edits: FileEdits, signal: AbortSignal): Promise<readonly PlannedFile[]> {
    await this.refresh(signal);
    this.#needTwoFiles();
    const { changesOf, planChanges } = await import('./write-edits.ts');
    return planChanges(changesOf(edits), this.#target(signal));
  }

  // The writers are loaded by the first edit: a window that only looks never needs them.
  async #write(
    signal: AbortSignal,
    makeChanges: (writes: typeof import('./write-edits.ts')) => readonly FileChange[],
  ): Promise<Applied> {
    throwIfAborted(signal);
    if (!this.#isLoaded) {
      await this.refresh(signal);
    }
    this.#needTwoFiles();
    const writes = await import('./write-edits.ts');
    const files = this.#files;
    try {
      const { files: written, readings } = await writes.writeChanges(
        makeChanges(writes),
        this.#target(signal),
      );
      this.#writes.fire(written);
      return { snapshot: await this.#queue(() => this.#read(undefined, { readings, over: files })), written };
    } catch (error) {
      await this.refresh();
      throw error;
    }
  }

  #needTwoFiles(): void {
    if (this.#isOneFile) {
      throw sameFileError(this.#paths);
    }
  }

  #target(signal: AbortSignal): WriteTarget {
    const { editors, backups } = this.#options;
    const known: WriteTarget['known'] = file => {
      const { state, reading, bytes } = this.#files[file];
      const index = this.#snapshot.isIndexed ? this.#snapshot.index : undefined;
      return state.status === 'read' ? { reading, bytes, index } : undefined;
    };
    const refresh = async (): Promise<boolean> => {
      const before = this.#snapshot;
      return (await this.refresh(signal)) !== before;
    };
    return { paths: this.#paths, known, refresh, editors, backups, signal };
  }

  dispose(): void {
    disposeAll([...this.#watches]);
    this.#watches.clear();
    this.#changes.dispose();
    this.#searched.dispose();
    this.#writes.dispose();
  }

  #locate(): Readonly<Record<FileName, string>> {
    const { env, home, platform } = this.#options.system;
    const { config, credentials } = locate(env, home, platform, this.#overrides);
    return { config: resolve(config), credentials: resolve(credentials) };
  }

  async #read(signal: AbortSignal | undefined, written?: WrittenReadings): Promise<Snapshot> {
    throwIfAborted(signal);
    const paths = this.#paths;
    const load = async (file: FileName): Promise<LoadedFile> => {
      const last = this.#files[file];
      const reading = written?.over[file] === last ? written.readings.get(file) : undefined;
      return reading === undefined || last.state.path !== paths[file]
        ? loadFile(paths[file], file, last, signal)
        : loadWritten(last, reading);
    };
    const [config, credentials, isOneFile] = await Promise.all([
      load('config'),
      load('credentials'),
      isSameFile(paths.config, paths.credentials),
    ]);
    const isSame =
      isUnchanged(config, this.#files.config) &&
      isUnchanged(credentials, this.#files.credentials) &&
      isOneFile === this.#isOneFile;
    this.#files = { config, credentials };
    this.#isOneFile = isOneFile;
    if (!isSame) {
      // In turns, so that big files do not hold the program up for long at once.
      await nextTurn();
      this.#snapshot = this.#makeSnapshot(this.#files);
    }
    const isFirst = !this.#isLoaded;
    this.#isLoaded = true;
    if (!isSame && !isFirst) {
      this.#changes.fire(this.#snapshot);
    }
    return this.#snapshot;
  }

  #makeSnapshot(files: Files): FilesSnapshot {
    const states = { config: files.config.state, credentials: files.credentials.state };
    const first = this.#isOneFile ? [sameFileProblem(this.#paths)] : [];
    const off = this.#off;
    const makeIndex = (): SectionIndex =>
      indexSections(FILES.map(file => ({ path: files[file].state.path, reading: files[file].reading })));
    return new FilesSnapshot(states, makeIndex, function* (index) {
      const found = [...first, ...(yield* searchProblems(files, index))];
      return found.filter(problem => !off.has(problem.rule));
    });
  }
}

/** What was written over files as they were read before; a file that was read again since is read once more. */
type WrittenReadings = {
  readonly readings: ReadonlyMap<FileName, WrittenText>;
  readonly over: Files;
};

type Watch = Disposable & { active: Disposable; rearm(): void };

function noFile(path: string, file: FileName): LoadedFile {
  return {
    state: { path, status: 'missing' },
    reading: readSdk(parseDocument(new Uint8Array()), file),
    trouble: undefined,
    stamp: undefined,
  };
}

function isUnchanged(one: LoadedFile, other: LoadedFile): boolean {
  return (
    one === other ||
    // A text that was just written comes with its bytes: it need not be read to be told from another.
    (one.bytes === other.bytes &&
      one.reading === other.reading &&
      one.state === other.state &&
      one.trouble === other.trouble &&
      one.mode === other.mode)
  );
}
