import type { BigIntStats } from 'node:fs';
import { access, constants, type FileHandle, lstat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { allDone } from './all-done.ts';
import { makeFolder, openFolder, renameFile, syncFolder } from './commit-file.ts';
import { systemErrorCode, throwIfAborted, UserError } from './errors.ts';
import { acquireLock, type FileLock, unlinkQuietly } from './file-lock.ts';
import { followLinks } from './links.ts';
import {
  type IsWhole,
  isWrittenSince,
  neverRests,
  type SeenFile,
  seeAgain,
  seeFile,
  statOrNone,
} from './seen-file.ts';
import { lockPath, sweep, type Temporary, temporaryPath, writeTemporary } from './temporary-file.ts';
import { explain, type Subject } from './write-trouble.ts';

export type ReplaceOptions = {
  readonly signal: AbortSignal;
  /** The mode of a file that did not exist; an existing file keeps its own. Default 0600. */
  readonly mode?: number;
  /**
   * What to do with a file that has further names (hard links), which keep the old bytes when this name gets new
   * ones. Default `refuse`: it may be how a dotfile manager ties two places together.
   */
  readonly hardLinks?: 'refuse' | 'part';
  /** Tells a text that another program has written to its end; by default one of whole lines. */
  readonly isWhole?: IsWhole;
  /** False for what may be lost in a power cut: saves the time that the disk takes. A crash never leaves half a file. */
  readonly sync?: boolean;
  /**
   * Called under the lock with the bytes that the file has and is to get (`undefined`, `null`: no file). The file
   * is replaced after it resolved; what it throws is thrown, and the file stays as it is.
   */
  readonly beforeWrite?: (before: Buffer | undefined, after: Buffer | null) => Promise<void>;
};

/** The new bytes; `null` removes the file, `undefined` leaves it as it is. */
export type Change = (bytes: Buffer | undefined) => Buffer | null | undefined;

/** How often a file that other programs keep changing is read again before giving up. */
const MAX_ROUNDS = 20;

/** One replacement under way. */
type Job = Subject & {
  /** The file at the end of the links. */
  readonly target: string;
  readonly change: Change;
  readonly options: ReplaceOptions;
};

/** What to write over: the bytes, where they were read, and what must still be in place when they are replaced. */
type Ground = {
  readonly seen: SeenFile | undefined;
  readonly present: BigIntStats | undefined;
};

/**
 * Replaces a file as a whole: whoever reads it sees the old or the new bytes, also after a crash. Under an exclusive
 * lock (a hidden `.<file>.rolecall.lock` beside it) it reads the file, calls `change`, writes a temporary file beside
 * it, syncs, renames, and syncs the folder. Mode and owner stay; symbolic links, those of the folders included, are
 * followed and stay; missing folders are made, 0700.
 *
 * Other programs know nothing of the lock. A file that one of them changed since it was read is read and changed
 * anew, so `change` may be called more than once; so is one into which a program still wrote that had opened it
 * before it was replaced. A file that is being rewritten in place is left to rest first.
 *
 * Rejects with `UserError` when it cannot be written (the file is then untouched), with `Cancelled` on abort,
 * and with what `change` throws.
 */
export async function replaceFile(path: string, change: Change, options: ReplaceOptions): Promise<void> {
  throwIfAborted(options.signal);
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const asked = resolve(path);
    const target = await explain({ path, label: path }, () => followLinks(asked));
    const label = target.endsWith(asked) ? path : `${path} (which leads to ${target})`;
    if (await replaceTarget({ path, label, target, change, options })) {
      return;
    }
  }
  throw neverRests({ path, label: path });
}

/** Removes a file under its lock, and the link that led to it; resolves to whether there was one. */
export async function removeFile(
  path: string,
  options: Pick<ReplaceOptions, 'signal' | 'isWhole'>,
): Promise<boolean> {
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
    await explain({ path, label: path }, async () => {
      if (await isLink(path)) {
        await unlinkQuietly(path);
      }
    });
  }
  return found;
}

/** False when the path leads elsewhere by now. */
async function replaceTarget(job: Job): Promise<boolean> {
  const lock = await explain(job, () => lockTarget(job));
  if (lock === undefined) {
    return true;
  }
  let ground: Ground | undefined;
  try {
    await allDone([
      findGround(job).then(found => {
        ground = found;
      }),
      explain(job, () => sweep(job.target, job.options.signal)),
    ]);
    for (let round = 0; ground !== undefined && round < MAX_ROUNDS; round++) {
      const next = await replaceOnce(job, ground, lock);
      if (next === 'done') {
        return true;
      }
      if (next === 'changed') {
        await ground.seen?.handle.close();
        if ((await explain(job, () => followLinks(resolve(job.path)))) !== job.target) {
          return false;
        }
        ground = await findGround(job);
      } else {
        ground = next;
      }
    }
    throw neverRests(job);
  } finally {
    await Promise.all([ground?.seen && letGo(ground.seen), lock.release()]);
  }
}

/** Closes what was read. The system then frees what the disk had for a replaced file, for which nobody need wait. */
async function letGo({ handle }: SeenFile): Promise<void> {
  const closing = handle.close();
  if (process.platform === 'win32') {
    // An open file could not be removed there.
    await closing;
  } else {
    closing.catch(() => undefined);
  }
}

/** Undefined when there is no folder, hence no file, and nothing to put there. */
async function lockTarget(job: Job): Promise<FileLock | undefined> {
  const {
    target,
    change,
    options: { signal },
  } = job;
  try {
    return await acquireLock(lockPath(target), { signal });
  } catch (error) {
    if (systemErrorCode(error) !== 'ENOENT') {
      throw error;
    }
  }
  if ((change(undefined) ?? null) === null) {
    return undefined;
  }
  await makeFolder(dirname(target));
  return acquireLock(lockPath(target), { signal });
}

async function findGround(job: Job): Promise<Ground> {
  const { signal, isWhole } = job.options;
  const seen = await explain(job, () => seeFile(job.target, job, signal, isWhole), {
    EACCES: 'you may not read it',
  });
  return { seen, present: seen?.stats };
}

/** `changed` when somebody else changed the file on the way; a ground when somebody wrote into it after all. */
async function replaceOnce(job: Job, ground: Ground, lock: FileLock): Promise<'done' | 'changed' | Ground> {
  const bytes = ground.seen?.bytes;
  let wanted: Buffer | null | undefined;
  try {
    wanted = job.change(bytes);
  } catch (error) {
    // What was refused may have been a file that somebody was just writing.
    if (!(await isInPlace(job, ground))) {
      return 'changed';
    }
    if (isReplaced(ground)) {
      await write(job, ground, lock, ground.seen.bytes);
    }
    throw error;
  }
  throwIfAborted(job.options.signal);
  if (wanted === undefined || (wanted === null ? bytes === undefined : bytes?.equals(wanted) === true)) {
    if (!isReplaced(ground)) {
      return (await isInPlace(job, ground)) ? 'done' : 'changed';
    }
    wanted = ground.seen.bytes;
  }
  if (ground.present !== undefined) {
    checkMayReplace(job, ground.present, wanted === null);
  }
  return wanted === null ? remove(job, ground, lock) : write(job, ground, lock, wanted);
}

/** Whether the bytes are those of a file that was replaced already, and written into afterwards. */
function isReplaced(ground: Ground): ground is Ground & { readonly seen: SeenFile } {
  return ground.seen !== undefined && ground.seen.stats.ino !== ground.present?.ino;
}

function checkMayReplace(job: Job, file: BigIntStats, isRemoval: boolean): void {
  const { path, label, options } = job;
  if ((file.mode & 0o222n) === 0n) {
    throw new UserError(`${label} is read-only and was not changed.`, {
      hint: 'Make it writable first, or change it where it comes from.',
      file: path,
    });
  }
  if (file.nlink > 1n && !isRemoval && options.hardLinks !== 'part') {
    throw new UserError(`${label} has a second name (a hard link) and was not changed.`, {
      hint: 'The other name would keep the old text. Make one of the two a symbolic link, or a copy.',
      file: path,
    });
  }
}

/** Replacing asks only for the folder's leave; a file that is not the user's to write stays. */
function checkAccess(job: Job): Promise<void> {
  return explain(job, () => access(job.target, constants.W_OK), {
    EACCES: 'you may not write it',
    EPERM: 'it is protected against changes',
  });
}

async function remove(job: Job, ground: Ground, lock: FileLock): Promise<'done' | 'changed'> {
  await checkAccess(job);
  await job.options.beforeWrite?.(ground.seen?.bytes, null);
  const folder = await explain(job, () => openFolder(dirname(job.target)));
  try {
    if (!(await mayCommit(job, ground, lock))) {
      return 'changed';
    }
    await explain(job, () => unlinkQuietly(job.target));
    await syncFolder(job, folder);
    return 'done';
  } finally {
    await folder?.close();
  }
}

async function write(
  job: Job,
  ground: Ground,
  lock: FileLock,
  bytes: Buffer,
): Promise<'done' | 'changed' | Ground> {
  const { options, target } = job;
  const { seen, present } = ground;
  const { mode = 0o600, sync = true } = options;
  const temporary = temporaryPath(target, lock.token);
  let made: Temporary | undefined;
  let folder: FileHandle | undefined;
  let isRenamed = false;
  const openTargetFolder = async (): Promise<void> => {
    folder = await explain(job, () => openFolder(dirname(target)));
  };
  try {
    await allDone([
      present && checkAccess(job),
      explain(job, async () => {
        made = await writeTemporary(temporary, bytes, { subject: job, like: present, mode });
      }),
    ]);
    // At the same time, and not before the disk is at work: then nothing else waits for these.
    await allDone([
      explain(job, () => finish(made?.file, sync)),
      options.beforeWrite?.(seen?.bytes, bytes),
      sync && openTargetFolder(),
    ]);
    if (!(await mayCommit(job, ground, lock))) {
      return 'changed';
    }
    if (process.platform === 'win32') {
      // A file that is open cannot be replaced there.
      await seen?.handle.close();
    }
    await explain(job, () => renameFile(temporary, target));
    isRenamed = true;
    await syncFolder(job, folder);
    return (await findLateWrite(job, seen, made?.inode)) ?? 'done';
  } finally {
    await Promise.all([made?.file.close(), folder?.close()]);
    if (!isRenamed) {
      // Should it stay, the next writer removes it.
      await unlinkQuietly(temporary).catch(() => undefined);
    }
  }
}

async function finish(file: FileHandle | undefined, sync: boolean): Promise<void> {
  if (sync) {
    await file?.sync();
  }
  await file?.close();
}

/** What a program made of the file that was replaced, if it had opened it before. */
async function findLateWrite(
  job: Job,
  seen: SeenFile | undefined,
  inode: bigint | undefined,
): Promise<Ground | undefined> {
  if (seen === undefined || process.platform === 'win32' || !(await isWrittenSince(seen))) {
    return undefined;
  }
  const present = await explain(job, () => statOrNone(job.path));
  // Whoever has replaced it since read the new file.
  return present?.ino === inode
    ? { seen: await seeAgain(seen.handle, job, job.options.signal, job.options.isWhole), present }
    : undefined;
}

/** False when the file is not the one that was read any more. */
async function mayCommit(job: Job, ground: Ground, lock: FileLock): Promise<boolean> {
  const [isHeld, isSame] = await allDone([explain(job, lock.isHeld), isInPlace(job, ground)]);
  if (!isHeld) {
    throw new UserError(`${job.label} was not written: its lock was taken away.`, {
      hint: 'Try again.',
      file: job.path,
    });
  }
  throwIfAborted(job.options.signal);
  return isSame;
}

async function isInPlace(job: Job, { present }: Ground): Promise<boolean> {
  const now = await explain(job, () => statOrNone(job.path));
  return present === undefined || now === undefined
    ? present === now
    : present.ino === now.ino &&
        present.dev === now.dev &&
        present.size === now.size &&
        present.mtimeNs === now.mtimeNs &&
        present.ctimeNs === now.ctimeNs;
}

async function isLink(path: string): Promise<boolean> {
  try {
    return (await lstat(path)).isSymbolicLink();
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') {
      return false;
    }
    throw error;
  }
}
