import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { findChangedLines } from '../../../src/lib/byte-diff.ts';

test('finds whole lines, so that the rest is the same on both sides', () => {
  const line = fc.tuple(
    fc.constantFrom('', 'a', 'b', 'ab', 'region = eu-west-1', 'x'.repeat(5000)),
    fc.constantFrom('\n', '\r\n', '\r'),
  );
  const lines = fc.array(line, { maxLength: 12 }).map(each => each.flat().join(''));
  const text = fc.tuple(lines, fc.constantFrom('', 'last')).map(([body, last]) => body + last);
  fc.assert(
    fc.property(lines, text, text, text, (head, one, other, tail) => {
      const [old, now] = [Buffer.from(head + one + tail), Buffer.from(head + other + tail)];
      const { begin, end, newEnd } = findChangedLines(old, now);
      assert.ok(begin <= end && begin <= newEnd);
      assert.ok(old.subarray(0, begin).equals(now.subarray(0, begin)));
      assert.ok(old.subarray(end).equals(now.subarray(newEnd)));
      // Cut there, both fall into the lines that they have as a whole.
      const lines = (bytes: Buffer, at: number, to?: number): readonly string[] =>
        bytes.toString('latin1', at, to).match(/[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+$/g) ?? [];
      for (const [bytes, at] of [
        [old, end],
        [now, newEnd],
      ] as const) {
        const pieces = [...lines(bytes, 0, begin), ...lines(bytes, begin, at), ...lines(bytes, at)];
        assert.deepEqual(pieces, lines(bytes, 0));
      }
    }),
    { numRuns: 3000 },
  );
});

test('is no larger than the lines that differ', () => {
  const change = (old: string, now: string): readonly string[] => {
    const { begin, end, newEnd } = findChangedLines(Buffer.from(old), Buffer.from(now));
    return [old.slice(begin, end), now.slice(begin, newEnd)];
  };
  assert.deepEqual(change('a\nb\nc\n', 'a\nx\nc\n'), ['b\n', 'x\n']);
  assert.deepEqual(change('a\nb\nc\n', 'a\nc\n'), ['b\n', '']);
  assert.deepEqual(change('', 'a\n'), ['', 'a\n']);
});
