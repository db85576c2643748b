import type { BigIntStats } from 'node:fs';
import { type FileHandle, open, readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { allDone } from './all-done.ts';
import { systemErrorCode, UserError } from './errors.ts';
import { removeLockLeftBehind, unlinkQuietly } from './file-lock.ts';
import type { Subject } from './write-trouble.ts';

/** The lock of a file: beside it, hidden, and under a name that no other tool uses. */
export function lockPath(target: string): string {
  return join(dirname(target), `${prefixOf(target)}lock`);
}

export function temporaryPath(target: string, token: string): string {
  return join(dirname(target), `${prefixOf(target)}${token}.tmp`);
}

/**
 * Removes what writers of this file left when they were killed. Only for the holder of its lock: then every
 * temporary file there is somebody's who can no longer use it, and one who was only suspended finds his own gone.
 * Rejects with the system's error.
 */
export async function sweep(target: string, signal: AbortSignal): Promise<void> {
  const folder = dirname(target);
  const prefix = prefixOf(target);
  for (const name of await listNames(folder)) {
    if (name.startsWith(prefix)) {
      const rest = name.slice(prefix.length);
      if (/^[0-9a-f]{24}\.tmp$/.test(rest)) {
        await unlinkQuietly(join(folder, name));
      } else if (rest.startsWith('lock.')) {
        await removeLockLeftBehind(join(folder, name), signal);
      }
    }
  }
}

async function listNames(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    // A folder that may be written but not listed: what lies there stays.
    if (systemErrorCode(error) === 'EACCES') {
      return [];
    }
    throw error;
  }
}

function prefixOf(target: string): string {
  return `.${basename(target)}.rolecall.`;
}

export type TemporaryOptions = {
  readonly subject: Subject;
  /** The file whose owner and mode it gets; undefined for a new file. */
  readonly like: BigIntStats | undefined;
  /** The mode of a new file. */
  readonly mode: number;
};

/** A new file with its number in the file system. It has its bytes, which may not be on the disk yet; close it. */
export type Temporary = { readonly file: FileHandle; readonly inode: bigint };

/** Writes a new file. */
export async function writeTemporary(
  path: string,
  bytes: Buffer,
  options: TemporaryOptions,
): Promise<Temporary> {
  const file = await open(path, 'wx', 0o600);
  try {
    const [own] = await allDone([file.stat({ bigint: true }), file.writeFile(bytes)]);
    const mode =
      options.like === undefined ? options.mode : await takeOwner(file, own, options.like, options.subject);
    if (Number(own.mode & 0o7777n) !== mode) {
      await file.chmod(mode);
    }
    return { file, inode: own.ino };
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** Gives the new file the old one's owner and group; resolves to the mode that it should have. */
async function takeOwner(
  file: FileHandle,
  own: BigIntStats,
  old: BigIntStats,
  { path, label }: Subject,
): Promise<number> {
  const mode = Number(old.mode & 0o7777n);
  if (process.platform === 'win32') {
    return mode;
  }
  if (own.uid !== old.uid && !(await tryChown(file, Number(old.uid), Number(own.gid)))) {
    throw new UserError(`${label} belongs to another user and was not changed.`, {
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
    const code = systemErrorCode(error);
    // EINVAL: a number that this container does not have.
    if (code === 'EPERM' || code === 'EINVAL') {
      return false;
    }
    throw error;
  }
}
