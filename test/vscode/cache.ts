import { access, mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { cacheFolder, type Progress } from './project.ts';

/**
 * The folder `name` of the cache. Where it is missing, `build` fills a temporary folder that is then renamed, so
 * that a set-up that was cut short leaves nothing half done. Of two set-ups at once the second one waits.
 */
export async function obtainFolder(
  name: string,
  progress: Progress,
  build: (folder: string) => Promise<void>,
): Promise<string> {
  const target = join(cacheFolder, name);
  if (await exists(target)) {
    return target;
  }
  await mkdir(cacheFolder, { recursive: true });
  const unlock = await lock(join(cacheFolder, `${name}.lock`), progress);
  const temporary = join(cacheFolder, `${name}.${process.pid}.tmp`);
  try {
    if (await exists(target)) {
      return target;
    }
    await removeLeftovers(name);
    await mkdir(temporary, { recursive: true });
    await build(temporary);
    await rename(temporary, target);
    return target;
  } finally {
    await rm(temporary, { recursive: true, force: true });
    await unlock();
  }
}

/** What set-ups that were killed left behind; the lock says that none is at work now. */
async function removeLeftovers(name: string): Promise<void> {
  for (const entry of await readdir(cacheFolder)) {
    if (entry.startsWith(`${name}.`) && entry.endsWith('.tmp')) {
      await rm(join(cacheFolder, entry), { recursive: true, force: true });
    }
  }
}

/**
 * Waits for a lock file that names the process holding it; one whose process is gone is taken over. Two waiters may
 * take over at the same moment: then both build, and the rename decides. So the lock saves work, it guards nothing.
 */
async function lock(path: string, progress: Progress): Promise<() => Promise<void>> {
  let said = false;
  for (;;) {
    try {
      const file = await open(path, 'wx');
      await file.writeFile(String(process.pid));
      await file.close();
      return () => rm(path, { force: true });
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) {
        throw error;
      }
    }
    const holder = Number(await readFile(path, 'utf8').catch(() => ''));
    if (holder > 0 && !isAlive(holder)) {
      await rm(path, { force: true });
      continue;
    }
    if (!said) {
      said = true;
      progress(`Waiting for another set-up (process ${holder}) to finish. If there is none, delete ${path}.`);
    }
    await sleep(500);
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

export async function exists(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch {
    return false;
  }
}
