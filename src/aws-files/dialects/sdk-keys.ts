import type { Document } from '../document.ts';
import { backOverBlanks, COMMENT, KEY, overBlanks, type PlainRows, PROFILE } from './plain-rows.ts';
import { Definitions, readBlock, readValue, type SubDefinition } from './sdk-definitions.ts';
import type { SectionCursor } from './section.ts';

/** The keys of one section as the SDKs read them, nested ones after the key that opens their block. */
export class SdkKeys implements SectionCursor {
  row = -1;
  rowsEnd = -1;
  keyBegin = 0;
  keyEnd = 0;
  valueBegin = 0;
  valueEnd = 0;
  blockRow = -1;
  opensBlock = false;
  readonly #document: Document;
  readonly #shapes: Uint8Array;
  #end = 0;
  #next = 0;
  /** Made for the first key that is not plain; undefined while the cursor stands on a plain one. */
  #definitions: Definitions | undefined;
  #block = '';
  #nested: readonly SubDefinition[] | undefined;
  #nestedNext = 0;

  constructor(document: Document, plain: PlainRows) {
    this.#document = document;
    this.#shapes = plain.shapes;
  }

  enter(header: number, end: number): void {
    this.#next = header + 1;
    this.#end = end;
    this.#nested = undefined;
  }

  next(): boolean {
    if (this.#nested !== undefined && this.#nextNested(this.#nested)) {
      return true;
    }
    while (this.#shapes[this.#next] === COMMENT) {
      this.#next += 1;
    }
    const row = this.#next;
    if (row >= this.#end) {
      return false;
    }
    // A comment may stand between a key and the rest of its value.
    const after = row + 1 < this.#end ? this.#shapes[row + 1] : KEY;
    if (this.#shapes[row] === KEY && (after === KEY || (after ?? 0) >= PROFILE)) {
      this.#takePlain(row);
      return true;
    }
    return this.#takeDefinition(row);
  }

  key(): string {
    const key = this.#document.text.slice(this.keyBegin, this.keyEnd).toLowerCase();
    return this.blockRow === -1 ? key : `${this.#block}.${key}`;
  }

  value(): string {
    return this.#definitions === undefined || this.blockRow !== -1
      ? this.#document.read(this.valueBegin, this.valueEnd)
      : readValue(this.#definitions);
  }

  #takePlain(row: number): void {
    const { text } = this.#document;
    const equals = this.#document.mark(row);
    this.row = row;
    this.rowsEnd = row + 1;
    this.#next = row + 1;
    this.keyBegin = this.#document.begin(row);
    this.keyEnd = backOverBlanks(text, equals);
    this.valueBegin = overBlanks(text, equals + 1);
    this.valueEnd = this.#document.end(row);
    this.blockRow = -1;
    this.opensBlock = false;
    this.#definitions = undefined;
  }

  #takeDefinition(row: number): boolean {
    const definitions = new Definitions(this.#document, { header: row - 1, end: this.#end });
    if (!definitions.next()) {
      return false;
    }
    this.#definitions = definitions;
    this.#take(definitions, definitions.rowsEnd);
    this.#next = definitions.rowsEnd;
    this.blockRow = -1;
    this.opensBlock = definitions.isBlock();
    if (this.opensBlock) {
      this.#block = this.key();
      this.#nested = readBlock(definitions);
      this.#nestedNext = 0;
    }
    return true;
  }

  #nextNested(nested: readonly SubDefinition[]): boolean {
    const found = nested[this.#nestedNext];
    this.#nestedNext += 1;
    if (found === undefined) {
      this.#nested = undefined;
      return false;
    }
    if (this.opensBlock) {
      this.blockRow = this.row;
      this.opensBlock = false;
    }
    this.#take(found, found.row + 1);
    return true;
  }

  #take(from: SubDefinition, rowsEnd: number): void {
    this.row = from.row;
    this.rowsEnd = rowsEnd;
    this.keyBegin = from.keyBegin;
    this.keyEnd = from.keyEnd;
    this.valueBegin = from.valueBegin;
    this.valueEnd = from.valueEnd;
  }
}
