import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { quoteWord, splitWords } from '../../../src/lib/shell-words.ts';

test('splits a text as a POSIX shell does', () => {
  const cases: readonly [text: string, words: readonly string[] | undefined][] = [
    ['profile a', ['profile', 'a']],
    ['profile \t "a b"', ['profile', 'a b']],
    ["profile 'a b'", ['profile', 'a b']],
    ['profile a b', ['profile', 'a', 'b']],
    ['profile a\\ b', ['profile', 'a b']],
    ['profile "a\\"b\\c"', ['profile', 'a"b\\c']],
    ["profile 'a\\'", ['profile', 'a\\']],
    ['profile ""', ['profile', '']],
    ['profile a"b c"d', ['profile', 'ab cd']],
    ['profile "a', undefined],
    ['profile a\\', undefined],
  ];
  for (const [text, words] of cases) {
    const split = splitWords(text);
    assert.deepEqual(split.unfinished === undefined ? split.words : undefined, words, text);
  }
});

test('what is quoted for AWS CLI reads back', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1 }), word => {
      assert.deepEqual(splitWords(`profile ${quoteWord(word)}`), { words: ['profile', word] });
    }),
  );
});
