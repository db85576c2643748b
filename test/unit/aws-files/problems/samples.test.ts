import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { readSdk } from '../../../../src/aws-files/dialects/sdk.ts';
import { parseDocument } from '../../../../src/aws-files/document.ts';
import type { LoadedFile } from '../../../../src/aws-files/load.ts';
import { searchProblems } from '../../../../src/aws-files/problems.ts';
import { indexSections } from '../../../../src/aws-files/section-index.ts';
import { configWith } from '../../../bench/many-profiles.ts';
import { writeSampleHome } from '../../../local-aws/sample-home.ts';
import { temporaryFolder } from '../../lib/temporary-folder.ts';
import { snapshotOf } from '../read.ts';
import { describeProblem, searchIn } from './cases.ts';

const FIXTURES = new URL('../../../fixtures/', import.meta.url);

function fixture(name: string): Buffer {
  return readFileSync(new URL(name, FIXTURES));
}

test('a team’s files: two remarks', () => {
  const found = searchIn({
    config: fixture('files/team.config'),
    credentials: fixture('files/windows.credentials'),
  });
  assert.deepEqual(found.map(describeProblem), [
    'config 39:17-39:46 info legacySso [old-sso]: This profile signs in with SSO in the old form, whose login cannot be refreshed. With an [sso-session] it can.',
    'config 50:1-50:28 info dialects [my profile name]: Only AWS CLI and boto3 read a section of this name.',
  ]);
});

test('the sample home: what it is meant to show', async context => {
  const { configFile, credentialsFile } = await writeSampleHome(
    temporaryFolder(context),
    'http://localhost:1',
  );
  const found = searchIn({ config: readFileSync(configFile), credentials: readFileSync(credentialsFile) });
  assert.deepEqual(
    found.map(problem => `${problem.severity} ${problem.rule} ${problem.subject?.name}`),
    ['info legacySso archive', 'info unknownKey experiments'],
  );
});

test('ten thousand profiles in order: nothing', () => {
  assert.deepEqual(searchIn({ config: configWith(10_000), credentials: '' }), []);
});

/** What AWS's own projects test their readers with, and what a user would want to know of it. */
test('files of AWS’s own tests', () => {
  const folder = 'vectors/roundtrip/real/';
  const counts = new Map<string, Record<string, number>>();
  for (const name of readdirSync(new URL(folder, FIXTURES))) {
    const bytes = fixture(folder + name);
    const isCredentials = /cred|boto/.test(name) && !name.endsWith('config');
    const found = searchIn(
      isCredentials ? { config: '', credentials: bytes } : { config: bytes, credentials: '' },
    );
    const rules: Record<string, number> = {};
    for (const { rule, severity } of found) {
      const key = `${severity} ${rule}`;
      rules[key] = (rules[key] ?? 0) + 1;
    }
    counts.set(name, rules);
  }
  // A few of them by eye; the rest only must not fail.
  assert.deepEqual(counts.get('aws_config_nested'), {});
  assert.deepEqual(counts.get('aws_services_config'), {});
  assert.deepEqual(counts.get('aws_config_nocreds'), {});
  assert.deepEqual(counts.get('aws_config_nested_bad'), { 'error syntax': 1 });
  assert.deepEqual(counts.get('aws_third_config'), { 'warning dialects': 1 });
  assert.deepEqual(counts.get('foo_config'), { 'warning dialects': 1 });
  assert.deepEqual(counts.get('wit.txt'), { 'error syntax': 1 });
});

test('says what is wrong in a broken file, where, and for which row, and shows no value', () => {
  const { problems, profiles } = snapshotOf(fixture('files/broken.config'));
  const found = problems.map(
    ({ severity, rule, message, place, subject }) =>
      `${place.line} ${severity} ${rule} ${subject?.name ?? '-'}: ${message}`,
  );
  const expected: readonly RegExp[] = [
    /^1 error syntax -: .*before the first section/,
    /^2 error syntax -: .*no “]”/,
    /^7 error duplicate twice: region is set twice.*AWS CLI refuses the whole file/,
    /^9 error duplicate twice: .*line 5 already.*AWS CLI refuses the whole file/,
    /^13 info unknownKey typo: .*sso_acount_id.*sso_account_id/,
    /^14 info unknownKey typo: .*regoin.*region/,
    /^15 info unknownKey typo: .*aws_secret_acess_key.*aws_secret_access_key/,
    /^19 error reference loop-a: .*loop-a → loop-b → loop-a/,
    /^23 error reference loop-b: .*circle/,
    /^27 error reference lost: .*does not exist: nobody/,
    /^30 error incomplete alone: role_arn needs/,
    /^33 error reference half: .*does not exist: gone/,
    /^34 error incomplete half: sso_role_name is missing/,
    /^36 error incomplete bare: sso_region is missing/,
    /^40 warning dialects colon: AWS CLI and boto3 alone/,
    /^41 error syntax colon: No “=”/,
    /^43 warning section -: No tool reads this section/,
    /^46 warning dialects comment: AWS CLI and boto3 read region as “eu-west-1 #…”/,
  ];
  assert.equal(found.length, expected.length, found.join('\n'));
  expected.forEach((pattern, index) => {
    assert.match(found[index] ?? '', pattern);
  });
  assert.doesNotMatch(found.join('\n'), /hunter2|123456789012|home/);
  assert.ok(profiles.has('comment') && profiles.has('twice'));
});

test('tells a flood of faults so often that errors stay in sight', () => {
  const remarks = Array.from({ length: 5000 }, (_, index) => `tool${index} = x # y\n`).join('');
  const config = `[profile a]\n${remarks}rubbish\n`;
  const problems = searchIn({ config, credentials: 'rubbish\n'.repeat(10_000) });
  assert.equal(problems.filter(({ severity }) => severity === 'info').length, 200);
  assert.equal(problems.filter(({ severity }) => severity === 'error').length, 2);
});

test('a circle of very many roles is told in few words', () => {
  const names = Array.from({ length: 1000 }, (_, index) => index);
  const config = names
    .map(
      index =>
        `[profile p${index}]\nrole_arn = arn:aws:iam::123456789012:role/A\nsource_profile = p${(index + 1) % 1000}\n`,
    )
    .join('');
  const problems = searchIn({ config, credentials: '' });
  assert.equal(problems.length, 200);
  assert.equal(
    problems[0]?.message,
    'source_profile goes in a circle: p0 → p1 → p2 → p3 → p4 → p5 → … → p0.',
  );
});

test('a search of many profiles takes many turns', () => {
  const reading = readSdk(parseDocument(Buffer.from(configWith(10_000))), 'config');
  const config: LoadedFile = {
    state: { path: 'config', status: 'read' },
    reading,
    trouble: undefined,
    stamp: undefined,
  };
  const credentials = { ...config, reading: readSdk(parseDocument(new Uint8Array()), 'credentials') };
  const index = indexSections([{ path: 'config', reading }]);
  const turns = [...searchProblems({ config, credentials }, index)].length;
  assert.ok(turns >= 40, `${turns} turns`);
});
