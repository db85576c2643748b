import assert from 'node:assert/strict';
import { readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { call, type Home, openHome } from './home.ts';

/** The `AWS_*` variables of a terminal that is opened now, as its own shell lists them. */
async function variablesOf(terminal: vscode.Terminal): Promise<ReadonlyMap<string, string>> {
  const file = join(tmpdir(), `rolecall-env-${process.pid}-${Date.now()}`);
  terminal.sendText(`env | grep ^AWS_ > '${file}.part'; mv '${file}.part' '${file}'`);
  const end = Date.now() + 20_000;
  for (;;) {
    const text = await readFile(file, 'utf8').catch(() => undefined);
    if (text !== undefined) {
      await rm(file);
      const lines = text.split('\n').filter(line => line !== '');
      return new Map(lines.map(line => [line.replace(/=.*/, ''), line.replace(/^[^=]*=/, '')]));
    }
    assert.ok(Date.now() < end, 'the terminal did not answer');
    await new Promise(resolve => setTimeout(resolve, 50));
  }
}

describe('terminals', () => {
  let home: Home;
  before(async () => {
    home = await openHome();
  });
  beforeEach(() => home.reset());
  afterEach(() => {
    for (const terminal of vscode.window.terminals) {
      terminal.dispose();
    }
  });
  after(() => home.close());

  it('get the active profile, and neither a region nor an empty variable', async () => {
    await call('switchProfile', 'dev');
    const variables = await variablesOf(vscode.window.createTerminal());
    assert.equal(variables.get('AWS_PROFILE'), 'dev');
    assert.ok(!variables.has('AWS_REGION') && !variables.has('AWS_DEFAULT_REGION'));
    assert.deepEqual(
      [...variables].filter(([, value]) => value === ''),
      [],
    );
  });

  it('get nothing of ours after a clear', async () => {
    await call('switchProfile', 'dev');
    await call('switchProfile', null);
    const variables = await variablesOf(vscode.window.createTerminal());
    assert.deepEqual(
      [...variables.keys()].filter(name => name.includes('PROFILE')),
      [],
    );
  });

  it('work as another profile than the active one where that was asked for', async () => {
    await call('switchProfile', 'dev');
    const known = new Set(vscode.window.terminals);
    await call('openTerminal', 'legacy');
    const [opened] = vscode.window.terminals.filter(each => !known.has(each));
    assert.ok(opened !== undefined);
    assert.equal((await variablesOf(opened)).get('AWS_PROFILE'), 'legacy');
  });
});
