import type { SdkReading, SectionRows } from './dialects/sdk.ts';
import { Definitions } from './dialects/sdk-definitions.ts';
import type { Document } from './document.ts';
import type { KeyValue } from './file-edits.ts';

/** Replaces `begin` to `end` by `text`. */
export type Splice = { readonly begin: number; readonly end: number; readonly text: string };

/** AWS CLI's own writer indents nested keys so. */
const NESTED_INDENT = '    ';

/** How the lines round an edit are written. */
export type Layout = {
  readonly lineEnd: string;
  /** What stands before a key. */
  readonly indent: string;
  /** What stands round the `=`, the sign itself left out. */
  readonly before: string;
  readonly after: string;
  /** The column of the `=` where keys are padded to one, else 0. */
  readonly column: number;
  readonly nestedIndent: string;
};

/**
 * The layout of a section's last lines; what it does not show comes from the rest of the file. The line end is that
 * of `row`, the last row of the file when not given.
 */
export function layoutOf(reading: SdkReading, rows?: SectionRows, row?: number): Layout {
  const { document } = reading;
  const own = rows === undefined ? undefined : lastSample(document, rows);
  const sample = own ?? findSample(reading);
  return {
    lineEnd: lineEndNear(document, row ?? document.rows - 1),
    indent: own?.indent ?? '',
    before: sample?.before ?? ' ',
    after: sample?.after ?? ' ',
    column: own?.column ?? 0,
    nestedIndent: (own?.indent ?? '') + nestedStep(document),
  };
}

/** How far the last block of the file is indented. */
function nestedStep(document: Document): string {
  for (let row = document.rows - 1; row > 0; row--) {
    const opens = row - 1;
    const isFirst = document.isIndented(row) && !document.isIndented(opens);
    if (isFirst && !document.isHeader(opens) && document.end(opens) - 1 === document.mark(opens)) {
      return document.text.slice(document.lineStart(row), document.begin(row));
    }
  }
  return NESTED_INDENT;
}

type Sample = Pick<Layout, 'indent' | 'before' | 'after' | 'column'>;

function lastSample(document: Document, rows: SectionRows): Sample | undefined {
  const definitions = new Definitions(document, rows);
  let sample: Sample | undefined;
  let column = -1;
  let isPadded = false;
  let isAligned = true;
  while (definitions.next()) {
    const start = document.lineStart(definitions.row);
    const equals = document.text.indexOf('=', definitions.keyEnd);
    const before = document.text.slice(definitions.keyEnd, equals);
    const isEmpty = definitions.valueBegin === definitions.valueEnd;
    // An empty value tells nothing of what stands after the sign.
    const after = isEmpty
      ? (sample?.after ?? before)
      : document.text.slice(equals + 1, definitions.valueBegin);
    isPadded ||= before.length > 1;
    isAligned &&= column === -1 || column === equals - start;
    column = equals - start;
    sample = {
      indent: document.text.slice(start, definitions.keyBegin),
      before: before.length > 1 ? ' ' : before,
      after,
      column: isPadded && isAligned ? column : 0,
    };
  }
  return sample;
}

/** The last line of the file that shows how its keys are written. */
function findSample(reading: SdkReading): Sample | undefined {
  for (let index = reading.sections.length - 1; index >= 0; index--) {
    const rows = reading.sections[index];
    const sample = rows === undefined ? undefined : lastSample(reading.document, rows);
    if (sample !== undefined) {
      return sample;
    }
  }
  return undefined;
}

/**
 * The line end of the row, or of the nearest row before it that has one; LF in a file without any. A lone CR ends no
 * line for the JavaScript SDK, so that it is only taken where nothing else is.
 */
function lineEndNear(document: Document, row: number): string {
  const isAllReturns = !document.text.includes('\n');
  for (let near = row; near >= 0; near--) {
    const end = lineEndAt(document.text, document.lineEnd(near));
    if (end !== '' && (end !== '\r' || isAllReturns)) {
      return end;
    }
  }
  const next = lineEndAt(document.text, document.lineEnd(row + 1));
  return next === '\r' && !isAllReturns ? '\n' : next || '\n';
}

function lineEndAt(text: string, lineEnd: number): string {
  const last = text.charAt(lineEnd - 1);
  if (last === '\n') {
    return text.charAt(lineEnd - 2) === '\r' ? '\r\n' : '\n';
  }
  return last === '\r' ? '\r' : '';
}

/** One line of a section, without its line end. */
export function formatKey(layout: Layout, key: string, value: string): string {
  const indented = layout.indent + key;
  const padding = indented.length < layout.column ? layout.column - indented.length : 0;
  return `${indented}${padding > 0 ? ' '.repeat(padding) : layout.before}=${value === '' ? '' : layout.after}${value}`;
}

/** One line of a block, without its line end. */
export function formatNested(layout: Layout, key: string, value: string): string {
  return `${layout.nestedIndent}${key}${layout.before}=${layout.after}${value}`;
}

/** The lines of settings, nested ones gathered under the key that opens their block. */
export function formatSettings(layout: Layout, settings: readonly KeyValue[]): readonly string[] {
  const lines: string[] = [];
  const opened = new Set<string>();
  for (const [key, value] of settings) {
    const dot = key.indexOf('.');
    if (dot === -1) {
      lines.push(formatKey(layout, key, value));
      continue;
    }
    const block = key.slice(0, dot);
    if (opened.has(block)) {
      continue;
    }
    opened.add(block);
    lines.push(formatKey(layout, block, ''));
    for (const [nested, nestedValue] of settings) {
      if (nested.startsWith(`${block}.`)) {
        lines.push(formatNested(layout, nested.slice(dot + 1), nestedValue));
      }
    }
  }
  return lines;
}

/** Adds whole lines after a row. */
export function insertAfter(
  document: Document,
  row: number,
  lines: readonly string[],
  lineEnd: string,
): Splice {
  const offset = document.lineEnd(row);
  const text = lines.join(lineEnd);
  return lineEndAt(document.text, offset) === ''
    ? { begin: offset, end: offset, text: lineEnd + text }
    : { begin: offset, end: offset, text: text + lineEnd };
}

/** Removes the whole line of a row. */
export function removeLine(document: Document, row: number): Splice {
  return { begin: document.lineStart(row), end: document.lineEnd(row), text: '' };
}
