import { access, constants, stat } from 'node:fs/promises';
import { UserError } from '../lib/errors.ts';
import { explain } from '../lib/write-trouble.ts';

/**
 * Looks whether a cache file may be replaced, for who must know it before an answer comes that is worth nothing when
 * it cannot be kept.
 * @throws UserError when it may not, or is no file.
 */
export async function checkWritable(path: string): Promise<void> {
  await explain({ path, label: path }, async () => {
    const info = await stat(path);
    if (!info.isFile()) {
      throw new UserError(`${path} is not a file.`, { hint: 'Move it out of the way.', file: path });
    }
    // The superuser may write it all the same, but whoever made it so meant it.
    if ((info.mode & 0o222) === 0) {
      throw new UserError(`${path} is read-only.`, { hint: 'Make it writable, then try again.', file: path });
    }
    await access(path, constants.W_OK);
  });
}
