import { readlink, realpath } from 'node:fs/promises';
import { dirname, join, parse, resolve } from 'node:path';
import { systemErrorCode } from './errors.ts';

const MAX_LINKS = 40;

/**
 * The file at the end of the symbolic links, those of its folders included, as the system would find it. Neither
 * the file nor its folder need exist. Rejects with the system's error, `ELOOP` for links that lead in a circle.
 */
export async function followLinks(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    // On Windows the whole question fails on some kinds of drive; asking step by step still works there.
    if (systemErrorCode(error) !== 'ENOENT' && process.platform !== 'win32') {
      throw error;
    }
  }
  const hops = await listHops(path);
  if (hops.length > MAX_LINKS) {
    throw Object.assign(new Error('too many links'), { code: 'ELOOP' });
  }
  return hops.at(-1) ?? path;
}

/**
 * Where each symbolic link on the way to a file stands, those of its folders included, and at last where the file
 * itself stands or would stand: a change of what the path leads to is a change at one of these places. Never rejects.
 */
export async function listHops(path: string): Promise<readonly string[]> {
  const whole = resolve(path);
  const { root } = parse(whole);
  const hops: string[] = [];
  let place = root;
  const rest = namesOf(whole.slice(root.length));
  for (let name = rest.shift(); name !== undefined; name = rest.shift()) {
    if (name === '..') {
      place = dirname(place);
      continue;
    }
    const next = join(place, name);
    const link = await readLink(next);
    if (link === undefined) {
      place = next;
      continue;
    }
    hops.push(next);
    if (hops.length > MAX_LINKS) {
      return hops;
    }
    const { root: linkRoot } = parse(link);
    place = linkRoot === '' ? place : resolve(linkRoot);
    rest.unshift(...namesOf(link.slice(linkRoot.length)));
  }
  return [...hops, place];
}

function namesOf(path: string): string[] {
  const separators = process.platform === 'win32' ? /[\\/]/ : '/';
  return path.split(separators).filter(name => name !== '' && name !== '.');
}

/** Where a link leads; undefined for what is no link or is not there. */
async function readLink(path: string): Promise<string | undefined> {
  try {
    return await readlink(path);
  } catch {
    return undefined;
  }
}
