import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { systemErrorCode } from '../lib/errors.ts';
import type { Json } from './python-json.ts';

/**
 * A file of AWS's caches as it was found. The reason names no content. `isFresh`: its text is cut off and was written
 * just now, so that a program may be amid writing it.
 */
export type CacheFile =
  | { readonly kind: 'missing' }
  | { readonly kind: 'read'; readonly fields: Readonly<Record<string, Json>> }
  | { readonly kind: 'broken'; readonly reason: string; readonly isFresh: boolean };

/** No cache file of AWS's comes near this size, in bytes. */
const MAX_SIZE = 1024 * 1024;

/** AWS CLI opens, empties and fills a cache file in far less than this, in milliseconds. */
const WRITING_TIME = 1000;

export function sha1(text: string): string {
  return createHash('sha1').update(text, 'utf8').digest('hex');
}

function broken(reason: string): CacheFile {
  return { kind: 'broken', reason, isFresh: false };
}

/** What the text of a cache file says. Never throws. */
export function parseCacheFile(bytes: Buffer): CacheFile {
  try {
    const fields: unknown = JSON.parse(bytes.toString('utf8'));
    return typeof fields === 'object' && fields !== null && !Array.isArray(fields)
      ? { kind: 'read', fields: { ...fields } }
      : broken('It is not a JSON object.');
  } catch {
    return broken(bytes.length === 0 ? 'It is empty.' : 'It is not JSON.');
  }
}

/** Reads a cache file. Never throws: what cannot be read is `broken`, with the reason. */
export async function readCacheFile(path: string): Promise<CacheFile> {
  try {
    const info = await stat(path);
    // A pipe or a device would keep the reader waiting.
    if (!info.isFile()) {
      return broken('It is not a file.');
    }
    if (info.size > MAX_SIZE) {
      return broken('It is too large for a token file.');
    }
    const file = parseCacheFile(await readFile(path));
    const age = Date.now() - info.mtimeMs;
    return file.kind === 'broken' ? { ...file, isFresh: age >= 0 && age < WRITING_TIME } : file;
  } catch (error) {
    const code = systemErrorCode(error);
    return code === 'ENOENT' || code === 'ENOTDIR'
      ? { kind: 'missing' }
      : broken(`It cannot be read (${code ?? 'unknown error'}).`);
  }
}
