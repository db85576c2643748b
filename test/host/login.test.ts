import assert from 'node:assert/strict';
import { appendFile } from 'node:fs/promises';
import { after, before, beforeEach, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { call, type Home, openHome } from './home.ts';

const LEGACY = 'https://old-acme.awsapps.com/start';

type Login = { readonly session: string; readonly expiresAt: string };
type Walk = {
  readonly signedIn: readonly string[];
  readonly already: readonly string[];
  readonly skipped: readonly string[];
  readonly failed: readonly { readonly session: string; readonly reason: string }[];
};

/** Every sign-in is allowed at once, and the browser is a program that does nothing with its link. */
describe('logging in by program', () => {
  let home: Home;
  before(async () => {
    home = await openHome();
    home.aws.state.settings.autoApprove = true;
    await chooseBrowser({ '*': [process.execPath, '-e', '0'] });
  });
  beforeEach(() => home.reset());
  after(async () => {
    await chooseBrowser(undefined);
    await home.close();
  });

  async function chooseBrowser(value: unknown): Promise<void> {
    const settings = vscode.workspace.getConfiguration('rolecall');
    await settings.update('sso.browser', value, vscode.ConfigurationTarget.Global);
  }

  /** How often AWS was asked for a code, and so a page was opened. */
  const prompts = (): number => home.aws.requests.of('StartDeviceAuthorization').length;

  it('uses a code', async () => {
    const found = await call<Login>('login', 'acme', { flow: 'device' });
    assert.equal(found.session, 'acme');
    assert.ok(Date.parse(found.expiresAt) > Date.now());
    assert.equal(prompts(), 1);
    assert.equal(home.aws.requests.of('CreateToken').length, 1);
  });

  it('asks once for several that want the same', async () => {
    const found = await Promise.all([1, 2, 3].map(() => call<Login>('login', 'dev', { flow: 'device' })));
    assert.equal(new Set(found.map(each => each.expiresAt)).size, 1);
    assert.equal(prompts(), 1);
  });

  it('logs in anew when it must', async () => {
    await home.signIn('acme', 'https://acme.awsapps.com/start', 'eu-west-1');
    await call('login', 'acme');
    assert.equal(prompts(), 0);
    await call('login', 'acme', { force: true, flow: 'device' });
    await call('loginAnew', 'acme', { flow: 'device' });
    assert.equal(prompts(), 2);
  });

  it('to all sessions in turn, and only where it is needed', async () => {
    await home.signIn('acme', 'https://acme.awsapps.com/start', 'eu-west-1');
    await appendFile(home.files.configFile, '\n[sso-session half]\nsso_region = eu-west-1\n');
    await call('refresh');
    const first = await call<Walk>('loginAll', null);
    assert.deepEqual(
      { ...first, failed: first.failed.map(each => each.session) },
      { signedIn: ['partner', LEGACY], already: ['acme'], skipped: [], failed: ['half'] },
    );
    assert.match(first.failed[0]?.reason ?? '', /half/);
    assert.equal(prompts(), 2);
    const second = await call<Walk>('loginAll', null);
    assert.deepEqual([...second.already].sort(), ['acme', LEGACY, 'partner'].sort());
    assert.equal(prompts(), 2);
  });

  it('goes on after one that AWS refuses', async () => {
    home.aws.faults.add('StartDeviceAuthorization', { kind: 'error', code: 'InvalidRequestException' }, 1);
    const walk = await call<Walk>('loginAll', null);
    assert.deepEqual(walk.signedIn, ['partner', LEGACY]);
    assert.deepEqual(
      walk.failed.map(each => each.session),
      ['acme'],
    );
  });

  it('logs out of all, on the server and on disk', async () => {
    await call('loginAll', null);
    const out = home.aws.requests.of('Logout').length;
    assert.deepEqual(await call('logoutAll', null), ['acme', 'partner', LEGACY]);
    assert.equal(home.aws.requests.of('Logout').length, out + 3);
    assert.deepEqual(await call('logoutAll', null), []);
  });

  it('names the browser that is not there, and goes on waiting for the user', async () => {
    await chooseBrowser({ acme: { browser: '/nowhere/browser' } });
    try {
      assert.equal((await call<Login>('login', 'acme', { flow: 'device' })).session, 'acme');
    } finally {
      await chooseBrowser({ '*': [process.execPath, '-e', '0'] });
    }
  });

  it('says that a login has ended to whoever comes late', async () => {
    for (const command of ['openLoginPage', 'copyLoginLink', 'useLoginCode', 'loginHere', 'skipLogin']) {
      await assert.rejects(call(command, 'acme'), /That login has ended/, command);
    }
  });
});
