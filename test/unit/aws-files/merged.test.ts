import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readDialect } from '../../../src/aws-files/dialects/read.ts';
import type { DialectReading } from '../../../src/aws-files/dialects/reading.ts';
import { readSdk } from '../../../src/aws-files/dialects/sdk.ts';
import { parseDocument } from '../../../src/aws-files/document.ts';
import type { Dialect, FileName } from '../../../src/aws-files/kinds.ts';
import type { Section, Snapshot } from '../../../src/aws-files/snapshot.ts';
import { configBytes } from './generate.ts';
import { snapshotOf, valuesOf } from './read.ts';

function readersOf(snapshot: Snapshot): Record<string, string> {
  return Object.fromEntries([...snapshot.profiles].map(([name, { readBy }]) => [name, readBy.join(' ')]));
}

test('lists every profile that a dialect finds in the config file, with those that find it', () => {
  const headers: readonly (readonly [string, Record<string, string>])[] = [
    ['[profile a]', { a: 'sdk js cli' }],
    ['[default]', { default: 'sdk js cli' }],
    ['[profile\ta]', { a: 'sdk js cli' }],
    ['[profile "my profile name"]', { 'my profile name': 'cli' }],
    ["[profile 'a']", { a: 'js cli' }],
    ['[profile.foo]', { foo: 'js' }],
    ['[profile  two]', { two: 'sdk cli' }],
    ['[ profile x ]', { x: 'sdk' }],
    ['[profile x ]', { x: 'sdk cli' }],
    ['[profile a];c', { a: 'sdk cli' }],
    ['[profile a] # c', { a: 'sdk js cli' }],
    ['[profile café]', { café: 'cli' }],
    ['[profilefoo bar]', { bar: 'cli' }],
    ['[profile a b]', {}],
    ['[plugins]', {}],
    ['[PROFILE a]', {}],
    ['  [profile a]', { a: 'sdk js cli' }],
    ['\u00a0[profile a]', { a: 'js cli' }],
    ['[profile __proto__]', { ['__proto__']: 'sdk cli' }],
  ];
  for (const [header, expected] of headers) {
    assert.deepEqual(readersOf(snapshotOf(`${header}\nregion = x\n`)), expected, header);
  }
});

test('the same for the credentials file', () => {
  const headers: readonly (readonly [string, Record<string, string>])[] = [
    ['[a]', { a: 'sdk js cli' }],
    ['[a b]', { 'a b': 'cli' }],
    ['[a(b)]', { 'a(b)': 'js cli' }],
    ['["x"]', { '"x"': 'js cli' }],
    ['[profile foo]', { 'profile foo': 'cli', 'profile.foo': 'js' }],
    ['[DEFAULT]', { DEFAULT: 'sdk js' }],
    ['[ a ]', { a: 'sdk', ' a ': 'js cli' }],
  ];
  for (const [header, expected] of headers) {
    assert.deepEqual(readersOf(snapshotOf('', `${header}\naws_access_key_id = x\n`)), expected, header);
  }
});

test('sessions and services are marked as profiles are', () => {
  const { sessions, services } = snapshotOf(
    '[sso-session "my one"]\nsso_region = a\n[services  s]\ns3 =\n  a = b\n',
  );
  assert.deepEqual(
    [...sessions].map(([name, section]) => [name, valuesOf(section)]),
    [['my one', { sso_region: 'a' }]],
  );
  assert.deepEqual(
    [...services].map(([name, section]) => [name, valuesOf(section)]),
    [['s', { 's3.a': 'b' }]],
  );
});

/** The settings with a `*` after those that AWS CLI alone reads. */
function marked(section: Section | undefined): Record<string, string> {
  return Object.fromEntries(
    (section?.settings() ?? []).map(({ key, value, cliOnly }) => [cliOnly === true ? `${key}*` : key, value]),
  );
}

test('shows what AWS CLI reads where the SDKs have no value', () => {
  const cases: readonly (readonly [string, string, Record<string, string>])[] = [
    ['[profile a]\nregion: eu\noutput = json\n', 'a', { 'region*': 'eu', output: 'json' }],
    ['[profile a]\nin valid = x\n', 'a', { 'in valid*': 'x' }],
    ['[profile a]\nregion = eu # c\n', 'a', { region: 'eu' }],
    ['[profile a]\nregion: eu\nregion = us\n', 'a', { region: 'us' }],
    ['[profile a]\ns3 =\n  a b = c\n  d = e\n', 'a', { 's3.a b*': 'c', 's3.d': 'e' }],
    ['[profile "a b"]\nregion = eu # c\n', 'a b', { 'region*': 'eu # c' }],
    [
      '[profile a]\nregion = eu\n[profile "a"]\nregion = us\noutput = json\n',
      'a',
      { region: 'eu', 'output*': 'json' },
    ],
    ['[profile "a"]\noutput = json\n[profile a]\nregion = eu\n', 'a', { region: 'eu' }],
    ['[default]\noutput = json\n[profile default]\nregion = eu\n', 'default', { region: 'eu' }],
    [
      '[profile default]\nregion = eu\n[default]\noutput = json\n',
      'default',
      { region: 'eu', 'output*': 'json' },
    ],
    ['[DEFAULT]\nregion = eu\n[profile a]\noutput = json\n', 'a', { 'region*': 'eu', output: 'json' }],
    ['[profile a]\nregion = eu\n[profile b\noutput = json\n', 'a', { region: 'eu' }],
  ];
  for (const [text, name, expected] of cases) {
    const profile = snapshotOf(text).profiles.get(name);
    assert.deepEqual(marked(profile), expected, text);
    for (const setting of profile?.settings() ?? []) {
      assert.deepEqual(profile?.setting(setting.key), setting, text);
      if (!setting.key.includes('.')) {
        assert.deepEqual(profile?.pick([setting.key]), { [setting.key]: setting.value }, text);
      }
      assert.equal(profile?.get(setting.key), setting.value, text);
    }
  }
});

test('a profile of the JavaScript SDK alone has the keys that it reads there', () => {
  const profile = snapshotOf('[profile.foo]\nregion = eu # c\noutput: json\n').profiles.get('foo');
  assert.deepEqual(marked(profile), { region: 'eu' });
  assert.equal(profile?.get('region'), 'eu');
});

test('the SDKs decide in either file, before AWS CLI does', () => {
  const config = snapshotOf('[profile a]\nregion = eu\noutput: json\n', '[a]\nregion: us\noutput: text\n');
  assert.deepEqual(marked(config.profiles.get('a')), { region: 'eu', 'output*': 'text' });
  assert.equal(config.profiles.get('a')?.setting('output')?.origin, 'credentials');
});

function sectionsOf(reading: DialectReading): ReadonlyMap<string, Record<string, string>> {
  return new Map(
    reading.sections.map(section => [
      `${section.kind} ${section.name}`,
      Object.fromEntries(section.keys().map(({ key, value }) => [key.toLowerCase(), value])),
    ]),
  );
}

test('agrees with each dialect on the names and on the values, whatever the file holds', () => {
  let compared = 0;
  fc.assert(
    fc.property(configBytes, fc.constantFrom<FileName>('config', 'credentials'), (bytes, file) => {
      const document = parseDocument(bytes);
      const snapshot = file === 'config' ? snapshotOf(bytes) : snapshotOf('', bytes);
      const lists: readonly (readonly [string, ReadonlyMap<string, Section>])[] = [
        ['profile', snapshot.profiles],
        ['sso-session', snapshot.sessions],
        ['services', snapshot.services],
      ];
      const merged = new Map(
        lists.flatMap(([kind, list]) => [...list].map(([name, section]) => [`${kind} ${name}`, section])),
      );
      const readings = (['sdk', 'js', 'cli'] as const).map(
        dialect => [dialect, sectionsOf(readDialect(dialect, document, file))] as const,
      );
      const by = Object.fromEntries(readings) as Record<Dialect, ReadonlyMap<string, Record<string, string>>>;
      const hasNoUnseen = readDialect('js', document, file).unseenHeaders.length === 0;
      for (const [dialect, sections] of readings) {
        for (const name of sections.keys()) {
          assert.ok(isControlled(name) || merged.has(name), `${dialect} finds ${name}`);
        }
      }
      for (const [name, section] of merged) {
        const readBy = (section as Section & { readBy: readonly Dialect[] }).readBy;
        assert.equal(readBy.includes('sdk'), by.sdk.has(name), name);
        // A section without keys is not there for the JavaScript SDK, but its header would be.
        assert.ok(readBy.includes('js') || !by.js.has(name), name);
        assert.ok(readBy.includes('cli') || !by.cli.has(name), name);
        const isWhole =
          !document.hasOddRows && readSdk(document, file).sections.every(({ kind }) => kind !== 'broken');
        const own = section.settings().filter(({ cliOnly }) => cliOnly !== true);
        const expected = by.sdk.get(name) ?? (readBy.includes('cli') ? {} : by.js.get(name)) ?? {};
        // Where the JavaScript SDK sees no header, keys of the next section run into the one before.
        if (readBy.includes('sdk') || (isWhole && hasNoUnseen)) {
          assert.deepEqual(Object.fromEntries(own.map(({ key, value }) => [key, value])), expected, name);
        }
        if (isWhole && readBy.includes('cli')) {
          compared += 1;
          const rest = Object.entries(by.cli.get(name) ?? {}).filter(([key]) => !(key in expected));
          const only = section.settings().filter(({ cliOnly }) => cliOnly === true);
          assert.deepEqual(
            Object.fromEntries(only.map(({ key, value }) => [key, value])),
            Object.fromEntries(rest),
            name,
          );
        }
      }
    }),
    { numRuns: 2000 },
  );
  assert.ok(compared > 500, String(compared));
});

/** Names of control characters are pieces of binary files. */
function isControlled(name: string): boolean {
  return [...name].some(char => char < ' ' && char !== '\t');
}
