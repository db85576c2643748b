import { createHash } from 'node:crypto';
import { chmod, mkdir, readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { replaceFile } from '../lib/atomic-file.ts';
import { Cancelled, systemErrorCode, UserError } from '../lib/errors.ts';
import { unlinkQuietly } from '../lib/file-lock.ts';
import { followLinks } from '../lib/links.ts';
import { removedSecrets, withoutSecrets } from './removed-secrets.ts';

/** Keeps the last version of each file that Rolecall did not write, outside of the user's folders. */
export type Backups = {
  /**
   * Keeps `bytes` if Rolecall did not write them. A backup that cannot be made (a full disk, a folder that may not
   * be written) is told to the log and keeps nobody from editing. Rejects only with `Cancelled`.
   */
  keep(path: string, bytes: Buffer, signal: AbortSignal): Promise<void>;
  /** Remembers that `bytes` are Rolecall's own. Rejects only with `Cancelled`. */
  noteWritten(path: string, bytes: Buffer, signal: AbortSignal): Promise<void>;
  /**
   * Takes the rows that hold one of `secrets` out of the kept version; when that fails, the whole version goes; when
   * even that fails, the user is told. Rejects only with `Cancelled`.
   */
  forget(path: string, secrets: readonly string[], signal: AbortSignal): Promise<void>;
};

/**
 * All that is to be done before a file is replaced, as `beforeWrite` of `replaceFile`: keeps what is there, notes
 * what comes, forgets the secrets that go. Before, because then a crash at any moment neither makes Rolecall take
 * its own text for a foreign one, nor leaves in the backup a secret that is gone from the file.
 */
export async function backUp(
  backups: Backups,
  path: string,
  before: Buffer | undefined,
  after: Buffer | null,
  signal: AbortSignal,
): Promise<void> {
  if (before !== undefined) {
    await backups.keep(path, before, signal);
  }
  if (after !== null) {
    await backups.noteWritten(path, after, signal);
  }
  const secrets = removedSecrets(before, after ?? undefined);
  if (secrets.length > 0) {
    await backups.forget(path, secrets, signal);
  }
}

export type Backup = {
  readonly bytes: Buffer;
  /** When it was kept, in milliseconds since the epoch. */
  readonly when: number;
};

export type BackupOptions = {
  /** The extension's own storage; it need not exist. */
  readonly folder: string;
  readonly now: () => number;
  /** Gets, for the log, why something was not kept or noted. */
  readonly onTrouble: (error: unknown) => void;
  /** Gets, for the user, that a removed secret could not be taken out of a backup. */
  readonly onSecretLeft: (error: UserError) => void;
};

/** What is remembered beside a backup. It holds digests, never a byte of the file. */
type Note = {
  readonly path: string;
  /** Digests of what Rolecall wrote: what the file has, then what it is about to get. */
  readonly written: readonly string[];
  readonly kept: { readonly digest: string; readonly when: number } | undefined;
};

type Place = { readonly path: string; readonly backup: string; readonly note: string };

/**
 * Backups in `<folder>/backups`, mode 0700: for each file, by its real path, `<name>-<digest>.backup` with the bytes
 * as they were and a small `.json` beside it, both 0600 and replaced as a whole under their own locks, because
 * several windows share the folder.
 */
export class BackupFolder implements Backups {
  readonly #options: BackupOptions;
  readonly #folder: string;

  constructor(options: BackupOptions) {
    this.#options = options;
    this.#folder = join(options.folder, 'backups');
  }

  async keep(path: string, bytes: Buffer, signal: AbortSignal): Promise<void> {
    await this.#attempt(async () => {
      const place = await this.#place(path);
      const note = await readNote(place);
      const digest = digestOf(bytes);
      if (note.written.includes(digest)) {
        if (note.written.at(-1) !== digest) {
          // The write that was noted last never came.
          await writeNote(place, last => ({ ...last, written: [digest] }), signal);
        }
        return;
      }
      if (note.kept?.digest === digest) {
        return;
      }
      await this.#makeFolder();
      await replaceFile(place.backup, () => bytes, { signal, hardLinks: 'part' });
      const kept = { digest, when: this.#options.now() };
      await writeNote(place, last => ({ ...last, kept }), signal);
    });
  }

  async noteWritten(path: string, bytes: Buffer, signal: AbortSignal): Promise<void> {
    await this.#attempt(async () => {
      const place = await this.#place(path);
      const digest = digestOf(bytes);
      await this.#makeFolder();
      await writeNote(
        place,
        last => ({ ...last, written: [...last.written.slice(-1).filter(each => each !== digest), digest] }),
        signal,
      );
    });
  }

  async forget(path: string, secrets: readonly string[], signal: AbortSignal): Promise<void> {
    const place = await this.#place(path);
    let digest: string | undefined;
    try {
      await replaceFile(
        place.backup,
        bytes => {
          const rest = bytes === undefined ? undefined : withoutSecrets(bytes, secrets);
          digest = rest === undefined ? undefined : digestOf(rest);
          return rest;
        },
        { signal, hardLinks: 'part' },
      );
    } catch (error) {
      if (error instanceof Cancelled) {
        throw error;
      }
      await this.#removeWhole(place, error);
    }
    if (digest !== undefined) {
      const kept = digest;
      await this.#attempt(() =>
        writeNote(
          place,
          last => ({ ...last, kept: last.kept === undefined ? undefined : { ...last.kept, digest: kept } }),
          signal,
        ),
      );
    }
  }

  /** The backup of a file, if there is one. Rejects with the system's error when it cannot be read. */
  async read(path: string): Promise<Backup | undefined> {
    const place = await this.#place(path);
    try {
      const bytes = await readFile(place.backup);
      const { kept } = await readNote(place);
      const when = kept?.digest === digestOf(bytes) ? kept.when : (await stat(place.backup)).mtimeMs;
      return { bytes, when };
    } catch (error) {
      const code = systemErrorCode(error);
      if (code === 'ENOENT' || code === 'ENOTDIR') {
        return undefined;
      }
      throw error;
    }
  }

  async #place(path: string): Promise<Place> {
    const real = await followLinks(path);
    const name = `${basename(real)}-${digestOf(Buffer.from(real)).slice(0, 16)}`;
    return {
      path: real,
      backup: join(this.#folder, `${name}.backup`),
      note: join(this.#folder, `${name}.json`),
    };
  }

  async #makeFolder(): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    if (process.platform !== 'win32' && ((await stat(this.#folder)).mode & 0o077) !== 0) {
      await chmod(this.#folder, 0o700);
    }
  }

  async #removeWhole(place: Place, cause: unknown): Promise<void> {
    try {
      await unlinkQuietly(place.backup);
    } catch {
      this.#options.onSecretLeft(
        new UserError(`A secret that you removed from ${place.path} is still in its backup.`, {
          hint: `Delete ${place.backup} yourself.`,
          file: place.backup,
          cause,
        }),
      );
    }
  }

  async #attempt(run: () => Promise<void>): Promise<void> {
    try {
      await run();
    } catch (error) {
      if (error instanceof Cancelled) {
        throw error;
      }
      this.#options.onTrouble(error);
    }
  }
}

async function readNote(place: Place): Promise<Note> {
  try {
    return parseNote(await readFile(place.note), place);
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') {
      return parseNote(undefined, place);
    }
    throw error;
  }
}

async function writeNote(place: Place, change: (last: Note) => Note, signal: AbortSignal): Promise<void> {
  await replaceFile(
    place.note,
    bytes => Buffer.from(`${JSON.stringify(change(parseNote(bytes, place)))}\n`),
    // If a power cut takes it, Rolecall's own text counts as foreign once.
    { signal, hardLinks: 'part', sync: false },
  );
}

/** A note that is missing, broken or another file's counts as empty: then the next version is kept. */
function parseNote(bytes: Buffer | undefined, { path }: Place): Note {
  const empty = { path, written: [], kept: undefined };
  try {
    const value: unknown = JSON.parse(bytes?.toString('utf8') ?? '');
    if (typeof value !== 'object' || value === null) {
      return empty;
    }
    const { path: noted, written, kept } = value as Partial<Record<keyof Note, unknown>>;
    return noted !== path
      ? empty
      : {
          path,
          written: Array.isArray(written) ? written.filter(each => typeof each === 'string') : [],
          kept: parseKept(kept),
        };
  } catch {
    return empty;
  }
}

function parseKept(value: unknown): Note['kept'] {
  if (typeof value !== 'object' || value === null || !('digest' in value) || !('when' in value)) {
    return undefined;
  }
  const { digest, when } = value;
  return typeof digest === 'string' && typeof when === 'number' ? { digest, when } : undefined;
}

function digestOf(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
