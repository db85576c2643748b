import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { call, difference, type Home, openHome, variablesOf } from './home.ts';

const ACME = ['acme', 'https://acme.awsapps.com/start', 'eu-west-1'] as const;
const SANDBOX = '123456789012';

type Identity = { readonly account: string; readonly arn: string; readonly profile: string };

/** Without the digests, which are for Rolecall alone. */
const plain = (lines: readonly string[]): readonly string[] =>
  lines.map(line => line.replace(/ \([0-9a-f]{8}\)$/, ''));

describe('profiles of many roles', () => {
  let home: Home;
  before(async () => {
    home = await openHome();
  });
  beforeEach(async () => {
    await home.reset();
    await home.signIn(...ACME);
  });
  after(() => home.close());

  it('are written for every role without one, each with its marker', async () => {
    const before = await home.config();
    assert.deepEqual(await call('generateProfiles', 'acme'), [
      'platform-ReadOnly',
      'sandbox-ReadOnly',
      'production-Support',
      '777788889999-Billing',
    ]);
    const lines = plain(difference(before, await home.config()));
    assert.equal(lines.length, 4 * 7);
    assert.deepEqual(lines.slice(0, 6), [
      '+# rolecall: generated from sso-session acme, 111122223333/ReadOnly',
      '+[profile platform-ReadOnly]',
      '+sso_session = acme',
      '+sso_account_id = 111122223333',
      '+sso_role_name = ReadOnly',
      '+region = eu-west-1',
    ]);
    assert.equal((await call<Identity>('identity', 'sandbox-ReadOnly')).account, SANDBOX);
  });

  it('are not written a second time', async () => {
    await call('generateProfiles', 'acme');
    const before = await home.config();
    assert.deepEqual(await call('generateProfiles', 'acme', { remove: true }), []);
    assert.equal(await home.config(), before);
  });

  it('are those that a program names, called and set as it says', async () => {
    const options = {
      roles: [`${SANDBOX}/ReadOnly`],
      template: '{session}/{account:upper:first(4)}',
      region: 'eu-north-1',
      output: 'yaml',
    };
    const before = await home.config();
    assert.deepEqual(await call('generateProfiles', 'acme', options), ['acme/SAND']);
    assert.deepEqual(plain(difference(before, await home.config())).slice(1, -1), [
      '+[profile acme/SAND]',
      '+sso_session = acme',
      `+sso_account_id = ${SANDBOX}`,
      '+sso_role_name = ReadOnly',
      '+region = eu-north-1',
      '+output = yaml',
    ]);
  });

  it('are refused for a bad template, a session that is not there, and without a login', async () => {
    const before = await home.config();
    await assert.rejects(call('generateProfiles', 'acme', { template: '{nobody}' }), /no field \{nobody\}/);
    await assert.rejects(call('generateProfiles', 'nobody'), /sso-session nobody/);
    await assert.rejects(call('generateProfiles', 'partner'), /not signed in|Log in/i);
    assert.equal(await home.config(), before);
  });
});

describe('a role that is used once', () => {
  let home: Home;
  before(async () => {
    home = await openHome();
  });
  beforeEach(async () => {
    await home.reset();
    await home.signIn(...ACME);
  });
  afterEach(async () => {
    for (const terminal of vscode.window.terminals) {
      terminal.dispose();
    }
    await call('switchProfile', null);
  });
  after(() => home.close());

  const use = (): Promise<string> => call('useOnce', 'acme', SANDBOX, 'ReadOnly');

  it('is the active identity, and nothing is written into the files', async () => {
    const [config, credentials] = [await home.config(), await home.credentials()];
    const name = await use();
    assert.match(name, /^once-(sandbox|123456789012)-ReadOnly$/);
    assert.equal(await call('activeProfile'), name);
    const identity = await call<Identity>('identity');
    assert.equal(identity.account, SANDBOX);
    assert.match(identity.arn, /ReadOnly/);
    assert.equal(identity.profile, name);
    const trace = await call<{ profile: string; links: { outcome: string }[] }>('explain');
    assert.equal(trace.profile, name);
    assert.ok(trace.links.some(({ outcome }) => outcome === 'won'));
    assert.equal(await home.config(), config);
    assert.equal(await home.credentials(), credentials);
  });

  it('gives its keys, and its name to nobody who could not use it', async () => {
    const name = await use();
    assert.equal(await call('copyEnv', undefined, 'bash'), 'bash');
    assert.match(await vscode.env.clipboard.readText(), /export AWS_ACCESS_KEY_ID=ASIA/);
    await assert.rejects(call('copyEnv', name, 'profile'), /stands in no file/);
  });

  it('is found by terminals in a private, read-only file without secrets, until one switches', async () => {
    const name = await use();
    const variables = await variablesOf(vscode.window.createTerminal());
    assert.equal(variables.get('AWS_PROFILE'), name);
    const file = variables.get('AWS_CONFIG_FILE') ?? '';
    assert.notEqual(file, home.files.configFile);
    const text = await readFile(file, 'utf8');
    assert.match(text, new RegExp(`\\[profile ${name}\\]\\nsso_session = acme\\n`));
    assert.match(text, /\[sso-session acme\]/);
    assert.match(text, /\[profile deploy\]/);
    assert.doesNotMatch(text, /aws_secret|credential_process/);
    assert.equal((await stat(file)).mode & 0o777, 0o400);
    await call('setProfileKey', 'dev', 'region', 'eu-north-1');
    await until(async () => (await readFile(file, 'utf8')).includes('eu-north-1'));
    await call('switchProfile', 'dev');
    await assert.rejects(stat(file), /ENOENT/);
    const after = await variablesOf(vscode.window.createTerminal());
    assert.equal(after.get('AWS_PROFILE'), 'dev');
    assert.equal(after.get('AWS_CONFIG_FILE'), undefined);
  });

  it('can be saved as a profile, which is the active one then', async () => {
    await use();
    const before = await home.config();
    const name = await call('saveRoleAsProfile', 'acme', SANDBOX, 'ReadOnly', 'mine');
    assert.equal(name, 'mine');
    assert.equal(await call('activeProfile'), 'mine');
    assert.deepEqual(difference(before, await home.config()), [
      '+[profile mine]',
      '+sso_session = acme',
      `+sso_account_id = ${SANDBOX}`,
      '+sso_role_name = ReadOnly',
      '+region = eu-west-1',
      '+',
    ]);
  });

  it('can be saved under the very name that it is used by: then terminals find it in the config file', async () => {
    const name = await use();
    const file = (await variablesOf(vscode.window.createTerminal())).get('AWS_CONFIG_FILE') ?? '';
    assert.equal(await call('saveRoleAsProfile', 'acme', SANDBOX, 'ReadOnly', name), name);
    assert.equal(await call('activeProfile'), name);
    await assert.rejects(stat(file), /ENOENT/);
  });

  it('goes on while the profile that it was saved as stands in an unsaved editor alone', async () => {
    const name = await use();
    const document = await vscode.workspace.openTextDocument(home.files.configFile);
    const edit = new vscode.WorkspaceEdit();
    edit.insert(document.uri, new vscode.Position(0, 0), '# being edited\n');
    await vscode.workspace.applyEdit(edit);
    await call('saveRoleAsProfile', 'acme', SANDBOX, 'ReadOnly', 'mine');
    assert.match(document.getText(), /\[profile mine\]/);
    assert.equal(await call('activeProfile'), name);
    await document.save();
    await call('refresh');
  });

  it('leaves nothing with AWS CLI after a logout', async () => {
    await use();
    const key = `{"accountId":"${SANDBOX}","roleName":"ReadOnly","sessionName":"acme"}`;
    const folder = join(process.env['HOME'] ?? '', '.aws', 'cli', 'cache');
    const file = join(folder, `${createHash('sha1').update(key).digest('hex')}.json`);
    await mkdir(folder, { recursive: true });
    await writeFile(file, '{"ProviderType": "sso", "Credentials": {}}');
    await call('logout', 'acme');
    await assert.rejects(stat(file), /ENOENT/);
  });

  it('stands in nobody’s way once its session is gone', async () => {
    await use();
    await call('deleteSession', 'acme', true);
    assert.equal(await call('saveRoleAsProfile', 'partner', SANDBOX, 'Admin', 'other'), 'other');
  });

  it('is refused without what names it', async () => {
    await assert.rejects(call('useOnce', 'acme'), /account ID/);
    await assert.rejects(call('useOnce', 'nobody', SANDBOX, 'ReadOnly'), /no SSO session nobody/);
    await assert.rejects(call('useOnce', 'acme', '12', 'Read Only'), /no account ID and role/);
  });
});

/** Waits for what the extension does by itself. */
async function until(isSo: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + 10_000;
  while (!(await isSo())) {
    assert.ok(Date.now() < end, 'it did not happen');
    await new Promise(resolve => setTimeout(resolve, 25));
  }
}
