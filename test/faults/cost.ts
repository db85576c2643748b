import { mkdtempSync, rmSync } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BackupFolder, backUp } from '../../src/aws-files/backup.ts';
import { replaceFile } from '../../src/lib/atomic-file.ts';

export type CostFigures = {
  /** Medians, in milliseconds. */
  readonly bare: number;
  readonly replace: number;
  readonly backedUp: number;
};

/**
 * What replacing a file safely costs over the least that lasts: write, sync, rename, sync of the folder. In turn, so
 * that each meets the same state of the machine.
 */
export async function measureCost(size: number, rounds: number): Promise<CostFigures> {
  const folder = mkdtempSync(join(tmpdir(), 'rolecall-faults-'));
  const { signal } = new AbortController();
  const backups = new BackupFolder({
    folder: join(folder, 'storage'),
    now: Date.now,
    onTrouble: fail,
    onSecretLeft: fail,
  });
  const paths = ['bare', 'replace', 'backedUp'].map(name => join(folder, name));
  const [barePath = '', path = '', backedUpPath = ''] = paths;
  const ways: readonly ((bytes: Buffer) => Promise<void>)[] = [
    bytes => writeBare(folder, barePath, bytes),
    bytes => replaceFile(path, () => bytes, { signal }),
    bytes =>
      replaceFile(backedUpPath, () => bytes, {
        signal,
        beforeWrite: (before, after) => backUp(backups, backedUpPath, before, after, signal),
      }),
  ];
  try {
    const times = ways.map((): number[] => []);
    for (let round = 0; round < rounds; round++) {
      const text = `[profile p${String(round).padStart(6, '0')}]\n`;
      const bytes = Buffer.concat([Buffer.from(text), Buffer.alloc(size, 'region = eu-west-1\n')]);
      for (const [index, write] of ways.entries()) {
        const started = performance.now();
        await write(bytes);
        times[index]?.push(performance.now() - started);
      }
    }
    const [bare = 0, replace = 0, backedUp = 0] = times.map(median);
    return { bare, replace, backedUp };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function writeBare(folder: string, path: string, bytes: Buffer): Promise<void> {
  const file = await open(`${path}.new`, 'wx', 0o600);
  await file.writeFile(bytes);
  await file.sync();
  await file.close();
  await rename(`${path}.new`, path);
  const handle = await open(folder, 'r');
  await handle.sync();
  await handle.close();
}

function median(times: readonly number[]): number {
  return [...times].sort((one, other) => one - other)[Math.floor(times.length / 2)] ?? Number.NaN;
}

function fail(error: unknown): never {
  throw error;
}
