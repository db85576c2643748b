import assert from 'node:assert/strict';
import { type Dirent, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import type { FileName } from '../../src/aws-files/kinds.ts';

export const FILES: readonly FileName[] = ['config', 'credentials'];

/** What both files hold; undefined for one that is not there. */
export type Contents = Readonly<Record<FileName, string | undefined>>;

/** Runs `body` with a home folder that goes afterwards. */
export async function withHome<T>(body: (home: string) => Promise<T>): Promise<T> {
  const home = mkdtempSync(join(tmpdir(), 'rolecall-faults-'));
  try {
    return await body(home);
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

export function readContents(home: string): Contents {
  const read = (file: FileName): string | undefined => {
    const path = join(home, '.aws', file);
    return existsSync(path) ? readFileSync(path, 'latin1') : undefined;
  };
  return { config: read('config'), credentials: read('credentials') };
}

/** Every path below a folder, sorted; the digests in the names of backups are left out, as they tell homes apart. */
export function listAll(home: string): readonly string[] {
  return entries(home)
    .map(entry => relative(home, join(entry.parentPath, entry.name)).replace(/-[0-9a-f]{16}\./, '-digest.'))
    .sort();
}

/** Fails when a file below `folder` holds `text`. */
export function assertNowhere(folder: string, text: string): void {
  if (existsSync(folder)) {
    for (const entry of entries(folder).filter(each => each.isFile())) {
      const path = join(entry.parentPath, entry.name);
      assert.ok(!readFileSync(path, 'utf8').includes(text), `${relative(folder, path)} holds the secret`);
    }
  }
}

function entries(folder: string): readonly Dirent[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true });
}
