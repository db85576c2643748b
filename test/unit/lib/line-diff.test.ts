import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { diffLines, type LineChange } from '../../../src/lib/line-diff.ts';

/** The old lines with the changes made. */
function apply(
  old: readonly string[],
  now: readonly string[],
  changes: readonly LineChange[],
): readonly string[] {
  const made: string[] = [];
  let at = 0;
  for (const { oldBegin, oldEnd, newBegin, newEnd } of changes) {
    made.push(...old.slice(at, oldBegin), ...now.slice(newBegin, newEnd));
    at = oldEnd;
  }
  return [...made, ...old.slice(at)];
}

/** The length of the longest common run, by the book. */
function commonLength(old: readonly string[], now: readonly string[]): number {
  let row = new Array<number>(now.length + 1).fill(0);
  for (const line of old) {
    const next = [0];
    for (const [index, other] of now.entries()) {
      next.push(line === other ? (row[index] ?? 0) + 1 : Math.max(row[index + 1] ?? 0, next[index] ?? 0));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}

const lines = (letters: string): fc.Arbitrary<string[]> =>
  fc.array(fc.constantFrom(...letters), { maxLength: 30 });

describe('the lines that differ', () => {
  it('turn the one text into the other, in order and apart', () => {
    fc.assert(
      fc.property(fc.oneof(lines('ab'), lines('abcdefghijklmnop')), lines('abcdefghij'), (old, now) => {
        const changes = diffLines(old, now);
        assert.deepEqual(apply(old, now, changes), now);
        let [oldAt, newAt] = [-1, -1];
        for (const { oldBegin, oldEnd, newBegin, newEnd } of changes) {
          assert.ok(
            oldBegin > oldAt && newBegin > newAt,
            'a line that is the same stands between two changes',
          );
          assert.ok(oldEnd >= oldBegin && newEnd >= newBegin);
          assert.ok(oldEnd > oldBegin || newEnd > newBegin);
          [oldAt, newAt] = [oldEnd, newEnd];
        }
      }),
    );
  });

  it('are as few as can be where no line is a landmark', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('a', 'b'), { minLength: 4, maxLength: 20 }),
        lines('ab'),
        (old, now) => {
          const doubled = [...old, ...old];
          const twice = [...now, ...now];
          const gone = diffLines(doubled, twice).reduce((sum, each) => sum + each.oldEnd - each.oldBegin, 0);
          // Taking equal ends off first never costs a common line.
          assert.equal(doubled.length - gone, commonLength(doubled, twice));
        },
      ),
    );
  });

  it('are found one by one in a large text', () => {
    const old: string[] = [];
    for (let index = 0; index < 10_000; index++) {
      old.push(`[profile p${index}]`, 'sso_session = acme', 'region = eu-west-1', '');
    }
    const now = old.map((line, index) => (index % 4 === 1 ? 'sso_session = other' : line));
    now.splice(20_000, 4);
    const changes = diffLines(old, now);
    // The piece that goes and the change before it are one.
    assert.equal(changes.length, 9_999);
    assert.deepEqual(apply(old, now, changes), now);
    assert.deepEqual(changes[0], { oldBegin: 1, oldEnd: 2, newBegin: 1, newEnd: 2 });
  });

  it('are one piece where a large text has nothing in common', () => {
    const old = new Array<string>(2000).fill('a');
    const now = new Array<string>(2000).fill('b');
    assert.deepEqual(diffLines(old, now), [{ oldBegin: 0, oldEnd: 2000, newBegin: 0, newEnd: 2000 }]);
  });
});
