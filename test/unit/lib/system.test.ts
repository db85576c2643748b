import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Cancelled } from '../../../src/lib/errors.ts';
import { homeFolder, realSystem, sleep } from '../../../src/lib/system.ts';

const never = (): AbortSignal => new AbortController().signal;

describe('run', () => {
  const { run } = realSystem();

  test('gives output and exit code, and no shell reads the arguments', async () => {
    const script = 'process.stdout.write(process.argv[1]); process.stderr.write("e"); process.exitCode = 3';
    const result = await run(process.execPath, ['-e', script, '$HOME; echo `x`'], {
      signal: never(),
      timeoutMs: 20_000,
    });
    assert.deepEqual(result, { code: 3, stdout: '$HOME; echo `x`', stderr: 'e', timedOut: false });
  });

  test('ends a process that takes too long', async () => {
    const result = await run(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], {
      signal: never(),
      timeoutMs: 200,
    });
    assert.equal(result.timedOut, true);
  });

  test('rejects with Cancelled on abort, and with the system error when there is no such program', async () => {
    const stop = new AbortController();
    const running = run(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], {
      signal: stop.signal,
      timeoutMs: 20_000,
    });
    stop.abort();
    await assert.rejects(running, Cancelled);
    await assert.rejects(run('/no/such/program', [], { signal: never(), timeoutMs: 1000 }), {
      code: 'ENOENT',
    });
  });
});

test('sleep ends at once on abort', async () => {
  const stop = new AbortController();
  const sleeping = sleep(3_600_000, stop.signal);
  stop.abort();
  await assert.rejects(sleeping, Cancelled);
});

test('the home folder is looked up as the SDKs do', () => {
  assert.equal(homeFolder({ HOME: '/h', USERPROFILE: 'C:\\u' }, 'linux'), '/h');
  assert.equal(homeFolder({ USERPROFILE: 'C:\\u' }, 'win32'), 'C:\\u');
  assert.equal(homeFolder({ HOMEDRIVE: 'C:', HOMEPATH: '\\p' }, 'win32'), 'C:\\p');
  // Elsewhere the names of Windows mean nothing.
  const env = { USERPROFILE: '/u', HOMEDRIVE: '/', HOMEPATH: 'p' };
  assert.equal(
    homeFolder(env, 'linux', () => '/system'),
    '/system',
  );
});
