import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Snapshot } from '../../../src/aws-files/snapshot.ts';
import { Store } from '../../../src/aws-files/store.ts';
import { realSystem } from '../../../src/lib/system.ts';

/** The snapshot of two real files with these texts, read by the real store. */
export async function readFiles(config: string, credentials = ''): Promise<Snapshot> {
  const folder = await mkdtemp(join(tmpdir(), 'rolecall-view-'));
  try {
    const paths = { config: join(folder, 'config'), credentials: join(folder, 'credentials') };
    await writeFile(paths.config, config);
    await writeFile(paths.credentials, credentials);
    const store = new Store({ system: realSystem(), paths });
    try {
      return await store.load();
    } finally {
      store.dispose();
    }
  } finally {
    await rm(folder, { recursive: true });
  }
}
