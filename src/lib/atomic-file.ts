import type { BigIntStats } from 'node:fs';
import { type FileHandle, lstat, mkdir, open, readFile, readlink, rename, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { Cancelled, systemErrorCode, throwIfAborted, UserError } from './errors.ts';
import { acquireLock, type FileLock, unlinkQuietly } from './file-lock.ts';
import { sleep } from './system.ts';

export type ReplaceOptions = {
  readonly signal: AbortSignal;
  /** The mode of a file that did not exist; an existing file keeps its own. Default 0600. */
  readonly mode?: number;
};

/** The new bytes; `null` removes the file, `undefined` leaves it as it is. */
export type Change = (bytes: Buffer | undefined) => Buffer | null | undefined;

/** How often a file that other programs keep changing is read again before giving up. */
const MAX_ROUNDS = 20;
const MAX_LINKS = 40;

/**
 * Replaces a file as a whole: whoever reads it sees the old or the new bytes, also after a crash.
 * Under an exclusive lock (`<file>.lock`) it reads the file, calls `change`, writes a temporary file beside
 * it, syncs, and renames. A file that another program changed meanwhile is read and changed anew, so `change`
 * may be called more than once. Mode and owner stay; symbolic links are followed and stay; missing folders
 * are made, 0700.
 *
 * Rejects with `UserError` when it cannot be written (the file is then untouched), with `Cancelled` on abort,
 * and with what `change` throws.
 */
export async function replaceFile(path: string, change: Change, options: ReplaceOptions): Promise<void> {
  throwIfAborted(options.signal);
  const target = await explain(path, () => followLinks(path));
  await explain(path, () => mkdir(dirname(target), { recursive: true, mode: 0o700 }));
  const lock = await explain(path, () =>
    acquireLock(`${target}.lock`, {
      signal: options.signal,
      onStale: token => unlinkQuietly(temporaryPath(target, token)),
    }),
  );
  try {
    for (let round = 0; round < MAX_ROUNDS; round++) {
      if (await replaceOnce(path, target, change, options, lock)) {
        return;
      }
    }
    throw new UserError(`${path} was not written: another program keeps changing it.`, {
      hint: 'Wait until that program is done, then try again.',
      file: path,
    });
  } finally {
    await lock.release();
  }
}

/** Removes a file under its lock, and the link that led to it; resolves to whether there was one. */
export async function removeFile(path: string, options: { readonly signal: AbortSignal }): Promise<boolean> {
  let found = false;
  await replaceFile(
    path,
    bytes => {
      found = bytes !== undefined;
      return bytes === undefined ? undefined : null;
    },
    options,
  );
  if (found) {
    await explain(path, () => unlinkQuietly(path));
  }
  return found;
}

/** False when the file was changed by somebody else on the way. */
async function replaceOnce(
  path: string,
  target: string,
  change: Change,
  options: ReplaceOptions,
  lock: FileLock,
): Promise<boolean> {
  const before = await explain(path, () => statTarget(target));
  if (before?.isDirectory() === true) {
    throw new UserError(`${path} is a folder, not a file.`, {
      hint: 'Check the path in the settings or in the environment.',
      file: path,
    });
  }
  const bytes = before === undefined ? undefined : await explain(path, () => readFile(target));
  const wanted = change(bytes);
  throwIfAborted(options.signal);
  if (wanted === undefined || (wanted !== null && bytes?.equals(wanted) === true)) {
    return true;
  }
  if (before !== undefined && (before.mode & 0o222n) === 0n) {
    throw new UserError(`${path} is read-only and was not changed.`, {
      hint: 'Make it writable first, or change it where it comes from.',
      file: path,
    });
  }
  return explain(path, async () => {
    if (wanted === null) {
      return commit(target, before, options.signal, lock, () => unlinkQuietly(target));
    }
    const temporary = temporaryPath(target, lock.token);
    try {
      await writeTemporary(path, temporary, wanted, before, options.mode ?? 0o600);
      return await commit(target, before, options.signal, lock, () => renameFile(temporary, target));
    } finally {
      await unlinkQuietly(temporary);
    }
  });
}

async function commit(
  target: string,
  before: BigIntStats | undefined,
  signal: AbortSignal,
  lock: FileLock,
  act: () => Promise<void>,
): Promise<boolean> {
  if (!(await lock.isHeld())) {
    throw new UserError(`${target} was not written: its lock was taken away.`, {
      hint: 'Try again.',
      file: target,
    });
  }
  if (!isSameFile(before, await statTarget(target))) {
    return false;
  }
  throwIfAborted(signal);
  await act();
  await syncFolder(dirname(target));
  return true;
}

async function writeTemporary(
  path: string,
  temporary: string,
  bytes: Buffer,
  before: BigIntStats | undefined,
  newMode: number,
): Promise<void> {
  const file = await open(temporary, 'wx', 0o600);
  try {
    await file.writeFile(bytes);
    const mode = before === undefined ? newMode : await keepOwner(path, file, before);
    await file.chmod(mode);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Gives the new file the old one's owner and group; resolves to the mode that it should have. */
async function keepOwner(path: string, file: FileHandle, old: BigIntStats): Promise<number> {
  const mode = Number(old.mode & 0o7777n);
  if (process.platform === 'win32') {
    return mode;
  }
  const own = await file.stat({ bigint: true });
  if (own.uid !== old.uid && !(await tryChown(file, Number(old.uid), Number(own.gid)))) {
    throw new UserError(`${path} belongs to another user and was not changed.`, {
      hint: 'Give it back to yourself (chown), then try again.',
      file: path,
    });
  }
  if (own.gid !== old.gid && !(await tryChown(file, Number(old.uid), Number(old.gid)))) {
    // What the old group was allowed is not for the new one.
    return mode & ~0o070;
  }
  return mode;
}

async function tryChown(file: FileHandle, uid: number, gid: number): Promise<boolean> {
  try {
    await file.chown(uid, gid);
    return true;
  } catch (error) {
    if (systemErrorCode(error) === 'EPERM') {
      return false;
    }
    throw error;
  }
}

/** On Windows a virus scanner or an indexer may hold either file open for a moment. */
async function renameFile(from: string, to: string): Promise<void> {
  const { signal } = new AbortController();
  for (let round = 0; ; round++) {
    try {
      await rename(from, to);
      return;
    } catch (error) {
      const code = systemErrorCode(error);
      const passing = code === 'EPERM' || code === 'EACCES' || code === 'EBUSY';
      if (process.platform !== 'win32' || !passing || round === 10) {
        throw error;
      }
      await sleep(20, signal);
    }
  }
}

async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') {
    return;
  }
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } catch (error) {
    // Some network file systems cannot sync a folder.
    if (systemErrorCode(error) !== 'EINVAL' && systemErrorCode(error) !== 'ENOTSUP') {
      throw error;
    }
  } finally {
    await handle.close();
  }
}

function isSameFile(one: BigIntStats | undefined, other: BigIntStats | undefined): boolean {
  return one === undefined || other === undefined
    ? one === other
    : one.ino === other.ino && one.size === other.size && one.mtimeNs === other.mtimeNs;
}

async function statTarget(target: string): Promise<BigIntStats | undefined> {
  try {
    return await stat(target, { bigint: true });
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') {
      return undefined;
    }
    throw error;
  }
}

/** The file at the end of the links, which need not exist. */
async function followLinks(path: string): Promise<string> {
  let target = resolve(path);
  for (let link = 0; link < MAX_LINKS; link++) {
    try {
      if (!(await lstat(target)).isSymbolicLink()) {
        return target;
      }
    } catch (error) {
      if (systemErrorCode(error) === 'ENOENT') {
        return target;
      }
      throw error;
    }
    target = resolve(dirname(target), await readlink(target));
  }
  throw Object.assign(new Error('too many links'), { code: 'ELOOP' });
}

function temporaryPath(target: string, token: string): string {
  return join(dirname(target), `.${basename(target)}.${token}.tmp`);
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'you may not write there',
  EPERM: 'the system does not allow it',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: 'your disk quota is used up',
  EFBIG: 'the file would be too large',
  EISDIR: 'it is a folder',
  ENOTDIR: 'a part of its path is not a folder',
  EEXIST: 'a part of its path is not a folder',
  ELOOP: 'its symbolic links lead in a circle',
  ENAMETOOLONG: 'the path is too long',
  EMFILE: 'too many files are open',
  EBUSY: 'another program holds it',
};

/** Turns a system error into a `UserError` that names the file. */
async function explain<T>(path: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    const code = systemErrorCode(error);
    if (error instanceof UserError || error instanceof Cancelled || code === undefined) {
      throw error;
    }
    throw new UserError(`${path} was not written: ${REASONS[code] ?? `the system reported ${code}`}.`, {
      hint: 'The file is as it was. Mend the cause and try again.',
      file: path,
      cause: error,
    });
  }
}
