import { Buffer, isUtf8 } from 'node:buffer';

const TAB = 9;
const LINE_FEED = 10;
const RETURN = 13;
const SPACE = 32;
const HASH = 35;
const SEMICOLON = 59;
const EQUALS = 61;
const OPEN = 91;
const CLOSE = 93;
const BYTE_ORDER_MARK = 0xfeff;

/** What a row starts with, after its indentation; 0 for anything else. */
const COMMENT = 1;
const HEADER = 2;
const KIND_MASK = 3;
const INDENTED = 4;

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
  readonly #begins: Uint32Array;
  readonly #ends: Uint32Array;
  readonly #marks: Uint32Array;
  readonly #lines: Uint32Array;
  readonly #kinds: Uint8Array;

  constructor(text: string, encoding: 'utf8' | 'binary', scan: Scan) {
    this.text = text;
    this.encoding = encoding;
    this.rows = scan.rows;
    this.#begins = scan.begins.slice(0, scan.rows);
    this.#ends = scan.ends.slice(0, scan.rows);
    this.#marks = scan.marks.slice(0, scan.rows);
    this.#lines = scan.lines.slice(0, scan.rows);
    this.#kinds = scan.kinds.slice(0, scan.rows);
  }

  /** Offset of the row's first character that is no blank. */
  begin(row: number): number {
    return this.#begins[row] ?? this.text.length;
  }

  /** Offset after the row's last character that is no blank. */
  end(row: number): number {
    return this.#ends[row] ?? this.text.length;
  }

  /** Offset of the first `=` of a text row, of the first `]` of a header; -1 when there is none. */
  mark(row: number): number {
    return (this.#marks[row] ?? 0) - 1;
  }

  isHeader(row: number): boolean {
    return ((this.#kinds[row] ?? 0) & KIND_MASK) === HEADER;
  }

  isComment(row: number): boolean {
    return ((this.#kinds[row] ?? 0) & KIND_MASK) === COMMENT;
  }

  /** Whether the row starts with a space or a tab. */
  isIndented(row: number): boolean {
    return ((this.#kinds[row] ?? 0) & INDENTED) !== 0;
  }

  /** The 1-based number of the row's line. */
  line(row: number): number {
    return this.#lines[row] ?? 1;
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

type Scan = {
  rows: number;
  begins: Uint32Array;
  ends: Uint32Array;
  marks: Uint32Array;
  lines: Uint32Array;
  kinds: Uint8Array;
};

/** The text of a file's bytes and how it was decoded. */
function decode(bytes: Uint8Array): { readonly text: string; readonly encoding: 'utf8' | 'binary' } {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return isUtf8(buffer)
    ? { text: buffer.toString('utf8'), encoding: 'utf8' }
    : { text: buffer.toString('latin1'), encoding: 'binary' };
}

/** Reads any bytes; never fails. `printDocument` gives the same bytes back. */
export function parseDocument(bytes: Uint8Array): Document {
  const { text, encoding } = decode(bytes);
  return parseText(text, encoding);
}

export function parseText(text: string, encoding: 'utf8' | 'binary'): Document {
  return new Document(text, encoding, scanRows(text, encoding));
}

export function printDocument(document: Document): Buffer {
  return Buffer.from(document.text, document.encoding === 'utf8' ? 'utf8' : 'latin1');
}

/** One pass over the text. Lines end with LF, CRLF or a lone CR, as Python's universal newlines. */
function scanRows(text: string, encoding: 'utf8' | 'binary'): Scan {
  const scan = makeScan(Math.max(64, Math.ceil(text.length / 24)));
  const length = text.length;
  let offset = startOfText(text, encoding);
  let line = 1;
  while (offset < length) {
    const start = offset;
    let code = text.charCodeAt(offset);
    while (code === SPACE || code === TAB) {
      offset += 1;
      code = text.charCodeAt(offset);
    }
    const begin = offset;
    const closing = code === OPEN ? CLOSE : EQUALS;
    let mark = 0;
    let end = offset;
    // Past the end of the text charCodeAt gives NaN, which equals nothing.
    while (offset < length && code !== LINE_FEED && code !== RETURN) {
      if (code === closing && mark === 0) {
        mark = offset + 1;
      }
      offset += 1;
      if (code !== SPACE && code !== TAB) {
        end = offset;
      }
      code = text.charCodeAt(offset);
    }
    if (end > begin) {
      addRow(scan, text, { start, begin, end, mark, line });
    }
    offset += code === RETURN && text.charCodeAt(offset + 1) === LINE_FEED ? 2 : 1;
    line += 1;
  }
  return scan;
}

function addRow(
  scan: Scan,
  text: string,
  row: { start: number; begin: number; end: number; mark: number; line: number },
): void {
  if (scan.rows === scan.kinds.length) {
    growScan(scan);
  }
  const first = text.charCodeAt(row.begin);
  const kind = first === OPEN ? HEADER : first === HASH || first === SEMICOLON ? COMMENT : 0;
  const at = scan.rows;
  scan.begins[at] = row.begin;
  scan.ends[at] = row.end;
  // One more than the offset, so that 0 means "none".
  scan.marks[at] = row.mark;
  scan.lines[at] = row.line;
  scan.kinds[at] = row.begin > row.start ? kind | INDENTED : kind;
  scan.rows += 1;
}

function makeScan(size: number): Scan {
  return {
    rows: 0,
    begins: new Uint32Array(size),
    ends: new Uint32Array(size),
    marks: new Uint32Array(size),
    lines: new Uint32Array(size),
    kinds: new Uint8Array(size),
  };
}

function growScan(scan: Scan): void {
  const size = scan.kinds.length * 2;
  const grow = (from: Uint32Array): Uint32Array => {
    const to = new Uint32Array(size);
    to.set(from);
    return to;
  };
  scan.begins = grow(scan.begins);
  scan.ends = grow(scan.ends);
  scan.marks = grow(scan.marks);
  scan.lines = grow(scan.lines);
  const kinds = new Uint8Array(size);
  kinds.set(scan.kinds);
  scan.kinds = kinds;
}

/** A byte order mark is part of the text but of no line. */
function startOfText(text: string, encoding: 'utf8' | 'binary'): number {
  if (encoding === 'utf8') {
    return text.charCodeAt(0) === BYTE_ORDER_MARK ? 1 : 0;
  }
  return text.startsWith('\u00ef\u00bb\u00bf') ? 3 : 0;
}
