import { createHash, webcrypto } from 'node:crypto';
import { chmod, mkdir, open, readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { replaceFile } from '../lib/atomic-file.ts';
import { Cancelled, systemErrorCode, throwIfAborted, UserError } from '../lib/errors.ts';
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
  await forgetRemoved(backups, path, before, after, signal);
}

/** Takes the secrets that `before` has and `after` has not out of the backup, whether or not it was written yet. */
export async function forgetRemoved(
  backups: Backups,
  path: string,
  before: Buffer | undefined,
  after: Buffer | null,
  signal: AbortSignal,
): Promise<void> {
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
type Notes = {
  readonly kept: { readonly digest: string; readonly when: number } | undefined;
  /** Digests of what Rolecall wrote. */
  readonly written: readonly string[];
};

/** So many digests stay when the notes are written anew; until then every edit adds one. */
const MOST_DIGESTS = 100;
/** From this many bytes on they are. */
const MOST_BYTES = 64 * 1024;

type Place = { readonly path: string; readonly backup: string; readonly notes: string };

/**
 * Backups in `<folder>/backups`, mode 0700: for each file, by its real path, `<name>-<digest>.backup` with the bytes
 * as they were, and beside it `.notes`: a line about the backup, then a digest for each text that Rolecall wrote. Both
 * are 0600. Several windows share them: they are replaced as a whole under their own locks, and a digest is added in
 * one piece.
 */
export class BackupFolder implements Backups {
  readonly #options: BackupOptions;
  readonly #folder: string;
  /** What was noted last: what is there before the next edit, as a rule. */
  #last: { readonly bytes: Buffer; readonly digest: string } | undefined;

  constructor(options: BackupOptions) {
    this.#options = options;
    this.#folder = join(options.folder, 'backups');
  }

  async keep(path: string, bytes: Buffer, signal: AbortSignal): Promise<void> {
    await this.#attempt(async () => {
      const place = await this.#place(path);
      const [notes, digest] = await Promise.all([readNotes(place), this.#digest(bytes)]);
      if (notes.written.includes(digest) || notes.kept?.digest === digest) {
        return;
      }
      await this.#makeFolder();
      await replaceFile(place.backup, () => bytes, { signal, hardLinks: 'part' });
      await writeNotes(place, { digest, when: this.#options.now() }, signal);
    });
  }

  async noteWritten(path: string, bytes: Buffer, signal: AbortSignal): Promise<void> {
    throwIfAborted(signal);
    await this.#attempt(async () => {
      const place = await this.#place(path);
      const digest = await this.#digest(bytes);
      this.#last = { bytes, digest };
      // A line that a killed writer left unfinished must not swallow this one.
      const line = `\n${digest}\n`;
      let size: number;
      try {
        size = await addLine(place.notes, line);
      } catch (error) {
        if (systemErrorCode(error) !== 'ENOENT') {
          throw error;
        }
        await this.#makeFolder();
        size = await addLine(place.notes, line);
      }
      if (size > MOST_BYTES) {
        await writeNotes(place, undefined, signal);
      }
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
    const rest = digest;
    if (rest !== undefined) {
      await this.#attempt(async () => {
        const { kept } = await readNotes(place);
        if (kept !== undefined && kept.digest !== rest) {
          await writeNotes(place, { ...kept, digest: rest }, signal);
        }
      });
    }
  }

  /** The backup of a file, if there is one. Rejects with the system's error when it cannot be read. */
  async read(path: string): Promise<Backup | undefined> {
    const place = await this.#place(path);
    try {
      const bytes = await readFile(place.backup);
      const { kept } = await readNotes(place);
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
      notes: join(this.#folder, `${name}.notes`),
    };
  }

  /** Of a large file in another thread, while the disk is at work. */
  async #digest(bytes: Buffer): Promise<string> {
    if (this.#last?.bytes.equals(bytes) === true) {
      return this.#last.digest;
    }
    return Buffer.from(await webcrypto.subtle.digest('SHA-256', bytes)).toString('hex');
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

async function readNotes(place: Place): Promise<Notes> {
  try {
    return parseNotes((await readFile(place.notes)).toString('utf8'));
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') {
      return { kept: undefined, written: [] };
    }
    throw error;
  }
}

/** Writes the notes anew, with `kept` if it is given; resolves when they may still be lost in a power cut. */
async function writeNotes(place: Place, kept: Notes['kept'], signal: AbortSignal): Promise<void> {
  await replaceFile(
    place.notes,
    bytes => {
      const last = parseNotes(bytes?.toString('utf8') ?? '');
      const about = JSON.stringify({ path: place.path, kept: kept ?? last.kept });
      return Buffer.from([about, ...last.written.slice(-MOST_DIGESTS), ''].join('\n'));
    },
    // Without them, Rolecall's own text counts as foreign once.
    { signal, hardLinks: 'part', sync: false },
  );
}

/** Adds to a file in one piece; resolves to its size. */
async function addLine(path: string, line: string): Promise<number> {
  const file = await open(path, 'a', 0o600);
  try {
    await file.write(line);
    return (await file.stat()).size;
  } finally {
    await file.close();
  }
}

/** Notes that are missing or broken count as empty: then the next version is kept. */
function parseNotes(text: string): Notes {
  const lines = text.split('\n');
  const about = lines.find(line => line.startsWith('{'));
  return {
    kept: about === undefined ? undefined : parseKept(about),
    written: lines.filter(line => /^[0-9a-f]{64}$/.test(line)),
  };
}

function parseKept(line: string): Notes['kept'] {
  try {
    const { kept } = JSON.parse(line) as { kept?: { digest?: unknown; when?: unknown } };
    const { digest, when } = kept ?? {};
    return typeof digest === 'string' && typeof when === 'number' ? { digest, when } : undefined;
  } catch {
    return undefined;
  }
}

function digestOf(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
