import { type Document, isBlank } from '../document.ts';
import { isPlainPiece, type ReportFault, type SectionRows, trimBegin, trimEnd } from './sdk.ts';

/**
 * Goes over the definitions of a section, one `next()` each, without an object for each of them:
 * the fields are those of the present one.
 */
export class Definitions {
  row = -1;
  /** The row after the definition's last continuation. */
  rowsEnd = -1;
  keyBegin = 0;
  keyEnd = 0;
  valueBegin = 0;
  /** The end of the value on its own row, an inline comment cut off. */
  valueEnd = 0;
  readonly document: Document;
  readonly #end: number;
  readonly #report: ReportFault | undefined;
  #next: number;
  /** The indentation of the present key: 0 but where a whole section is indented. */
  #depth = 0;

  constructor(document: Document, section: Pick<SectionRows, 'header' | 'end'>, report?: ReportFault) {
    this.document = document;
    this.#next = section.header + 1;
    this.#end = section.end;
    this.#report = report;
  }

  next(): boolean {
    while (this.#next < this.#end) {
      const row = this.#next;
      if (this.document.isComment(row) && !this.document.isIndented(row)) {
        this.#next = row + 1;
      } else if (this.#read(row)) {
        return true;
      }
    }
    return false;
  }

  /** Goes to the definition at `row`, which `next` has found before. */
  seek(row: number): void {
    this.#next = row;
    this.next();
  }

  /** Whether the value is empty and indented rows follow: then they are keys of a block. */
  isBlock(): boolean {
    return this.valueBegin === this.valueEnd && this.hasMore();
  }

  /** Whether the value goes on in further rows. */
  hasMore(): boolean {
    for (let row = this.row + 1; row < this.rowsEnd; row++) {
      if (this.document.isIndented(row)) {
        return true;
      }
    }
    return false;
  }

  #read(row: number): boolean {
    const { document } = this;
    const depth = document.indent(row);
    if (depth > 0) {
      // The grammar takes it for the rest of a value, and there is none. AWS CLI and the JavaScript SDK
      // read a wholly indented section as if it were not.
      this.#report?.(row, document.isComment(row) ? 'indentedComment' : 'strayIndent');
      if (document.isComment(row)) {
        this.#next = row + 1;
        return false;
      }
    }
    this.#depth = depth;
    this.row = row;
    this.rowsEnd = this.#findEnd(row);
    this.#next = this.rowsEnd;
    const equals = equalsOf(document, row);
    if (equals === -1) {
      this.#report?.(row, 'noEquals');
      return false;
    }
    this.keyBegin = document.begin(row);
    this.keyEnd = trimEnd(document.text, this.keyBegin, equals);
    if (this.keyBegin === this.keyEnd) {
      this.#report?.(row, 'noKey');
      return false;
    }
    if (!isPlainPiece(document.text, this.keyBegin, this.keyEnd)) {
      this.#report?.(row, 'badKey');
      return false;
    }
    this.valueBegin = trimBegin(document.text, equals + 1, document.end(row));
    this.valueEnd = cutComment(document.text, this.valueBegin, document.end(row));
    return true;
  }

  /** Rows that are indented more than the key belong to it, comments at the margin among them. */
  #findEnd(row: number): number {
    const { document } = this;
    let end = row + 1;
    for (let next = row + 1; next < this.#end; next++) {
      if (document.isIndented(next) && (this.#depth === 0 || document.indent(next) > this.#depth)) {
        end = next + 1;
      } else if (!document.isComment(next) || document.isIndented(next)) {
        break;
      }
    }
    return end;
  }
}

/** Offset of the row's first `=`, or -1. */
function equalsOf(document: Document, row: number): number {
  if (!document.isHeader(row)) {
    return document.mark(row);
  }
  // Not a search in the whole text, which would make many such rows slow.
  const begin = document.begin(row);
  const equals = document.text.slice(begin, document.end(row)).indexOf('=');
  return equals === -1 ? -1 : begin + equals;
}

/** `#` and `;` end a value when a blank stands before them, but not as its first character. */
function cutComment(text: string, begin: number, end: number): number {
  for (let offset = begin + 1; offset < end; offset++) {
    const code = text.charCodeAt(offset);
    if ((code === 35 || code === 59) && isBlank(text.charCodeAt(offset - 1))) {
      return trimEnd(text, begin, offset);
    }
  }
  return end;
}

/** A key inside a block. */
export type SubDefinition = {
  readonly row: number;
  readonly keyBegin: number;
  readonly keyEnd: number;
  readonly valueBegin: number;
  readonly valueEnd: number;
};

/** The keys of the block of `definition`, in order. Comments are part of the value there. */
export function readBlock(definition: Definitions, report?: ReportFault): readonly SubDefinition[] {
  const { document } = definition;
  const found: SubDefinition[] = [];
  for (let row = definition.row + 1; row < definition.rowsEnd; row++) {
    if (!document.isIndented(row)) {
      continue;
    }
    const equals = equalsOf(document, row);
    if (document.isComment(row)) {
      report?.(row, 'indentedComment');
      continue;
    }
    if (equals === -1) {
      report?.(row, 'noEqualsInBlock');
      continue;
    }
    const keyBegin = document.begin(row);
    const keyEnd = trimEnd(document.text, keyBegin, equals);
    if (keyBegin === keyEnd) {
      report?.(row, 'noKeyInBlock');
    } else if (isPlainPiece(document.text, keyBegin, keyEnd)) {
      const valueEnd = document.end(row);
      const valueBegin = trimBegin(document.text, equals + 1, valueEnd);
      found.push({ row, keyBegin, keyEnd, valueBegin, valueEnd });
    } else {
      report?.(row, 'badKey');
    }
  }
  return found;
}

/** The value of a definition that is no block: its row's, then each further row after a line feed. */
export function readValue(definition: Definitions): string {
  const { document } = definition;
  let value = document.read(definition.valueBegin, definition.valueEnd);
  for (let row = definition.row + 1; row < definition.rowsEnd; row++) {
    if (document.isIndented(row)) {
      value += `\n${document.read(document.begin(row), document.end(row))}`;
    }
  }
  return value;
}

/** Whether a key of the text is `key`, which is lower case. */
export function isKey(text: string, begin: number, end: number, key: string): boolean {
  if (end - begin !== key.length) {
    return false;
  }
  for (let index = 0; index < key.length; index++) {
    const code = text.charCodeAt(begin + index);
    const lower = code >= 65 && code <= 90 ? code + 32 : code;
    if (lower !== key.charCodeAt(index)) {
      return false;
    }
  }
  return true;
}
