import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { applyEdits } from '../../../src/aws-files/edit.ts';
import type { Edit, ReplaceLines } from '../../../src/aws-files/file-edits.ts';
import { UserError } from '../../../src/lib/errors.ts';
import { configBytes } from './generate.ts';
import { snapshotOf, valuesOf } from './read.ts';

const section = fc.record({
  kind: fc.constantFrom(
    'profile' as const,
    'profile' as const,
    'profile' as const,
    'sso-session' as const,
    'services' as const,
  ),
  name: fc.constantFrom('a', 'a', 'a', 'b', 'b', 'default', 'dev.eu', 'a b', 'café', 'new'),
});
const key = fc.constantFrom(
  'region',
  'region',
  's3.addressing_style',
  'output',
  's3',
  's3.addressing_style',
  's3.b',
  'emr.x',
  'role_arn',
  'new_key',
);
const value = fc.constantFrom(
  'x',
  'eu-west-2',
  'ü',
  'a=b',
  'a;b',
  'https://x.example/#/',
  'back\\slash',
  '"q"',
);

const edit: fc.Arbitrary<Exclude<Edit, ReplaceLines>> = fc.oneof(
  fc.record({ type: fc.constant('set' as const), section, key, value, create: fc.constant(true as const) }),
  fc.record({ type: fc.constant('unset' as const), section, key }),
  fc.record({
    type: fc.constant('add' as const),
    section,
    settings: fc.uniqueArray(fc.tuple(key, value), { selector: ([name]) => name, maxLength: 3 }),
  }),
  fc.record({ type: fc.constant('remove' as const), section }),
  fc.record({
    type: fc.constant('rename' as const),
    section,
    name: fc.constantFrom('a', 'new', 'x y', 'default'),
  }),
  fc.record({
    type: fc.constant('copy' as const),
    section,
    name: fc.constantFrom('a', 'new', 'x y', 'default'),
  }),
  fc.record({
    type: fc.constant('retarget' as const),
    key: fc.constant('source_profile'),
    from: fc.constantFrom('a', 'b'),
    to: fc.constantFrom('new', 'x y'),
  }),
);

/** Everything that is read, by section. */
function readAll(bytes: Uint8Array): Record<string, Record<string, string>> {
  const { profiles, sessions, services } = snapshotOf(bytes);
  return Object.fromEntries(
    [
      ['profile', profiles] as const,
      ['sso-session', sessions] as const,
      ['services', services] as const,
    ].flatMap(([kind, map]) => [...map].map(([name, found]) => [`${kind} ${name}`, valuesOf(found)])),
  );
}

/** How many lines lie between the first and the last one that is not as before. */
function countChanged(before: string, after: string): number {
  const old = before.split(/\r\n|\n|\r/);
  const now = after.split(/\r\n|\n|\r/);
  let head = 0;
  while (head < old.length && old[head] === now[head]) {
    head += 1;
  }
  let tail = 0;
  while (tail < old.length - head && tail < now.length - head && old.at(-1 - tail) === now.at(-1 - tail)) {
    tail += 1;
  }
  return old.length - head - tail;
}

test('an edit does what was asked and nothing else, or is refused', () => {
  const outcomes = new Map<string, number>();
  fc.assert(
    fc.property(configBytes, edit, (bytes, change) => {
      const before = readAll(bytes);
      let edited: Buffer;
      try {
        edited = applyEdits(bytes, 'config', [change]);
      } catch (error) {
        assert.ok(error instanceof UserError, String(error));
        outcomes.set(`${change.type} refused`, (outcomes.get(`${change.type} refused`) ?? 0) + 1);
        return;
      }
      const isSame = edited.equals(Buffer.from(bytes));
      const outcome = `${change.type} ${isSame ? 'left' : 'made'}`;
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
      const after = readAll(edited);
      if (change.type === 'retarget') {
        assert.deepEqual(Object.keys(after), Object.keys(before));
        return;
      }
      const id = `${change.section.kind} ${change.section.name}`;
      for (const [name, values] of Object.entries(before)) {
        if (name !== id) {
          assert.deepEqual(after[name], values, name);
        }
      }
      if (change.type === 'set') {
        assert.equal(after[id]?.[change.key], change.value);
        const { [change.key]: _old, s3: _block, emr: _other, ...others } = before[id] ?? {};
        for (const [name, kept] of Object.entries(others)) {
          assert.equal(after[id]?.[name], kept);
        }
        // One line, unless the old value went over several.
        const isLong = before[id]?.[change.key]?.includes('\n') === true;
        const changed = countChanged(Buffer.from(bytes).toString('latin1'), edited.toString('latin1'));
        assert.ok(changed <= 1 || isLong);
      } else if (change.type === 'unset') {
        assert.equal(after[id]?.[change.key], undefined);
      } else if (change.type === 'remove') {
        assert.equal(after[id], undefined);
      } else if (change.type === 'rename') {
        assert.deepEqual(after[`${change.section.kind} ${change.name}`], before[id]);
        assert.equal(after[id], undefined);
      } else if (change.type === 'copy') {
        assert.deepEqual(after[`${change.section.kind} ${change.name}`], before[id]);
        assert.deepEqual(after[id], before[id]);
      } else {
        assert.deepEqual(after[id], Object.fromEntries(change.settings));
      }
    }),
    { numRuns: 20_000 },
  );
  for (const type of ['set', 'unset', 'add', 'remove', 'rename', 'copy', 'retarget']) {
    assert.ok(
      (outcomes.get(`${type} made`) ?? 0) > 10,
      `${type} was tried: ${JSON.stringify([...outcomes])}`,
    );
  }
});
