import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { changedSections } from '../../../src/aws-files/changes.ts';
import type { Section, Snapshot } from '../../../src/aws-files/snapshot.ts';
import { configBytes } from './generate.ts';
import { snapshotOf, valuesOf } from './read.ts';

const NOTHING = { added: [], removed: [], changed: [], moved: false };

function profilesBetween(before: string, after: string): unknown {
  return changedSections(snapshotOf(before), snapshotOf(after)).profiles;
}

test('tells which sections came, went, changed, or only moved in the file', () => {
  const a = '[profile a]\nregion = a\n';
  const b = '[profile b]\nregion = b\n';
  const c = '[profile c]\nregion = c\n';
  assert.deepEqual(profilesBetween(a + b + c, a + b + c), NOTHING);
  assert.deepEqual(profilesBetween(a + b + c, `${a}[profile b]\nregion = x\noutput = json\n${c}`), {
    ...NOTHING,
    changed: ['b'],
  });
  // Its lines have other numbers now, its text is the same.
  assert.deepEqual(profilesBetween(a + b + c, `# One more line.\n${a}${b}${c}`), NOTHING);
  assert.deepEqual(profilesBetween(a + c, a + b + c), { ...NOTHING, added: ['b'] });
  assert.deepEqual(profilesBetween(a + b + c, a + c), { ...NOTHING, removed: ['b'] });
  assert.deepEqual(profilesBetween(a + b + c, `${a}[profile d]\nregion = b\n${c}`), {
    ...NOTHING,
    added: ['d'],
    removed: ['b'],
  });
  assert.deepEqual(profilesBetween(a + b + c, c + a + b), {
    ...NOTHING,
    changed: ['c', 'a', 'b'],
    moved: true,
  });
});

test('looks at both files and at every kind of section', () => {
  const config =
    '[profile a]\nregion = a\n[sso-session s]\nsso_region = a\n[services x]\ns3 =\n  endpoint_url = y\n';
  const before = snapshotOf(config, '[a]\naws_access_key_id = b\n[c]\naws_access_key_id = d\n');
  const keys = snapshotOf(config, '[a]\naws_access_key_id = x\n[c]\naws_access_key_id = d\n');
  assert.deepEqual(changedSections(before, keys), {
    profiles: { ...NOTHING, changed: ['a'] },
    sessions: NOTHING,
    services: NOTHING,
  });
  const session = snapshotOf(config.replace('sso_region = a', 'sso_region = b'), '[a]\n');
  assert.deepEqual(changedSections(before, session), {
    profiles: { ...NOTHING, changed: ['a'], removed: ['c'] },
    sessions: { ...NOTHING, changed: ['s'] },
    services: NOTHING,
  });
});

test('a header that only some read now makes a change', () => {
  const keys = 'region = a\n';
  assert.deepEqual(profilesBetween(`[profile a]\n${keys}`, `[profile "a"]\n${keys}`), {
    ...NOTHING,
    changed: ['a'],
  });
});

/** All that a row may show of a section, without its lines. */
function contentOf(section: Section | undefined): unknown {
  return section === undefined ? undefined : [valuesOf(section), section.places.map(({ file }) => file)];
}

function kinds(snapshot: Snapshot): readonly ReadonlyMap<string, Section>[] {
  return [snapshot.profiles, snapshot.sessions, snapshot.services];
}

test('names every section that reads otherwise than before, whatever changed', () => {
  const splice = fc.record({
    at: fc.nat(),
    removed: fc.nat({ max: 40 }),
    text: fc.oneof(
      fc.constantFrom('', '\n', '\r', '\t', ' ', '[', ']', '=', '#', 'x', '[default]\n', '\u00e9'),
      fc.string({ maxLength: 20 }),
    ),
  });
  fc.assert(
    fc.property(
      configBytes,
      configBytes,
      fc.array(splice, { minLength: 1, maxLength: 3 }),
      (bytes, other, splices) => {
        const before = snapshotOf(bytes, other);
        let text = Buffer.from(bytes).toString('latin1');
        for (const { at, removed, text: put } of splices) {
          const begin = at % (text.length + 1);
          text = text.slice(0, begin) + Buffer.from(put).toString('latin1') + text.slice(begin + removed);
        }
        const after = snapshotOf(Buffer.from(text, 'latin1'), other);
        const changes = Object.values(changedSections(before, after));
        changes.forEach((found, index) => {
          const was = kinds(before)[index] ?? new Map<string, Section>();
          const is = kinds(after)[index] ?? new Map<string, Section>();
          assert.deepEqual(
            found.added,
            [...is.keys()].filter(name => !was.has(name)),
          );
          assert.deepEqual(
            found.removed,
            [...was.keys()].filter(name => !is.has(name)),
          );
          const stayed = [...is.keys()].filter(name => was.has(name));
          assert.equal(
            found.moved,
            stayed.join('\n') !== [...was.keys()].filter(name => is.has(name)).join('\n'),
          );
          for (const name of stayed) {
            if (!found.changed.includes(name)) {
              assert.deepEqual(contentOf(is.get(name)), contentOf(was.get(name)), name);
            }
          }
        });
      },
    ),
    { numRuns: 2000 },
  );
});

test('finds one changed line among ten thousand profiles, and nothing else', () => {
  const text = Array.from({ length: 10_000 }, (_, index) => `[profile p${index}]\nregion = eu-west-1\n`).join(
    '',
  );
  for (const name of ['p0', 'p4999', 'p9999']) {
    const changed = text.replace(`[profile ${name}]\nregion = eu`, `[profile ${name}]\nregion = us`);
    assert.deepEqual(profilesBetween(text, changed), { ...NOTHING, changed: [name] });
  }
});
