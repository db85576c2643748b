import { type Document, isBlank } from '../document.ts';
import type { FileName, SectionKind } from '../kinds.ts';
import { isPlainPiece } from './sdk.ts';

/** A row that each dialect reads in its own way. */
export const OTHER = 0;
/** `key = value` at the margin: every dialect reads this key and this value. */
export const KEY = 1;
/** A comment at the margin. */
export const COMMENT = 2;
/** `[profile name]`, `[sso-session name]`, `[services name]`; `[default]`, in the credentials file `[name]`. */
export const PROFILE = 3;
export const SESSION = 4;
export const SERVICES = 5;
export const BARE = 6;

/**
 * What is the same for every dialect, row by row. Nearly every row of nearly every file is of this sort, so that
 * three readings cost little more than one.
 */
export type PlainRows = {
  /** One of the constants above for each row. */
  readonly shapes: Uint8Array;
  /** A carriage return without a line feed ends a line for Python and the SDKs, but not for JavaScript. */
  readonly hasLoneReturns: boolean;
};

export function readPlainRows(document: Document, file: FileName): PlainRows {
  const shapes = new Uint8Array(document.rows);
  for (let row = 0; row < document.rows; row++) {
    if (document.isIndented(row)) {
      continue;
    }
    if (document.isHeader(row)) {
      shapes[row] = headerShape(document, file, row);
    } else if (document.isComment(row)) {
      shapes[row] = COMMENT;
    } else if (isPlainKey(document, row)) {
      shapes[row] = KEY;
    }
  }
  const { text } = document;
  return { shapes, hasLoneReturns: text.includes('\r') && /\r(?!\n)/.test(text) };
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
  return isText(text, begin, end, 'default') ? BARE : OTHER;
}

function isCommonName(text: string, begin: number, end: number): boolean {
  return begin < end && isPlainPiece(text, begin, end) && !isText(text, begin, end, '__proto__');
}

function isText(text: string, begin: number, end: number, wanted: string): boolean {
  return end - begin === wanted.length && text.startsWith(wanted, begin);
}

/** Where the name of a header of a plain shape begins. */
export function plainNameBegin(document: Document, row: number, shape: number): number {
  const prefix = PREFIXES[shape - PROFILE]?.[0].length ?? 0;
  return document.begin(row) + 1 + prefix;
}

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

function isPlainKey(document: Document, row: number): boolean {
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
  return offset === equals && offset + 1 < end && isPlainValue(text, offset + 1, end);
}

/** ASCII without control characters, and nothing that starts a comment. The end is no blank. */
function isPlainValue(text: string, begin: number, end: number): boolean {
  let before = 0;
  for (let offset = begin; offset < end; offset++) {
    const code = text.charCodeAt(offset);
    if (code > 126 || (code < 32 && code !== 9)) {
      return false;
    }
    if ((code === 35 || code === 59) && isBlank(before)) {
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
