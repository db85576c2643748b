import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { Resolver } from '../../../src/credentials/resolve.ts';
import { realSystem } from '../../../src/lib/system.ts';
import { callSettings } from '../../../src/sso/call-settings.ts';
import { deviceLogin } from '../../../src/sso/device-login.ts';
import { findSession } from '../../../src/sso/session.ts';
import { sampleUsers } from '../../local-aws/sample-data.ts';
import { startLocalAws } from '../../local-aws/server.ts';
import { makeHome } from '../sso/home.ts';

const { ci } = sampleUsers();

const CONFIG = `[profile dev]
sso_session = acme
sso_account_id = 123456789012
sso_role_name = Admin
region = eu-west-1
[profile via-sso]
role_arn = arn:aws:iam::111122223333:role/Deploy
role_session_name = me
source_profile = dev
region = eu-west-1
[profile helper]
region = eu-west-1
credential_process = sh -c "cat \\"$0\\"" '/keys file.json'
[profile ci]
region = eu-west-1
[sso-session acme]
sso_start_url = https://acme.awsapps.com/start
sso_region = eu-west-1
`;

const SCRIPT = `
import sys, botocore.session
client = botocore.session.Session(profile=sys.argv[1]).create_client('sts')
print(client.get_caller_identity()['Arn'])
`;

/** Older ones know no AWS_ENDPOINT_URL and would ask AWS itself. */
const CHECK =
  "import botocore; v = botocore.__version__.split('.'); assert (int(v[0]), int(v[1])) >= (1, 31)";
const python = spawnSync('python3', ['-c', CHECK]).status === 0;

test('botocore is who Rolecall says, with Rolecall’s login, and the other way round', {
  skip: python ? false : 'python3 with botocore 1.31 or newer is not installed',
}, async () => {
  const env: Record<string, string> = {};
  await using home = await makeHome();
  const aws = await startLocalAws({ settings: { autoApprove: true } });
  try {
    const { signal } = new AbortController();
    Object.assign(env, aws.env);
    const system = { ...realSystem(), env: { PATH: process.env['PATH'], ...env }, home: home.folder };
    const { accessKeyId, secretAccessKey } = ci;
    const keys = { Version: 1, AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey };
    await writeFile(`${home.folder}/keys file.json`, JSON.stringify(keys));
    const snapshot = await home.write(
      CONFIG.replace('/keys', `${home.folder}/keys`),
      `[ci]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\n`,
    );
    const session = findSession(snapshot, 'acme');
    assert.ok(session);
    const { tokens } = home;
    const settings = callSettings(snapshot, env, undefined);
    const caller = { system, version: '0', tokens };
    await deviceLogin({ ...caller, session, settings, signal, onPrompt: () => undefined });

    const run = promisify(execFile);
    const botocore = async (profile: string): Promise<string> => {
      const options = { env: { PATH: process.env['PATH'], HOME: home.folder, ...env } };
      return (await run('python3', ['-c', SCRIPT, profile], options)).stdout.trim();
    };
    const rolecall = async (profile: string, quiet = false): Promise<string> =>
      (await new Resolver(caller).identity(snapshot, profile, { quiet, signal })).identity.arn;
    for (const profile of ['dev', 'via-sso', 'helper', 'ci']) {
      assert.equal(await botocore(profile), await rolecall(profile), profile);
    }
    assert.equal(aws.state.sso.logins.length, 1);

    // botocore renews the token by what Rolecall stored, and Rolecall goes on with what botocore wrote.
    const file = tokens.fileOf('acme');
    const expired = { ...JSON.parse(await readFile(file, 'utf8')), expiresAt: '2020-01-01T00:00:00Z' };
    await writeFile(file, JSON.stringify(expired));
    const arn = await botocore('dev');
    assert.notEqual((await tokens.read('acme'))?.accessToken, expired.accessToken);
    assert.equal(await rolecall('dev', true), arn);
  } finally {
    await aws.close();
  }
});
