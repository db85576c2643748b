import { CliKeys } from './cli-keys.ts';
import { textBegin } from './cli-rows.ts';
import { JsKeys } from './js-keys.ts';
import { OTHER, type PlainRows } from './plain-rows.ts';
import type { DialectReading, DialectSection, UnseenHeader } from './reading.ts';
import { readSdk } from './sdk.ts';

/**
 * The headers that AWS CLI or the other SDKs see and the JavaScript SDK does not, as `[profile b];c`. It goes on
 * with the section before, so that keys of one profile become those of another.
 */
export function findUnseenHeaders(reading: DialectReading, plain: PlainRows): readonly UnseenHeader[] {
  const unseen = findRows(reading, plain);
  if (unseen.length === 0) {
    return [];
  }
  const sections = new Map<number, DialectSection>();
  for (const section of reading.sections) {
    for (const header of section.headers) {
      sections.set(header, section);
    }
  }
  const into = new Map<number, DialectSection>();
  const rows = new JsKeys(reading.document, plain);
  let next = 0;
  let last = -1;
  let present: DialectSection | undefined;
  for (let event = rows.nextRow(); event !== 'end'; event = rows.nextRow()) {
    for (let row = unseen[next]; row !== undefined && row < rows.rowsEnd; row = unseen[next]) {
      last = row;
      next += 1;
    }
    if (event === 'header') {
      present = sections.get(rows.row);
      last = -1;
    } else if (last !== -1 && present !== undefined) {
      into.set(last, present);
    }
  }
  return unseen.map(row => ({ row, into: into.get(row) }));
}

/** The rows of those headers, in order. */
function findRows({ document, file }: DialectReading, plain: PlainRows): readonly number[] {
  const candidates = new Set<number>();
  for (let row = 0; row < document.rows; row++) {
    if (plain.hasLoneReturns || plain.shapes[row] === OTHER) {
      const begin = textBegin(document, row);
      if (begin !== -1 && document.text[begin] === '[') {
        candidates.add(row);
      }
    }
  }
  if (candidates.size === 0) {
    return [];
  }
  const seen = new JsKeys(document, plain);
  for (let event = seen.nextRow(); event !== 'end'; event = seen.nextRow()) {
    if (event === 'header') {
      candidates.delete(seen.row);
    }
  }
  const headers = new Set(readSdk(document, file).sections.map(section => section.header));
  const rows = new CliKeys(document, plain);
  for (let event = rows.nextRow(); event !== 'end'; event = rows.nextRow()) {
    if (event === 'header') {
      headers.add(rows.row);
    }
  }
  return [...candidates].filter(row => headers.has(row));
}
