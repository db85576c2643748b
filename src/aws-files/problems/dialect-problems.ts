import type { Turns } from '../../lib/turns.ts';
import type { RefusalReason } from '../dialects/reading.ts';
import type { SectionRows } from '../dialects/sdk.ts';
import type { Document } from '../document.ts';
import type { SectionName } from '../file-dialects.ts';
import type { Dialect } from '../kinds.ts';
import type { FileReadings } from './file-readings.ts';
import { type ProblemList, rowPiece } from './problem-list.ts';
import { describeRow } from './row-differences.ts';
import { type CountedHeaders, type RowReading, type RowReadings, readRows } from './row-readings.ts';
import { hasBothDefaults } from './section-lines.ts';
import type { OddSection } from './section-search.ts';

/** A few milliseconds' work. */
const ROWS_A_TURN = 500;

/**
 * Why AWS CLI refuses a file for a row of which the shared grammar has nothing to say. What concerns the bytes of the
 * whole file is told elsewhere.
 */
const REFUSALS: Readonly<Partial<Record<RefusalReason, string>>> = {
  noDelimiter: 'AWS CLI finds no “=” in this line and refuses the whole file.',
  noKey: 'AWS CLI finds no key in this line and refuses the whole file.',
  nestedWithoutEquals: 'AWS CLI finds no “=” in this nested line and refuses the whole file.',
  duplicateKey: 'AWS CLI finds this key twice in the section and refuses the whole file.',
  duplicateSection: 'AWS CLI finds this section twice and refuses the whole file.',
};

const LEAVES =
  'The JavaScript SDK takes this line for a header that it does not know, and drops the keys below. For the other tools it belongs to what stands above.';

/** Whether the JavaScript SDK sees a header in a row (`parseIni` of @smithy/core). */
function isJsHeader(document: Document, row: number): boolean {
  const line = document.read(document.begin(row), document.end(row));
  const [text = ''] = line.includes('[') ? line.split(/(?:^|\s)[;#]/, 1) : [];
  return /^\[.*\]$/s.test(text.trim());
}

/**
 * Says where the tools read the lines of some sections differently, by comparing what each of them reads there, and
 * for which lines AWS CLI refuses the whole file, where nothing was said of them yet.
 */
export function* searchDialects(
  problems: ProblemList,
  readings: FileReadings,
  odd: readonly OddSection[],
): Turns<void> {
  const { file } = readings;
  const { document } = file.reading;
  const wanted = new Uint8Array(document.rows);
  for (const { part } of odd) {
    wanted.fill(1, part.rows.header, part.rows.end);
  }
  yield;
  const { rows, counted } = yield* readRows(readings, wanted);
  let checked = 0;
  for (const { part, kind, subject } of odd) {
    const names = countingNames(readings, part.rows, counted);
    let leaves = false;
    for (let row = part.rows.header + 1; row < part.rows.end; row++) {
      const isTold = document.isComment(row) || problems.hasLine(file, row);
      const readers = readersOf(names, rows, row);
      if (!leaves && !document.isComment(row) && isJsHeader(document, row)) {
        leaves = true;
        if (!isTold && readers.has('js')) {
          problems.add('dialects', rowPiece(file, row), LEAVES, { severity: 'error', subject });
        }
      }
      if (leaves) {
        readers.delete('js');
      }
      const found = isTold || problems.hasLine(file, row) ? undefined : describeRow(part, kind, row, readers);
      if (found !== undefined) {
        const { piece, message, severity, fix } = found;
        problems.add('dialects', piece, message, { severity, fix, subject });
      }
      checked += 1;
      if (checked % ROWS_A_TURN === 0) {
        yield;
      }
    }
  }
  yield;
  for (const { row, reason } of readings.of('cli').refusals) {
    const message = REFUSALS[reason];
    if (message !== undefined && !problems.hasError(file, row)) {
      problems.add('syntax', rowPiece(file, row), message);
    }
  }
}

/**
 * Those who read a section: AWS CLI does not where a later one of the same name replaces it, and of two forms of the
 * default profile each dialect reads one. To the JavaScript SDK a section without keys is none, but it reads it.
 */
function countingNames(
  readings: FileReadings,
  rows: SectionRows,
  counted: CountedHeaders,
): readonly SectionName[] {
  const isDefault = rows.name === 'default' && hasBothDefaults(readings.file.reading);
  return readings.namesOf(rows).map(name => ({
    ...name,
    readBy: name.readBy.filter(
      dialect => (dialect === 'js' && !isDefault) || counted[dialect].has(rows.header),
    ),
  }));
}

/**
 * What each dialect that sees the section's header reads in a row. A dialect that gives the row to another section is
 * left out: that is told at the header for which it does.
 */
function readersOf(
  names: readonly SectionName[],
  rows: RowReadings,
  row: number,
): Map<Dialect, RowReading | undefined> {
  const readers = new Map<Dialect, RowReading | undefined>();
  for (const { kind, name, readBy } of names) {
    for (const dialect of readBy) {
      const read = rows[dialect].get(row);
      if (read === undefined || (read.section.kind === kind && read.section.name === name)) {
        readers.set(dialect, read);
      }
    }
  }
  return readers;
}
