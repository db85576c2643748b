import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'mocha';
import * as vscode from 'vscode';
import type { Identity } from '../../src/credentials/credentials.ts';
import { call, type Home, openHome } from './home.ts';

const KEYS = {
  sso_start_url: 'https://acme.awsapps.com/start',
  sso_region: 'eu-west-1',
  sso_registration_scopes: 'sso:account:access',
};

describe('setting up SSO by program', () => {
  let home: Home;
  let config = '';
  before(async () => {
    home = await openHome();
  });
  beforeEach(async () => {
    await home.reset();
    config = await home.config();
  });
  after(() => home.close());

  it('writes a session of what it is given, asks nobody and logs nobody in', async () => {
    assert.equal(await call('createSession', 'second', KEYS), 'second');
    const lines = Object.entries(KEYS).map(([key, value]) => `${key} = ${value}\n`);
    assert.equal(await home.config(), `${config}\n[sso-session second]\n${lines.join('')}`);
    assert.deepEqual(home.aws.requests.all, []);
    assert.equal(vscode.window.activeTextEditor, undefined);
  });

  it('refuses a name that cannot be written, and what is no text of one line', async () => {
    await assert.rejects(call('createSession', 'a]b', KEYS), /must not contain/);
    await assert.rejects(call('createSession', 'x', { ...KEYS, sso_region: 1 }), /sso_region is not a text/);
    await assert.rejects(call('createSession', 'x', { sso_region: 'a\nb = c' }), /one line/);
    assert.equal(await home.config(), config);
  });

  it('leads to a profile that works, through a session beside one of the same portal', async () => {
    await call('createSession', 'second', KEYS);
    await home.signIn('second', KEYS.sso_start_url, KEYS.sso_region);
    const keys = { sso_session: 'second', sso_account_id: '123456789012', sso_role_name: 'Admin' };
    assert.equal(await call('createProfile', 'mine', keys), 'mine');
    const { account, arn } = await call<Identity>('identity', 'mine');
    assert.equal(account, '123456789012');
    assert.match(arn, /Admin/);
    await assert.rejects(call('identity', 'dev'), /acme/);
  });
});
