import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { profileKind } from '../../../src/aws-files/profiles.ts';
import { snapshotOf, valuesOf } from './read.ts';

function fixture(name: string): Buffer {
  return readFileSync(new URL(`../../fixtures/files/${name}`, import.meta.url));
}

const TEAM = snapshotOf(fixture('team.config'), fixture('windows.credentials'));

test('lists every profile of both files in their order, with its kind', () => {
  assert.deepEqual(
    [...TEAM.profiles].map(([name, profile]) => [
      name,
      profileKind(profile),
      profile.readBy.includes('sdk') === false,
    ]),
    [
      ['default', 'keys', false],
      ['dev', 'sso', false],
      ['deploy', 'role', false],
      ['ci', 'role', false],
      ['web', 'webIdentity', false],
      ['tool', 'process', false],
      ['old-sso', 'sso', false],
      ['tokens', 'token', false],
      ['signed-in', 'login', false],
      ['my profile name', 'empty', true],
      ['local', 'keys', false],
      ['legacy', 'keys', false],
    ],
  );
  assert.deepEqual([...TEAM.sessions.keys()], ['acme']);
  assert.deepEqual(valuesOf(TEAM.services.get('localstack')), { 's3.endpoint_url': 'http://localhost:4566' });
});

test('reads settings with the file and line where they stand', () => {
  const profile = TEAM.profiles.get('default');
  assert.deepEqual(profile?.places, [
    { file: '/home/me/.aws/config', line: 2 },
    { file: '/home/me/.aws/credentials', line: 1 },
  ]);
  assert.deepEqual(profile.setting('aws_access_key_id'), {
    key: 'aws_access_key_id',
    value: 'AKIDEXAMPLEDEFAULT',
    origin: 'credentials',
    place: { file: '/home/me/.aws/credentials', line: 2 },
  });
  assert.equal(profile.get('cli_pager'), '');
  assert.equal(profile.get('nothing'), undefined);
  assert.equal(TEAM.profiles.get('legacy')?.get('aws_secret_access_key'), 'abc/EXAMPLE+x;y#z');
  const dev = TEAM.profiles.get('dev');
  assert.equal(dev?.setting('s3.addressing_style')?.place.line, 20);
  assert.equal(dev?.get('s3'), undefined);
  assert.equal(TEAM.sessions.get('acme')?.get('sso_start_url'), 'https://acme.awsapps.com/start/#');
});

test('a key in the credentials file comes before the same key in the config file', () => {
  const { profiles } = snapshotOf(
    '[profile a]\nregion = config\ns3 =\n  b = 1\n  c = 2\n',
    '[a]\nregion = credentials\ns3 =\n  b = 3\n',
  );
  assert.deepEqual(valuesOf(profiles.get('a')), { region: 'credentials', 's3.b': '3' });
  assert.equal(profiles.get('a')?.get('s3.b'), '3');
  assert.equal(profiles.get('a')?.get('s3.c'), undefined);
});

test('names that JavaScript objects know are names like all others', () => {
  const { profiles } = snapshotOf(
    '[profile constructor]\nregion = a\n[profile toString]\n[profile __proto__]\n',
  );
  assert.deepEqual([...profiles.keys()], ['constructor', 'toString', '__proto__']);
  assert.equal(profiles.get('constructor')?.get('region'), 'a');
});

test('a wholly indented section is read as AWS CLI reads it, and reported', () => {
  const snapshot = snapshotOf('[profile a]\n  region = a\n  s3 =\n    b = 1\n  output = json\n');
  assert.deepEqual(valuesOf(snapshot.profiles.get('a')), { region: 'a', 's3.b': '1', output: 'json' });
  assert.deepEqual([...new Set(snapshot.problems.map(({ severity }) => severity))], ['warning']);
});

test('finds nothing to say about files in order', () => {
  assert.deepEqual(
    TEAM.problems.map(({ severity, message, place, subject }) => [
      severity,
      message,
      place.line,
      subject?.name,
    ]),
    [['info', 'Only AWS CLI and boto3 read a section of this name.', 50, 'my profile name']],
  );
});

test('says what is wrong, where, and for which row, and shows no value', () => {
  const { problems, profiles } = snapshotOf(fixture('broken.config'));
  const found = problems.map(
    ({ severity, message, place, subject }) =>
      `${place.line} ${severity} ${subject?.name ?? '-'}: ${message}`,
  );
  const expected: readonly RegExp[] = [
    /^1 error -: .*before the first section/,
    /^2 error -: .*no “]”/,
    /^7 error twice: region is set twice.*AWS CLI refuses the whole file/,
    /^9 error twice: .*line 5 already.*AWS CLI refuses the whole file/,
    /^13 info typo: .*sso_acount_id.*sso_account_id/,
    /^14 info typo: .*regoin.*region/,
    /^15 info typo: .*aws_secret_acess_key.*aws_secret_access_key/,
    /^19 error loop-a: .*loop-a → loop-b → loop-a/,
    /^23 error loop-b: .*circle/,
    /^27 error lost: .*does not exist: nobody/,
    /^30 error alone: role_arn needs/,
    /^33 error half: .*does not exist: gone/,
    /^34 error half: sso_role_name is missing/,
    /^36 error bare: sso_region is missing/,
    /^40 warning colon: Only AWS CLI/,
    /^41 error colon: No “=”/,
    /^43 warning -: No tool reads this section/,
    /^46 warning comment: AWS CLI takes the comment/,
  ];
  for (const pattern of expected) {
    assert.ok(
      found.some(line => pattern.test(line)),
      `${pattern}\n${found.join('\n')}`,
    );
  }
  assert.equal(found.length, expected.length, found.join('\n'));
  assert.doesNotMatch(found.join('\n'), /hunter2|123456789012/);
  assert.ok(profiles.has('comment') && profiles.has('twice'));
});

test('a profile may stand on itself when it has keys, and a loop ends at keys', () => {
  const role = 'role_arn = arn:aws:iam::123456789012:role/A\nsource_profile =';
  const keys = 'aws_access_key_id = a\naws_secret_access_key = b\n';
  assert.deepEqual(snapshotOf(`[profile a]\n${role} a\n${keys}`).problems, []);
  assert.deepEqual(snapshotOf(`[profile a]\n${role} b\n[profile b]\n${role} a\n${keys}`).problems, []);
  assert.equal(snapshotOf(`[profile a]\n${role} a\n`).problems.length, 1);
});

test('tells a flood of faults once', () => {
  const { problems } = snapshotOf('rubbish\n'.repeat(10_000));
  assert.ok(problems.length > 0 && problems.length <= 200);
});
