import { readlink, realpath } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, sep } from 'node:path';
import { systemErrorCode } from './errors.ts';

const MAX_LINKS = 40;

/**
 * The file at the end of the symbolic links, those of its folders included, as the system would find it. Neither
 * the file nor its folder need exist. Rejects with the system's error, `ELOOP` for links that lead in a circle.
 */
export async function followLinks(path: string, links = MAX_LINKS): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    // On Windows the whole question fails on some kinds of drive; asking step by step still works there.
    if (systemErrorCode(error) !== 'ENOENT' && process.platform !== 'win32') {
      throw error;
    }
  }
  const above = dirname(path);
  const folder = above === path ? path : await followLinks(above, links);
  const place = join(folder, basename(path));
  const next = await readLink(place);
  if (next === undefined) {
    return place;
  }
  if (links === 0) {
    throw Object.assign(new Error('too many links'), { code: 'ELOOP' });
  }
  // Put together as text: `..` after a link means the folder above where the link leads.
  return followLinks(isAbsolute(next) ? next : folder + sep + next, links - 1);
}

/** Where a link leads; undefined for what is no link or is not there. */
async function readLink(path: string): Promise<string | undefined> {
  try {
    return await readlink(path);
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === 'EINVAL' || code === 'ENOENT' || code === 'UNKNOWN') {
      return undefined;
    }
    throw error;
  }
}
