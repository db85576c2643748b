import { type BigIntStats, constants } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { systemErrorCode, UserError } from './errors.ts';
import { sleep } from './system.ts';
import type { Subject } from './write-trouble.ts';

/**
 * A file rewritten in place is not taken for finished before it was left alone for so long, in milliseconds: it might
 * be half written. AWS CLI empties the file and fills it again, in well under a millisecond if nothing holds it up.
 */
const QUIET_MS = 50;
/** The same for a file that looks cut off: empty, or without an end of its last line. */
const CUT_QUIET_MS = 2000;
/** How long to wait for that in all, in milliseconds. */
const PATIENCE_MS = 5000;

const LINE_FEED = 10;
const RETURN = 13;

/** A file that is held open: whoever writes into it is noticed, also when its name meanwhile is another file's. */
export type SeenFile = {
  readonly handle: FileHandle;
  /** As it was just before it was read. */
  readonly stats: BigIntStats;
  readonly bytes: Buffer;
};

/** Tells a text that is whole from one that is cut off; by default one of whole lines. */
export type IsWhole = (bytes: Buffer) => boolean;

function endsLine(bytes: Buffer): boolean {
  const last = bytes.at(-1);
  return last === LINE_FEED || last === RETURN;
}

/**
 * Opens and reads a file; undefined when there is none. Close its handle. Waits while another program seems to be
 * rewriting it. Rejects with `UserError` for what is no ordinary file or never rests, with `Cancelled`, and with
 * the system's error.
 */
export async function seeFile(
  target: string,
  subject: Subject,
  signal: AbortSignal,
  isWhole?: IsWhole,
): Promise<SeenFile | undefined> {
  let handle: FileHandle;
  try {
    // A pipe would otherwise keep its reader waiting.
    handle = await open(target, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') {
      return undefined;
    }
    throw error;
  }
  try {
    return await seeAgain(handle, subject, signal, isWhole);
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** Reads a file that is open, in the same way. */
export async function seeAgain(
  handle: FileHandle,
  subject: Subject,
  signal: AbortSignal,
  isWhole: IsWhole = endsLine,
): Promise<SeenFile> {
  const deadline = performance.now() + PATIENCE_MS;
  while (performance.now() < deadline) {
    const stats = await handle.stat({ bigint: true });
    if (!stats.isFile()) {
      throw new UserError(
        stats.isDirectory()
          ? `${subject.label} is a folder, not a file.`
          : `${subject.label} is not an ordinary file and was not changed.`,
        { hint: 'Check the path in the settings or in the environment.', file: subject.path },
      );
    }
    const bytes = await readAll(handle, Number(stats.size));
    const rest = unrest(stats, bytes, isWhole);
    if (rest <= 0) {
      return { handle, stats, bytes };
    }
    await sleep(Math.min(rest, QUIET_MS), signal);
  }
  throw neverRests(subject);
}

export function neverRests({ path, label }: Subject): UserError {
  return new UserError(`${label} was not written: another program keeps changing it.`, {
    hint: 'Wait until that program is done, then try again.',
    file: path,
  });
}

/** Whether somebody wrote into the file since it was read, be it under its name or after it was replaced. */
export async function isWrittenSince({ handle, stats }: SeenFile): Promise<boolean> {
  const now = await handle.stat({ bigint: true });
  return now.mtimeNs !== stats.mtimeNs || now.size !== stats.size;
}

/** What the path leads to, links followed; undefined when there is nothing. */
export async function statOrNone(path: string): Promise<BigIntStats | undefined> {
  try {
    return await stat(path, { bigint: true });
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') {
      return undefined;
    }
    throw error;
  }
}

/** Milliseconds until a file can be taken as finished; none for one that was not just rewritten in place. */
function unrest({ mtimeNs, birthtimeNs }: BigIntStats, bytes: Buffer, isWhole: IsWhole): number {
  const written = Number(mtimeNs / 1_000_000n);
  const age = Date.now() - written;
  // Made and filled at once is how Rolecall and others that replace files leave them; those are whole.
  const isMadeWhole = bytes.length > 0 && written - Number(birthtimeNs / 1_000_000n) < QUIET_MS;
  if (age < 0 || isMadeWhole) {
    return 0;
  }
  return (isWhole(bytes) ? QUIET_MS : CUT_QUIET_MS) - age;
}

async function readAll(handle: FileHandle, size: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(size);
  let filled = 0;
  while (filled < size) {
    const { bytesRead } = await handle.read(buffer, filled, size - filled, filled);
    if (bytesRead === 0) {
      break;
    }
    filled += bytesRead;
  }
  return buffer.subarray(0, filled);
}
