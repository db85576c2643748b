import type { Document } from '../document.ts';
import {
  closeOfHeader,
  findDelimiter,
  indentOf,
  isCliComment,
  type NestedLine,
  readNestedLines,
  stripRow,
  textBegin,
} from './cli-rows.ts';
import { backOverBlanks, COMMENT, KEY, OTHER, overBlanks, type PlainRows, PROFILE } from './plain-rows.ts';
import type { SectionCursor } from './section.ts';
import { PYTHON_SPACE } from './white-space.ts';

const NONE = new Uint8Array();

/**
 * Goes over the rows of a document, or of one section of it, as Python's `configparser` does with botocore's
 * options: a line that is indented more than a key goes on with its value, whatever it looks like; a value that
 * starts with an empty line is a block of nested keys (botocore/configloader.py: `_parse_nested`).
 */
export class CliKeys implements SectionCursor {
  row = -1;
  rowsEnd = -1;
  keyBegin = 0;
  keyEnd = 0;
  valueBegin = 0;
  valueEnd = 0;
  blockRow = -1;
  opensBlock = false;
  /** The shape of the present row (`plain-rows.ts`). */
  shape = OTHER;
  readonly #document: Document;
  readonly #shapes: Uint8Array;
  #end: number;
  #next: number;
  /** The block that the cursor is in, and how far. */
  #lines: readonly NestedLine[] = [];
  #line = 0;
  #block = '';

  constructor(document: Document, plain: PlainRows | undefined, begin = 0, end = document.rows) {
    this.#document = document;
    this.#shapes = plain?.shapes ?? NONE;
    this.#next = begin;
    this.#end = end;
  }

  enter(header: number, end: number): void {
    this.#next = header + 1;
    this.#end = end;
    this.blockRow = -1;
    this.opensBlock = false;
  }

  /** Passes over plain keys and comments, but for the last key where the row after may go on with its value. */
  skipPlain(): void {
    let row = this.#next;
    let key = -1;
    let shape = this.#shapes[row];
    while (row < this.#end && (shape === KEY || shape === COMMENT)) {
      key = shape === KEY ? row : key;
      row += 1;
      shape = this.#shapes[row];
    }
    this.#next = row < this.#end && shape === OTHER && key !== -1 ? key : row;
  }

  /** The next key, one of a block too, up to the next header. */
  next(): boolean {
    if (this.opensBlock || this.blockRow !== -1) {
      if (this.#nextNested()) {
        return true;
      }
    }
    for (let event = this.nextRow(); event !== 'header' && event !== 'end'; event = this.nextRow()) {
      if (event === 'key') {
        return true;
      }
    }
    return false;
  }

  /** The next header, or the next line that must be a key: with one, without its name, without a delimiter. */
  nextRow(): 'header' | 'key' | 'noKey' | 'noDelimiter' | 'end' {
    this.blockRow = -1;
    this.opensBlock = false;
    while (this.#next < this.#end) {
      const row = this.#next;
      this.row = row;
      this.rowsEnd = row + 1;
      this.#next = row + 1;
      this.shape = this.#shapes[row] ?? OTHER;
      if (this.shape === KEY) {
        this.#readPlainKey(row);
        return 'key';
      }
      if (this.shape >= PROFILE) {
        return 'header';
      }
      const begin = this.shape === COMMENT ? -1 : textBegin(this.#document, row);
      if (begin !== -1) {
        return this.#readRow(row, begin);
      }
    }
    return 'end';
  }

  key(): string {
    const key = this.#document.read(this.keyBegin, this.keyEnd);
    return this.blockRow === -1 ? key.toLowerCase() : `${this.#block}.${key}`;
  }

  value(): string {
    const document = this.#document;
    let value = document.read(this.valueBegin, this.valueEnd);
    let line = document.line(this.row);
    for (let row = this.row + 1; row < this.rowsEnd; row++) {
      // A blank line is a part of the value, a comment is not.
      value += '\n'.repeat(document.line(row) - line - 1);
      line = document.line(row);
      if (!isCliComment(document, row)) {
        value += `\n${document.read(...stripRow(document, row))}`;
      }
    }
    return value;
  }

  #readPlainKey(row: number): void {
    const { text } = this.#document;
    const equals = this.#document.mark(row);
    this.keyBegin = this.#document.begin(row);
    this.keyEnd = backOverBlanks(text, equals);
    this.valueBegin = overBlanks(text, equals + 1);
    this.valueEnd = this.#document.end(row);
    const next = row + 1 < this.#end ? this.#shapes[row + 1] : KEY;
    if (next === OTHER || next === COMMENT) {
      this.rowsEnd = this.#endOfValue(row, 0);
      this.#next = this.rowsEnd;
    }
  }

  #readRow(row: number, begin: number): 'header' | 'key' | 'noKey' | 'noDelimiter' {
    const document = this.#document;
    if (closeOfHeader(document, row, begin) !== -1) {
      return 'header';
    }
    const end = PYTHON_SPACE.skipBack(document, begin, document.end(row));
    const delimiter = findDelimiter(document.text, begin, end);
    if (delimiter === end) {
      return 'noDelimiter';
    }
    if (delimiter === begin) {
      return 'noKey';
    }
    this.keyBegin = begin;
    this.keyEnd = PYTHON_SPACE.skipBack(document, begin, delimiter);
    this.valueBegin = PYTHON_SPACE.skip(document, delimiter + 1, end);
    this.valueEnd = end;
    this.rowsEnd = this.#endOfValue(row, indentOf(document, row, begin));
    this.#next = this.rowsEnd;
    this.opensBlock = this.valueBegin === end && this.rowsEnd > row + 1;
    return 'key';
  }

  /** The row after the last one that goes on with the value of a key that is indented by `indent`. */
  #endOfValue(row: number, indent: number): number {
    const document = this.#document;
    let end = row + 1;
    for (let next = row + 1; next < this.#end; next++) {
      const shape = this.#shapes[next] ?? OTHER;
      const begin = shape === OTHER ? textBegin(document, next) : -1;
      if (begin !== -1 && indentOf(document, next, begin) > indent) {
        end = next + 1;
      } else if (begin !== -1 || shape === KEY || shape >= PROFILE) {
        break;
      }
    }
    return end;
  }

  /** The lines of the block that the present key opens. */
  nestedLines(): readonly NestedLine[] {
    return this.opensBlock ? readNestedLines(this.#document, this.row + 1, this.rowsEnd) : [];
  }

  #nextNested(): boolean {
    const document = this.#document;
    if (this.opensBlock) {
      this.#block = this.key();
      this.#lines = this.nestedLines();
      this.#line = 0;
      this.blockRow = this.row;
      this.opensBlock = false;
    }
    while (this.#line < this.#lines.length) {
      const line = this.#lines[this.#line];
      this.#line += 1;
      if (line !== undefined && line.equals !== -1) {
        this.row = line.row;
        this.rowsEnd = line.row + 1;
        this.keyBegin = line.begin;
        this.keyEnd = PYTHON_SPACE.skipBack(document, line.begin, line.equals);
        this.valueBegin = PYTHON_SPACE.skip(document, line.equals + 1, line.end);
        this.valueEnd = line.end;
        return true;
      }
    }
    return false;
  }
}
