import type { Turns } from '../../lib/turns.ts';
import type { DialectSection, KeyCursor } from '../dialects/reading.ts';
import { DIALECTS } from '../file-dialects.ts';
import type { Dialect } from '../kinds.ts';
import type { FileReadings } from './file-readings.ts';

/** A key as one dialect reads it in a row, and the section that it gives it to. */
export type RowReading = Pick<
  KeyCursor,
  'rowsEnd' | 'keyBegin' | 'keyEnd' | 'valueBegin' | 'valueEnd' | 'blockRow' | 'opensBlock'
> & { readonly section: DialectSection; readonly key: string; readonly value: string };

/** What each dialect reads in some of the rows of a file. */
export type RowReadings = Readonly<Record<Dialect, ReadonlyMap<number, RowReading>>>;

const SECTIONS_A_TURN = 500;

/**
 * What each dialect reads in the wanted rows: those whose number holds 1. Only sections with a header among them
 * are gone through.
 */
export function* readRows(readings: FileReadings, wanted: Uint8Array): Turns<RowReadings> {
  const found = {
    sdk: new Map<number, RowReading>(),
    js: new Map<number, RowReading>(),
    cli: new Map<number, RowReading>(),
  };
  for (const dialect of DIALECTS) {
    const rows = found[dialect];
    let checked = 0;
    for (const section of readings.of(dialect).sections) {
      if (section.headers.some(header => wanted[header] === 1)) {
        section.walk(cursor => {
          if (wanted[cursor.row] === 1) {
            rows.set(cursor.row, readRow(section, cursor));
          }
        });
      }
      checked += 1;
      if (checked % SECTIONS_A_TURN === 0) {
        yield;
      }
    }
    yield;
  }
  return found;
}

function readRow(section: DialectSection, cursor: KeyCursor): RowReading {
  const { rowsEnd, keyBegin, keyEnd, valueBegin, valueEnd, blockRow, opensBlock } = cursor;
  return {
    section,
    key: cursor.key(),
    value: opensBlock ? '' : cursor.value(),
    rowsEnd,
    keyBegin,
    keyEnd,
    valueBegin,
    valueEnd,
    blockRow,
    opensBlock,
  };
}
