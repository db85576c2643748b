import { Buffer, isUtf8 } from 'node:buffer';

const TAB = 9;
const LINE_FEED = 10;
const RETURN = 13;
const SPACE = 32;
const HASH = 35;
const SEMICOLON = 59;
const OPEN = 91;
const BYTE_ORDER_MARK = 0xfeff;

/**
 * Four numbers for each row: where it begins, where it ends, one more than the offset of its mark (so that 0 means
 * "none"), and its line, shifted to the left of what it starts with.
 */
const FIELDS = 4;
const END = 1;
const MARK = 2;
const LINE = 3;

/** What a row starts with, after its indentation; 0 for anything else. */
const COMMENT = 1;
const HEADER = 2;
const KIND_MASK = 3;
const INDENTED = 4;
const LINE_SHIFT = 3;

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
  readonly #fields: Uint32Array;

  constructor(text: string, encoding: Text['encoding']) {
    this.text = text;
    this.encoding = encoding;
    const { fields, headers, hasOddRows } = scanRows(text, startOfText(text, encoding));
    this.rows = fields.length / FIELDS;
    this.headers = headers;
    this.hasOddRows = hasOddRows;
    this.#fields = fields;
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
  return new Document(text, encoding);
}

export function parseText(text: string, encoding: Text['encoding']): Document {
  return new Document(text, encoding);
}

export function printDocument(document: Document): Buffer {
  return Buffer.from(document.text, document.encoding === 'utf8' ? 'utf8' : 'latin1');
}

/** Whether some dialect may take a row's first character for white space, though it is no space and no tab. */
export function isOddStart(code: number): boolean {
  return code < SPACE || code > 126;
}

type Scan = {
  readonly fields: Uint32Array;
  readonly headers: readonly number[];
  readonly hasOddRows: boolean;
};

/**
 * Finds the rows. Lines end with LF, CRLF or a lone CR, as Python's universal newlines. Four cursors (line feeds, returns,
 * `=` and `]`) go through the text side by side, each with the search that the engine has for a single character:
 * that is several times faster than looking at every character here, and still one pass for each.
 */
function scanRows(text: string, from: number): Scan {
  const { length } = text;
  const headers: number[] = [];
  // A guess, to seldom grow; real files have 15 to 30 characters in a row.
  let fields = new Uint32Array(Math.max(16, length >>> 4) * FIELDS);
  let used = 0;
  let hasOddRows = false;
  let feed = find(text, '\n', from);
  let carriage = find(text, '\r', from);
  let equals = find(text, '=', from);
  let close = find(text, ']', from);
  for (let start = from, line = 1; start < length; line++) {
    const stop = Math.min(feed, carriage);
    let begin = start;
    let first = text.charCodeAt(begin);
    while (first === SPACE || first === TAB) {
      begin += 1;
      first = text.charCodeAt(begin);
    }
    if (begin < stop) {
      let end = stop;
      while (isBlank(text.charCodeAt(end - 1))) {
        end -= 1;
      }
      if (used === fields.length) {
        const grown = new Uint32Array(used * 2);
        grown.set(fields);
        fields = grown;
      }
      let kind = begin > start ? INDENTED : 0;
      let mark: number;
      if (first === OPEN) {
        kind |= HEADER;
        headers.push(used / FIELDS);
        hasOddRows ||= begin > start;
        close = close < begin ? find(text, ']', begin) : close;
        mark = close;
      } else {
        kind |= first === HASH || first === SEMICOLON ? COMMENT : 0;
        hasOddRows ||= isOddStart(first);
        equals = equals < begin ? find(text, '=', begin) : equals;
        mark = equals;
      }
      fields[used] = begin;
      fields[used + END] = end;
      fields[used + MARK] = mark < end ? mark + 1 : 0;
      fields[used + LINE] = (line << LINE_SHIFT) | kind;
      used += FIELDS;
    }
    const isPair = stop === carriage && feed === carriage + 1;
    hasOddRows ||= stop === carriage && !isPair && stop < length;
    start = isPair ? feed + 1 : stop + 1;
    feed = feed < start ? find(text, '\n', start) : feed;
    carriage = carriage < start ? find(text, '\r', start) : carriage;
  }
  return { fields: fields.slice(0, used), headers, hasOddRows };
}

/** Offset of the next such character; the length of the text when there is none. */
function find(text: string, char: string, from: number): number {
  const found = text.indexOf(char, from);
  return found === -1 ? text.length : found;
}

/** A byte order mark is part of the text but of no line. */
function startOfText(text: string, encoding: 'utf8' | 'binary'): number {
  if (encoding === 'utf8') {
    return text.charCodeAt(0) === BYTE_ORDER_MARK ? 1 : 0;
  }
  return text.startsWith('\u00ef\u00bb\u00bf') ? 3 : 0;
}
