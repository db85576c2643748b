import assert from 'node:assert/strict';
import { stat } from 'node:fs/promises';
import { after, before, beforeEach, describe, it } from 'mocha';
import { call, difference, type Home, openHome } from './home.ts';

async function refused(command: string, args: readonly unknown[], message: RegExp): Promise<void> {
  await assert.rejects(call(command, ...args), (error: unknown) => {
    assert.ok(error instanceof Error);
    assert.match(error.message, message);
    return true;
  });
}

describe('editing by program', () => {
  let home: Home;
  let config = '';
  let credentials = '';
  before(async () => {
    home = await openHome();
  });
  beforeEach(async () => {
    await home.reset();
    config = await home.config();
    credentials = await home.credentials();
  });
  after(() => home.close());

  /** What a call changed in the two files. */
  async function changes(): Promise<{ config: readonly string[]; credentials: readonly string[] }> {
    return {
      config: difference(config, await home.config()),
      credentials: difference(credentials, await home.credentials()),
    };
  }

  it('adds a profile at the end of the config', async () => {
    const keys = { sso_session: 'acme', sso_account_id: '777788889999', sso_role_name: 'Billing' };
    assert.equal(await call('createProfile', 'billing', keys), 'billing');
    assert.equal(
      await home.config(),
      `${config}\n[profile billing]\nsso_session = acme\nsso_account_id = 777788889999\nsso_role_name = Billing\n`,
    );
    assert.equal(await home.credentials(), credentials);
    assert.equal(await call('switchProfile', 'billing'), 'billing');
  });

  it('puts the secret keys of a new profile into the credentials file, which stays private', async () => {
    const keys = {
      aws_access_key_id: 'AKIANEW2345678EXAMPLE',
      aws_secret_access_key: 'local/new+secret/AccessKey1234567EXAMPLE',
      region: 'eu-west-1',
    };
    assert.equal(await call('createProfile', 'fresh', keys), 'fresh');
    assert.equal(await home.config(), `${config}\n[profile fresh]\nregion = eu-west-1\n`);
    assert.equal(
      await home.credentials(),
      `${credentials}\n[fresh]\naws_access_key_id = ${keys.aws_access_key_id}\naws_secret_access_key = ${keys.aws_secret_access_key}\n`,
    );
    assert.equal((await stat(home.files.credentialsFile)).mode & 0o777, 0o600);
  });

  it('refuses a name that is taken, or that would not read back', async () => {
    await refused('createProfile', ['dev', { region: 'eu-west-1' }], /dev already/);
    await refused('createProfile', ['a]b', { region: 'eu-west-1' }], /./);
    await refused('createProfile', ['x', { region: 'eu-west-1\naws_secret_access_key = y' }], /./);
    await refused('createProfile', ['x', { region: 1 }], /region is not a text/);
    assert.deepEqual(await changes(), { config: [], credentials: [] });
  });

  it('sets one key in one line', async () => {
    assert.equal(await call('setProfileKey', 'dev', 'region', 'eu-central-1'), undefined);
    assert.deepEqual(await changes(), {
      config: ['-region = eu-west-1', '+region = eu-central-1'],
      credentials: [],
    });
  });

  it('sets a key where its value stands', async () => {
    await call('setProfileKey', 'legacy', 'aws_access_key_id', 'AKIAOTHER23456EXAMPLE');
    const { config: none, credentials: lines } = await changes();
    assert.deepEqual(none, []);
    assert.deepEqual(lines, [
      '-aws_access_key_id = AKIACIBOT2345EXAMPLE',
      '+aws_access_key_id = AKIAOTHER23456EXAMPLE',
    ]);
  });

  it('sets a nested key in its block', async () => {
    await call('setProfileKey', 'legacy', 's3.addressing_style', 'virtual');
    assert.deepEqual((await changes()).config, [
      '-  addressing_style = path',
      '+  addressing_style = virtual',
    ]);
  });

  it('unsets a key with null', async () => {
    await call('setProfileKey', 'dev', 'output', null);
    assert.deepEqual(await changes(), { config: ['-output = json'], credentials: [] });
  });

  it('refuses a key of no profile, and arguments that are none', async () => {
    await refused('setProfileKey', ['nobody', 'region', 'eu-west-1'], /no profile nobody/);
    await refused('setProfileKey', ['dev', 'region', 7], /setProfileKey takes/);
    await refused('setProfileKey', ['dev', 'region', 'a\nb = c'], /./);
    assert.deepEqual(await changes(), { config: [], credentials: [] });
  });

  it('renames in both files, and references follow', async () => {
    assert.equal(await call('renameProfile', 'legacy', 'ci'), 'ci');
    const after = await home.config();
    assert.equal(
      after,
      config
        .replace('[profile legacy]', '[profile ci]')
        .replace('source_profile = legacy', 'source_profile = ci'),
    );
    assert.deepEqual((await changes()).credentials, ['-[legacy]', '+[ci]']);
  });

  it('keeps a renamed profile active', async () => {
    await call('switchProfile', 'legacy');
    await call('renameProfile', 'legacy', 'ci');
    assert.equal(await call('activeProfile'), 'ci');
  });

  it('duplicates the lines of a profile', async () => {
    assert.equal(await call('duplicateProfile', 'dev', 'dev-2'), 'dev-2');
    const { config: lines, credentials: none } = await changes();
    assert.deepEqual(none, []);
    assert.ok(lines.every(line => line.startsWith('+')));
    assert.deepEqual(
      lines.filter(line => line !== '+'),
      [
        '+[profile dev-2]',
        '+sso_session = acme',
        '+sso_account_id = 123456789012',
        '+sso_role_name = Admin',
        '+region = eu-west-1',
        '+output = json',
      ],
    );
  });

  it('deletes a profile from both files when that is confirmed', async () => {
    assert.equal(await call('deleteProfile', 'legacy', true), undefined);
    const { config: lines, credentials: secrets } = await changes();
    for (const line of [...lines, ...secrets]) {
      assert.ok(line.startsWith('-'), line);
    }
    assert.ok(lines.includes('-[profile legacy]') && lines.includes('-  addressing_style = path'));
    assert.ok(secrets.includes('-[legacy]'));
    assert.ok(!(await home.credentials()).includes('AKIACIBOT2345EXAMPLE'));
    await refused('switchProfile', ['legacy'], /no profile "legacy"/);
  });

  it('adds an SSO session', async () => {
    const keys = { sso_start_url: 'https://new.awsapps.com/start', sso_region: 'eu-west-1' };
    assert.equal(await call('createSession', 'new', keys), 'new');
    assert.equal(
      await home.config(),
      `${config}\n[sso-session new]\nsso_start_url = ${keys.sso_start_url}\nsso_region = ${keys.sso_region}\n`,
    );
    await refused('createSession', ['new', keys], /new already/);
  });

  it('deletes an SSO session when that is confirmed, and leaves its profiles', async () => {
    assert.equal(await call('deleteSession', 'partner', true), 'partner');
    const lines = (await changes()).config;
    assert.ok(lines.includes('-[sso-session partner]'));
    assert.match(await home.config(), /\[profile partner-data\]\nsso_session=partner\n/);
    await refused('deleteSession', ['partner', true], /partner/);
  });

  it('writes into the file as another program left it a moment ago', async () => {
    const { appendFile } = await import('node:fs/promises');
    await appendFile(home.files.configFile, '\n[profile theirs]\nregion = us-east-1\n');
    await call('setProfileKey', 'dev', 'region', 'eu-central-1');
    const now = await home.config();
    assert.match(now, /\[profile theirs\]\nregion = us-east-1\n$/);
    assert.match(now, /sso_role_name = Admin\nregion = eu-central-1\n/);
  });
});
