import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { profileKind } from '../../../src/aws-files/profile-kind.ts';
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

test('a wholly indented section is read as AWS CLI reads it', () => {
  const snapshot = snapshotOf('[profile a]\n  region = a\n  s3 =\n    b = 1\n  output = json\n');
  assert.deepEqual(valuesOf(snapshot.profiles.get('a')), { region: 'a', 's3.b': '1', output: 'json' });
});
