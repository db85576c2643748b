import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readDialect } from '../../../src/aws-files/dialects/read.ts';
import { parseDocument } from '../../../src/aws-files/document.ts';
import { applyEdits } from '../../../src/aws-files/edit.ts';
import type { Edit, SectionRef } from '../../../src/aws-files/file-edits.ts';
import type { Dialect, FileName } from '../../../src/aws-files/kinds.ts';
import { needsConsent } from '../../../src/aws-files/names.ts';
import { UserError } from '../../../src/lib/errors.ts';

const A: SectionRef = { kind: 'profile', name: 'a' };

function edit(text: string, change: Edit, file: FileName = 'config'): string {
  return applyEdits(Buffer.from(text), file, [change]).toString('utf8');
}

function set(key: string, value: string, section: SectionRef = A): Edit {
  return { type: 'set', section, key, value };
}

/** What each dialect reads for a key of a profile. */
function values(text: string, profile: string, key: string): readonly (string | undefined)[] {
  return (['sdk', 'js', 'cli'] satisfies Dialect[]).map(
    dialect =>
      readDialect(dialect, parseDocument(Buffer.from(text)), 'config')
        .sections.find(section => section.kind === 'profile' && section.name === profile)
        ?.keys()
        .find(each => each.key === key)?.value,
  );
}

const CASES: readonly [name: string, before: string, change: Edit, after: string][] = [
  [
    'a colon, which AWS CLI alone takes, becomes the sign for all, its comment staying',
    '[profile a]\noutput=json\nregion: x # home\n',
    set('region', 'y'),
    '[profile a]\noutput=json\nregion=y # home\n',
  ],
  [
    'a reference after a colon follows',
    '[profile a]\nsource_profile : x\n',
    { type: 'retarget', key: 'source_profile', from: 'x', to: 'z' },
    '[profile a]\nsource_profile : z\n',
  ],
  [
    'a key after a colon goes',
    '[profile a]\nregion: x\noutput = json\n',
    { type: 'unset', section: A, key: 'region' },
    '[profile a]\noutput = json\n',
  ],
  [
    'a key in two cases gets its value in both, because the JavaScript SDK minds the case',
    '[profile a]\nregion = x\nRegion = y\n',
    set('region', 'z'),
    '[profile a]\nregion = z\nRegion = z\n',
  ],
  [
    'of two sections that AWS CLI and the SDKs choose from differently both get the key',
    '[profile a]\noutput = json\n[profile "a"]\noutput = text\n',
    set('output', 'yaml'),
    '[profile a]\noutput = yaml\n[profile "a"]\noutput = yaml\n',
  ],
  [
    'a new key does not fall into the open block of an indented section',
    '[profile a]\n  region = x\n  s3 =\n',
    set('output', 'json'),
    '[profile a]\n  output = json\n  region = x\n  s3 =\n',
  ],
  [
    'lines below a value that the JavaScript SDK takes for keys go with it',
    '[profile a]\nregion = x\n  output = json\n',
    set('region', 'y'),
    '[profile a]\nregion = y\n',
  ],
  [
    'a section whose header hides from the JavaScript SDK goes with what that reads of it',
    '[profile b]\nregion = x\n\n[profile a];c\noutput = json\n',
    { type: 'remove', section: A },
    '[profile b]\nregion = x\n',
  ],
  [
    'a default goes in both its forms',
    '[default]\nregion = x\n[profile default]\nregion = y\n',
    set('region', 'z', { kind: 'profile', name: 'default' }),
    '[default]\nregion = x\n[profile default]\nregion = z\n',
  ],
  [
    'a default that AWS CLI and the SDKs choose from differently is changed in both its forms',
    '[profile default]\nregion = y\n[default]\nregion = x\n',
    set('region', 'z', { kind: 'profile', name: 'default' }),
    '[profile default]\nregion = z\n[default]\nregion = z\n',
  ],
  [
    'a key gets another name in its line',
    '[profile a]\n# ours\nsso_start_url = https://x # c\nregion = x\n',
    { type: 'renameKey', section: A, key: 'sso_start_url', name: 'sso_session', value: 's' },
    '[profile a]\n# ours\nsso_session = s # c\nregion = x\n',
  ],
  [
    'a key keeps its value under another name',
    '[profile a]\ns3=\n    Old=1\n',
    { type: 'renameKey', section: A, key: 's3.old', name: 's3.new' },
    '[profile a]\ns3=\n    new=1\n',
  ],
  [
    'a new name with a blank is quoted as AWS CLI does it',
    '[profile a]\n',
    { type: 'rename', section: A, name: "o'hara x" },
    `[profile 'o'"'"'hara x']\n`,
  ],
  [
    'any other name stands as it is, as AWS CLI looks for it',
    '[ profile a ]\n',
    { type: 'rename', section: A, name: 'café' },
    '[profile café]\n',
  ],
];

for (const [name, before, change, after] of CASES) {
  test(name, () => assert.equal(edit(before, change), after));
}

test('a new value is read by all, but AWS CLI goes on reading the comment behind it', () => {
  const text = edit('[profile a]\nregion = x # home\n', set('region', 'y'));
  assert.deepEqual(values(text, 'a', 'region'), ['y', 'y', 'y # home']);
});

test('refuses what one tool would read otherwise, and says which', () => {
  const cases: readonly [text: string, change: Edit, who: RegExp][] = [
    // The JavaScript SDK gives the keys under this header to the profile b.
    ['[profile b]\nregion = x\n[profile a];c\noutput = json\n', set('region', 'y'), /JavaScript SDK/],
    ['[profile b]\nregion = x\n[profile a];c\nregion = z\n', set('region', 'y'), /JavaScript SDK/],
    // Without the section between them they would be the profile b's.
    [
      '[profile b]\nregion = x\n[profile a]\n[profile c];c\noutput = json\n',
      { type: 'remove', section: A },
      /JavaScript SDK/,
    ],
    [
      '[profile default]\n[default]\n',
      { type: 'rename', section: { ...A, name: 'default' }, name: 'b' },
      /AWS CLI/,
    ],
  ];
  for (const [text, change, who] of cases) {
    assert.throws(
      () => edit(text, change),
      (error: unknown) => error instanceof UserError && who.test(error.message),
      text,
    );
  }
});

test('never adds a second section of a name, however the first is written', () => {
  for (const header of ['[profile "a"]', '[profile  a]', '[ profile a ]', '[profile.a]', '[profile a]; c']) {
    const text = `${header}\nregion = x\n`;
    assert.throws(() => edit(text, { type: 'add', section: A, settings: [] }), /already/, header);
    const more = edit(text, { ...set('output', 'json'), create: true } as Edit);
    assert.equal(more, `${text}output = json\n`, header);
  }
});

test('edits what stands in the credentials file in the form of the config file', () => {
  const text = '[profile a]\naws_access_key_id = x\n';
  const section: SectionRef = { kind: 'profile', name: 'profile a' };
  assert.equal(edit(text, set('region', 'y', section), 'credentials'), `${text}region = y\n`);
  assert.equal(
    edit(text, { type: 'rename', section, name: 'a' }, 'credentials'),
    '[a]\naws_access_key_id = x\n',
  );
  const session: Edit = { type: 'add', section: { kind: 'sso-session', name: 's' }, settings: [] };
  assert.throws(() => edit('', session, 'credentials'), /no place for a/);
});

test('asks for consent to names that some tools do not read, and to no others', () => {
  for (const name of ['dev', 'me@example.com', 'a/b.c:d+e%f-g_h']) {
    assert.equal(needsConsent('profile', name), undefined, name);
  }
  for (const name of ['a b', 'café', 'f(x)', 'a"b']) {
    assert.match(needsConsent('profile', name) ?? '', /AWS CLI and boto3 will find a profile/, name);
  }
  assert.match(needsConsent('sso-session', 'a b') ?? '', /an SSO session/);
  // What cannot be written at all is refused, not asked.
  assert.equal(needsConsent('profile', 'a]b'), undefined);
});
