import { type Document, isBlank, type Text } from '../document.ts';
import type { FileName } from '../kinds.ts';

/** What a header opens; `ignored` is a well-formed header that names nothing the SDKs know. */
export type HeaderKind = 'profile' | 'sso-session' | 'services' | 'ignored' | 'broken';

/** What the cross-SDK grammar refuses or drops, by row. */
export type Fault =
  | 'beforeFirstSection'
  | 'openHeader'
  | 'emptyHeader'
  | 'noEquals'
  | 'noKey'
  | 'strayIndent'
  | 'noEqualsInBlock'
  | 'noKeyInBlock'
  | 'badKey'
  | 'indentedComment'
  | 'indentedHeader';

export type ReportFault = (row: number, fault: Fault) => void;

/** One header and the rows up to the next one. */
export type SectionRows = {
  readonly kind: HeaderKind;
  readonly name: string;
  /** `[default]` in the config file: it counts only where no `[profile default]` is. */
  readonly bareDefault: boolean;
  readonly header: number;
  /** The row after the last one. */
  readonly end: number;
};

/** A document with its sections as the cross-SDK grammar finds them. */
export type SdkReading = {
  readonly document: Document;
  readonly file: FileName;
  readonly sections: readonly SectionRows[];
  /** Rows before the first header. */
  readonly preamble: number;
};

/** Letters, digits and `_-/.%@:+`: what the SDKs allow in names of sections and keys. */
export function isPlainName(text: string): boolean {
  return text.length > 0 && isPlainPiece(text, 0, text.length);
}

const PLAIN = makePlainTable();

function makePlainTable(): Uint8Array {
  const table = new Uint8Array(128);
  for (const char of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-/.%@:+') {
    table[char.charCodeAt(0)] = 1;
  }
  return table;
}

export function isPlainPiece(text: string, begin: number, end: number): boolean {
  for (let offset = begin; offset < end; offset++) {
    // Above 127 there is no entry.
    if (PLAIN[text.charCodeAt(offset)] !== 1) {
      return false;
    }
  }
  return true;
}

/**
 * The sections of a document by the cross-SDK grammar (the test data shared by AWS's SDKs, newest form).
 * Where the grammar gives up, this reader reports and goes on: a fault costs its line, or its section.
 */
export function readSdk(document: Document, file: FileName): SdkReading {
  const sections: SectionRows[] = [];
  let header = -1;
  for (const row of document.headers) {
    if (opensSdkSection(document, row, header)) {
      if (header !== -1) {
        sections.push(readSdkHeader(document, file, header, row));
      }
      header = row;
    }
  }
  if (header !== -1) {
    sections.push(readSdkHeader(document, file, header, document.rows));
  }
  return { document, file, sections, preamble: sections[0]?.header ?? document.rows };
}

/** The reading of another text in the place of the one that was read. Costs little where little of it is another. */
export function rereadSdk(last: SdkReading, text: Text): SdkReading {
  const { file } = last;
  const document = last.document.with(text);
  const { headers, rows, taken } = document;
  if (document.hasOddRows || last.document.hasOddRows) {
    return readSdk(document, file);
  }
  // Each header opens a section, here and there.
  const more = headers.length - last.sections.length;
  const sections = headers.map((header, index) => {
    const end = headers[index + 1] ?? rows;
    const isTail = header >= rows - taken.tail;
    const known = header < taken.head || isTail ? last.sections[isTail ? index - more : index] : undefined;
    if (known === undefined) {
      return readSdkHeader(document, file, header, end);
    }
    const { kind, name, bareDefault } = known;
    return known.header === header && known.end === end ? known : { kind, name, bareDefault, header, end };
  });
  return { document, file, sections, preamble: sections[0]?.header ?? rows };
}

/** An indented header after a key is more text of that key's value; elsewhere every reader but the SDKs takes it. */
export function opensSdkSection(document: Document, row: number, header: number): boolean {
  if (!document.isIndented(row)) {
    return true;
  }
  for (let before = row - 1; before > header; before--) {
    if (!document.isComment(before)) {
      return false;
    }
  }
  return true;
}

const PREFIXES = ['profile', 'sso-session', 'services'] as const;

export function readSdkHeader(document: Document, file: FileName, row: number, end: number): SectionRows {
  const close = document.mark(row);
  const { text } = document;
  const ignored = { kind: 'ignored', name: '', bareDefault: false, header: row, end } as const;
  if (close === -1) {
    return { ...ignored, kind: 'broken' };
  }
  const begin = trimBegin(text, document.begin(row) + 1, close);
  const stop = trimEnd(text, begin, close);
  if (begin === stop) {
    return { ...ignored, kind: 'broken' };
  }
  if (file === 'credentials') {
    return isPlainPiece(text, begin, stop)
      ? { kind: 'profile', name: text.slice(begin, stop), bareDefault: false, header: row, end }
      : ignored;
  }
  for (const kind of PREFIXES) {
    const after = begin + kind.length;
    if (text.startsWith(kind, begin) && after < stop && isBlank(text.charCodeAt(after))) {
      const nameBegin = trimBegin(text, after, stop);
      return isPlainPiece(text, nameBegin, stop)
        ? { kind, name: text.slice(nameBegin, stop), bareDefault: false, header: row, end }
        : ignored;
    }
  }
  const bare = stop - begin === 7 && text.startsWith('default', begin);
  return bare ? { kind: 'profile', name: 'default', bareDefault: true, header: row, end } : ignored;
}

export function trimPiece(text: string, begin: number, end: number): [number, number] {
  const first = trimBegin(text, begin, end);
  return [first, trimEnd(text, first, end)];
}

/** The offset of the first character of a piece that is no blank. */
export function trimBegin(text: string, begin: number, end: number): number {
  let first = begin;
  while (first < end && isBlank(text.charCodeAt(first))) {
    first += 1;
  }
  return first;
}

/** The offset after the last character of a piece that is no blank. */
export function trimEnd(text: string, begin: number, end: number): number {
  let last = end;
  while (last > begin && isBlank(text.charCodeAt(last - 1))) {
    last -= 1;
  }
  return last;
}
