import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { type Plan, planChain } from '../../../src/credentials/plan.ts';
import assumeRole from '../../fixtures/vectors/chain/assume-role.json' with { type: 'json' };
import order from '../../fixtures/vectors/chain/order.json' with { type: 'json' };
import { makeHome } from '../sso/home.ts';

type Sections = Readonly<Record<string, Readonly<Record<string, string>>>>;

function print(profiles: Sections, sessions: Sections = {}): string {
  const section = (header: string, keys: Readonly<Record<string, string>>): string =>
    `[${header}]\n${Object.entries(keys)
      .map(([key, value]) => `${key} = ${value}\n`)
      .join('')}`;
  return [
    ...Object.entries(profiles).map(([name, keys]) =>
      section(name === 'default' ? name : `profile ${name}`, keys),
    ),
    ...Object.entries(sessions).map(([name, keys]) => section(`sso-session ${name}`, keys)),
  ].join('');
}

/** What ends or feeds the chain, in order. */
function decisive(plan: Plan): readonly string[] {
  return plan.links.flatMap(({ action }) => {
    switch (action.kind) {
      case 'keys':
        return [`keys ${action.credentials.accessKeyId} ${action.credentials.secretAccessKey}`];
      case 'role':
        return [['role', action.roleArn, action.sessionName, action.externalId].filter(Boolean).join(' ')];
      case 'sso':
        return [`sso ${action.session.id} ${action.accountId} ${action.roleName}`];
      case 'process':
        return [`process ${action.command}`];
      case 'fail':
        return [`fail ${action.reason}`];
      default:
        return [];
    }
  });
}

function failure(plan: Plan): string {
  const last = plan.links.findLast(link => link.action.kind === 'fail');
  return last?.action.kind === 'fail' ? last.action.reason : '';
}

/** AWS's cases that ask for what Rolecall says it does not support, by what it says. */
const UNSUPPORTED: Readonly<Record<string, RegExp>> = {
  'Load credentials from a credential_source': /does not support credential_source = Ec2InstanceMetadata yet/,
  'web identity role with session name': /does not support web identity yet/,
  'web identity token as source profile': /does not support web identity yet/,
  // botocore's way: such a profile has a bearer token and no credentials.
  'SSO token profile selected': /No other source has credentials/,
};

suite('plan: AWS’s own cases', () => {
  for (const [index, each] of assumeRole.entries()) {
    test(`${index + 1}: ${each.docs}`, async () => {
      await using home = await makeHome();
      const input: { profiles: object; sso_sessions?: object; selected_profile: string } = each.input;
      const snapshot = await home.write(
        print(input.profiles as Sections, (input.sso_sessions ?? {}) as Sections),
      );
      const plan = planChain(snapshot, {}, input.selected_profile);
      const output: { readonly Error?: string; readonly ProfileChain?: readonly object[] } = each.output;
      const web = output.ProfileChain !== undefined && 'WebIdentityToken' in (output.ProfileChain[0] ?? {});
      const unsupported = UNSUPPORTED[each.docs] ?? (web ? /does not support web identity yet/ : undefined);
      if (unsupported !== undefined) {
        assert.match(failure(plan), unsupported);
      } else if (output.Error !== undefined) {
        assert.notEqual(failure(plan), '');
        assert.equal(
          decisive(plan).at(-1)?.startsWith('fail') === true || decisive(plan)[0]?.startsWith('fail'),
          true,
        );
      } else {
        const expected = (output.ProfileChain ?? []).map(step => {
          const [kind, values = {}] = Object.entries(step)[0] ?? ['', {}];
          return [kind === 'AccessKey' ? 'keys' : 'role', ...Object.values(values)].join(' ');
        });
        assert.deepEqual(decisive(plan), expected);
      }
    });
  }

  test('the order of sources in one profile', async () => {
    const expected: Readonly<Record<string, readonly string[]>> = {
      // botocore: web identity goes before static keys.
      5: ['fail'],
      6: ['fail'],
      7: ['keys 1 2', 'role some-arn'],
      9: ['sso dev 12345678901 role'],
      15: ['fail'],
      16: ['fail'],
    };
    for (const each of order) {
      const wanted = expected[each.id];
      if (wanted === undefined) {
        continue;
      }
      await using home = await makeHome();
      const input: { readonly env?: object; readonly configFiles?: { readonly aws?: string } } = each.input;
      const snapshot = await home.write(input.configFiles?.aws ?? '');
      const plan = planChain(snapshot, { ...input.env }, undefined);
      assert.deepEqual(
        decisive(plan).map((text, index) => (wanted[index] === 'fail' ? text.slice(0, 4) : text)),
        wanted,
        each.documentation,
      );
    }
  });
});

const LOOP = `[profile a]
role_arn = arn:aws:iam::1:role/A
source_profile = b

[profile b]
role_arn = arn:aws:iam::1:role/B
source_profile = c

[profile c]
role_arn = arn:aws:iam::1:role/C
source_profile = b
`;

suite('plan', () => {
  test('a loop is refused by its names, file and line', async () => {
    await using home = await makeHome();
    const plan = planChain(await home.write(LOOP), {}, 'a');
    assert.match(failure(plan), /circle: b → c → b \(.*config:11\)/);
    assert.equal(plan.links.at(-1)?.place?.line, 11);
  });

  test('a profile may be its own source only with keys', async () => {
    await using home = await makeHome();
    const config = '[profile s]\nrole_arn = arn:aws:iam::1:role/S\nsource_profile = s\n';
    assert.match(
      failure(planChain(await home.write(config), {}, 's')),
      /is its own source_profile but has no access key/,
    );
    const keys = '[s]\naws_access_key_id = AK\naws_secret_access_key = SK\n';
    assert.deepEqual(decisive(planChain(await home.write(config, keys), {}, 's')), [
      'keys AK SK',
      'role arn:aws:iam::1:role/S',
    ]);
  });

  test('keys of a source profile go before its own role', async () => {
    await using home = await makeHome();
    const snapshot = await home.write(
      '[profile a]\nrole_arn = RA\nsource_profile = b\n[profile b]\nrole_arn = RB\nsource_profile = c\naws_access_key_id = AK\naws_secret_access_key = SK\n',
    );
    assert.deepEqual(decisive(planChain(snapshot, {}, 'a')), ['keys AK SK', 'role RA']);
    assert.deepEqual(
      decisive(planChain(snapshot, {}, 'b')),
      ['fail The source_profile "c" of profile b does not exist'].map(
        text => `${text} (${home.folder}/.aws/config:6).`,
      ),
    );
  });

  test('who wins inside one profile, as AWS CLI has it', async () => {
    await using home = await makeHome();
    const sso = 'sso_start_url = https://x\nsso_region = eu-west-1\nsso_account_id = 1\nsso_role_name = R\n';
    const process = 'credential_process = helper --x\n';
    const config = 'aws_access_key_id = CONFIG\naws_secret_access_key = S\n';
    const credentials = '[p]\naws_access_key_id = CRED\naws_secret_access_key = S\n';
    const first = async (text: string, keys = ''): Promise<string | undefined> => {
      const plan = planChain(await home.write(`[profile p]\n${text}`, keys), {}, 'p');
      return decisive(plan)[0];
    };
    assert.equal(await first(sso + process, credentials), 'sso https://x 1 R');
    assert.equal(await first(process + config, credentials), 'keys CRED S');
    assert.equal(await first(process + config), 'process helper --x');
    assert.equal(await first(config), 'keys CONFIG S');
    const plan = planChain(await home.write(`[profile p]\n${sso}${process}`, credentials), {}, 'p');
    assert.deepEqual(
      plan.links.filter(link => link.action.kind === 'skip').map(link => [link.source, link.place?.line]),
      [
        ['AWS_ACCESS_KEY_ID', undefined],
        ['static keys', 2],
        ['credential_process', 6],
      ],
    );
  });

  test('key id and secret must stand in one file', async () => {
    await using home = await makeHome();
    const snapshot = await home.write(
      '[profile p]\naws_secret_access_key = S\n[profile q]\naws_access_key_id = AK\n',
      '[p]\naws_access_key_id = AK\n',
    );
    assert.match(failure(planChain(snapshot, {}, 'p')), /stand in different files \(.*credentials:2\)/);
    assert.match(failure(planChain(snapshot, {}, 'q')), /no aws_secret_access_key \(.*config:4\)/);
  });

  test('environment first, unless a profile was chosen', async () => {
    await using home = await makeHome();
    const snapshot = await home.write(
      '[default]\naws_access_key_id = D\naws_secret_access_key = S\n[profile p]\naws_access_key_id = P\naws_secret_access_key = S\n',
    );
    const keys = { AWS_ACCESS_KEY_ID: 'E', AWS_SECRET_ACCESS_KEY: 'S' };
    const first = (env: Record<string, string>, profile?: string) =>
      decisive(planChain(snapshot, env, profile))[0];
    assert.equal(first({}), 'keys D S');
    assert.equal(first(keys), 'keys E S');
    assert.equal(first({ ...keys, AWS_PROFILE: 'p' }), 'keys E S');
    assert.equal(first(keys, 'p'), 'keys P S');
    assert.equal(first({ AWS_PROFILE: 'p' }), 'keys P S');
    assert.equal(first({ AWS_DEFAULT_PROFILE: 'p' }), 'keys P S');
    assert.equal(first({ AWS_PROFILE: 'p', AWS_DEFAULT_PROFILE: 'default' }), 'keys P S');
    assert.equal(first({ AWS_PROFILE: '' }), 'keys D S');
    assert.match(first({ AWS_PROFILE: 'gone' }) ?? '', /AWS_PROFILE names the profile "gone"/);
    assert.match(first({}, 'gone') ?? '', /neither in .*config nor in .*credentials/);
    assert.match(first({ AWS_ACCESS_KEY_ID: 'E' }) ?? '', /without AWS_SECRET_ACCESS_KEY/);
    assert.equal(first({ AWS_SECRET_ACCESS_KEY: 'S' }), 'keys D S');
    assert.match(first({ AWS_WEB_IDENTITY_TOKEN_FILE: '/t' }) ?? '', /does not support web identity yet/);
    assert.equal(first({ AWS_WEB_IDENTITY_TOKEN_FILE: '/t' }, 'p'), 'keys P S');
    assert.match(first({ ...keys, AWS_CREDENTIAL_EXPIRATION: 'soon' }) ?? '', /is no date/);
  });

  test('what is not supported fails with a reason', async () => {
    await using home = await makeHome();
    const snapshot = await home.write(
      '[profile l]\nlogin_session = arn:aws:iam::1:user/x\n[profile none]\nregion = eu-west-1\n',
    );
    assert.match(
      failure(planChain(snapshot, {}, 'l')),
      /does not support aws login sessions yet \(.*config:2\)/,
    );
    assert.match(failure(planChain(snapshot, {}, 'none')), /does not support instance metadata yet/);
    assert.match(
      failure(planChain(snapshot, { AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://x' }, 'none')),
      /container credentials yet/,
    );
    assert.equal(failure(planChain(snapshot, { AWS_EC2_METADATA_DISABLED: 'true' }, 'none')), '');
  });

  test('any plan ends, whatever points where', async () => {
    await using home = await makeHome();
    const name = fc.constantFrom('a', 'b', 'c', 'd', 'e');
    const profile = fc.record(
      {
        role_arn: fc.constant('arn:aws:iam::1:role/R'),
        source_profile: name,
        credential_source: fc.constantFrom('Environment', 'x'),
        aws_access_key_id: fc.constant('AK'),
        aws_secret_access_key: fc.constant('SK'),
        sso_session: name,
        sso_account_id: fc.constant('1'),
        sso_role_name: fc.constant('R'),
        credential_process: fc.constant('helper'),
        web_identity_token_file: fc.constant('/t'),
      },
      { requiredKeys: [] },
    );
    await fc.assert(
      fc.asyncProperty(fc.dictionary(name, profile), name, async (profiles, chosen) => {
        const snapshot = await home.write(print(profiles as Sections));
        const plan = planChain(snapshot, { AWS_EC2_METADATA_DISABLED: 'true' }, chosen);
        const kinds = plan.links.map(link => link.action.kind);
        const fails = kinds.filter(kind => kind === 'fail').length;
        const bases = kinds.filter(kind => kind === 'keys' || kind === 'sso' || kind === 'process').length;
        // One source at most, and roles only on top of one.
        assert.ok(fails + bases <= 1);
        assert.ok(!kinds.includes('role') || bases === 1 || fails === 1);
      }),
      { numRuns: 200 },
    );
  });

  test('ten thousand profiles, each the source of the one before', async () => {
    await using home = await makeHome();
    const depth = 10_000;
    const profiles = Array.from({ length: depth }, (_, index) => [
      `p${index}`,
      { role_arn: `arn:aws:iam::1:role/R${index}`, source_profile: `p${index + 1}` },
    ]);
    const last = [[`p${depth}`, { aws_access_key_id: 'AK', aws_secret_access_key: 'SK' }]];
    const snapshot = await home.write(print(Object.fromEntries([...profiles, ...last]) as Sections));
    const found = decisive(planChain(snapshot, {}, 'p0'));
    assert.equal(found.length, depth + 1);
    assert.equal(found[0], 'keys AK SK');
    assert.equal(found.at(-1), 'role arn:aws:iam::1:role/R0');
  });
});
