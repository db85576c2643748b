import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { Cancelled, systemErrorCode } from '../../../src/lib/errors.ts';
import { type StartOptions, startProgram } from '../../../src/lib/start-program.ts';
import { temporaryFolder } from './temporary-folder.ts';

function options(more: Partial<StartOptions> = {}): StartOptions {
  return {
    signal: new AbortController().signal,
    env: process.env,
    cwd: tmpdir(),
    settleMs: 60_000,
    ...more,
  };
}

const script = (code: string): readonly string[] => ['-e', code];

describe('starting a program', () => {
  it('gives it the arguments as they are', async t => {
    const file = join(await temporaryFolder(t), 'args');
    const odd = 'https://a/?x=$(id)&y=`id`&z="%PATH%"#/*;';
    await startProgram(
      process.execPath,
      [...script('fs.writeFileSync(process.argv[1], process.argv[2])'), file, odd],
      options(),
    );
    assert.equal(await readFile(file, 'utf8'), odd);
  });

  it('fails when there is none', async () => {
    await assert.rejects(
      startProgram('/nowhere/browser', [], options()),
      error => systemErrorCode(error) === 'ENOENT',
    );
  });

  it('fails when it ends at once with a code', async () => {
    await assert.rejects(startProgram(process.execPath, script('process.exit(3)'), options()), /code 3/);
  });

  it('does not wait for one that goes on, and leaves it alone', async t => {
    const file = join(await temporaryFolder(t), 'pid');
    const code = `fs.writeFileSync(${JSON.stringify(file)}, String(process.pid)); setInterval(() => {}, 1000)`;
    const stop = new AbortController();
    const started = startProgram(process.execPath, script(code), options({ signal: stop.signal }));
    let pid = Number.NaN;
    while (Number.isNaN(pid)) {
      pid = Number.parseInt(await readFile(file, 'utf8').catch(() => ''), 10);
    }
    stop.abort();
    await assert.rejects(started, Cancelled);
    assert.doesNotThrow(() => process.kill(pid, 0));
    process.kill(pid, 'SIGKILL');
    await startProgram(process.execPath, script(''), options({ settleMs: 0 }));
  });

  it('starts nothing when it was called off before', async () => {
    await assert.rejects(
      startProgram('/nowhere/browser', [], options({ signal: AbortSignal.abort() })),
      Cancelled,
    );
  });
});
