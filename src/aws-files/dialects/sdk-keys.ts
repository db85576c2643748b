import type { Document } from '../document.ts';
import type { KeyCursor } from './reading.ts';
import type { SectionRows } from './sdk.ts';
import { Definitions, readBlock, readValue, type SubDefinition } from './sdk-definitions.ts';

/** The keys of one section as the SDKs read them, nested ones after the key that opens their block. */
export class SdkKeys implements KeyCursor {
  row = -1;
  rowsEnd = -1;
  keyBegin = 0;
  keyEnd = 0;
  valueBegin = 0;
  valueEnd = 0;
  blockRow = -1;
  opensBlock = false;
  readonly #document: Document;
  readonly #definitions: Definitions;
  #nested: readonly SubDefinition[] = [];
  #next = 0;

  constructor(document: Document, section: Pick<SectionRows, 'header' | 'end'>) {
    this.#document = document;
    this.#definitions = new Definitions(document, section);
  }

  next(): boolean {
    const nested = this.#nested[this.#next];
    if (nested !== undefined) {
      this.#next += 1;
      this.#take(nested, nested.row + 1);
      this.blockRow = this.#definitions.row;
      this.opensBlock = false;
      return true;
    }
    const definitions = this.#definitions;
    if (!definitions.next()) {
      return false;
    }
    this.#take(definitions, definitions.rowsEnd);
    this.blockRow = -1;
    this.opensBlock = definitions.isBlock();
    if (this.opensBlock || this.#nested.length > 0) {
      this.#nested = this.opensBlock ? readBlock(definitions) : [];
      this.#next = 0;
    }
    return true;
  }

  key(): string {
    const { keyBegin, keyEnd } = this.#definitions;
    const key = this.#document.text.slice(keyBegin, keyEnd).toLowerCase();
    return this.blockRow === -1
      ? key
      : `${key}.${this.#document.text.slice(this.keyBegin, this.keyEnd).toLowerCase()}`;
  }

  value(): string {
    return this.blockRow === -1
      ? readValue(this.#definitions)
      : this.#document.read(this.valueBegin, this.valueEnd);
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
