import type { Document } from '../document.ts';
import type { ReplaceLines } from '../file-edits.ts';
import type { FileReading } from '../merged-section.ts';
import type { Fix } from '../snapshot.ts';

const BYTE_ORDER_MARK = '\ufeff';

/** Rows that become other lines; blank lines between them are among the lines. */
export type RowChange = {
  readonly row: number;
  readonly lastRow: number;
  /** The new lines, made from the present ones. */
  readonly change: (lines: readonly string[]) => readonly string[];
};

/** A fix that changes whole lines of one file, given as edits from the bottom up: none moves the lines of the next. */
export function fixLines(
  file: FileReading,
  title: string,
  edits: readonly Omit<ReplaceLines, 'type'>[],
): Fix {
  return { title, edits: { [file.reading.file]: edits.map(edit => ({ type: 'lines', ...edit })) } };
}

/**
 * A fix that changes rows of one file. Undefined where their lines do not read as text (bytes that are no UTF-8):
 * they could not be told again.
 */
export function fixRows(file: FileReading, title: string, changes: readonly RowChange[]): Fix | undefined {
  const { document } = file.reading;
  const edits: Omit<ReplaceLines, 'type'>[] = [];
  for (const { row, lastRow, change } of [...changes].sort((one, other) => other.row - one.row)) {
    const was = linesOf(document, row, lastRow);
    if (was === undefined) {
      return undefined;
    }
    edits.push({
      line: document.line(row),
      was,
      now: document.line(row) === 1 ? keepMark(was, change) : change(was),
    });
  }
  return fixLines(file, title, edits);
}

/** A byte order mark stays where it is: whoever changes the first line does not see it. */
function keepMark([first = '', ...rest]: readonly string[], change: RowChange['change']): readonly string[] {
  const mark = first.startsWith(BYTE_ORDER_MARK) ? BYTE_ORDER_MARK : '';
  const now = change([first.slice(mark.length), ...rest]);
  return mark === '' ? now : [mark + (now[0] ?? ''), ...now.slice(1)];
}

/** A fix that puts `text` in the place of a piece of one row. */
export function fixPiece(
  file: FileReading,
  title: string,
  row: number,
  begin: number,
  end: number,
  text: string,
): Fix | undefined {
  const { document } = file.reading;
  const before = document.read(document.lineStart(row), begin);
  const after = document.read(end, contentEnd(document, row));
  return fixRows(file, title, [{ row, lastRow: row, change: () => [before + text + after] }]);
}

/** The lines from one row to another, without their line ends; undefined where they do not read as text. */
export function linesOf(document: Document, row: number, lastRow: number): readonly string[] | undefined {
  const begin = contentStart(document, row);
  const end = contentEnd(document, lastRow);
  const text = document.read(begin, end);
  return document.encode(text) === document.text.slice(begin, end) ? text.split(/\r\n|\r|\n/) : undefined;
}

/** Where the row's line starts; a byte order mark belongs to the first line. */
function contentStart(document: Document, row: number): number {
  return document.line(row) === 1 ? 0 : document.lineStart(row);
}

/** Where the row's line ends, trailing blanks included, its line end not. */
function contentEnd(document: Document, row: number): number {
  const end = document.lineEnd(row);
  const { text } = document;
  const last = text.charAt(end - 1);
  if (end === document.end(row) || (last !== '\n' && last !== '\r')) {
    return end;
  }
  return last === '\n' && text.charAt(end - 2) === '\r' ? end - 2 : end - 1;
}
