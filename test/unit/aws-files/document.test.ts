import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { readSdk, rereadSdk } from '../../../src/aws-files/dialects/sdk.ts';
import {
  type Document,
  decodeBytes,
  parseDocument,
  parseText,
  printDocument,
} from '../../../src/aws-files/document.ts';
import { configBytes } from './generate.ts';
import { snapshotOf, valuesOf } from './read.ts';

function assertLossless(bytes: Uint8Array): void {
  assert.deepEqual(printDocument(parseDocument(bytes)), Buffer.from(bytes));
}

test('prints the bytes that it parsed, whatever they are', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 400 }), assertLossless), { numRuns: 2000 });
});

test('prints the bytes of anything that looks like a config file', () => {
  fc.assert(fc.property(configBytes, assertLossless), { numRuns: 2000 });
});

/** All that a document says of its rows. */
function rowsOf(document: Document): unknown {
  return [
    document.headers,
    document.hasOddRows,
    ...Array.from({ length: document.rows }, (_, row) => [
      document.begin(row),
      document.end(row),
      document.mark(row),
      document.line(row),
      document.isHeader(row),
      document.isComment(row),
      document.isIndented(row),
    ]),
  ];
}

test('a text in the place of another is read as if it were new, rows and sections', () => {
  let taken = 0;
  fc.assert(
    fc.property(configBytes, fc.nat(), fc.nat({ max: 30 }), configBytes, (bytes, at, removed, put) => {
      const begin = at % (bytes.length + 1);
      const parts = [bytes.subarray(0, begin), put.subarray(0, 40), bytes.subarray(begin + removed)];
      const text = decodeBytes(Buffer.concat(parts));
      const last = readSdk(parseDocument(bytes), 'config');
      const reading = rereadSdk(last, text);
      const fresh = readSdk(parseText(text.text, text.encoding), 'config');
      assert.deepEqual(rowsOf(reading.document), rowsOf(fresh.document));
      assert.deepEqual(reading.sections, fresh.sections);
      assert.equal(reading.preamble, fresh.preamble);
      taken += reading.document.taken.head + reading.document.taken.tail;
    }),
    { numRuns: 3000 },
  );
  assert.ok(taken > 1000, String(taken));
});

const ROUNDTRIP = new URL('../../fixtures/vectors/roundtrip/', import.meta.url);

for (const folder of ['fuzz-seeds', 'real']) {
  test(`prints the files of other parsers' tests: ${folder}`, () => {
    const files = readdirSync(new URL(`${folder}/`, ROUNDTRIP));
    assert.ok(files.length > 20);
    for (const file of files) {
      const bytes = readFileSync(new URL(`${folder}/${file}`, ROUNDTRIP));
      assertLossless(bytes);
      for (const profile of snapshotOf(bytes, bytes).profiles.values()) {
        profile.settings();
      }
    }
  });
}

test('keeps 50 MB of any sort', () => {
  const line = Buffer.from('[profile p]\r\nregion = eu-west-1\n\0\xff\r# end\n', 'latin1');
  const bytes = Buffer.alloc(50 * 1024 * 1024, line);
  assert.ok(printDocument(parseDocument(bytes)).equals(bytes));
});

test('counts lines by every line end', () => {
  const document = parseDocument(Buffer.from('a\nb\r\nc\rd\n\r\n\re'));
  const lines = Array.from({ length: document.rows }, (_, row) => [
    document.read(document.begin(row), document.end(row)),
    document.line(row),
  ]);
  assert.deepEqual(lines, [
    ['a', 1],
    ['b', 2],
    ['c', 3],
    ['d', 4],
    ['e', 7],
  ]);
});

test('reads past a byte order mark and past bytes that are no UTF-8', () => {
  assert.deepEqual(valuesOf(snapshotOf('\ufeff[default]\nregion = a').profiles.get('default')), {
    region: 'a',
  });
  const mixed = Buffer.concat([Buffer.from('[profile p]\nname = ü😂\n# '), Buffer.from([0xff, 0xfe])]);
  assert.deepEqual(valuesOf(snapshotOf(mixed).profiles.get('p')), { name: 'ü😂' });
});
