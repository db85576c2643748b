import { replaceFile } from '../lib/atomic-file.ts';
import { throwIfAborted, UserError } from '../lib/errors.ts';
import { runAtOnce, runInTurns } from '../lib/turns.ts';
import { type Backups, backUp, forgetRemoved } from './backup.ts';
import { type KnownText, Target } from './edit-target.ts';
import { type ChangedFile, editChange, type FileChange, type FileContent } from './file-change.ts';
import type { FileEdits } from './file-edits.ts';
import type { FileName } from './kinds.ts';
import { lineSplices } from './line-splices.ts';
import type { OpenEditor, OpenEditors } from './open-editors.ts';

/** So often a change is planned outside of the lock; after that nobody else writes meanwhile. */
const ROUNDS = 3;

/** A change of one file that was made; `undefined` stands for no file. */
export type WrittenFile = {
  readonly file: FileName;
  readonly path: string;
  readonly before: Buffer | undefined;
  readonly after: Buffer | undefined;
  /** The change went into an open, unsaved editor and not to disk; the bytes are its text in UTF-8. */
  readonly inEditor: boolean;
};

/** What an edit would make of one file; `before` is undefined where there is none. */
export type PlannedFile = {
  readonly file: FileName;
  readonly path: string;
  readonly before: Buffer | undefined;
  readonly after: Buffer;
};

/** A text that was written: its bytes, and how it reads. */
export type WrittenText = Pick<Target, 'bytes' | 'reading'>;

/** What the writer works on. */
export type WriteTarget = {
  readonly paths: Readonly<Record<FileName, string>>;
  /** A file as it was read last; undefined where there is none, or it could not be read. */
  readonly known: (file: FileName) => KnownText | undefined;
  /** Reads the files again; whether one of them changed. */
  readonly refresh: () => Promise<boolean>;
  readonly editors: OpenEditors | undefined;
  readonly backups: Backups | undefined;
  readonly signal: AbortSignal;
};

/** What was written, and how the files on disk now read, where that is known. */
export type Written = {
  readonly files: readonly WrittenFile[];
  readonly readings: ReadonlyMap<FileName, WrittenText>;
};

/** One change of each file that the edits are about, in their order: what moves is written before it is removed. */
export function changesOf(edits: FileEdits): readonly FileChange[] {
  const files = Object.keys(edits).filter(key => key === 'config' || key === 'credentials');
  return files.flatMap(file => {
    const own = edits[file] ?? [];
    return own.length === 0 ? [] : [editChange(file, own)];
  });
}

/** What the changes would make of the files; nothing is written. @throws UserError when one is refused. */
export async function planChanges(
  changes: readonly FileChange[],
  target: WriteTarget,
): Promise<readonly PlannedFile[]> {
  const planned: PlannedFile[] = [];
  for (const change of changes) {
    const path = target.paths[change.file];
    const made = await runInTurns(change.make(contentOf(change.file, target.editors?.find(path), target)));
    throwIfAborted(target.signal);
    if (made !== undefined) {
      planned.push({ file: change.file, path, before: made.before, after: made.after ?? Buffer.alloc(0) });
    }
  }
  return planned;
}

/** A change on its way: what was planned, on what it was planned. */
type Step = {
  readonly change: FileChange;
  readonly path: string;
  readonly editor: OpenEditor | undefined;
  readonly made: ChangedFile | undefined;
};

/**
 * Makes one change of each file: a file on disk under its lock, one that is open and unsaved in its editor. All are
 * planned before the first is written; when one cannot be made, those before it are taken back.
 * @throws UserError when a change is refused or a file cannot be written; Cancelled.
 */
export async function writeChanges(changes: readonly FileChange[], target: WriteTarget): Promise<Written> {
  throwIfAborted(target.signal);
  const steps = await planSteps(changes, target);
  // An editor's text can always be put back; so it comes last.
  steps.sort((one, other) => Number(one.editor !== undefined) - Number(other.editor !== undefined));
  const files: WrittenFile[] = [];
  const readings = new Map<FileName, WrittenText>();
  try {
    for (const step of steps) {
      const { path, editor, change } = step;
      const made = await (editor === undefined
        ? changeFile(step, target)
        : changeEditor(step, editor, target));
      if (made === undefined) {
        continue;
      }
      const { before, after } = made;
      files.push({
        file: change.file,
        path,
        before,
        after: after ?? undefined,
        inEditor: editor !== undefined,
      });
      const text = editor === undefined ? made.target : undefined;
      if (text !== undefined) {
        readings.set(change.file, text);
      }
    }
  } catch (error) {
    throw await putBack(files, target, error);
  }
  return { files, readings };
}

/** Plans on the files as they were read last; when that does not go, or nothing is to do, on what they are now. */
async function planSteps(changes: readonly FileChange[], target: WriteTarget): Promise<Step[]> {
  let steps: Step[] = [];
  let failure: unknown;
  try {
    steps = await planKnown(changes, target);
  } catch (error) {
    failure = error;
  }
  const isDone = failure === undefined && steps.every(({ made }) => made !== undefined);
  if (!isDone && (await target.refresh())) {
    return planKnown(changes, target);
  }
  if (failure !== undefined) {
    throw failure;
  }
  return steps.filter(({ made }) => made !== undefined);
}

async function planKnown(changes: readonly FileChange[], target: WriteTarget): Promise<Step[]> {
  const steps: Step[] = [];
  for (const change of changes) {
    const path = target.paths[change.file];
    const editor = target.editors?.find(path);
    const made = await runInTurns(change.make(contentOf(change.file, editor, target)));
    throwIfAborted(target.signal);
    steps.push({ change, path, editor, made });
  }
  return steps;
}

/** @throws UserError when the file is open and a save would spoil it: what cannot be written is not planned either. */
function contentOf(file: FileName, editor: OpenEditor | undefined, target: WriteTarget): FileContent {
  if (editor !== undefined) {
    if (editor.trouble !== undefined) {
      const path = target.paths[file];
      throw new UserError(`${path} is open with unsaved changes and was not changed. ${editor.trouble}`, {
        hint: 'Save the file or revert it, then try again.',
        file: path,
      });
    }
    return { bytes: Buffer.from(editor.text) };
  }
  const known = target.known(file);
  if (known === undefined) {
    return { bytes: undefined };
  }
  const text = Target.of(known);
  return { bytes: text.bytes, target: text };
}

/** Replaces a file by what was planned, if it is the one that it was planned on; else plans anew on what it is. */
async function changeFile(
  { change, path, made }: Step,
  target: WriteTarget,
): Promise<ChangedFile | undefined> {
  const { signal, backups } = target;
  const plan = new Plan(change, made);
  for (let round = 1; ; round++) {
    await replaceFile(path, bytes => plan.on(bytes, round < ROUNDS), {
      signal,
      mode: 0o600,
      beforeWrite: async (before, after) => {
        if (backups !== undefined) {
          await backUp(backups, path, before, after, signal);
        }
      },
    });
    if (plan.stale === undefined) {
      return plan.made;
    }
    await plan.renew(plan.stale);
    throwIfAborted(signal);
  }
}

/** A change planned on certain bytes; `replaceFile` may ask for it with others. */
class Plan {
  made: ChangedFile | undefined;
  /** The bytes that were found in place of those of the plan, if the change was put off because of them. */
  stale: FileContent | undefined;
  readonly #change: FileChange;
  #bytes: Buffer | undefined;

  constructor(change: FileChange, made: ChangedFile | undefined) {
    this.#change = change;
    this.made = made;
    this.#bytes = made?.before;
  }

  on(bytes: Buffer | undefined, mayPutOff: boolean): Buffer | null | undefined {
    const isPlanned = bytes === undefined ? this.#bytes === undefined : this.#bytes?.equals(bytes) === true;
    this.stale = isPlanned || !mayPutOff ? undefined : { bytes };
    if (!isPlanned && !mayPutOff) {
      this.#bytes = bytes;
      this.made = runAtOnce(this.#change.make({ bytes }));
    }
    return this.stale === undefined ? this.made?.after : undefined;
  }

  async renew(content: FileContent): Promise<void> {
    this.#bytes = content.bytes;
    this.made = await runInTurns(this.#change.make(content));
  }
}

async function changeEditor(
  { made, path }: Step,
  editor: OpenEditor,
  { backups, signal }: WriteTarget,
): Promise<ChangedFile | undefined> {
  if (made !== undefined) {
    const after = made.after?.toString('utf8') ?? '';
    await editor.replace(lineSplices(editor.text, after), signal);
    // The editor has it by now; a secret that is to go when the user saves is not kept elsewhere.
    if (backups !== undefined) {
      await forgetRemoved(backups, path, made.before, made.after, new AbortController().signal);
    }
  }
  return made;
}

/** Undoes what was written before `error`; gives the error to throw. */
async function putBack(
  written: readonly WrittenFile[],
  target: WriteTarget,
  error: unknown,
): Promise<unknown> {
  for (const file of written) {
    let isBack = false;
    try {
      isBack = await (file.inEditor ? restoreEditor(file, target) : restoreFile(file));
    } catch {
      isBack = false;
    }
    if (!isBack) {
      const message = error instanceof Error ? error.message : 'The second file could not be written.';
      return new UserError(`${message} ${file.path} was changed before that and could not be put back.`, {
        hint: 'Look at both files before you try again.',
        file: file.path,
        cause: error,
      });
    }
  }
  return error;
}

async function restoreFile({ path, before, after }: WrittenFile): Promise<boolean> {
  let isBack = false;
  await replaceFile(
    path,
    bytes => {
      isBack = after === undefined ? bytes === undefined : bytes?.equals(after) === true;
      return isBack ? (before ?? null) : undefined;
    },
    { signal: new AbortController().signal, mode: 0o600 },
  );
  return isBack;
}

async function restoreEditor(
  { path, before, after }: WrittenFile,
  { editors }: WriteTarget,
): Promise<boolean> {
  const editor = editors?.find(path);
  if (editor?.text !== after?.toString('utf8')) {
    return false;
  }
  const old = before?.toString('utf8') ?? '';
  await editor?.replace(lineSplices(editor.text, old), new AbortController().signal);
  return editor !== undefined;
}
