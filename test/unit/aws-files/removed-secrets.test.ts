import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { removedSecrets, withoutSecrets } from '../../../src/aws-files/removed-secrets.ts';

function without(text: string, ...secrets: readonly string[]): string {
  return withoutSecrets(Buffer.from(text), secrets).toString();
}

describe('withoutSecrets', () => {
  test('takes the row of a secret, wherever it stands in it', () => {
    assert.equal(
      without('[a]\r\nx = 1\r\nkey = secret-text # c\r\ny = 2', 'secret-text'),
      '[a]\r\nx = 1\r\ny = 2',
    );
    assert.equal(
      without('p = tool --key secret-text --x\n# old: secret-text\nq = 1\n', 'secret-text'),
      'q = 1\n',
    );
    assert.equal(without('a = 1\rb = secret-text\rc = 3\r', 'secret-text'), 'a = 1\rc = 3\r');
  });

  test('takes all rows of a longer value, and what lies deeper below it', () => {
    assert.equal(without('a = first-part\n   second-part\nb = 1\n', 'first-part\nsecond-part'), 'b = 1\n');
    assert.equal(without('a = first-part\n   the rest\n\tand more\nb = 1\n', 'first-part'), 'b = 1\n');
    assert.equal(
      without('s3 =\n  a = secret-text\n  b = 1\nc = 2\n', 'secret-text'),
      's3 =\n  b = 1\nc = 2\n',
    );
  });

  test('cuts only the text out of a header', () => {
    assert.equal(without('[profile secret-text]\nregion = a\n', 'secret-text'), '[profile ]\nregion = a\n');
  });

  test('looks for a short secret as a word', () => {
    assert.equal(without('[ab]\nregion = mab\nkey = ab\nother="ab"\nx:ab\n', 'ab'), '[]\nregion = mab\n');
  });

  test('finds text of files in any encoding', () => {
    assert.equal(without('a = pässword-ü\nb = ü\n', 'pässword-ü'), 'b = ü\n');
    const bytes = Buffer.from('a = p\xe4ssword\nb = \xe4\n', 'latin1');
    for (const secret of [bytes.toString('utf8').slice(4, 12), 'p\xe4ssword']) {
      assert.equal(withoutSecrets(bytes, [secret]).toString('latin1'), 'b = \xe4\n');
    }
  });

  test('leaves no secret, and every row without one as it was', () => {
    const row = fc.string({ unit: fc.constantFrom('a', 'b', ' ', '=', '[', ']', '#', 'é'), maxLength: 12 });
    const secret = fc.string({ unit: fc.constantFrom('a', 'b', 'é', '='), minLength: 6, maxLength: 9 });
    const end = fc.constantFrom('\n', '\r\n', '\r');
    fc.assert(
      fc.property(
        fc.array(fc.tuple(row, fc.option(secret), row, end), { maxLength: 8 }),
        secret,
        (rows, hidden) => {
          const text = rows
            .map(([before, other, after, ending]) => `${before}${other ?? hidden}${after}${ending}`)
            .join('');
          const rest = without(text, hidden);
          assert.ok(!rest.includes(hidden));
          const clean = rows
            .map(([before, other, after, ending]) => `${before}${other ?? ''}${after}${ending}`)
            .join('');
          if (!clean.includes(hidden)) {
            assert.equal(without(clean, hidden), clean);
          }
        },
      ),
      { numRuns: 2000 },
    );
  });
});

describe('removedSecrets', () => {
  const removed = (before: string, after: string): readonly string[] =>
    removedSecrets(Buffer.from(before), Buffer.from(after));

  test('finds what is secret by its key, and no longer in the file', () => {
    const before =
      '[a]\naws_access_key_id = AKID1\naws_secret_access_key = secret-1\nregion = b\n\n[b]\nMy_Token: secret-2\n';
    assert.deepEqual(removed(before, ''), ['AKID1', 'secret-1', 'secret-2']);
    assert.deepEqual(removed(before, before), []);
    assert.deepEqual(removed(before, before.replace('[a]', '[c]')), []);
    assert.deepEqual(removed(before, before.replace('aws_secret_access_key = secret-1\n', '')), ['secret-1']);
    assert.deepEqual(removed(before, before.replace('secret-1', 'secret-9')), ['secret-1']);
    assert.deepEqual(removed(before, `${before.slice(before.indexOf('[b]'))}[c]\nx = secret-1\n`), ['AKID1']);
    assert.deepEqual(removedSecrets(undefined, Buffer.from(before)), []);
    assert.deepEqual(removedSecrets(Buffer.from(before), undefined).length, 3);
  });

  test('takes the further rows of a value along', () => {
    assert.deepEqual(removed('a_secret = one\n  two\n\tthree\nregion = b\n', 'region = b\n'), [
      'one\ntwo\nthree',
    ]);
    assert.deepEqual(removed('region = x\n# my_key = c\n[key = x]\n', ''), []);
  });

  test('finds the one secret that goes, wherever it stands', () => {
    const row = fc.constantFrom<string>('[p]', 'region = a', '# note', '', '  deep = x', 'output=json');
    fc.assert(
      fc.property(
        fc.array(row, { maxLength: 700 }),
        fc.nat(),
        fc.constantFrom('\n', '\r\n'),
        (rows, place, end) => {
          const at = rows.length === 0 ? 0 : place % rows.length;
          const after = rows.map(each => each + end).join('');
          const before = rows
            .toSpliced(at, 0, 'aws_secret_access_key = hidden-text')
            .map(each => each + end)
            .join('');
          assert.match(removed(before, after)[0] ?? '', /^hidden-text/);
        },
      ),
    );
  });
});
