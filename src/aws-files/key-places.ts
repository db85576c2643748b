import { CliKeys } from './dialects/cli-keys.ts';
import { JsKeys } from './dialects/js-keys.ts';
import type { KeyCursor } from './dialects/reading.ts';
import type { SectionRows } from './dialects/sdk.ts';
import { Definitions, isKey, readBlock } from './dialects/sdk-definitions.ts';
import type { Document } from './document.ts';
import type { Dialect } from './kinds.ts';

/** Where a key is defined in a section. */
export type KeyPlace = {
  readonly row: number;
  /** The rows after it that its value, or its block, takes in. */
  readonly further: readonly number[];
  readonly keyBegin: number;
  readonly keyEnd: number;
  /** The value on the key's own row; an inline comment is not part of it. */
  readonly valueBegin: number;
  readonly valueEnd: number;
  /** The row of the key that opens the block it stands in; -1 for a key of the section itself. */
  readonly blockRow: number;
  /** The key has no value but a block of nested keys. */
  readonly opensBlock: boolean;
  /** What stands there; further rows are not in it. */
  readonly value: string;
};

/**
 * Every definition of a key in a section, in the order of the text: those of the cross-SDK grammar, those that AWS CLI
 * alone finds, such as `key: value`, and in a section that nobody but the JavaScript SDK reads, those of that one.
 * `key` is lower case, a nested one `s3.addressing_style`.
 */
export function findKeyPlaces(
  document: Document,
  rows: SectionRows,
  key: string,
  readBy?: readonly Dialect[],
): readonly KeyPlace[] {
  const found = new Map<number, KeyPlace>();
  const definitions = new Definitions(document, rows);
  const dot = key.indexOf('.');
  while (definitions.next()) {
    const { keyBegin, keyEnd } = definitions;
    if (isKey(document.text, keyBegin, keyEnd, key)) {
      found.set(definitions.row, definitionPlace(definitions));
    } else if (dot > 0 && isKey(document.text, keyBegin, keyEnd, key.slice(0, dot))) {
      for (const place of nestedPlaces(definitions)) {
        if (isKey(document.text, place.keyBegin, place.keyEnd, key.slice(dot + 1))) {
          found.set(place.row, place);
        }
      }
    }
  }
  const isForJs = readBy?.every(dialect => dialect === 'js') === true;
  for (const cursor of [
    new CliKeys(document, undefined, rows.header + 1, rows.end),
    ...(isForJs ? [new JsKeys(document, undefined, rows.header + 1, rows.end)] : []),
  ]) {
    while (cursor.next()) {
      if (!found.has(cursor.row) && cursor.key().toLowerCase() === key) {
        found.set(cursor.row, otherPlace(document, cursor));
      }
    }
  }
  return [...found.values()].sort((one, other) => one.row - other.row);
}

/** The nested keys of a block, by the cross-SDK grammar. */
export function findNestedPlaces(
  document: Document,
  rows: SectionRows,
  block: KeyPlace,
): readonly KeyPlace[] {
  const definitions = new Definitions(document, rows);
  while (definitions.next()) {
    if (definitions.row === block.row) {
      return nestedPlaces(definitions);
    }
  }
  return [];
}

function definitionPlace(definitions: Definitions): KeyPlace {
  const { document, row, rowsEnd, keyBegin, keyEnd, valueBegin, valueEnd } = definitions;
  return {
    row,
    further: furtherRows(document, row, rowsEnd),
    keyBegin,
    keyEnd,
    valueBegin,
    valueEnd,
    blockRow: -1,
    opensBlock: definitions.isBlock(),
    value: document.read(valueBegin, valueEnd),
  };
}

function nestedPlaces(definitions: Definitions): readonly KeyPlace[] {
  return definitions.isBlock()
    ? readBlock(definitions).map(nested => ({
        ...nested,
        further: [],
        blockRow: definitions.row,
        opensBlock: false,
        value: definitions.document.read(nested.valueBegin, nested.valueEnd),
      }))
    : [];
}

function otherPlace(document: Document, cursor: KeyCursor): KeyPlace {
  const { row, rowsEnd, keyBegin, keyEnd, valueBegin, blockRow, opensBlock } = cursor;
  const text = document.text.slice(valueBegin, cursor.valueEnd);
  // To AWS CLI a comment is part of the value; here it stays where it is.
  const comment = blockRow === -1 ? text.search(/(?<=.)[ \t]+[#;]/) : -1;
  const valueEnd = comment === -1 ? cursor.valueEnd : valueBegin + comment;
  return {
    row,
    further: furtherRows(document, row, rowsEnd),
    keyBegin,
    keyEnd,
    valueBegin,
    valueEnd,
    blockRow,
    opensBlock,
    value: document.read(valueBegin, valueEnd),
  };
}

/** The rows of a value after its first: comments at the margin are not among them. */
function furtherRows(document: Document, row: number, rowsEnd: number): readonly number[] {
  const rows: number[] = [];
  for (let next = row + 1; next < rowsEnd; next++) {
    if (document.isIndented(next) || !document.isComment(next)) {
      rows.push(next);
    }
  }
  return rows;
}
