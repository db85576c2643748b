import type { Document } from './document.ts';
import type { Splice } from './layout.ts';

/** Some rows of a document. */
export class Rows {
  readonly #rows: ReadonlySet<number>;

  constructor(rows: ReadonlySet<number>) {
    this.#rows = rows;
  }

  hasAny(begin: number, end: number): boolean {
    for (let row = begin; row < end; row++) {
      if (this.#rows.has(row)) {
        return true;
      }
    }
    return false;
  }
}

/** The rows whose lines ordered splices cut, or put text in. */
export function rowsOf(document: Document, splices: readonly Splice[]): Rows {
  const rows = new Set<number>();
  let row = 0;
  for (const { begin, end } of splices) {
    while (row < document.rows && document.lineEnd(row) <= begin) {
      row += 1;
    }
    for (let next = row; next < document.rows && document.lineStart(next) < end; next++) {
      rows.add(next);
    }
    if (begin === end && row < document.rows && document.lineStart(row) < begin) {
      rows.add(row);
    }
  }
  return new Rows(rows);
}

/** The rows whose lines ordered splices remove as a whole. */
export function removedRows(document: Document, splices: readonly Splice[]): Rows {
  const rows = new Set<number>();
  let row = 0;
  for (const { begin, end, text } of splices) {
    while (row < document.rows && document.lineStart(row) < begin) {
      row += 1;
    }
    while (text === '' && row < document.rows && document.lineEnd(row) <= end) {
      rows.add(row);
      row += 1;
    }
  }
  return new Rows(rows);
}

/** The pieces that ordered splices wrote, by the offsets of the text after them. */
export function writtenPieces(splices: readonly Splice[]): readonly Splice[] {
  let shift = 0;
  return splices.map(({ begin, end, text }) => {
    const at = begin + shift;
    shift += text.length - (end - begin);
    return { begin: at, end: at + text.length, text: '' };
  });
}
