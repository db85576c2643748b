import type { Document } from '../document.ts';
import { PYTHON_SPACE } from './white-space.ts';

/** How Python's `configparser` sees single rows, with the options that botocore uses. */

const HASH = 35;
const SEMICOLON = 59;
const OPEN = 91;
const CLOSE = 93;
const COLON = 58;
const EQUALS = 61;

/** Offset of the row's first character that is no white space; its end when there is none. */
function firstOf(document: Document, row: number): number {
  return PYTHON_SPACE.skip(document, document.begin(row), document.end(row));
}

export function isCliComment(document: Document, row: number): boolean {
  const code = document.text.charCodeAt(firstOf(document, row));
  return code === HASH || code === SEMICOLON;
}

/** Where the row's text begins; -1 for a comment and for a row of odd white space. */
export function textBegin(document: Document, row: number): number {
  const begin = firstOf(document, row);
  return begin === document.end(row) || isCliComment(document, row) ? -1 : begin;
}

/** The row without the white space round it. */
export function stripRow(document: Document, row: number): [number, number] {
  const begin = firstOf(document, row);
  return [begin, PYTHON_SPACE.skipBack(document, begin, document.end(row))];
}

/** How many characters of white space stand before `begin`, the row's first text. */
export function indentOf(document: Document, row: number, begin: number): number {
  return document.indent(row) + begin - document.begin(row);
}

/** Offset of the last `]` of a row that starts with `[`, if something stands between them; -1 otherwise. */
export function closeOfHeader(document: Document, row: number, begin: number): number {
  if (document.text.charCodeAt(begin) !== OPEN) {
    return -1;
  }
  let close = document.end(row) - 1;
  while (close > begin + 1 && document.text.charCodeAt(close) !== CLOSE) {
    close -= 1;
  }
  return close > begin + 1 ? close : -1;
}

/** `configparser` lends the keys of the section with this header to every other one. */
export const LENDER = 'DEFAULT';

/** What stands between the first bracket of a header and the last one; what follows them does not count. */
export function headerText(document: Document, row: number): string | undefined {
  const begin = textBegin(document, row);
  const close = begin === -1 ? -1 : closeOfHeader(document, row, begin);
  return close === -1 ? undefined : document.read(begin + 1, close);
}

/** Offset of the first `=` or `:`, or `end`. */
export function findDelimiter(text: string, begin: number, end: number): number {
  let offset = begin;
  while (offset < end) {
    const code = text.charCodeAt(offset);
    if (code === EQUALS || code === COLON) {
      break;
    }
    offset += 1;
  }
  return offset;
}

/** A line of a block of nested keys: its text without the white space round it, and where its `=` is, or -1. */
export type NestedLine = {
  readonly row: number;
  readonly begin: number;
  readonly end: number;
  readonly equals: number;
};

/**
 * The lines of the block whose key stands in the row before `begin`. Python's `splitlines`, which botocore uses
 * there, knows more line ends than those of files.
 */
export function readNestedLines(document: Document, begin: number, end: number): readonly NestedLine[] {
  const found: NestedLine[] = [];
  for (let row = begin; row < end; row++) {
    if (isCliComment(document, row)) {
      continue;
    }
    const rowEnd = document.end(row);
    let start = document.begin(row);
    for (let offset = start; offset <= rowEnd; offset++) {
      if (offset === rowEnd || isLineEnd(document, document.text.charCodeAt(offset))) {
        const first = PYTHON_SPACE.skip(document, start, offset);
        const last = PYTHON_SPACE.skipBack(document, first, offset);
        if (first < last) {
          const equals = document.text.slice(first, last).indexOf('=');
          found.push({ row, begin: first, end: last, equals: equals === -1 ? -1 : first + equals });
        }
        start = offset + 1;
      }
    }
  }
  return found;
}

function isLineEnd(document: Document, code: number): boolean {
  if (code < 128) {
    return code === 0x0b || code === 0x0c || (code > 0x1b && code < 0x1f);
  }
  return document.encoding === 'utf8' && (code === 0x85 || code === 0x2028 || code === 0x2029);
}
