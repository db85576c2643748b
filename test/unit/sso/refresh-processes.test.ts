import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { bundleWorker, runRefreshCrowd, scriptedForeign } from '../../faults/refresh-crowd.ts';
import { openRefreshScene } from '../../faults/refresh-scene.ts';

test('of eight processes that need a new token one asks, and all get it, whoever else renews it', async context => {
  const folder = await mkdtemp(join(tmpdir(), 'rolecall-test-'));
  context.after(() => rm(folder, { recursive: true }));
  const worker = await bundleWorker('refresh-worker.ts', folder);
  const foreign = scriptedForeign(await bundleWorker('refresh-foreign.ts', folder));
  const { renewed, most, afterForeign, races } = await runRefreshCrowd(worker, 3, foreign);
  assert.deepEqual([renewed, most, afterForeign], [3, 1, 0]);
  assert.equal(races.rolecall + races.foreign, 3);
});

test('a process that is killed while AWS has its request holds up nobody', async context => {
  const folder = await mkdtemp(join(tmpdir(), 'rolecall-test-'));
  context.after(() => rm(folder, { recursive: true }));
  const worker = await bundleWorker('refresh-worker.ts', folder);
  const scene = await openRefreshScene();
  const windows = Array.from({ length: 3 }, () => scene.open(worker));
  context.after(() => {
    for (const window of windows) {
      window.kill();
    }
  });
  await Promise.all(windows.map(window => window.line()));
  const hanging = scene.aws.faults.add('CreateToken', { kind: 'hang' }, 1);
  const moment = scene.pass();
  const answers = windows.map(window => window.ask(moment).catch(() => 'killed'));
  await scene.aws.requests.seen('CreateToken');
  const holder = scene.holder();
  const killed = windows.find(({ pid }) => pid === holder);
  assert.ok(killed);
  killed.kill();
  const ends = await Promise.all(answers);
  assert.equal(ends.filter(end => end === 'killed').length, 1);
  scene.check(ends.filter(end => end !== 'killed'));
  assert.equal(scene.count('rolecall'), 2);
  hanging.dispose();
  await Promise.all(windows.map(window => window.end()));
  await scene.end();
});
