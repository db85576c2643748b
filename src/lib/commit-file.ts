import { type FileHandle, mkdir, open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { systemErrorCode, UserError } from './errors.ts';
import { sleep } from './system.ts';
import type { Subject } from './write-trouble.ts';

/** Makes a folder and those above it, for the user alone, and sees to it that they last. */
export async function makeFolder(path: string): Promise<void> {
  const made = await mkdir(path, { recursive: true, mode: 0o700 });
  if (made !== undefined) {
    const above = await openFolder(dirname(made));
    try {
      await syncFolder({ path, label: path }, above);
    } finally {
      await above?.close();
    }
  }
}

/** On Windows a virus scanner or an indexer may hold either file open for a moment. */
export async function renameFile(from: string, to: string): Promise<void> {
  const { signal } = new AbortController();
  for (let round = 0; ; round++) {
    try {
      await rename(from, to);
      return;
    } catch (error) {
      const code = systemErrorCode(error);
      const passing = code === 'EPERM' || code === 'EACCES' || code === 'EBUSY';
      if (process.platform !== 'win32' || !passing || round === 10) {
        throw error;
      }
      await sleep(20, signal);
    }
  }
}

/** A folder as something to sync; undefined where there is no such thing, or it may not be listed. */
export async function openFolder(folder: string): Promise<FileHandle | undefined> {
  if (process.platform === 'win32') {
    return undefined;
  }
  try {
    return await open(folder, 'r');
  } catch (error) {
    if (systemErrorCode(error) === 'EACCES') {
      return undefined;
    }
    throw error;
  }
}

/** Makes a rename last. By now the file is the new one, whatever happens. */
export async function syncFolder({ path, label }: Subject, folder: FileHandle | undefined): Promise<void> {
  try {
    await folder?.sync();
  } catch (error) {
    const code = systemErrorCode(error);
    // Some network file systems cannot sync a folder.
    if (code !== 'EINVAL' && code !== 'ENOTSUP') {
      throw new UserError(`${label} was written, but the disk reported a fault (${code}).`, {
        hint: 'The change may be lost when the power fails. Look at the disk.',
        file: path,
        cause: error,
      });
    }
  }
}
