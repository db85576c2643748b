import { readFile, stat } from 'node:fs/promises';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { systemErrorCode, throwIfAborted } from '../lib/errors.ts';
import { readSdk, rereadSdk, type SdkReading } from './dialects/sdk.ts';
import { type Document, decodeBytes, parseDocument, parseText, type Text } from './document.ts';
import type { FileName } from './kinds.ts';
import type { FileState } from './snapshot.ts';

/** Files over this many bytes are not read: 300,000 profiles fit in. */
const MAX_BYTES = 64 * 1024 * 1024;

/** One file as it was found. */
export type LoadedFile = {
  readonly state: FileState;
  readonly reading: SdkReading;
  /** Why it could not be read, as a sentence. */
  readonly trouble: string | undefined;
  /** What the system said of the file; undefined when a change might not show in it. */
  readonly stamp: string | undefined;
  /** The bytes of the text, where somebody made them who still has them. */
  readonly bytes?: Buffer;
  /** Who may read and write it, as POSIX has it; undefined where the system does not. */
  readonly mode?: number | undefined;
};

const BYTE_ORDER_MARK = '\ufeff';

/** From this many characters on, reading takes more than one turn of the event loop. */
const LARGE_LENGTH = 512 * 1024;

/** A file whose last change is younger than this may change again without its stamp telling. */
const SETTLED_MS = 2000;

/**
 * Reads and parses a file. Never fails but by `Cancelled`: what is wrong is part of the result. Gives `last`
 * back when the file did not change.
 */
export async function loadFile(
  path: string,
  file: FileName,
  last: LoadedFile | undefined,
  signal: AbortSignal | undefined,
): Promise<LoadedFile> {
  const known = last?.state.path === path ? last : undefined;
  let found: Found;
  try {
    found = await readBytes(path, known);
  } catch (error) {
    const code = systemErrorCode(error) ?? 'an error';
    found =
      code === 'ENOENT' ? { status: 'missing' } : { status: 'unreadable', trouble: describeTrouble(code) };
  }
  throwIfAborted(signal);
  if (found.status === 'same') {
    return found.known;
  }
  if (found.status !== 'read') {
    const trouble = found.status === 'unreadable' ? found.trouble : undefined;
    if (known?.state.status === found.status && known.trouble === trouble) {
      return known;
    }
    return {
      state: { path, status: found.status },
      reading: readSdk(parseDocument(new Uint8Array()), file),
      trouble,
      stamp: undefined,
    };
  }
  const decoded = decodeBytes(found.bytes);
  if (known?.state.status === 'read' && holds(known.reading.document, decoded)) {
    return { ...known, stamp: found.stamp, mode: found.mode };
  }
  const reading = await readText(decoded, file, known?.reading);
  return {
    state: { path, status: 'read' },
    reading,
    trouble: undefined,
    stamp: found.stamp,
    mode: found.mode,
  };
}

/** A text that is much like the last one is read by what changed in it; a large one in two turns. */
async function readText(text: Text, file: FileName, last: SdkReading | undefined): Promise<SdkReading> {
  if (last !== undefined && last.document.rows > 0) {
    return rereadSdk(last, text);
  }
  const document = parseText(text.text, text.encoding);
  if (text.text.length > LARGE_LENGTH) {
    await nextTurn();
  }
  return readSdk(document, file);
}

function holds(document: Document, { text, encoding }: Text): boolean {
  return document.encoding === encoding && document.text === text;
}

/** A file that was just written over `last`: it is read when somebody asks, and not from disk. */
export function loadWritten(
  last: LoadedFile,
  text: { readonly reading: SdkReading; readonly bytes: Buffer },
): LoadedFile {
  const { state, mode } = last;
  const { bytes } = text;
  // Let go when it was read: it holds the text before it.
  let source: Pick<typeof text, 'reading'> = text;
  return {
    state: state.status === 'read' ? state : { path: state.path, status: 'read' },
    get reading() {
      const { reading } = source;
      source = { reading };
      return reading;
    },
    bytes,
    trouble: undefined,
    stamp: undefined,
    mode,
  };
}

/** The file with another text in place of what it holds. */
export function loadText(last: LoadedFile, text: string): LoadedFile {
  const mark = last.reading.document.text.startsWith(BYTE_ORDER_MARK) ? BYTE_ORDER_MARK : '';
  return {
    state: { path: last.state.path, status: 'read' },
    reading: rereadSdk(last.reading, { text: mark + text, encoding: 'utf8' }),
    trouble: undefined,
    stamp: undefined,
  };
}

type Found =
  | {
      readonly status: 'read';
      readonly bytes: Buffer;
      readonly stamp: string | undefined;
      readonly mode: number | undefined;
    }
  | { readonly status: 'same'; readonly known: LoadedFile }
  | { readonly status: 'missing' }
  | { readonly status: 'unreadable'; readonly trouble: string };

async function readBytes(path: string, known: LoadedFile | undefined): Promise<Found> {
  const stats = await stat(path, { bigint: true });
  if (stats.isDirectory()) {
    return { status: 'unreadable', trouble: 'It is a folder, not a file.' };
  }
  // /dev/null stands for "no file" in many set-ups; a pipe would keep its reader waiting.
  if (!stats.isFile() && !stats.isCharacterDevice()) {
    return { status: 'unreadable', trouble: 'It is not an ordinary file.' };
  }
  if (stats.isCharacterDevice() && path !== '/dev/null') {
    return { status: 'unreadable', trouble: 'It is a device, not a file.' };
  }
  if (stats.size > MAX_BYTES) {
    return { status: 'unreadable', trouble: `It is too large (over ${MAX_BYTES / 1024 / 1024} MB).` };
  }
  const settled = Date.now() - Number(stats.mtimeMs) > SETTLED_MS;
  const stamp = settled
    ? `${stats.dev} ${stats.ino} ${stats.size} ${stats.mtimeNs} ${stats.ctimeNs}`
    : undefined;
  if (stamp !== undefined && known?.stamp === stamp) {
    return { status: 'same', known };
  }
  // Windows has no such mode, and makes one up.
  const mode = process.platform === 'win32' || !stats.isFile() ? undefined : Number(stats.mode) & 0o777;
  return { status: 'read', bytes: await readFile(path), stamp, mode };
}

function describeTrouble(code: string): string {
  switch (code) {
    case 'EACCES':
    case 'EPERM':
      return 'You have no permission to read it.';
    case 'ELOOP':
      return 'Its symbolic links lead in a circle.';
    case 'ENOTDIR':
      return 'A part of its path is a file, not a folder.';
    default:
      return `The system reported ${code}.`;
  }
}
