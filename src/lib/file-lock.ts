import { createHash, randomBytes } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { lstat, lutimes, open, readFile, readlink, symlink, unlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import { systemErrorCode, throwIfAborted, UserError } from './errors.ts';
import { sleep } from './system.ts';

/** How long to wait for a lock whose holder lives. The work under a lock takes milliseconds. */
const PATIENCE_MS = 15_000;
/** A lock that names another machine counts as left behind after this. */
const FOREIGN_STALE_MS = 60_000;
/** A lock that does not say who holds it counts as left behind after this. */
const EMPTY_STALE_MS = 10_000;
/** Where the system does not tell when a process started, its number may by now be another's after this. */
const REUSED_STALE_MS = 600_000;

/** Asked once: it takes as long as the whole rest of a lock. */
const HOST = describeHost();
const STARTED = processStart(process.pid);

/** A lock that this process holds. */
export type FileLock = {
  /** Hexadecimal digits that no other lock ever has; the holder names its temporary files by them. */
  readonly token: string;
  /** Whether the lock still is this one. */
  isHeld(): Promise<boolean>;
  /**
   * Shows that the holder lives, where others go by the age of the lock: on another machine, or where the system does
   * not tell when a process started. For what takes longer than a minute. Never rejects.
   */
  touch(): Promise<void>;
  /** Never rejects: a folder that may not be written any more keeps its lock, and everybody else out. */
  release(): Promise<void>;
};

type Holder = {
  readonly pid: number;
  /** When the process started, where the system tells; parts it from a later one of the same number. */
  readonly started: string;
  readonly host: string;
  readonly token: string;
};

/**
 * Creates `path` as a lock and waits while another process holds it. The lock is a symbolic link that leads nowhere:
 * its text says who holds it, so that it comes into being whole, in one step and without a block of the disk. Where
 * there are no such links it is a small file. A lock whose holder died is removed by one process only: who may
 * remove the lock with a certain token is settled by a lock of its own, named after that token, so a lock taken
 * meanwhile by somebody else is never the one that goes.
 *
 * Own code, because what is to be had steals by age alone (a suspended process loses a lock that it holds).
 * Rejects with `Cancelled` on abort, `UserError` after `patienceMs` (15 s), and the system's error if it cannot be created.
 */
export async function acquireLock(
  path: string,
  options: { readonly signal: AbortSignal; readonly patienceMs?: number },
): Promise<FileLock> {
  const { token, text } = describeLock();
  const deadline = performance.now() + (options.patienceMs ?? PATIENCE_MS);
  let pause = 2;
  while (!(await createLock(path, text))) {
    throwIfAborted(options.signal);
    const stale = await findStale(path);
    if (stale !== undefined) {
      await removeStale(path, stale, options.signal);
    } else {
      if (performance.now() > deadline) {
        throw new UserError(`${path} has been there for too long: another program seems to be writing.`, {
          hint: 'Try again. If no program is writing, delete that file.',
          file: path,
        });
      }
      await sleep(pause + Math.random() * pause, options.signal);
      pause = Math.min(pause * 2, 40);
    }
  }
  return heldLock(path, token);
}

/**
 * The same without the wait: undefined when a process that lives holds the lock.
 * Rejects with `Cancelled` on abort and with the system's error if it cannot be created.
 */
export async function tryLock(
  path: string,
  options: { readonly signal: AbortSignal },
): Promise<FileLock | undefined> {
  const { token, text } = describeLock();
  throwIfAborted(options.signal);
  if (await createLock(path, text)) {
    return heldLock(path, token);
  }
  const stale = await findStale(path);
  if (stale !== undefined) {
    await removeStale(path, stale, options.signal);
  }
  // Also when it was just released.
  return (await createLock(path, text)) ? heldLock(path, token) : undefined;
}

/** The text of a new lock of this process, and the token in it. */
function describeLock(): { readonly token: string; readonly text: string } {
  const token = randomBytes(12).toString('hex');
  return { token, text: `${process.pid} ${STARTED || '-'} ${HOST} ${token}` };
}

function heldLock(path: string, token: string): FileLock {
  const isHeld = async (): Promise<boolean> => (await readHolder(path))?.token === token;
  return {
    token,
    isHeld,
    touch: async () => {
      try {
        if (await isHeld()) {
          const now = new Date();
          await lutimes(path, now, now);
        }
      } catch {
        // Then it ages.
      }
    },
    release: async () => {
      try {
        if (await isHeld()) {
          await unlinkQuietly(path);
        }
      } catch {
        // What was done under the lock is done.
      }
    },
  };
}

/** Removes a lock if its holder is gone. For one that nobody waits for any more. */
export async function removeLockLeftBehind(path: string, signal: AbortSignal): Promise<void> {
  const stale = await findStale(path);
  if (stale !== undefined) {
    await removeStale(path, stale, signal);
  }
}

/** False when there is a lock already. */
async function createLock(path: string, text: string): Promise<boolean> {
  try {
    if (process.platform === 'win32') {
      return await createLockFile(path, text);
    }
    await symlink(text, path);
    return true;
  } catch (error) {
    const code = systemErrorCode(error);
    // Windows answers EPERM while a removed file is still open somewhere.
    if (code === 'EEXIST' || (code === 'EPERM' && process.platform === 'win32')) {
      return false;
    }
    if (code === 'EPERM' || code === 'ENOTSUP' || code === 'EOPNOTSUPP' || code === 'ENOSYS') {
      // A file system without symbolic links, of another system's making.
      return createLockFile(path, text);
    }
    throw error;
  }
}

async function createLockFile(path: string, text: string): Promise<boolean> {
  try {
    const file = await open(path, 'wx', 0o600);
    try {
      await file.writeFile(text);
    } catch (error) {
      await unlinkQuietly(path);
      throw error;
    } finally {
      await file.close();
    }
    return true;
  } catch (error) {
    if (systemErrorCode(error) === 'EEXIST') {
      return false;
    }
    throw error;
  }
}

/** The token of the lock if its holder is gone. A lock without a readable holder gets one made of its file's identity. */
async function findStale(path: string): Promise<string | undefined> {
  try {
    const { mtimeMs, ino } = await lstat(path);
    const age = Date.now() - mtimeMs;
    const holder = await readHolder(path);
    if (holder === undefined) {
      return age > EMPTY_STALE_MS ? `unknown-${ino}-${Math.round(mtimeMs)}` : undefined;
    }
    return age > staleAfter(holder) ? holder.token : undefined;
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') {
      return undefined;
    }
    throw error;
  }
}

/** How old a lock must be, in milliseconds, before it counts as left behind. */
function staleAfter(holder: Holder): number {
  if (holder.host !== HOST) {
    return FOREIGN_STALE_MS;
  }
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    if (systemErrorCode(error) === 'ESRCH') {
      return Number.NEGATIVE_INFINITY;
    }
  }
  const started = processStart(holder.pid);
  if (started === '' || holder.started === '') {
    return REUSED_STALE_MS;
  }
  return started === holder.started ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
}

async function removeStale(path: string, token: string, signal: AbortSignal): Promise<void> {
  const right = await acquireLock(`${path}.${token}`, { signal });
  try {
    if ((await findStale(path)) === token) {
      await unlinkQuietly(path);
    }
  } finally {
    await right.release();
  }
}

async function readHolder(path: string): Promise<Holder | undefined> {
  try {
    return parseHolder(await readLock(path));
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') {
      return undefined;
    }
    throw error;
  }
}

async function readLock(path: string): Promise<string> {
  if (process.platform !== 'win32') {
    try {
      return await readlink(path);
    } catch (error) {
      // A file, then.
      if (systemErrorCode(error) !== 'EINVAL') {
        throw error;
      }
    }
  }
  return readFile(path, 'utf8');
}

/** Undefined for what is not, or not yet, a whole lock. */
function parseHolder(text: string): Holder | undefined {
  const [, pid, started = '-', host = '', token = ''] =
    /^(\d+) (\d+|-) ([0-9a-f]{10}) ([0-9a-f]{24})$/.exec(text) ?? [];
  return pid === undefined
    ? undefined
    : { pid: Number(pid), started: started === '-' ? '' : started, host, token };
}

/** A digest of the machine, and on Linux of its present boot and the process's view of the process numbers (containers). */
function describeHost(): string {
  let host = hostname();
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8');
    host += ` ${boot} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    // Not Linux, or a sandbox that hides it: the name must do.
  }
  return createHash('sha256').update(host).digest('hex').slice(0, 10);
}

/** When a process started, in the system's own unit; empty where it is not told. */
function processStart(pid: number): string {
  try {
    const line = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The program's name stands in parentheses and may hold blanks; the state is the 3rd field, the start the 22nd.
    const fields = line.slice(line.lastIndexOf(')') + 2).split(' ');
    // Dead, but its parent never asked how it ended: in a container that may last for ever.
    return fields[0] === 'Z' || fields[0] === 'X' ? 'ended' : (fields[19] ?? '');
  } catch {
    return '';
  }
}

export async function unlinkQuietly(path: string): Promise<void> {
  try {
    await unlink(path);
  } catch (error) {
    if (systemErrorCode(error) !== 'ENOENT') {
      throw error;
    }
  }
}
