import { randomBytes } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { open, readFile, stat, unlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import { systemErrorCode, throwIfAborted, UserError } from './errors.ts';
import { sleep } from './system.ts';

/** How long to wait for a lock whose holder lives. The work under a lock takes milliseconds. */
const PATIENCE_MS = 15_000;
/** A lock that says nothing of its holder, or names another machine, counts as left behind after this. */
const FOREIGN_STALE_MS = 60_000;
const EMPTY_STALE_MS = 10_000;

/** A lock that this process holds. */
export type FileLock = {
  /** Text that no other lock ever has; the holder names its temporary files by it. */
  readonly token: string;
  /** Whether the lock file still is this one. */
  isHeld(): Promise<boolean>;
  release(): Promise<void>;
};

type Holder = {
  readonly pid: number;
  readonly host: string;
  /** When the process started, where the system tells; parts it from a later one of the same number. */
  readonly started: string;
  readonly token: string;
};

export type LockOptions = {
  readonly signal: AbortSignal;
  /** Called with the token of a holder that died, before its lock is removed. */
  readonly onStale?: (token: string) => Promise<void>;
};

/**
 * Creates `path` as a lock and waits while another process holds it. A lock whose holder died is removed by
 * one process only: who may remove the lock with a certain token is settled by a lock of its own, named after
 * that token, so a lock taken meanwhile by somebody else is never the one that goes.
 *
 * Own code, because what is to be had steals by age alone (a suspended process loses a lock that it holds).
 * Rejects with `Cancelled` on abort, `UserError` after 15 s, and the system's error if it cannot be created.
 */
export async function acquireLock(path: string, options: LockOptions): Promise<FileLock> {
  const holder = describeSelf();
  const deadline = performance.now() + PATIENCE_MS;
  let pause = 2;
  while (!(await createLock(path, holder))) {
    throwIfAborted(options.signal);
    const stale = await findStale(path);
    if (stale !== undefined) {
      await removeStale(path, stale, options);
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
  const isHeld = async (): Promise<boolean> => (await readHolder(path))?.token === holder.token;
  return {
    token: holder.token,
    isHeld,
    release: async () => {
      if (await isHeld()) {
        await unlinkQuietly(path);
      }
    },
  };
}

async function createLock(path: string, holder: Holder): Promise<boolean> {
  try {
    const file = await open(path, 'wx', 0o600);
    try {
      await file.writeFile(JSON.stringify(holder));
    } catch (error) {
      await unlinkQuietly(path);
      throw error;
    } finally {
      await file.close();
    }
    return true;
  } catch (error) {
    // Windows answers EPERM while a removed file is still open somewhere.
    const code = systemErrorCode(error);
    if (code === 'EEXIST' || (code === 'EPERM' && process.platform === 'win32')) {
      return false;
    }
    throw error;
  }
}

/** The token of the lock if its holder is gone. A lock without a readable holder gets one made of its file's identity. */
async function findStale(path: string): Promise<string | undefined> {
  try {
    const { mtimeMs, ino } = await stat(path);
    const age = Date.now() - mtimeMs;
    const holder = await readHolder(path);
    if (holder === undefined) {
      return age > EMPTY_STALE_MS ? `unknown-${ino}-${Math.round(mtimeMs)}` : undefined;
    }
    if (holder.host !== describeHost()) {
      return age > FOREIGN_STALE_MS ? holder.token : undefined;
    }
    return isAlive(holder) ? undefined : holder.token;
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') {
      return undefined;
    }
    throw error;
  }
}

async function removeStale(path: string, token: string, options: LockOptions): Promise<void> {
  const right = await acquireLock(`${path}.${token.slice(0, 40)}`, { signal: options.signal });
  try {
    if ((await findStale(path)) === token) {
      await options.onStale?.(token);
      await unlinkQuietly(path);
    }
  } finally {
    await right.release();
  }
}

async function readHolder(path: string): Promise<Holder | undefined> {
  try {
    const value: unknown = JSON.parse(await readFile(path, 'utf8'));
    if (typeof value !== 'object' || value === null) {
      return undefined;
    }
    const { pid, host, started, token } = value as Partial<Record<keyof Holder, unknown>>;
    return typeof pid === 'number' &&
      typeof host === 'string' &&
      typeof started === 'string' &&
      typeof token === 'string' &&
      /^[0-9a-f]{32}$/.test(token)
      ? { pid, host, started, token }
      : undefined;
  } catch (error) {
    // Not yet, or no longer, a whole lock; only the file system's own refusal counts.
    const code = systemErrorCode(error);
    if (code === undefined || code === 'ENOENT') {
      return undefined;
    }
    throw error;
  }
}

function isAlive(holder: Holder): boolean {
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    return systemErrorCode(error) !== 'ESRCH';
  }
  const started = processStart(holder.pid);
  return started === '' || holder.started === '' || started === holder.started;
}

function describeSelf(): Holder {
  return {
    pid: process.pid,
    host: describeHost(),
    started: processStart(process.pid),
    token: randomBytes(16).toString('hex'),
  };
}

/** The machine, and on Linux its present boot and the process's view of the process numbers (containers). */
function describeHost(): string {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return `${hostname()} ${boot} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return hostname();
  }
}

/** When a process started, in the system's own unit; empty where it is not told. */
function processStart(pid: number): string {
  try {
    const line = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The program's name stands in parentheses and may hold blanks; the start time is the 22nd field.
    return line.slice(line.lastIndexOf(')') + 2).split(' ')[19] ?? '';
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
