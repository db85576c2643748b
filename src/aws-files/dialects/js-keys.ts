import type { Document } from '../document.ts';
import { backOverBlanks, COMMENT, KEY, OTHER, overBlanks, type PlainRows, PROFILE } from './plain-rows.ts';
import type { SectionCursor } from './section.ts';
import { JS_SPACE } from './white-space.ts';

/**
 * Goes over the rows of a document, or of one section of it, as the JavaScript SDK does (`parseIni` of
 * @smithy/shared-ini-file-loader): each line for itself, but for the key without a value that came before.
 */
export class JsKeys implements SectionCursor {
  row = -1;
  rowsEnd = -1;
  keyBegin = 0;
  keyEnd = 0;
  valueBegin = 0;
  valueEnd = 0;
  blockRow = -1;
  /** A key without a value is no key of its own here. */
  readonly opensBlock = false;
  /** The shape of the present row (`plain-rows.ts`). */
  shape = OTHER;
  /** The line of a header without its comment and the white space round it. */
  lineBegin = 0;
  lineEnd = 0;
  readonly #document: Document;
  readonly #shapes: Uint8Array;
  readonly #joins: boolean;
  #end: number;
  #next: number;
  #blockBegin = 0;
  #blockEnd = 0;

  constructor(document: Document, plain: PlainRows | undefined, begin = 0, end = document.rows) {
    this.#document = document;
    // Where rows make up lines together, no row is plain.
    this.#joins = plain?.hasLoneReturns !== false;
    this.#shapes = plain === undefined || this.#joins ? NONE : plain.shapes;
    this.#next = begin;
    this.#end = end;
  }

  enter(header: number, end: number): void {
    this.#next = header;
    this.#end = end;
    this.nextRow();
  }

  /** Passes over plain keys and comments; returns whether there was a key. */
  skipPlain(): boolean {
    let hasKeys = false;
    let shape = this.#shapes[this.#next];
    while (this.#next < this.#end && (shape === KEY || shape === COMMENT)) {
      hasKeys ||= shape === KEY;
      this.#next += 1;
      shape = this.#shapes[this.#next];
    }
    this.blockRow = hasKeys ? -1 : this.blockRow;
    return hasKeys;
  }

  /** The next key, up to the next header. */
  next(): boolean {
    return this.nextRow() === 'key';
  }

  /** The next header that the SDK sees, or the next key, whether it stands in a section or not. */
  nextRow(): 'header' | 'key' | 'end' {
    while (this.#next < this.#end) {
      const row = this.#next;
      this.row = row;
      this.rowsEnd = row + 1;
      this.shape = this.#shapes[row] ?? OTHER;
      if (this.#joins) {
        this.rowsEnd = this.#endOfLine(row);
      }
      this.#next = this.rowsEnd;
      if (this.shape === KEY) {
        this.#readPlainKey(row);
        return 'key';
      }
      if (this.shape >= PROFILE) {
        this.lineBegin = this.#document.begin(row);
        this.lineEnd = this.#document.end(row);
        this.blockRow = -1;
        return 'header';
      }
      const event = this.shape === COMMENT ? undefined : this.#readLine(row);
      if (event !== undefined) {
        return event;
      }
    }
    return 'end';
  }

  key(): string {
    const key = this.#document.read(this.keyBegin, this.keyEnd);
    return this.blockRow === -1 ? key : `${this.#document.read(this.#blockBegin, this.#blockEnd)}.${key}`;
  }

  value(): string {
    return this.#document.read(this.valueBegin, this.valueEnd);
  }

  #readPlainKey(row: number): void {
    const { text } = this.#document;
    const equals = this.#document.mark(row);
    this.keyBegin = this.#document.begin(row);
    this.keyEnd = backOverBlanks(text, equals);
    this.valueBegin = overBlanks(text, equals + 1);
    this.valueEnd = this.#document.end(row);
    this.blockRow = -1;
  }

  #readLine(row: number): 'header' | 'key' | undefined {
    const document = this.#document;
    const { text } = document;
    const begin = JS_SPACE.skip(document, document.begin(row), document.end(this.rowsEnd - 1));
    const end = cutComment(document, begin, document.end(this.rowsEnd - 1));
    if (begin === end) {
      return undefined;
    }
    while (document.end(this.row) <= begin) {
      this.row += 1;
    }
    if (text.charCodeAt(begin) === OPEN && text.charCodeAt(end - 1) === CLOSE) {
      this.lineBegin = begin;
      this.lineEnd = end;
      this.blockRow = -1;
      return 'header';
    }
    const equals = findEquals(text, begin, end);
    if (equals === begin || equals === end) {
      return undefined;
    }
    const valueBegin = JS_SPACE.skip(document, equals + 1, end);
    const keyEnd = JS_SPACE.skipBack(document, begin, equals);
    if (valueBegin === end) {
      this.blockRow = this.row;
      this.#blockBegin = begin;
      this.#blockEnd = keyEnd;
      return undefined;
    }
    if (!isIndented(document, begin)) {
      this.blockRow = -1;
    }
    this.keyBegin = begin;
    this.keyEnd = keyEnd;
    this.valueBegin = valueBegin;
    this.valueEnd = end;
    return 'key';
  }

  /** The row after the last one of a line, which ends with a line feed. */
  #endOfLine(row: number): number {
    const document = this.#document;
    const feed = document.text.indexOf('\n', document.end(row));
    let next = row + 1;
    while (next < this.#end && (feed === -1 || document.begin(next) < feed)) {
      next += 1;
    }
    return next;
  }
}

const NONE = new Uint8Array();
const EQUALS = 61;
const OPEN = 91;
const CLOSE = 93;

/** Whether the line of a first character that is no white space starts with white space, a byte order mark too. */
function isIndented(document: Document, begin: number): boolean {
  return begin > 0 && document.text.charCodeAt(begin - 1) !== 10;
}

/** The end of a line without its comment and trailing white space. */
function cutComment(document: Document, begin: number, end: number): number {
  const { text } = document;
  for (let offset = begin; offset < end; offset++) {
    const code = text.charCodeAt(offset);
    if ((code === 35 || code === 59) && (offset === begin || JS_SPACE.before(document, offset) > 0)) {
      return JS_SPACE.skipBack(document, begin, offset);
    }
  }
  return JS_SPACE.skipBack(document, begin, end);
}

/** Offset of the first `=`, or `end`: no search beyond the line, which would make many lines slow. */
function findEquals(text: string, begin: number, end: number): number {
  let offset = begin;
  while (offset < end && text.charCodeAt(offset) !== EQUALS) {
    offset += 1;
  }
  return offset;
}
