import assert from 'node:assert/strict';
import { test } from 'node:test';
import { applyEdits } from '../../../src/aws-files/edit.ts';
import type { Edit, SectionRef } from '../../../src/aws-files/file-edits.ts';
import type { FileName } from '../../../src/aws-files/kinds.ts';
import { UserError } from '../../../src/lib/errors.ts';

const A: SectionRef = { kind: 'profile', name: 'a' };

function edit(text: string, change: Edit, file: FileName = 'config'): string {
  return applyEdits(Buffer.from(text), file, [change]).toString('utf8');
}

function set(key: string, value: string): Edit {
  return { type: 'set', section: A, key, value };
}

const CASES: readonly [name: string, before: string, change: Edit, after: string][] = [
  [
    'a value alone changes',
    '[profile a]\nregion=x\noutput =  y\n',
    set('output', 'z'),
    '[profile a]\nregion=x\noutput =  z\n',
  ],
  [
    'an inline comment stays',
    '[profile a]\nregion = x  # home\n',
    set('region', 'y'),
    '[profile a]\nregion = y  # home\n',
  ],
  [
    'a key is found whatever its case',
    '[profile a]\nRegion = x\n',
    set('region', 'y'),
    '[profile a]\nRegion = y\n',
  ],
  [
    'the last of two keys is the effective one',
    '[profile a]\nregion = x\nregion = y\n',
    set('region', 'z'),
    '[profile a]\nregion = x\nregion = z\n',
  ],
  [
    'the last of two sections is the effective one',
    '[profile a]\nregion = x\n[profile a]\nregion = y\n',
    set('region', 'z'),
    '[profile a]\nregion = x\n[profile a]\nregion = z\n',
  ],
  [
    'an empty value is filled in the style of its line',
    '[profile a]\nregion =\n',
    set('region', 'x'),
    '[profile a]\nregion = x\n',
  ],
  ['without blanks too', '[profile a]\nregion=\n', set('region', 'x'), '[profile a]\nregion=x\n'],
  [
    'further lines of a value go',
    '[profile a]\nx = 1\n  2\n\n  3\ny = 4\n',
    set('x', '5'),
    '[profile a]\nx = 5\n\ny = 4\n',
  ],
  [
    'a new key follows the last one',
    '[profile a]\nregion = x\n\n# b\n[profile b]\n',
    set('output', 'json'),
    '[profile a]\nregion = x\noutput = json\n\n# b\n[profile b]\n',
  ],
  [
    'in its style',
    '[profile a]\r\nregion=x\r\n',
    set('output', 'json'),
    '[profile a]\r\nregion=x\r\noutput=json\r\n',
  ],
  [
    'in its column',
    '[profile a]\nregion      = x\nsso_session = s\n',
    set('output', 'json'),
    '[profile a]\nregion      = x\nsso_session = s\noutput      = json\n',
  ],
  [
    'indented as the section is',
    '[profile a]\n  region = x\n',
    set('output', 'json'),
    '[profile a]\n  region = x\n  output = json\n',
  ],
  [
    'with a lone CR',
    '[profile a]\rregion = x\r',
    set('output', 'json'),
    '[profile a]\rregion = x\routput = json\r',
  ],
  [
    'without a final line end',
    '[profile a]\nregion = x',
    set('output', 'json'),
    '[profile a]\nregion = x\noutput = json',
  ],
  [
    'after a block',
    '[profile a]\ns3 =\n  b = 1\n',
    set('region', 'x'),
    '[profile a]\ns3 =\n  b = 1\nregion = x\n',
  ],
  [
    'a nested value changes',
    '[profile a]\ns3 =\n  b = 1\n  c = 2\n',
    set('s3.b', '3'),
    '[profile a]\ns3 =\n  b = 3\n  c = 2\n',
  ],
  [
    'a nested key joins its block',
    '[profile a]\ns3 =\n  b = 1\nregion = x\n',
    set('s3.c', '2'),
    '[profile a]\ns3 =\n  b = 1\n  c = 2\nregion = x\n',
  ],
  [
    'a nested key opens a block',
    '[profile a]\nregion = x\n',
    set('s3.c', '2'),
    '[profile a]\nregion = x\ns3 =\n    c = 2\n',
  ],
  [
    'a new block is indented as the others are',
    '[profile b]\nemr =\n  b = 1\n[profile a]\nregion = x\n',
    set('s3.c', '2'),
    '[profile b]\nemr =\n  b = 1\n[profile a]\nregion = x\ns3 =\n  c = 2\n',
  ],
  [
    'a key goes with all its lines',
    '[profile a]\nx = 1\n  2\ny = 3\n',
    { type: 'unset', section: A, key: 'x' },
    '[profile a]\ny = 3\n',
  ],
  [
    'both of two keys go',
    '[profile a]\nx = 1\ny = 3\nX = 2\n',
    { type: 'unset', section: A, key: 'x' },
    '[profile a]\ny = 3\n',
  ],
  [
    'a nested key goes',
    '[profile a]\ns3 =\n  b = 1\n  c = 2\n',
    { type: 'unset', section: A, key: 's3.b' },
    '[profile a]\ns3 =\n  c = 2\n',
  ],
  [
    'the last nested key takes its block along',
    '[profile a]\ns3 =\n  b = 1\nx = 1\n',
    { type: 'unset', section: A, key: 's3.b' },
    '[profile a]\nx = 1\n',
  ],
  [
    'what is not there need not go',
    '[profile a]\n',
    { type: 'unset', section: A, key: 'x' },
    '[profile a]\n',
  ],
  [
    'a section comes last, after a blank line',
    '[default]\nregion=x',
    {
      type: 'add',
      section: A,
      settings: [
        ['region', 'y'],
        ['s3.b', '1'],
      ],
    },
    '[default]\nregion=x\n\n[profile a]\nregion=y\ns3=\n    b=1\n',
  ],
  [
    'a section comes without one where none has one',
    '[default]\n[profile b]\n',
    { type: 'add', section: A, settings: [] },
    '[default]\n[profile b]\n[profile a]\n',
  ],
  [
    'the first section',
    '',
    { type: 'add', section: { kind: 'profile', name: 'default' }, settings: [['region', 'x']] },
    '[default]\nregion = x\n',
  ],
  [
    'a section with a blank in its name is quoted as AWS CLI does',
    '',
    { type: 'add', section: { kind: 'profile', name: 'a b' }, settings: [] },
    "[profile 'a b']\n",
  ],
  [
    'a session',
    '[default]\n',
    { type: 'add', section: { kind: 'sso-session', name: 's' }, settings: [] },
    '[default]\n\n[sso-session s]\n',
  ],
  [
    'a section goes with the comments above it and the blank lines after it',
    '[profile b]\nx = 1\n\n# a\n[profile a]\nx = 1\n# end\n\n\n# c\n[profile c]\n',
    { type: 'remove', section: A },
    '[profile b]\nx = 1\n\n# c\n[profile c]\n',
  ],
  [
    'a comment at the top of the file stays, because it may be about the file',
    '# mine\n[profile a]\nx = 1\n\n[profile b]\n',
    { type: 'remove', section: A },
    '# mine\n[profile b]\n',
  ],
  [
    'but not where sections have comments above them',
    '# account a\n[profile a]\nx = 1\n\n# account b\n[profile b]\n',
    { type: 'remove', section: A },
    '# account b\n[profile b]\n',
  ],
  [
    'a comment that follows another section’s key stays',
    '[profile b]\nx = 1\n# why\n[profile a]\nx = 1\n',
    { type: 'remove', section: A },
    '[profile b]\nx = 1\n# why\n',
  ],
  [
    'the last section goes',
    '[profile b]\nx = 1\n\n[profile a]\nx = 1\n',
    { type: 'remove', section: A },
    '[profile b]\nx = 1\n',
  ],
  ['both of two sections go', '[profile a]\n\n[profile a]\n', { type: 'remove', section: A }, ''],
  [
    'a bare default goes with the other',
    '[default]\nx = 1\n[profile default]\ny = 1\n',
    { type: 'remove', section: { kind: 'profile', name: 'default' } },
    '',
  ],
  [
    'a name changes alone',
    '[ profile \t a ] ; me\nx = 1\n',
    { type: 'rename', section: A, name: 'b' },
    '[ profile \t b ] ; me\nx = 1\n',
  ],
  [
    'a profile becomes the default',
    '[profile a]\n',
    { type: 'rename', section: A, name: 'default' },
    '[default]\n',
  ],
  [
    'the default becomes a profile',
    '[default]\n',
    { type: 'rename', section: { kind: 'profile', name: 'default' }, name: 'a' },
    '[profile a]\n',
  ],
  [
    'a quoted name changes',
    '[profile "x y"]\n',
    { type: 'rename', section: { kind: 'profile', name: 'x y' }, name: 'a' },
    '[profile a]\n',
  ],
  [
    'a copy keeps the comments inside',
    '[profile a]\n# why\nx=1 # c\n\n[profile b]\n',
    { type: 'copy', section: A, name: 'c' },
    '[profile a]\n# why\nx=1 # c\n\n[profile b]\n\n[profile c]\n# why\nx=1 # c\n',
  ],
  [
    'references follow',
    '[profile a]\nsource_profile = x\n[profile b]\nsource_profile = xy\n',
    { type: 'retarget', key: 'source_profile', from: 'x', to: 'z' },
    '[profile a]\nsource_profile = z\n[profile b]\nsource_profile = xy\n',
  ],
];

for (const [name, before, change, after] of CASES) {
  test(name, () => assert.equal(edit(before, change), after));
}

test('in the credentials file a header is the name alone', () => {
  assert.equal(edit('', { type: 'add', section: A, settings: [] }, 'credentials'), '[a]\n');
  assert.equal(edit('[a]\n', { type: 'rename', section: A, name: 'x y' }, 'credentials'), '[x y]\n');
});

test('text is put in as UTF-8 among bytes that are none', () => {
  const before = Buffer.concat([Buffer.from('[profile a]\nregion = ü # '), Buffer.from([0xff, 0x0a])]);
  const after = Buffer.concat([Buffer.from('[profile a]\nregion = é # '), Buffer.from([0xff, 0x0a])]);
  assert.deepEqual(applyEdits(before, 'config', [set('region', 'é')]), after);
});

test('refuses what would not read back, and says so without the value', () => {
  const values = [
    '',
    ' x',
    'x ',
    'a\nb',
    'a\rb',
    '#x',
    ';x',
    'a # b',
    'a\t;b',
    'a\0b',
    'a\u2028b',
    '\ud800',
    'a\u0085b',
  ];
  for (const value of values) {
    assert.throws(
      () => edit('[profile a]\n', set('region', value)),
      (error: unknown) =>
        error instanceof UserError && (value.trim().length < 2 || !error.message.includes(value)),
      JSON.stringify(value),
    );
  }
  const names = ['', ' x', 'x ', 'a]b', 'a\nb', '__proto__', 'DEFAULT', 'a\rb'];
  for (const name of names) {
    assert.throws(() => edit('', { type: 'add', section: { ...A, name }, settings: [] }), UserError, name);
    assert.throws(() => edit('[profile a]\n', { type: 'rename', section: A, name }), UserError, name);
  }
  for (const key of ['', 'a b', 'a=b', '#a', 'a:b', '.a', 'a.', 'ü', '__proto__']) {
    assert.throws(() => edit('[profile a]\n', set(key, 'x')), UserError, key);
  }
});

test('refuses what another section or key stands in the way of', () => {
  const taken = '[profile a]\nx = 1\ns3 =\n  b = 1\n[profile b]\n';
  assert.throws(() => edit(taken, { type: 'add', section: A, settings: [] }), /already/);
  assert.throws(() => edit(taken, { type: 'rename', section: A, name: 'b' }), /already/);
  assert.throws(() => edit(taken, { type: 'copy', section: A, name: 'b' }), /already/);
  assert.throws(() => edit(taken, set('s3', 'x')), /nested/);
  assert.throws(() => edit(taken, set('x.y', 'x')), /of its own/);
  assert.throws(() => edit('', set('x', 'y')), /not there any more/);
});

test('an empty pager is a value, because AWS CLI means something by it', () => {
  assert.equal(edit('[profile a]\n', set('cli_pager', '')), '[profile a]\ncli_pager =\n');
});

test('makes thousands of edits, one on the text of the other', () => {
  const names = Array.from({ length: 5000 }, (_, index) => `p${index}`);
  const edits = names.map(
    (name): Edit => ({ type: 'add', section: { kind: 'profile', name }, settings: [['region', 'x']] }),
  );
  const text = applyEdits(Buffer.from('[default]\n'), 'config', edits).toString();
  assert.deepEqual(text.match(/(?<=\[profile ).*(?=\])/g), names);
});
