import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { bundleWorker, runRefreshCrowd, scriptedForeign } from '../../faults/refresh-crowd.ts';

test('of eight processes that need a new token one asks, and all get it, whoever else renews it', async context => {
  const folder = await mkdtemp(join(tmpdir(), 'rolecall-test-'));
  context.after(() => rm(folder, { recursive: true }));
  const worker = await bundleWorker('refresh-worker.ts', folder);
  const foreign = scriptedForeign(await bundleWorker('refresh-foreign.ts', folder));
  const { renewed, most, afterForeign, races } = await runRefreshCrowd(worker, 3, foreign);
  assert.deepEqual([renewed, most, afterForeign], [3, 1, 0]);
  assert.equal(races.rolecall + races.foreign, 3);
});
