import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { changedSections } from '../../../src/aws-files/changes.ts';
import type { Snapshot } from '../../../src/aws-files/snapshot.ts';
import type { TokenState } from '../../../src/sso/token-cache.ts';
import { withFollowers } from '../../../src/view/followers.ts';
import { ProblemIndex } from '../../../src/view/problem-index.ts';
import { profileNodes, profileRow } from '../../../src/view/profile-tree.ts';
import { RowLooks } from '../../../src/view/row-looks.ts';
import { printOf } from '../../../src/view/row-print.ts';
import { snapshotOf } from '../aws-files/read.ts';

const NAMES = ['a', 'b', 'c', 'd', 'e'];

const TOKENS: ReadonlyMap<string, TokenState> = new Map([
  ['in', { kind: 'valid', expiresAt: 4_000_000_000_000, renews: false }],
  ['out', { kind: 'signedOut' }],
]);

type Section = {
  readonly role: boolean;
  readonly source: string | null;
  readonly session: string | null;
  readonly region: string;
};

const profile: fc.Arbitrary<Section> = fc.record({
  role: fc.boolean(),
  source: fc.option(fc.constantFrom(...NAMES, 'nobody')),
  session: fc.option(fc.constantFrom('in', 'out', 'nowhere')),
  region: fc.constantFrom('eu-west-1', 'eu-west-2', 'mars'),
});

const profiles = fc.array(profile, { minLength: NAMES.length, maxLength: NAMES.length });

function textOf(sections: readonly Section[]): string {
  const lines = sections.map(({ role, source, session, region }, index) =>
    [
      `[profile ${NAMES[index]}]`,
      ...(role ? ['role_arn = arn:aws:iam::111122223333:role/R'] : []),
      ...(source === null ? [] : [`source_profile = ${source}`]),
      ...(session === null ? [] : [`sso_session = ${session}`]),
      `region = ${region}`,
    ].join('\n'),
  );
  return `[sso-session in]\n[sso-session out]\n${lines.join('\n')}\n`;
}

function rowsOf(
  snapshot: Snapshot,
  problems: ProblemIndex,
): ReadonlyMap<string, ReturnType<typeof profileRow>> {
  const state = {
    snapshot,
    problems: problems.of(snapshot),
    active: null,
    tokens: TOKENS,
    accountNames: new Map<string, string>(),
    home: '/home/me',
  };
  return new Map(profileNodes(snapshot).map(node => [node.profile, profileRow(node, state)]));
}

test('a row that looks different after a change is of a changed profile, follows one, or has other problems', () => {
  fc.assert(
    fc.property(profiles, profiles, fc.subarray(NAMES), (before, after, kept) => {
      const problems = new ProblemIndex();
      const was = snapshotOf(textOf(before));
      const mixed = after.map((each, index) => (kept.includes(NAMES[index] ?? '') && before[index]) || each);
      const is = snapshotOf(textOf(mixed));
      // The problems of each are known before its rows are looked at.
      assert.ok(was.problems.length >= 0 && is.problems.length >= 0);
      const old = rowsOf(was, problems);
      problems.changedProfiles(was);
      const now = rowsOf(is, problems);
      const follows = new Map(
        [...old].flatMap(([name, row]) => (row.follows === undefined ? [] : [[name, row.follows] as const])),
      );
      const expected = new Set([
        ...withFollowers(changedSections(was, is).profiles.changed, follows),
        ...problems.changedProfiles(is),
      ]);
      for (const [name, row] of now) {
        const last = old.get(name);
        assert.ok(last !== undefined);
        assert.ok(expected.has(name) || printOf(row) === printOf(last), name);
      }
    }),
    { numRuns: 500 },
  );
});

test('followers are found over several steps and round a circle', () => {
  const follows = new Map([
    ['a', 'b'],
    ['b', 'c'],
    ['c', 'a'],
    ['d', 'e'],
  ]);
  assert.deepEqual([...withFollowers(['c'], follows)].sort(), ['a', 'b', 'c']);
  assert.deepEqual([...withFollowers(['e'], follows)].sort(), ['d', 'e']);
  assert.deepEqual([...withFollowers([], follows)], []);
});

test('rows are looked at in turns, again where they were asked for again, and told of at once', async () => {
  const looked = new Map<string, number>();
  const told: (readonly string[])[] = [];
  const names = Array.from({ length: 600 }, (_, index) => String(index));
  const looks = new RowLooks({
    isDifferent: name => {
      looked.set(name, (looked.get(name) ?? 0) + 1);
      if (name === '300' && looked.get(name) === 1) {
        void looks.look(['0', '1']);
      }
      return name === '1' || name === '599';
    },
    onLooked: different => told.push(different),
  });
  await looks.look(names);
  assert.deepEqual(told, [['1', '599']]);
  assert.deepEqual([looked.size, looked.get('0'), looked.get('2')], [600, 2, 1]);
});

test('what is cleared while rows are looked at is not told', async () => {
  const told: (readonly string[])[] = [];
  const looks = new RowLooks({
    isDifferent: name => {
      if (name === 'last') {
        looks.clear();
      }
      return name === 'first';
    },
    onLooked: different => told.push(different),
  });
  await looks.look(['first', 'last', 'further']);
  assert.deepEqual(told, [[]]);
});
