import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readDialect } from '../../../src/aws-files/dialects/read.ts';
import { JS_SPACE, PYTHON_SPACE, type WhiteSpace } from '../../../src/aws-files/dialects/white-space.ts';
import { type Document, parseDocument } from '../../../src/aws-files/document.ts';
import { PYTHON_LINE_ENDS, PYTHON_SPACES } from './python-text.ts';

/** Every white space of the language, as numbers. */
function spacesOf(space: WhiteSpace): readonly number[] {
  const codes = Array.from({ length: 0x10000 }, (_, code) => code);
  const document = parseDocument(Buffer.from('a'));
  const texts = codes.map(code => ({ text: String.fromCharCode(code), encoding: document.encoding }));
  return codes.filter(code => space.at(texts[code] as Document, 0) === 1);
}

test('knows the white space of JavaScript', () => {
  const known = Array.from({ length: 0x10000 }, (_, code) => code);
  assert.deepEqual(
    spacesOf(JS_SPACE),
    known.filter(code => /^\s$/.test(String.fromCharCode(code))),
  );
});

test('knows the white space of Python', () => {
  assert.deepEqual(spacesOf(PYTHON_SPACE), PYTHON_SPACES);
});

test('parts the lines of a block at the line ends of Python', () => {
  for (const code of PYTHON_SPACES) {
    const text = `[profile a]\ns3 =\n  a = 1${String.fromCharCode(code)} b = 2\n`;
    const [section] = readDialect('cli', parseDocument(Buffer.from(text)), 'config').sections;
    const isLineEnd = PYTHON_LINE_ENDS.includes(code);
    assert.equal(section?.keys().length, isLineEnd ? 2 : 1, `U+${code.toString(16)}`);
  }
});

/** Pieces of UTF-8, whole and broken, of white space and of what looks like it. */
const piece = fc.constantFrom(
  [0x20],
  [0x09],
  [0x41],
  [0xc2, 0xa0],
  [0xc2, 0x85],
  [0xc2],
  [0xa0],
  [0x85],
  [0xe2, 0x80, 0xa8],
  [0xe2, 0x80],
  [0xe2, 0x81, 0x9f],
  [0xe3, 0x80, 0x80],
  [0xef, 0xbb, 0xbf],
  [0xe2, 0x20],
  [0xc2, 0x41],
  [0xf0, 0x9f, 0x98, 0x82],
  [0xff],
);

test('trims bytes that are no UTF-8 as JavaScript trims the text that it makes of them', () => {
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 8 }), pieces => {
      const bytes = Buffer.from(pieces.flat());
      // A last line that is no UTF-8, so that each byte is a character of the document.
      const document = parseDocument(Buffer.concat([bytes, Buffer.from([0x0a, 0xff])]));
      assert.equal(document.encoding, 'binary');
      const begin = JS_SPACE.skip(document, 0, bytes.length);
      const end = JS_SPACE.skipBack(document, begin, bytes.length);
      assert.equal(document.read(begin, end), bytes.toString('utf8').trim());
    }),
    { numRuns: 5000 },
  );
});
