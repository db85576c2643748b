import assert from 'node:assert/strict';
import { chmod, copyFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import type { Snapshot } from '../../../src/aws-files/snapshot.ts';
import { Store } from '../../../src/aws-files/store.ts';
import { type AskMfaCode, ChainError, type ChainFailure } from '../../../src/credentials/credentials.ts';
import { foreignHost } from '../../../src/credentials/region.ts';
import { Resolver } from '../../../src/credentials/resolve.ts';
import { Cancelled } from '../../../src/lib/errors.ts';
import type { Environment } from '../../../src/lib/system.ts';
import { callSettings } from '../../../src/sso/call-settings.ts';
import { deviceLogin } from '../../../src/sso/device-login.ts';
import { findSession } from '../../../src/sso/session.ts';
import { sampleUsers } from '../../local-aws/sample-data.ts';
import { type LocalAws, startLocalAws } from '../../local-aws/server.ts';
import { type Home, makeHome } from '../sso/home.ts';

const { dana, ci } = sampleUsers();

const CREDENTIALS = `[ci]
aws_access_key_id = ${ci.accessKeyId}
aws_secret_access_key = ${ci.secretAccessKey}
[dana]
aws_access_key_id = ${dana.accessKeyId}
aws_secret_access_key = ${dana.secretAccessKey}
[broken]
aws_access_key_id = ${ci.accessKeyId}
aws_secret_access_key = wrong-Secret/1234567890123456789012345678
`;

const CONFIG = `[profile ci]
region = eu-west-1
[profile deploy]
role_arn = arn:aws:iam::111122223333:role/Deploy
source_profile = ci
role_session_name = me
duration_seconds = 7200
[profile release]
role_arn = arn:aws:iam::444455556666:role/Release
source_profile = deploy
external_id = acme-release
[profile closed]
role_arn = arn:aws:iam::444455556666:role/Release
source_profile = deploy
[profile operations]
role_arn = arn:aws:iam::444455556666:role/Operations
source_profile = dana
mfa_serial = arn:aws:iam::111122223333:mfa/dana
[profile key]
role_arn = arn:aws:iam::444455556666:role/Operations
source_profile = dana
mfa_serial = arn:aws:iam::111122223333:u2f/user/dana/key
[profile dev]
sso_session = acme
sso_account_id = 123456789012
sso_role_name = Admin
[profile wrong-role]
sso_session = acme
sso_account_id = 123456789012
sso_role_name = Owner
[profile via-sso]
role_arn = arn:aws:iam::111122223333:role/Deploy
source_profile = dev
[sso-session acme]
sso_start_url = https://acme.awsapps.com/start
sso_region = eu-west-1
`;

const QUIET = { quiet: true, signal: new AbortController().signal };
const ASKED = { quiet: false, signal: new AbortController().signal };

type Bed = AsyncDisposable & {
  readonly home: Home;
  readonly aws: LocalAws;
  readonly resolver: Resolver;
  readonly snapshot: Snapshot;
  login(): Promise<void>;
};

async function makeBed(config = CONFIG, env: Environment = {}): Promise<Bed> {
  const environment: Record<string, string | undefined> = { ...env };
  const home = await makeHome(environment);
  const aws = await startLocalAws({ now: home.clock.now, settings: { autoApprove: true } });
  Object.assign(environment, aws.env);
  const snapshot = await home.write(config, CREDENTIALS);
  return {
    home,
    aws,
    snapshot,
    resolver: new Resolver({ system: home.system, version: '9.9.9', tokens: home.tokens }),
    login: async () => {
      const session = findSession(snapshot, 'acme');
      assert.ok(session);
      await deviceLogin({
        system: home.system,
        version: '0',
        tokens: home.tokens,
        session,
        settings: callSettings(snapshot, environment, undefined),
        signal: QUIET.signal,
        onPrompt: () => undefined,
      });
      aws.requests.clear();
    },
    [Symbol.asyncDispose]: async () => {
      await aws.close();
      await home[Symbol.asyncDispose]();
    },
  };
}

async function refusal(work: Promise<unknown>, kind: ChainFailure): Promise<ChainError> {
  try {
    await work;
  } catch (error) {
    assert.ok(error instanceof ChainError, String(error));
    assert.equal(error.kind, kind, error.message);
    assert.equal(error.trace.links.at(-1)?.outcome, 'failed');
    const told = JSON.stringify([error.message, error.hint, error.trace]);
    for (const { secretAccessKey } of [dana, ci]) {
      assert.ok(!told.includes(secretAccessKey));
    }
    return error;
  }
  throw new Error('It did not fail');
}

suite('static keys and the environment', () => {
  test('who a key is, with the trace that led there', async () => {
    await using bed = await makeBed();
    const { identity, trace } = await bed.resolver.identity(bed.snapshot, 'ci', QUIET);
    assert.deepEqual(identity, {
      account: '111122223333',
      arn: 'arn:aws:iam::111122223333:user/machines/ci',
      userId: identity.userId,
      profile: 'ci',
      source: 'static keys',
      region: 'eu-west-1',
      regionFrom: 'profile ci',
      expiresAt: undefined,
      foreignHost: new URL(bed.aws.url).host,
    });
    assert.deepEqual(
      trace.links.map(({ source, outcome, line }) => [source, outcome, line]),
      [
        ['AWS_ACCESS_KEY_ID', 'skipped', undefined],
        ['profile ci', 'won', 1],
        ['static keys', 'won', 2],
        ['GetCallerIdentity', 'won', undefined],
      ],
    );
    assert.ok(!JSON.stringify(trace).includes(ci.secretAccessKey));
    const [request] = bed.aws.requests.of('GetCallerIdentity');
    assert.match(request?.userAgent ?? '', /rolecall\/9\.9\.9/);
    assert.equal(request?.region, 'eu-west-1');
  });

  test('the default chain takes the environment first', async () => {
    const keys = { AWS_ACCESS_KEY_ID: dana.accessKeyId, AWS_SECRET_ACCESS_KEY: dana.secretAccessKey };
    await using bed = await makeBed(CONFIG, { ...keys, AWS_PROFILE: 'ci', AWS_REGION: 'eu-north-1' });
    const { identity } = await bed.resolver.identity(bed.snapshot, undefined, QUIET);
    assert.equal(identity.arn, dana.arn);
    assert.equal(identity.source, 'AWS_ACCESS_KEY_ID');
    assert.equal(identity.profile, null);
    assert.equal((await bed.resolver.identity(bed.snapshot, 'ci', QUIET)).identity.arn, ci.arn);
    const other = await bed.resolver.identity(bed.snapshot, 'dana', QUIET);
    assert.deepEqual([other.identity.region, other.identity.regionFrom], ['eu-north-1', 'AWS_REGION']);
  });

  test('expired keys of the environment are told as such', async () => {
    const keys = {
      AWS_ACCESS_KEY_ID: 'A',
      AWS_SECRET_ACCESS_KEY: 'B',
      AWS_CREDENTIAL_EXPIRATION: '2026-11-21T05:00:00Z',
    };
    await using bed = await makeBed(CONFIG, keys);
    const error = await refusal(bed.resolver.resolve(bed.snapshot, undefined, QUIET), 'failed');
    assert.match(error.message, /expired at 2026-11-21T05:00:00Z/);
  });

  test('keys that AWS refuses, no network, a web page', async () => {
    await using bed = await makeBed();
    const wrong = await refusal(bed.resolver.identity(bed.snapshot, 'broken', QUIET), 'failed');
    assert.match(wrong.message, /SignatureDoesNotMatch/);
    assert.match(wrong.hint ?? '', /secret key/);
    const page = bed.aws.faults.add('GetCallerIdentity', { kind: 'html' });
    await refusal(bed.resolver.identity(bed.snapshot, 'ci', QUIET), 'failed');
    page.dispose();
    const none = bed.aws.faults.add('GetCallerIdentity', {
      kind: 'answer',
      status: 200,
      body: '<a/>',
      headers: { 'content-type': 'text/xml' },
    });
    await refusal(bed.resolver.identity(bed.snapshot, 'ci', QUIET), 'failed');
    none.dispose();
    await bed.aws.close();
    await refusal(bed.resolver.identity(bed.snapshot, 'ci', QUIET), 'offline');
  });

  test('a fault of the files ends the chain with its file and line', async () => {
    await using bed = await makeBed('[profile x]\nrole_arn = arn:aws:iam::1:role/R\nsource_profile = gone\n');
    const error = await refusal(bed.resolver.resolve(bed.snapshot, 'x', QUIET), 'failed');
    assert.match(error.message, /source_profile "gone" of profile x does not exist/);
    assert.equal(error.line, 3);
    assert.equal(error.file, bed.snapshot.files.config.path);
  });
});

suite('roles', () => {
  test('a chain of two roles, with all that the profiles say', async () => {
    await using bed = await makeBed();
    const { identity, trace } = await bed.resolver.identity(bed.snapshot, 'release', QUIET);
    assert.match(identity.arn, /^arn:aws:sts::444455556666:assumed-role\/Release\/rolecall-\d+$/);
    assert.equal(identity.source, 'AssumeRole');
    const [deploy, release] = bed.aws.requests.of('AssumeRole');
    assert.deepEqual(
      [deploy?.parameters['RoleSessionName'], deploy?.parameters['DurationSeconds'], deploy?.accessKeyId],
      ['me', '7200', ci.accessKeyId],
    );
    assert.equal(release?.parameters['ExternalId'], 'acme-release');
    assert.deepEqual(
      trace.links.filter(link => link.outcome === 'won').map(({ source, line }) => [source, line]),
      [
        ['profile release', 8],
        ['profile deploy', 3],
        ['profile ci', 1],
        ['static keys', 2],
        ['AssumeRole', 4],
        ['AssumeRole', 9],
        ['GetCallerIdentity', undefined],
      ],
    );
  });

  test('a role that says no tells what AWS answered', async () => {
    await using bed = await makeBed();
    const error = await refusal(bed.resolver.resolve(bed.snapshot, 'closed', QUIET), 'failed');
    assert.match(
      error.message,
      /not authorized to perform: sts:AssumeRole.*\(AccessDenied, HTTP 403, request /,
    );
    assert.match(error.hint ?? '', /external_id/);
    assert.equal(error.line, 13);
  });

  test('credentials are kept, renewed five minutes before their end, and asked for once', async () => {
    await using bed = await makeBed();
    const { resolver, snapshot, home, aws } = bed;
    const calls = (): number => aws.requests.of('AssumeRole').length;
    const all = await Promise.all(
      Array.from({ length: 10 }, () => resolver.resolve(snapshot, 'deploy', QUIET)),
    );
    assert.equal(calls(), 1);
    assert.equal(new Set(all.map(each => each.credentials.accessKeyId)).size, 1);
    const end = all[0]?.credentials.expiration ?? 0;
    home.clock.time = end - 5 * 60_000 - 1;
    await resolver.resolve(snapshot, 'deploy', QUIET);
    assert.equal(calls(), 1);
    home.clock.time += 1;
    await resolver.resolve(snapshot, 'deploy', QUIET);
    assert.equal(calls(), 2);
    resolver.forget({ profile: 'ci' });
    await resolver.resolve(snapshot, 'deploy', QUIET);
    assert.equal(calls(), 2);
    resolver.forget({ profile: 'deploy' });
    await resolver.resolve(snapshot, 'deploy', QUIET);
    assert.equal(calls(), 3);
  });

  test('a changed file never gives old credentials', async () => {
    await using bed = await makeBed();
    await bed.resolver.resolve(bed.snapshot, 'deploy', QUIET);
    const changed = await bed.home.write(
      CONFIG.replace('role_session_name = me', 'role_session_name = you'),
      CREDENTIALS,
    );
    await bed.resolver.resolve(changed, 'deploy', QUIET);
    assert.equal(bed.aws.requests.of('AssumeRole').length, 2);
  });

  test('while kept credentials live, a failure to renew them is none', async () => {
    await using bed = await makeBed();
    const first = await bed.resolver.resolve(bed.snapshot, 'deploy', QUIET);
    bed.home.clock.time = (first.credentials.expiration ?? 0) - 60_000;
    bed.aws.faults.add('AssumeRole', { kind: 'error', code: 'AccessDenied' });
    const again = await bed.resolver.resolve(bed.snapshot, 'deploy', QUIET);
    assert.deepEqual(again.credentials, first.credentials);
    bed.home.clock.time += 60_000;
    await refusal(bed.resolver.resolve(bed.snapshot, 'deploy', QUIET), 'failed');
  });

  test('who leaves does not take the credentials from those who stay', async () => {
    await using bed = await makeBed();
    const hang = bed.aws.faults.add('AssumeRole', { kind: 'hang' });
    const stop = new AbortController();
    const leaves = bed.resolver.resolve(bed.snapshot, 'deploy', { quiet: true, signal: stop.signal });
    const left = assert.rejects(leaves, Cancelled);
    const stays = bed.resolver.resolve(bed.snapshot, 'deploy', QUIET);
    await bed.aws.requests.seen('AssumeRole');
    stop.abort();
    await left;
    hang.dispose();
    assert.ok((await stays).credentials.sessionToken);
    assert.equal(bed.aws.requests.of('AssumeRole').length, 1);
  });
});

suite('MFA', () => {
  const answers = (
    ...codes: string[]
  ): { readonly ask: AskMfaCode; readonly asked: (string | undefined)[] } => {
    const asked: (string | undefined)[] = [];
    const ask: AskMfaCode = async device => {
      assert.equal(device.serial, 'arn:aws:iam::111122223333:mfa/dana');
      assert.equal(device.profile, 'operations');
      asked.push(device.refused);
      return codes.shift() ?? '';
    };
    return { ask, asked };
  };

  test('nobody asked: no code is asked for', async () => {
    await using bed = await makeBed();
    const { ask, asked } = answers('123456');
    await refusal(bed.resolver.resolve(bed.snapshot, 'operations', { ...QUIET, askMfaCode: ask }), 'mfa');
    await refusal(bed.resolver.resolve(bed.snapshot, 'operations', ASKED), 'mfa');
    assert.deepEqual(asked, []);
    assert.equal(bed.aws.requests.all.length, 0);
  });

  test('asked once; afterwards the credentials serve quietly too', async () => {
    await using bed = await makeBed();
    const { ask, asked } = answers('123456');
    const options = { ...ASKED, askMfaCode: ask };
    await Promise.all([1, 2, 3].map(() => bed.resolver.resolve(bed.snapshot, 'operations', options)));
    assert.deepEqual(asked, [undefined]);
    const { identity } = await bed.resolver.identity(bed.snapshot, 'operations', QUIET);
    assert.match(identity.arn, /Operations/);
    assert.equal(
      bed.aws.requests.of('AssumeRole')[0]?.parameters['SerialNumber'],
      'arn:aws:iam::111122223333:mfa/dana',
    );
  });

  test('a wrong code is told and asked for again, three times in all', async () => {
    await using bed = await makeBed();
    const right = answers('000000', '12', '123 456');
    await bed.resolver.resolve(bed.snapshot, 'operations', { ...ASKED, askMfaCode: right.ask });
    assert.equal(right.asked.length, 3);
    assert.match(right.asked[1] ?? '', /MultiFactorAuthentication failed/);
    assert.match(right.asked[2] ?? '', /six digits/);
    bed.resolver.forget();
    const wrong = answers('000000', '000001', '000002', '123456');
    const { hint } = await refusal(
      bed.resolver.resolve(bed.snapshot, 'operations', { ...ASKED, askMfaCode: wrong.ask }),
      'mfa',
    );
    assert.equal(hint, 'Wait for the next code, then try again.');
    assert.equal(wrong.asked.length, 3);
  });

  test('calling it off is quiet', async () => {
    await using bed = await makeBed();
    const askMfaCode: AskMfaCode = () => Promise.reject(new Cancelled());
    await assert.rejects(
      bed.resolver.resolve(bed.snapshot, 'operations', { ...ASKED, askMfaCode }),
      Cancelled,
    );
    assert.equal(bed.aws.requests.all.length, 0);
  });

  test('a security key is refused with the reason', async () => {
    await using bed = await makeBed();
    const { ask } = answers();
    const error = await refusal(
      bed.resolver.resolve(bed.snapshot, 'key', { ...ASKED, askMfaCode: ask }),
      'failed',
    );
    assert.match(error.message, /security key/);
  });
});

suite('SSO', () => {
  test('signed in: the role’s credentials, also as the source of a role', async () => {
    await using bed = await makeBed();
    await bed.login();
    const { identity, trace } = await bed.resolver.identity(bed.snapshot, 'dev', QUIET);
    assert.match(
      identity.arn,
      /^arn:aws:sts::123456789012:assumed-role\/AWSReservedSSO_Admin_\w+\/dana@example.com$/,
    );
    assert.equal(identity.source, 'sso-session acme');
    assert.equal(identity.expiresAt, bed.home.clock.now() + 3_600_000);
    assert.deepEqual(
      trace.links.map(({ source, outcome }) => [source, outcome]),
      [
        ['AWS_ACCESS_KEY_ID', 'skipped'],
        ['profile dev', 'won'],
        ['sso-session acme', 'won'],
        ['GetRoleCredentials', 'won'],
        ['GetCallerIdentity', 'won'],
      ],
    );
    const token = await bed.home.tokens.read('acme');
    assert.ok(token && !JSON.stringify(trace).includes(token.accessToken));
    assert.match((await bed.resolver.identity(bed.snapshot, 'via-sso', QUIET)).identity.arn, /role\/Deploy/);
    assert.equal(bed.aws.requests.of('GetRoleCredentials').length, 1);
    assert.equal(bed.aws.requests.of('GetCallerIdentity')[0]?.region, 'eu-west-1');
  });

  test('signed out, a dead or broken token: a login is needed, for that session', async () => {
    await using bed = await makeBed();
    const out = await refusal(bed.resolver.identity(bed.snapshot, 'dev', QUIET), 'login');
    assert.equal(out.session?.id, 'acme');
    await bed.login();
    bed.aws.faults.add('GetRoleCredentials', { kind: 'error', code: 'UnauthorizedException' }, 1);
    const dead = await refusal(bed.resolver.identity(bed.snapshot, 'dev', QUIET), 'login');
    assert.equal(dead.session?.id, 'acme');
    await writeFile(bed.home.tokens.fileOf('acme'), '{"accessToken": "half');
    const broken = await refusal(bed.resolver.identity(bed.snapshot, 'via-sso', QUIET), 'login');
    assert.match(broken.message, /token file .* cannot be used\. It is not JSON/);
  });

  test('a role that is not given', async () => {
    await using bed = await makeBed();
    await bed.login();
    const error = await refusal(bed.resolver.identity(bed.snapshot, 'wrong-role', QUIET), 'failed');
    assert.match(error.hint ?? '', /account 123456789012 and role Owner/);
  });

  test('an expired token is renewed only when somebody asks', async () => {
    await using bed = await makeBed();
    await bed.login();
    bed.home.clock.time += 2 * 3_600_000;
    await refusal(bed.resolver.identity(bed.snapshot, 'dev', QUIET), 'unchecked');
    assert.equal(bed.aws.requests.all.length, 0);
    await bed.resolver.identity(bed.snapshot, 'dev', ASKED);
    assert.equal(bed.aws.requests.of('CreateToken').length, 1);
    await bed.resolver.identity(bed.snapshot, 'dev', QUIET);
    bed.home.clock.time += 12 * 3_600_000;
    await refusal(bed.resolver.identity(bed.snapshot, 'dev', ASKED), 'login');
  });

  test('another person’s login never gets the credentials of the one before', async () => {
    await using bed = await makeBed();
    await bed.login();
    await bed.resolver.resolve(bed.snapshot, 'dev', QUIET);
    await bed.login();
    await bed.resolver.resolve(bed.snapshot, 'dev', QUIET);
    assert.equal(bed.aws.requests.of('GetRoleCredentials').length, 1);
    await bed.home.tokens.remove('acme', QUIET.signal);
    await refusal(bed.resolver.resolve(bed.snapshot, 'dev', QUIET), 'login');
  });

  test('credentials outlive the login that gave them', async () => {
    await using bed = await makeBed();
    bed.aws.state.settings.refreshableTokenSeconds = 600;
    await bed.login();
    const before = await bed.resolver.resolve(bed.snapshot, 'dev', QUIET);
    bed.home.clock.time += 1200_000;
    const after = await bed.resolver.resolve(bed.snapshot, 'dev', QUIET);
    assert.deepEqual(after.credentials, before.credentials);
    bed.resolver.forget({ session: 'acme' });
    await refusal(bed.resolver.resolve(bed.snapshot, 'dev', QUIET), 'unchecked');
  });

  test('without a network it says offline', async () => {
    await using bed = await makeBed();
    await bed.login();
    await bed.aws.close();
    await refusal(bed.resolver.identity(bed.snapshot, 'dev', QUIET), 'offline');
  });

  test('section and profile that differ are refused, as AWS CLI does', async () => {
    await using bed = await makeBed(CONFIG.replace('[profile dev]', '[profile dev]\nsso_region = us-east-1'));
    const error = await refusal(bed.resolver.identity(bed.snapshot, 'dev', QUIET), 'failed');
    assert.match(error.message, /differ in sso_region/);
  });
});

suite('credential_process', {
  skip: process.platform === 'win32' ? 'the helpers are shell scripts' : false,
}, () => {
  /** A profile `p` whose helper is this script. */
  async function withHelper(bed: Bed, script: string): Promise<Snapshot> {
    const helper = join(bed.home.folder, 'my helper');
    await writeFile(helper, `#!/bin/sh\necho run >> "$0.log"\n${script}\n`);
    await chmod(helper, 0o755);
    return await bed.home.write(
      `[profile p]\nregion = eu-west-1\ncredential_process = '${helper}' --name "a b" $HOME\n`,
      CREDENTIALS,
    );
  }

  function output(fields: object = {}): string {
    const all = { Version: 1, AccessKeyId: ci.accessKeyId, SecretAccessKey: ci.secretAccessKey, ...fields };
    return `cat <<'END'\n${JSON.stringify(all)}\nEND`;
  }

  test('runs when asked, and its credentials are kept', async () => {
    await using bed = await makeBed();
    const snapshot = await withHelper(
      bed,
      `[ "$1" = --name ] && [ "$2" = "a b" ] && [ "$3" = '$HOME' ] || exit 3\n${output()}`,
    );
    const quiet = await refusal(bed.resolver.identity(snapshot, 'p', QUIET), 'unchecked');
    assert.doesNotMatch(quiet.message, /a b/);
    assert.equal((await bed.resolver.identity(snapshot, 'p', ASKED)).identity.arn, ci.arn);
    const { identity } = await bed.resolver.identity(snapshot, 'p', QUIET);
    assert.deepEqual([identity.arn, identity.source], [ci.arn, 'credential_process']);
    bed.home.clock.time += 15 * 60_000;
    await refusal(bed.resolver.identity(snapshot, 'p', QUIET), 'unchecked');
  });

  test('reads the files that Rolecall reads, and gives others with others', async () => {
    await using bed = await makeBed();
    const said = output({ SessionToken: 'FILES' }).replace("<<'END'", '<<END');
    const files = '$AWS_CONFIG_FILE $AWS_SHARED_CREDENTIALS_FILE';
    const snapshot = await withHelper(bed, said.replace('FILES', files));
    const tokenOf = async (from: Snapshot): Promise<string | undefined> =>
      (await bed.resolver.resolve(from, 'p', ASKED)).credentials.sessionToken;
    assert.equal(await tokenOf(snapshot), ' ');
    // The same profile in a file elsewhere.
    const config = join(bed.home.folder, 'work config');
    await copyFile(snapshot.files.config.path, config);
    const store = new Store({ system: bed.home.system, paths: { config } });
    const elsewhere = await store.load();
    store.dispose();
    assert.equal(await tokenOf(elsewhere), `${config} ${snapshot.files.credentials.path}`);
    assert.equal(await tokenOf(snapshot), ' ');
  });

  test('an end with an offset is read as such', async () => {
    await using bed = await makeBed();
    const snapshot = await withHelper(
      bed,
      output({ Expiration: '2026-11-21T09:00:00.5+02:00', SessionToken: 'st', AccountId: '123456789012' }),
    );
    const { credentials } = await bed.resolver.resolve(snapshot, 'p', ASKED);
    assert.deepEqual(credentials, {
      accessKeyId: ci.accessKeyId,
      secretAccessKey: ci.secretAccessKey,
      sessionToken: 'st',
      expiration: Date.parse('2026-11-21T07:00:00.500Z'),
      accountId: '123456789012',
    });
  });

  for (const [name, script, message] of [
    ['no JSON', 'echo hello', /not JSON/],
    ['nothing', 'true', /printed nothing/],
    ['another version', output({ Version: 2 }), /Version that is not 1/],
    ['no secret', output({ SecretAccessKey: '' }), /no SecretAccessKey/],
    ['expired', output({ Expiration: '2026-11-21T05:00:00Z' }), /already expired/],
    ['no date', output({ Expiration: 'soon' }), /no ISO 8601 date/],
    [
      'fails',
      'echo "no ticket; password=hunter2secret [x](command:y)" >&2; exit 7',
      /ended with exit code 7: no ticket/,
    ],
    ['killed', 'kill -9 $$', /ended by a signal/],
  ] as const) {
    test(`a helper with a fault: ${name}`, async () => {
      await using bed = await makeBed();
      const error = await refusal(bed.resolver.resolve(await withHelper(bed, script), 'p', ASKED), 'failed');
      assert.match(error.message, message);
      assert.doesNotMatch(error.message, /hunter2secret/);
      assert.equal(error.line, 3);
    });
  }

  test('a program that is not there, an open quote, a cancel', async () => {
    await using bed = await makeBed();
    const gone = await bed.home.write('[profile p]\ncredential_process = /nowhere/helper --secret x\n');
    const error = await refusal(bed.resolver.resolve(gone, 'p', ASKED), 'failed');
    assert.match(error.message, /\/nowhere\/helper could not be started \(ENOENT\)/);
    assert.doesNotMatch(error.message, /--secret/);
    const open = await bed.home.write('[profile p]\ncredential_process = helper "open\n');
    await refusal(bed.resolver.resolve(open, 'p', ASKED), 'failed');
    const stop = new AbortController();
    const hanging = await withHelper(bed, 'exec sleep 600');
    const run = bed.resolver.resolve(hanging, 'p', { quiet: false, signal: stop.signal });
    setImmediate(() => stop.abort());
    await assert.rejects(run, Cancelled);
  });
});

test('the trace grows as the run goes on', async () => {
  await using bed = await makeBed();
  const lengths: number[] = [];
  await bed.resolver.identity(bed.snapshot, 'ci', {
    ...QUIET,
    onTrace: trace => lengths.push(trace.links.length),
  });
  assert.deepEqual(lengths, [1, 2, 3, 4]);
});

test('which hosts are AWS’s own', () => {
  const hosts: readonly (readonly [endpoint: string, foreign: string | undefined])[] = [
    ['https://vpce-1.sts.eu-west-1.vpce.amazonaws.com', undefined],
    ['https://sts.amazonaws.com.evil.example:8443', 'sts.amazonaws.com.evil.example:8443'],
    ['http://localhost:4566', 'localhost:4566'],
    ['https://notamazonaws.com', 'notamazonaws.com'],
  ];
  for (const [endpoint, foreign] of hosts) {
    assert.equal(foreignHost(endpoint), foreign, endpoint);
  }
  assert.equal(foreignHost(undefined), undefined);
});
