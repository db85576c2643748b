import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { call, type Home, openHome, variablesOf } from './home.ts';

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
