import { Buffer, isUtf8 } from 'node:buffer';
import {
  COMMENT,
  END,
  FIELDS,
  HEADER,
  INDENTED,
  KIND_MASK,
  LINE,
  LINE_SHIFT,
  MARK,
  type Rows,
  rescanRows,
  scanRows,
} from './rows.ts';

const TAB = 9;
const LINE_FEED = 10;
const RETURN = 13;
const SPACE = 32;
const BYTE_ORDER_MARK = 0xfeff;

/**
 * A file's text and where its rows stand; a row is a line that is not blank. The text holds every byte of the
 * file, so that nothing is lost; the rows are offsets in typed arrays, so that a big file stays small.
 * What the rows mean is for the dialects to say: this model knows only line ends, indentation, and the first
 * character that may part a key from its value or close a header.
 */
export class Document {
  /** The text; in a file that is not valid UTF-8, one character for each byte. */
  readonly text: string;
  readonly encoding: 'utf8' | 'binary';
  /** The number of rows. */
  readonly rows: number;
  /** The rows that start with `[`, in order. */
  readonly headers: readonly number[];
  /**
   * Whether a dialect may see other rows or headers than the rest: for a header that is indented, a lone CR, a row that
   * starts with a control character or one beyond ASCII, which some take for white space.
   */
  readonly hasOddRows: boolean;
  /** How many rows at the start and at the end are those of the document that it was made from by `with`. */
  readonly taken: Rows['taken'];
  readonly #rows: Rows;
  readonly #fields: Uint32Array;

  constructor({ text, encoding }: Text, rows: Rows) {
    this.text = text;
    this.encoding = encoding;
    this.rows = rows.fields.length / FIELDS;
    this.headers = rows.headers;
    this.hasOddRows = rows.hasOddRows;
    this.taken = rows.taken;
    this.#rows = rows;
    this.#fields = rows.fields;
  }

  /** The document with another text in its place. Costs little where little of the text is another. */
  with(text: Text): Document {
    const from = startOfText(text);
    return from === startOfText(this)
      ? new Document(text, rescanRows({ text: this.text, rows: this.#rows }, text.text, from))
      : new Document(text, scanRows(text.text, from));
  }

  /** Offset of the row's first character that is no blank. */
  begin(row: number): number {
    return this.#fields[row * FIELDS] ?? this.text.length;
  }

  /** Offset after the row's last character that is no blank. */
  end(row: number): number {
    return this.#fields[row * FIELDS + END] ?? this.text.length;
  }

  /** Offset of the first `=` of a text row, of the first `]` of a header; -1 when there is none. */
  mark(row: number): number {
    return (this.#fields[row * FIELDS + MARK] ?? 0) - 1;
  }

  isHeader(row: number): boolean {
    return (this.#line(row) & KIND_MASK) === HEADER;
  }

  isComment(row: number): boolean {
    return (this.#line(row) & KIND_MASK) === COMMENT;
  }

  /** Whether the row starts with a space or a tab. */
  isIndented(row: number): boolean {
    return (this.#line(row) & INDENTED) !== 0;
  }

  /** The 1-based number of the row's line. */
  line(row: number): number {
    return this.#line(row) >>> LINE_SHIFT;
  }

  #line(row: number): number {
    return this.#fields[row * FIELDS + LINE] ?? 1 << LINE_SHIFT;
  }

  /** Offset where the row's line starts. */
  lineStart(row: number): number {
    let offset = this.begin(row);
    if (this.isIndented(row)) {
      while (offset > 0 && isBlank(this.text.charCodeAt(offset - 1))) {
        offset -= 1;
      }
    }
    return offset;
  }

  /** Offset after the row's line, its line end included. */
  lineEnd(row: number): number {
    let offset = this.end(row);
    while (offset < this.text.length) {
      const code = this.text.charCodeAt(offset);
      offset += 1;
      if (code === LINE_FEED) {
        break;
      }
      if (code === RETURN) {
        return this.text.charCodeAt(offset) === LINE_FEED ? offset + 1 : offset;
      }
    }
    return offset;
  }

  /** The number of characters that the row is indented by. */
  indent(row: number): number {
    return this.isIndented(row) ? this.begin(row) - this.lineStart(row) : 0;
  }

  /** A piece of the text as the user reads it; what is not valid UTF-8 in it comes as U+FFFD. */
  read(begin: number, end: number): string {
    const piece = this.text.slice(begin, end);
    return this.encoding === 'utf8' ? piece : Buffer.from(piece, 'latin1').toString('utf8');
  }

  /** Text in the form in which it stands in `text`. */
  encode(text: string): string {
    return this.encoding === 'utf8' ? text : Buffer.from(text, 'utf8').toString('latin1');
  }
}

export function isBlank(code: number): boolean {
  return code === SPACE || code === TAB;
}

/** A file's text and how it was decoded; in a file that is not valid UTF-8, one character for each byte. */
export type Text = { readonly text: string; readonly encoding: 'utf8' | 'binary' };

/** Never fails, and loses nothing: the same text is the same bytes. */
export function decodeBytes(bytes: Uint8Array): Text {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return isUtf8(buffer)
    ? { text: buffer.toString('utf8'), encoding: 'utf8' }
    : { text: buffer.toString('latin1'), encoding: 'binary' };
}

/** Reads any bytes; never fails. `printDocument` gives the same bytes back. */
export function parseDocument(bytes: Uint8Array): Document {
  const { text, encoding } = decodeBytes(bytes);
  return parseText(text, encoding);
}

export function parseText(text: string, encoding: Text['encoding']): Document {
  return new Document({ text, encoding }, scanRows(text, startOfText({ text, encoding })));
}

export function printDocument(document: Document): Buffer {
  return Buffer.from(document.text, document.encoding === 'utf8' ? 'utf8' : 'latin1');
}

/** A byte order mark is part of the text but of no line. */
function startOfText({ text, encoding }: Text): number {
  if (encoding === 'utf8') {
    return text.charCodeAt(0) === BYTE_ORDER_MARK ? 1 : 0;
  }
  return text.startsWith('\u00ef\u00bb\u00bf') ? 3 : 0;
}
