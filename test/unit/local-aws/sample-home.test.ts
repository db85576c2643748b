import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { loadSharedConfigFiles, loadSsoSessionData } from '@smithy/shared-ini-file-loader';
import { findInstance } from '../../local-aws/data.ts';
import { sampleData, sampleUsers } from '../../local-aws/sample-data.ts';
import { type SampleHome, writeSampleHome } from '../../local-aws/sample-home.ts';

type Home = SampleHome & { readonly folder: string; [Symbol.asyncDispose](): Promise<void> };

async function makeHome(): Promise<Home> {
  const folder = await mkdtemp(join(tmpdir(), 'sample home '));
  return {
    ...(await writeSampleHome(folder, 'http://127.0.0.1:1')),
    folder,
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  };
}

test('every sign-in and role that the files name is known to the sample AWS', async () => {
  await using home = await makeHome();
  const { configFile, credentialsFile } = home;
  const data = sampleData();
  const { configFile: sections } = await loadSharedConfigFiles({
    configFilepath: configFile,
    filepath: credentialsFile,
    ignoreCache: true,
  });
  const sessions = await loadSsoSessionData({ configFilepath: configFile });
  assert.deepEqual(Object.keys(sessions), ['acme', 'partner']);
  const profiles = Object.entries(sections).filter(([name]) => !name.startsWith('sso-session.'));
  for (const [name, profile] of profiles) {
    const startUrl = sessions[profile['sso_session'] ?? '']?.['sso_start_url'] ?? profile['sso_start_url'];
    if (startUrl !== undefined) {
      const instance = findInstance(data, startUrl);
      const account = instance?.accounts.find(each => each.accountId === profile['sso_account_id']);
      assert.ok(account?.roles.includes(profile['sso_role_name'] ?? ''), name);
      const region = sessions[profile['sso_session'] ?? '']?.['sso_region'] ?? profile['sso_region'];
      assert.equal(region, instance?.region, name);
    }
    const roleArn = profile['role_arn'];
    if (roleArn !== undefined) {
      const role = data.roles.find(each => each.arn === roleArn);
      assert.ok(role, name);
      assert.equal(profile['external_id'], role.externalId, name);
      assert.equal(profile['mfa_serial'] !== undefined, role.mfaRequired === true, name);
    }
  }
  assert.equal(profiles.length, 13);
});

test('the files are as private as AWS makes them, and name no endpoint', async () => {
  await using home = await makeHome();
  for (const file of [home.configFile, home.credentialsFile]) {
    if (process.platform !== 'win32') {
      assert.equal((await stat(file)).mode & 0o777, 0o600);
    }
    assert.doesNotMatch(await readFile(file, 'utf8'), /endpoint|127\.0\.0\.1/);
  }
  assert.equal(home.env['AWS_ENDPOINT_URL'], 'http://127.0.0.1:1');
  assert.equal(home.env['HOME'], home.folder);
});

test('the credential process prints keys, from a folder with a blank in its name', async () => {
  await using home = await makeHome();
  const line = /^credential_process = (.*)$/m.exec(await readFile(home.configFile, 'utf8'))?.[1] ?? '';
  const [, program = '', rest = ''] = /^"([^"]+)" (.*)$/.exec(line) ?? [];
  const windows = process.platform === 'win32';
  const { stdout } = await promisify(execFile)(program, rest.split(' '), { shell: windows });
  const { tools } = sampleUsers();
  assert.deepEqual(JSON.parse(stdout), {
    Version: 1,
    AccessKeyId: tools.accessKeyId,
    SecretAccessKey: tools.secretAccessKey,
  });
});
