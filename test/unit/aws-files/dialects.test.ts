import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { readCliHeader } from '../../../src/aws-files/dialects/cli-header.ts';
import { readJsHeader } from '../../../src/aws-files/dialects/js-header.ts';
import { readDialect } from '../../../src/aws-files/dialects/read.ts';
import type { DialectReading } from '../../../src/aws-files/dialects/reading.ts';
import { parseDocument } from '../../../src/aws-files/document.ts';
import type { Dialect, FileName } from '../../../src/aws-files/kinds.ts';
import { makeTable, nestedValues, type Sections } from './dialect-results.ts';

function read(dialect: Dialect, text: string | Uint8Array, file: FileName = 'config'): DialectReading {
  return readDialect(dialect, parseDocument(Buffer.from(text)), file);
}

function valuesOf(reading: DialectReading, kind: string): Sections {
  return makeTable(
    reading.sections
      .filter(section => section.kind === kind)
      .map(section => [section.name, nestedValues(reading.document, section)]),
  );
}

type Case = {
  name: string;
  input: { configFile?: string; credentialsFile?: string };
  output: Partial<Record<'profiles' | 'ssoSessions' | 'services', Sections>>;
};

for (const table of ['grammar.json', 'grammar-services.json']) {
  const text = readFileSync(new URL(`../../fixtures/vectors/${table}`, import.meta.url), 'utf8');
  for (const [index, { name, input, output }] of (JSON.parse(text) as { tests: Case[] }).tests.entries()) {
    test(`${table} ${index + 1}, each file for itself: ${name}`, () => {
      const config = read('sdk', input.configFile ?? '');
      const credentials = valuesOf(read('sdk', input.credentialsFile ?? '', 'credentials'), 'profile');
      const profiles = valuesOf(config, 'profile');
      for (const [profile, values] of Object.entries(credentials)) {
        profiles[profile] = { ...profiles[profile], ...values };
      }
      const found = {
        profiles,
        ssoSessions: valuesOf(config, 'sso-session'),
        services: valuesOf(config, 'services'),
      };
      for (const kind of ['profiles', 'ssoSessions', 'services'] as const) {
        if (output[kind] !== undefined) {
          assert.deepEqual(JSON.parse(JSON.stringify(found[kind])), withoutEmptyBlocks(output[kind]));
        }
      }
    });
  }
}

/** A block without keys is no key here. */
function withoutEmptyBlocks(sections: Sections): unknown {
  return Object.fromEntries(
    Object.entries(sections).map(([name, values]) => [
      name,
      Object.fromEntries(Object.entries(values).filter(([, value]) => JSON.stringify(value) !== '{}')),
    ]),
  );
}

test('says which header the JavaScript SDK does not see, and which section gets its keys', () => {
  const { unseenHeaders, sections } = read(
    'js',
    [
      '[profile a];c',
      'region = lost',
      '[profile b]',
      'region = b1',
      '[profile c];c',
      'region = c1',
      '[profile "d"] # seen',
      'region = d1',
      '[profile e]x',
      '[profile f',
      'output = f1',
      '[profile g h];c=d',
      '[profile i]',
      '[profile j]#',
      '# no key here',
    ].join('\n'),
  );
  assert.deepEqual(
    unseenHeaders.map(({ row, into }) => [row + 1, into?.name]),
    [
      [1, undefined],
      [5, 'b'],
      [9, undefined],
      [10, 'd'],
      [12, 'd'],
      [14, undefined],
    ],
  );
  assert.deepEqual(
    sections.map(({ name }) => name),
    ['b', 'd'],
  );
});

test('takes no line for an unseen header that is none to the others', () => {
  const text = '[profile a]\nregion = x\n  [profile b];c\n# [profile c];c\n';
  assert.deepEqual(read('js', text).unseenHeaders, []);
  const indented = read('js', '  [profile a]\n  region = x\n  [profile b];c\n  region = y\n');
  assert.deepEqual(
    indented.unseenHeaders.map(({ row, into }) => [row, into?.name]),
    [[2, 'a']],
  );
});

test('sees no header in a lone carriage return’s line', () => {
  const { unseenHeaders, sections } = read('js', '[profile a]\rregion = x\r[profile b]\routput = y\r');
  assert.deepEqual(sections, []);
  assert.deepEqual(
    unseenHeaders.map(({ row, into }) => [row, into]),
    [
      [0, undefined],
      [2, undefined],
    ],
  );
});

test('tells where each key and value stands', () => {
  const text = '[profile a]\nRegion = x # c\ns3 =\n  # c\n  Style = path\n  b = 1\n';
  const pieces = (dialect: Dialect): unknown => {
    const { document, sections } = read(dialect, text);
    return sections[0]
      ?.keys()
      .map(({ key, value, row, rowsEnd, keyBegin, keyEnd, valueBegin, valueEnd, blockRow }) => [
        key,
        value,
        document.text.slice(keyBegin, keyEnd),
        document.text.slice(valueBegin, valueEnd),
        document.line(row),
        rowsEnd - row,
        blockRow === -1 ? 0 : document.line(blockRow),
      ]);
  };
  assert.deepEqual(pieces('sdk'), [
    ['region', 'x', 'Region', 'x', 2, 1, 0],
    ['s3.style', 'path', 'Style', 'path', 5, 1, 3],
    ['s3.b', '1', 'b', '1', 6, 1, 3],
  ]);
  assert.deepEqual(pieces('js'), [
    ['Region', 'x', 'Region', 'x', 2, 1, 0],
    ['s3.Style', 'path', 'Style', 'path', 5, 1, 3],
    ['s3.b', '1', 'b', '1', 6, 1, 3],
  ]);
  assert.deepEqual(pieces('cli'), [
    ['region', 'x # c', 'Region', 'x # c', 2, 1, 0],
    ['s3.Style', 'path', 'Style', 'path', 5, 1, 3],
    ['s3.b', '1', 'b', '1', 6, 1, 3],
  ]);
});

test('gives every section of AWS CLI the keys of [DEFAULT] that it does not have', () => {
  const { sections } = read(
    'cli',
    '[DEFAULT]\nregion = d\ns3 =\n  a = 1\n[profile a]\nregion = a\n[default]\n',
  );
  assert.deepEqual(
    sections.map(section => section.keys().map(({ key, value, inherited }) => [key, value, inherited])),
    [
      [
        ['region', 'a', false],
        ['s3.a', '1', true],
      ],
      [
        ['region', 'd', true],
        ['s3.a', '1', true],
      ],
    ],
  );
});

test('finds everything for which AWS CLI refuses a file, what it reports first', () => {
  const refusals = (text: string | Uint8Array): unknown => {
    const { document, refusals: found } = read('cli', text);
    return found.map(({ row, reason }) => `${document.line(row)} ${reason}`);
  };
  assert.deepEqual(
    refusals(
      'x\n[profile a]\nrubbish\nb = 1\n= 2\ns3 =\n  c\n  d = 1\nB = 2\n[profile a]\n[DEFAULT]\n[DEFAULT]\n',
    ),
    [
      '1 beforeFirstSection',
      '9 duplicateKey',
      '10 duplicateSection',
      '3 noDelimiter',
      '5 noKey',
      '7 nestedWithoutEquals',
    ],
  );
  assert.deepEqual(refusals('\ufeff[default]\nregion = a'), ['1 byteOrderMark']);
  assert.deepEqual(refusals(Buffer.concat([Buffer.from('[default]\na = '), Buffer.from([0xff])])), [
    '2 notUtf8',
  ]);
  const many = Array.from({ length: 60 }, (_, index) => `key_${index} = 1`).join('\n');
  assert.deepEqual(refusals(`[profile a]\n${many}\nkey_40 = 2\nKEY_50 = 2\n`), [
    '62 duplicateKey',
    '63 duplicateKey',
  ]);
  // A block of [DEFAULT] that every section has itself is read by none.
  const lent = '[DEFAULT]\ns3 =\n  rubbish\n[profile a]\n';
  assert.deepEqual(refusals(`${lent}s3 = x\n`), []);
  assert.deepEqual(refusals(`${lent}s3 = x\n[plugins]\n`), ['3 nestedWithoutEquals']);
  assert.deepEqual(refusals(''), []);
});

test('goes on reading after what AWS CLI refuses', () => {
  const { document, sections } = read(
    'cli',
    'x = 1\n[profile a]\nb = 1\nrubbish\nb = 2\n[profile c]\nd = 3\n[profile a]\ne = 4\n',
  );
  assert.deepEqual(
    sections.map(section => [section.name, { ...nestedValues(document, section) }]),
    [
      ['a', { b: '2', e: '4' }],
      ['c', { d: '3' }],
    ],
  );
});

test('refuses nothing to the JavaScript SDK but a forbidden name', () => {
  const text = '[profile a]\nb = 1\n[profile __proto__]\nc = 1\n';
  const { refusals, sections } = read('js', text);
  assert.deepEqual(refusals, [{ row: 2, reason: 'forbiddenName' }]);
  assert.deepEqual(
    sections.map(({ name }) => name),
    ['a'],
  );
  assert.deepEqual(read('js', text.replace('profile __', '__'), 'credentials').refusals, [
    { row: 2, reason: 'forbiddenName' },
  ]);
});

test('names a header for AWS CLI and for the JavaScript SDK from its row alone', () => {
  const names = (text: string, file: FileName = 'config'): unknown => {
    const document = parseDocument(Buffer.from(text));
    const [js, cli] = [readJsHeader, readCliHeader].map(readHeader => readHeader(document, file, 0));
    return [js, cli].map(header => (header === undefined ? undefined : `${header.kind} ${header.name}`));
  };
  assert.deepEqual(names('[profile a b]'), [undefined, undefined]);
  assert.deepEqual(names('[profile "a b"]'), [undefined, 'profile a b']);
  assert.deepEqual(names('[profile "a"]'), ['profile a', 'profile a']);
  assert.deepEqual(names('[profile.a]'), ['profile a', undefined]);
  assert.deepEqual(names('[profile a]x]'), [undefined, 'profile a]x']);
  assert.deepEqual(names('[profile a];c'), [undefined, 'profile a']);
  assert.deepEqual(names('[sso-session  a]'), [undefined, 'sso-session a']);
  assert.deepEqual(names('\f[services a]'), ['services a', 'services a']);
  assert.deepEqual(names('[default]'), ['profile default', 'profile default']);
  assert.deepEqual(names('[DEFAULT]'), [undefined, undefined]);
  assert.deepEqual(names('[a b]', 'credentials'), [undefined, 'profile a b']);
  assert.deepEqual(names('[profile a]', 'credentials'), ['profile profile.a', 'profile profile a']);
  assert.deepEqual(names('region = a'), [undefined, undefined]);
});
