import { headerText, LENDER } from '../dialects/cli-rows.ts';
import type { SdkReading } from '../dialects/sdk.ts';
import { Definitions, isKey, readBlock } from '../dialects/sdk-definitions.ts';
import { type Document, isBlank } from '../document.ts';
import { hidesBareDefault } from '../file-dialects.ts';
import type { Part } from '../merged-section.ts';

/** The rows of a section, wherever it is listed. */
export type SectionPart = Pick<Part, 'file' | 'rows'>;

/** Where a key is defined: from its own row to the last one of its value. */
export type DefinedAt = { readonly row: number; readonly lastRow: number };

/** Every definition of a key in a section, in order. The key is lower case; one of a block is `s3.addressing_style`. */
export function definitionsOf({ file, rows }: SectionPart, key: string): readonly DefinedAt[] {
  const { document } = file.reading;
  const { text } = document;
  const dot = key.indexOf('.');
  const found: DefinedAt[] = [];
  const definitions = new Definitions(document, rows);
  while (definitions.next()) {
    const { row, rowsEnd, keyBegin, keyEnd } = definitions;
    if (isKey(text, keyBegin, keyEnd, key)) {
      found.push({ row, lastRow: rowsEnd - 1 });
    } else if (dot > 0 && isKey(text, keyBegin, keyEnd, key.slice(0, dot)) && definitions.isBlock()) {
      for (const sub of readBlock(definitions)) {
        if (isKey(text, sub.keyBegin, sub.keyEnd, key.slice(dot + 1))) {
          found.push({ row: sub.row, lastRow: sub.row });
        }
      }
    }
  }
  return found;
}

/** The keys of a section with what AWS CLI reads as a key besides (`key: value`), lower case, in the order of the text. */
export function listKeys({ file, rows }: SectionPart): readonly (DefinedAt & { readonly key: string })[] {
  const { document } = file.reading;
  const found: (DefinedAt & { readonly key: string })[] = [];
  const definitions = new Definitions(document, rows, (row, fault) => {
    if (fault === 'noEquals' || fault === 'badKey') {
      const lastRow = lastIndented(document, row, rows.end);
      for (const sign of ['=', ':'] as const) {
        const [begin, end] = keyBefore(document, row, sign);
        found.push({ key: document.text.slice(begin, end).toLowerCase(), row, lastRow });
      }
    }
  });
  while (definitions.next()) {
    const { row, rowsEnd, keyBegin, keyEnd } = definitions;
    const key = document.text.slice(keyBegin, keyEnd).toLowerCase();
    found.push({ key, row, lastRow: rowsEnd - 1 });
    const colon = key.indexOf(':');
    if (colon > 0) {
      found.push({ key: key.slice(0, colon), row, lastRow: rowsEnd - 1 });
    }
  }
  return found;
}

/** Whether a config file has the default profile in both forms: `[default]` and `[profile default]`. */
export function hasBothDefaults({ sections }: SdkReading): boolean {
  return sections.some(({ bareDefault }) => bareDefault) && hidesBareDefault(sections);
}

/** Whether a key is set in a section, or some tool may take a line of it for that. A nested one is `s3.addressing_style`. */
export function hasKey(part: SectionPart, key: string): boolean {
  const { document } = part.file.reading;
  const isAt = (row: number, sign: '=' | ':'): boolean => {
    const [begin, end] = keyBefore(document, row, sign);
    return isKey(document.text, begin, end, key);
  };
  for (let row = part.rows.header + 1; row < part.rows.end; row++) {
    if (isAt(row, '=') || isAt(row, ':')) {
      return true;
    }
  }
  return definitionsOf(part, key).length > 0;
}

/**
 * Whether AWS CLI takes the keys of other sections for those of this one: because a header without a bracket stands
 * between the two, or because it is `[DEFAULT]`, which may stand often.
 */
export function runsOn({ file, rows }: SectionPart): boolean {
  const { document, sections } = file.reading;
  return (
    rows.kind === 'broken' ||
    headerText(document, rows.header) === LENDER ||
    sections.some(({ kind, header }) => kind === 'broken' && header === rows.end)
  );
}

/** What stands before the first such sign of a row, blanks left out; nothing where there is no sign, or nothing before it. */
export function keyBefore(document: Document, row: number, sign: '=' | ':'): readonly [number, number] {
  const begin = document.begin(row);
  const at = document.text.indexOf(sign, begin);
  return at > begin && at < document.end(row) ? trimPiece(document.text, begin, at) : [begin, begin];
}

/** Whether no indented row follows, which would be a part of the row's value. */
export function isAlone({ file, rows }: SectionPart, row: number): boolean {
  return lastIndented(file.reading.document, row, rows.end) === row;
}

/** The last of the indented rows that follow a row; comments at the margin may stand between them. */
export function lastIndented(document: Document, row: number, end: number): number {
  let last = row;
  for (let next = row + 1; next < end; next++) {
    if (document.isIndented(next)) {
      last = next;
    } else if (!document.isComment(next)) {
      break;
    }
  }
  return last;
}

/** The last row of a section that is its own: comments at the margin after that stand above the next section. */
export function lastOwnRow({ file, rows }: SectionPart): number {
  const { document } = file.reading;
  let row = rows.end - 1;
  while (row > rows.header && document.isComment(row) && !document.isIndented(row)) {
    row -= 1;
  }
  return row;
}

/** Whether the first line below the header that is no comment at the margin is indented. */
export function isIndentedSection({ file, rows }: SectionPart): boolean {
  const { document } = file.reading;
  let row = rows.header + 1;
  while (row < rows.end && document.isComment(row) && !document.isIndented(row)) {
    row += 1;
  }
  return row < rows.end && document.isIndented(row);
}

/** A piece of the text without the blanks round it. */
export function trimPiece(text: string, begin: number, end: number): readonly [number, number] {
  let first = begin;
  let last = end;
  while (first < last && isBlank(text.charCodeAt(first))) {
    first += 1;
  }
  while (last > first && isBlank(text.charCodeAt(last - 1))) {
    last -= 1;
  }
  return [first, last];
}
