import assert from 'node:assert/strict';
import { test } from 'node:test';
import { applyEdits } from '../../../src/aws-files/edit.ts';
import type { FileEdits } from '../../../src/aws-files/file-edits.ts';
import type { FileName } from '../../../src/aws-files/kinds.ts';
import { convertLegacySso, findLegacySso } from '../../../src/aws-files/legacy-sso.ts';
import {
  deleteProfile,
  duplicateProfile,
  moveKeys,
  renameProfile,
  setProfileKey,
} from '../../../src/aws-files/profile-edits.ts';
import { changesOf } from '../../../src/aws-files/write-edits.ts';
import { UserError } from '../../../src/lib/errors.ts';
import { snapshotOf, valuesOf } from './read.ts';

type Texts = { readonly config: string; readonly credentials: string };

/** Both files after the edits. */
function edited({ config, credentials }: Texts, edits: FileEdits): Texts {
  const edit = (file: FileName, text: string): string =>
    applyEdits(Buffer.from(text), file, edits[file] ?? []).toString();
  return { config: edit('config', config), credentials: edit('credentials', credentials) };
}

function files(config: string, credentials = ''): Texts {
  return { config, credentials };
}

const KEYS = ['aws_access_key_id', 'aws_secret_access_key', 'aws_session_token'];

test('moves keys to the other file, the one that counts of two', () => {
  const before = files(
    '[profile a]\nregion = x\naws_access_key_id = OLD\naws_secret_access_key = s/+=\n',
    '[b]\n\n[a]\naws_access_key_id = NEW\n',
  );
  const snapshot = snapshotOf(before.config, before.credentials);
  assert.deepEqual(
    edited(before, moveKeys(snapshot, 'a', KEYS, 'credentials')),
    files(
      '[profile a]\nregion = x\naws_access_key_id = OLD\n',
      '[b]\n\n[a]\naws_access_key_id = NEW\naws_secret_access_key = s/+=\n',
    ),
  );
  assert.deepEqual(
    edited(before, moveKeys(snapshot, 'a', KEYS, 'config')),
    files('[profile a]\nregion = x\naws_access_key_id = NEW\naws_secret_access_key = s/+=\n', '[b]\n\n[a]\n'),
  );
});

test('adds the profile to a file that has none, and writes that file first', () => {
  const before = files('[default]\naws_access_key_id = A\n');
  const edits = moveKeys(snapshotOf(before.config), 'default', KEYS, 'credentials');
  assert.deepEqual(
    changesOf(edits).map(change => change.file),
    ['credentials', 'config'],
  );
  assert.deepEqual(edited(before, edits), files('[default]\n', '[default]\naws_access_key_id = A\n'));
});

test('moves no keys that are not there, and leaves those that are there already', () => {
  const snapshot = snapshotOf('[profile a]\nregion = x\n', '[a]\naws_access_key_id = A\n');
  assert.throws(() => moveKeys(snapshot, 'a', ['output'], 'config'), UserError);
  assert.throws(() => moveKeys(snapshot, 'b', KEYS, 'config'), UserError);
  assert.deepEqual(moveKeys(snapshot, 'a', KEYS, 'credentials'), {});
});

const LEGACY = `[default]
sso_session = other

# team
[profile a]
sso_start_url = https://acme.awsapps.com/start # ours
sso_region = eu-west-1
sso_account_id = 111122223333
sso_role_name = Dev

[profile b]
SSO_Region=eu-west-1
sso_start_url=https://acme.awsapps.com/start
sso_account_id=111122223333

[profile c]
sso_start_url = https://acme.awsapps.com/start/#
sso_region = eu-west-1
`;

test('gives all legacy profiles of a start URL a session in the place of their keys', () => {
  const snapshot = snapshotOf(LEGACY);
  const legacy = findLegacySso(snapshot, 'b');
  assert.deepEqual(legacy, {
    startUrl: 'https://acme.awsapps.com/start',
    region: 'eu-west-1',
    profiles: ['a', 'b'],
    session: undefined,
  });
  assert.equal(
    edited(files(LEGACY), convertLegacySso(snapshot, legacy, 'acme')).config,
    `[default]
sso_session = other

# team
[profile a]
sso_session = acme # ours
sso_account_id = 111122223333
sso_role_name = Dev

[profile b]
sso_session=acme
sso_account_id=111122223333

[profile c]
sso_start_url = https://acme.awsapps.com/start/#
sso_region = eu-west-1

[sso-session acme]
sso_start_url = https://acme.awsapps.com/start
sso_region = eu-west-1
sso_registration_scopes = sso:account:access
`,
  );
});

test('takes a session that is there, of the same start URL and region', () => {
  const session = '[sso-session s]\nsso_start_url = https://x/start\nsso_region = eu-west-1\n';
  const config = `[profile a]\nsso_start_url = https://x/start\nsso_region = eu-west-1\n${session}`;
  const snapshot = snapshotOf(config);
  const legacy = findLegacySso(snapshot, 'a');
  assert.equal(legacy.session, 's');
  assert.equal(
    edited(files(config), convertLegacySso(snapshot, legacy, 's')).config,
    `[profile a]\nsso_session = s\n${session}`,
  );
  const other = snapshotOf(config.replaceAll('sso_region = eu-west-1\n[', 'sso_region = us-east-1\n['));
  assert.throws(() => convertLegacySso(other, findLegacySso(other, 'a'), 's'), /another start URL or region/);
});

test('converts legacy settings of both files', () => {
  const before = files(
    '[profile a]\nsso_region = us-east-1\noutput = json\n',
    '[a]\nsso_start_url = https://x/start\nsso_region = eu-west-1\n\n[b]\nsso_start_url = https://x/start\n',
  );
  const snapshot = snapshotOf(before.config, before.credentials);
  const after = edited(before, convertLegacySso(snapshot, findLegacySso(snapshot, 'a'), 's'));
  assert.equal(after.credentials, '[a]\n\n[b]\n');
  const now = snapshotOf(after.config, after.credentials);
  assert.deepEqual(valuesOf(now.profiles.get('a')), { output: 'json', sso_session: 's' });
  assert.deepEqual(valuesOf(now.profiles.get('b')), { sso_session: 's' });
  assert.equal(now.sessions.get('s')?.get('sso_region'), 'eu-west-1');
});

test('says which profiles disagree about the region, or that none names one', () => {
  const url = 'sso_start_url = https://x/start\n';
  const two = snapshotOf(
    `[profile a]\n${url}sso_region = eu-west-1\n[profile b]\n${url}sso_region = us-east-1\n`,
  );
  assert.throws(() => findLegacySso(two, 'a'), /different regions: eu-west-1 in a, us-east-1 in b/);
  const none = snapshotOf(`[profile a]\n${url}`);
  assert.throws(() => findLegacySso(none, 'a'), /No sso_region is set in a/);
  assert.throws(() => findLegacySso(snapshotOf('[profile a]\nsso_session = s\n'), 'a'), UserError);
  const session = snapshotOf(`[profile a]\n${url}sso_region = eu-west-1\n`);
  assert.throws(() => convertLegacySso(session, findLegacySso(session, 'a'), 'a]b'), UserError);
});

/** Sections that some tools do not read are profiles like any other. */
const FEW_READ: readonly [what: string, header: string, file: FileName, name: string][] = [
  ['AWS CLI alone', '[profile "my profile"]', 'config', 'my profile'],
  ['AWS CLI and the JavaScript SDK', "[profile 'a']", 'config', 'a'],
  ['AWS CLI and the SDKs but that one', '[profile  a]', 'config', 'a'],
  ['the JavaScript SDK alone', '[profile.foo]', 'config', 'foo'],
  ['the SDKs alone', '[ profile a ]', 'config', 'a'],
  ['AWS CLI alone, in the credentials file', '[my keys]', 'credentials', 'my keys'],
];

for (const [what, header, file, name] of FEW_READ) {
  test(`edits, renames, copies and deletes a profile that ${what} read`, () => {
    const text = `# top\n\n${header}\nregion = x\noutput = json\n\n[${file === 'config' ? 'profile ' : ''}z]\nregion = z\n`;
    const before = file === 'config' ? files(text) : files('', text);
    const snapshot = snapshotOf(before.config, before.credentials);
    const apply = (edits: FileEdits): string => edited(before, edits)[file];
    assert.equal(
      apply(setProfileKey(snapshot, name, 'region', 'y')),
      text.replace('region = x', 'region = y'),
    );
    // Not `renameProfile` with a change of two lines: the header alone.
    const renamed = apply(renameProfile(snapshot, name, 'new'));
    assert.deepEqual(valuesOf(read(renamed, file).profiles.get('new')), { region: 'x', output: 'json' });
    assert.equal(read(renamed, file).profiles.has(name), false);
    assert.equal(renamed.split('\n').filter((line, index) => line !== text.split('\n')[index]).length, 1);
    const copied = apply(duplicateProfile(snapshot, name, 'copy'));
    assert.ok(copied.startsWith(text));
    assert.deepEqual(valuesOf(read(copied, file).profiles.get('copy')), { region: 'x', output: 'json' });
    assert.equal(
      apply(deleteProfile(snapshot, name)),
      `# top\n\n${text.slice(text.indexOf('[', text.indexOf('json')))}`,
    );
    assert.equal(apply(setProfileKey(snapshot, name, 'output', null)), text.replace('output = json\n', ''));
  });
}

function read(text: string, file: FileName): ReturnType<typeof snapshotOf> {
  return file === 'config' ? snapshotOf(text) : snapshotOf('', text);
}
