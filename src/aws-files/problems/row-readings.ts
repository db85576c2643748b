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

/** The headers of sections that count for each dialect. */
export type CountedHeaders = Readonly<Record<Dialect, ReadonlySet<number>>>;

/**
 * What each dialect reads in the wanted rows: those whose number holds 1. Only sections with a header among them
 * are gone through.
 */
export function* readRows(
  readings: FileReadings,
  wanted: Uint8Array,
): Turns<{ readonly rows: RowReadings; readonly counted: CountedHeaders }> {
  const rows = { sdk: newMap(), js: newMap(), cli: newMap() };
  const counted = { sdk: new Set<number>(), js: new Set<number>(), cli: new Set<number>() };
  for (const dialect of DIALECTS) {
    let checked = 0;
    for (const section of readings.of(dialect).sections) {
      const headers = section.headers.filter(header => wanted[header] === 1);
      if (headers.length > 0) {
        section.walk(cursor => {
          if (wanted[cursor.row] === 1) {
            rows[dialect].set(cursor.row, readRow(section, cursor));
          }
        });
      }
      for (const header of headers) {
        counted[dialect].add(header);
      }
      checked += 1;
      if (checked % SECTIONS_A_TURN === 0) {
        yield;
      }
    }
    yield;
  }
  return { rows, counted };
}

function newMap(): Map<number, RowReading> {
  return new Map();
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
