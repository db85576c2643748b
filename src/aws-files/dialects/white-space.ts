import type { Document } from '../document.ts';

/**
 * What one language takes for white space. In a document that is not valid UTF-8 a character of the text is one
 * byte, so that white space beyond ASCII is two or three of them.
 */
export class WhiteSpace {
  readonly #ascii = new Uint8Array(128);
  readonly #others: ReadonlySet<number>;

  constructor(codes: readonly number[]) {
    this.#others = new Set(codes.filter(code => code >= 128));
    for (const code of codes) {
      // What is above 127 has no place in the array.
      this.#ascii[code] = 1;
    }
  }

  /** How many characters of the text at `offset` are one character of white space; 0 when they are none. */
  at(document: Document, offset: number): number {
    const { text } = document;
    const code = text.charCodeAt(offset);
    if (code < 128) {
      return this.#ascii[code] ?? 0;
    }
    if (document.encoding === 'utf8') {
      return this.#others.has(code) ? 1 : 0;
    }
    if (code < 0xc2) {
      // No byte that starts a character.
      return 0;
    }
    const second = text.charCodeAt(offset + 1) & 0x3f;
    if (code < 0xe0) {
      return this.#others.has(((code & 0x1f) << 6) | second) && isTail(text, offset + 1) ? 2 : 0;
    }
    const third = text.charCodeAt(offset + 2) & 0x3f;
    const isSpace = code < 0xf0 && this.#others.has(((code & 0x0f) << 12) | (second << 6) | third);
    return isSpace && isTail(text, offset + 1) && isTail(text, offset + 2) ? 3 : 0;
  }

  /** The same for the characters before `offset`. */
  before(document: Document, offset: number): number {
    if (offset === 0) {
      return 0;
    }
    if (document.encoding === 'utf8' || document.text.charCodeAt(offset - 1) < 128) {
      return this.at(document, offset - 1);
    }
    for (const size of [2, 3]) {
      if (offset >= size && this.at(document, offset - size) === size) {
        return size;
      }
    }
    return 0;
  }

  /** The first offset from `begin` on where no white space stands, at most `end`. */
  skip(document: Document, begin: number, end: number): number {
    let offset = begin;
    while (offset < end) {
      const size = this.at(document, offset);
      if (size === 0) {
        break;
      }
      offset += size;
    }
    return Math.min(offset, end);
  }

  /** The last offset up to `end` before which no white space stands, at least `begin`. */
  skipBack(document: Document, begin: number, end: number): number {
    let offset = end;
    while (offset > begin) {
      const size = this.before(document, offset);
      if (size === 0) {
        break;
      }
      offset -= size;
    }
    return Math.max(offset, begin);
  }
}

/** Whether the byte at `offset` goes on with a character of UTF-8. */
function isTail(text: string, offset: number): boolean {
  return (text.charCodeAt(offset) & 0xc0) === 0x80;
}

function range(first: number, last: number): readonly number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

const COMMON = [
  ...range(0x09, 0x0d),
  0x20,
  0xa0,
  0x1680,
  ...range(0x2000, 0x200a),
  0x2028,
  0x2029,
  0x202f,
  0x205f,
  0x3000,
];

/** What JavaScript's `\s` and `trim` know (ECMA-262: WhiteSpace and LineTerminator). */
export const JS_SPACE = new WhiteSpace([...COMMON, 0xfeff]);

/** What Python's `str.strip`, `str.isspace` and `\s` know. */
export const PYTHON_SPACE = new WhiteSpace([...COMMON, ...range(0x1c, 0x1f), 0x85]);
