import { Buffer } from 'node:buffer';
import { type Document, isBlank } from '../document.ts';
import type { FileName, SectionKind } from '../kinds.ts';
import { HeaderNumbers } from './header-numbers.ts';
import { isPlainPiece } from './sdk.ts';

/** A row that each dialect reads in its own way. */
export const OTHER = 0;
/** `key = value` at the margin: every dialect reads this key and this value. */
export const KEY = 1;
/** A comment at the margin. */
export const COMMENT = 2;
/** `[profile name]`, `[sso-session name]`, `[services name]`; `[default]`, in the credentials file `[name]`. */
export const PROFILE = 3;
const SESSION = 4;
const SERVICES = 5;
const BARE = 6;

/** The text of the header that needs no prefix in the config file. */
export const BARE_DEFAULT = 'default';

/**
 * What is the same for every dialect, row by row, and the headers as numbers. Nearly every row of nearly every
 * file is of this sort, so that three readings cost little more than one.
 */
export class PlainRows {
  /** One of the constants above for each row. */
  readonly shapes: Uint8Array;
  /** A carriage return without a line feed ends a line for Python and the SDKs, but not for JavaScript. */
  readonly hasLoneReturns: boolean;
  readonly #document: Document;
  readonly #file: FileName;
  /** The number of the header's text, by row; of plain headers alone. */
  readonly #ids: Uint32Array;
  readonly #numbers: HeaderNumbers;

  constructor(document: Document, file: FileName) {
    const { text, rows } = document;
    this.shapes = new Uint8Array(rows);
    this.hasLoneReturns = text.includes('\r') && /\r(?!\n)/.test(text);
    this.#document = document;
    this.#file = file;
    this.#ids = new Uint32Array(rows);
    this.#numbers = new HeaderNumbers(document);
    const values = new PlainValues(text);
    for (let row = 0; row < rows; row++) {
      if (!document.isIndented(row)) {
        this.shapes[row] = this.#readShape(row, values);
      }
    }
  }

  /** A number for the text between the brackets of a header: the same text, the same number, in every dialect. */
  idOfText(text: string): number {
    return this.#numbers.of(text);
  }

  /** The number of the plain header for a name, which need not stand in the file. */
  idOf(kind: SectionKind, name: string): number {
    return this.idOfText(this.#file === 'config' ? `${kind} ${name}` : name);
  }

  /** The number of a plain header. */
  idOfRow(row: number): number {
    return this.#ids[row] ?? 0;
  }

  /** The name in a plain header. */
  nameOfRow(row: number): string {
    const document = this.#document;
    const prefix = PREFIXES[(this.shapes[row] ?? OTHER) - PROFILE]?.[0] ?? '';
    return document.text.slice(document.begin(row) + 1 + prefix.length, document.mark(row));
  }

  #readShape(row: number, values: PlainValues): number {
    const document = this.#document;
    if (document.isHeader(row)) {
      const shape = headerShape(document, this.#file, row);
      if (shape !== OTHER) {
        this.#ids[row] = this.#numbers.ofPiece(document.begin(row) + 1, document.mark(row));
      }
      return shape;
    }
    if (document.isComment(row)) {
      return COMMENT;
    }
    return isPlainKey(document, row, values) ? KEY : OTHER;
  }
}

/** Reads the rows of a document once, for all its dialects. */
export function readPlainRows(document: Document, file: FileName): PlainRows {
  return new PlainRows(document, file);
}

const PREFIXES = [
  ['profile ', PROFILE],
  ['sso-session ', SESSION],
  ['services ', SERVICES],
] as const;

function headerShape(document: Document, file: FileName, row: number): number {
  const { text } = document;
  const begin = document.begin(row) + 1;
  const end = document.mark(row);
  if (end !== document.end(row) - 1) {
    return OTHER;
  }
  if (file === 'credentials') {
    return isCommonName(text, begin, end) && !isText(text, begin, end, 'DEFAULT') ? BARE : OTHER;
  }
  for (const [prefix, shape] of PREFIXES) {
    if (text.startsWith(prefix, begin)) {
      return isCommonName(text, begin + prefix.length, end) ? shape : OTHER;
    }
  }
  return isText(text, begin, end, BARE_DEFAULT) ? BARE : OTHER;
}

function isCommonName(text: string, begin: number, end: number): boolean {
  return begin < end && isPlainPiece(text, begin, end) && !isText(text, begin, end, '__proto__');
}

function isText(text: string, begin: number, end: number, wanted: string): boolean {
  return end - begin === wanted.length && text.startsWith(wanted, begin);
}

/** The kind of a section whose header has a plain shape. */
export function plainKind(shape: number): SectionKind {
  return shape === SESSION ? 'sso-session' : shape === SERVICES ? 'services' : 'profile';
}

const KEY_CODES = makeKeyTable();

/** Lower case, because only JavaScript minds it; no colon, because only Python takes it for a delimiter. */
function makeKeyTable(): Uint8Array {
  const table = new Uint8Array(128);
  for (const char of 'abcdefghijklmnopqrstuvwxyz0123456789_-/.%@+') {
    table[char.charCodeAt(0)] = 1;
  }
  return table;
}

function isPlainKey(document: Document, row: number, values: PlainValues): boolean {
  const { text } = document;
  const equals = document.mark(row);
  let offset = document.begin(row);
  // No key of the alphabet that starts with a letter is a name of JavaScript's own, as `__proto__` is.
  const first = text.charCodeAt(offset);
  if (first < 97 || first > 122) {
    return false;
  }
  while (KEY_CODES[text.charCodeAt(offset)] === 1) {
    offset += 1;
  }
  while (isBlank(text.charCodeAt(offset))) {
    offset += 1;
  }
  const end = document.end(row);
  return offset === equals && offset + 1 < end && values.has(offset + 1, end);
}

/** What JavaScript or Python takes for white space and the SDKs do not: these, and some beyond ASCII. */
const ODD_SPACES = ['\v', '\f', '\u001c', '\u001d', '\u001e', '\u001f'];

/**
 * Whether a piece of a text is the same value to every dialect: ASCII without odd white space, and nothing that
 * starts a comment. To be asked for one piece after the other; most are known from a few searches in the whole text.
 */
class PlainValues {
  readonly #text: string;
  readonly #isClean: boolean;
  /** The next signs of comments. */
  #hash = -1;
  #semicolon = -1;

  constructor(text: string) {
    this.#text = text;
    const isAscii = Buffer.byteLength(text, 'utf8') === text.length;
    this.#isClean = isAscii && !ODD_SPACES.some(space => text.includes(space));
  }

  /** The end is no blank. */
  has(begin: number, end: number): boolean {
    if (this.#hash < begin) {
      this.#hash = this.#find('#', begin);
    }
    if (this.#semicolon < begin) {
      this.#semicolon = this.#find(';', begin);
    }
    return (
      (this.#isClean && this.#hash >= end && this.#semicolon >= end) || isPlainValue(this.#text, begin, end)
    );
  }

  #find(sign: string, begin: number): number {
    const offset = this.#text.indexOf(sign, begin);
    return offset === -1 ? this.#text.length : offset;
  }
}

function isPlainValue(text: string, begin: number, end: number): boolean {
  let before = 0;
  for (let offset = begin; offset < end; offset++) {
    const code = text.charCodeAt(offset);
    const isOdd = code > 127 || code === 11 || code === 12 || (code > 27 && code < 32);
    if (isOdd || ((code === 35 || code === 59) && isBlank(before))) {
      return false;
    }
    before = code;
  }
  return true;
}

/** The first offset from `begin` on where no space or tab stands. */
export function overBlanks(text: string, begin: number): number {
  let offset = begin;
  while (isBlank(text.charCodeAt(offset))) {
    offset += 1;
  }
  return offset;
}

/** The last offset up to `end` before which no space or tab stands. */
export function backOverBlanks(text: string, end: number): number {
  let offset = end;
  while (isBlank(text.charCodeAt(offset - 1))) {
    offset -= 1;
  }
  return offset;
}
