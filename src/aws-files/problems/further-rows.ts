import type { Fix } from '../snapshot.ts';
import type { Described, Row } from './differing-row.ts';
import { fixRows } from './line-fixes.ts';
import { rowPiece } from './problem-list.ts';
import { lastIndented, listKeys, runsOn, type SectionPart } from './section-lines.ts';

/** What may stand in indented lines: the rest of a value, a comment, a key that nobody meant to indent. */

/** An indented key below a block, in a section that is indented as a whole. */
export function inBlock({ sdk, js, part, row, name }: Row): Described {
  if (sdk === undefined || js === undefined || !js.key.endsWith(`.${sdk.key}`)) {
    return undefined;
  }
  return {
    piece: rowPiece(part.file, row),
    message: `For the JavaScript SDK ${name} is a key of the block above, because it is indented.`,
  };
}

/** A value with indented lines below it. */
export function goesOn(found: Row): Described {
  const { sdk, cli, js, part, row, name, schema } = found;
  const read = sdk ?? cli;
  const document = found.part.file.reading.document;
  if (read === undefined || read.rowsEnd === row + 1) {
    return undefined;
  }
  const further = Array.from({ length: read.rowsEnd - row - 1 }, (_, index) => row + 1 + index);
  const indented = further.filter(each => document.isIndented(each));
  const piece = rowPiece(part.file, row, read.rowsEnd - 1);
  if (indented.length > 0 && further.every(each => document.isComment(each))) {
    return {
      piece,
      message: `The SDKs may take the indented comment below for a part of ${name}; AWS CLI and the JavaScript SDK skip it.`,
      fix: () =>
        fixRows(
          part.file,
          'Move the comment to the start of the line',
          indented.map(each => ({
            row: each,
            lastRow: each,
            change: lines => lines.map(line => line.trimStart()),
          })),
        ),
    };
  }
  return {
    piece,
    message: `AWS CLI and the SDKs take the indented lines below for a part of ${name}, the JavaScript SDK does not.`,
    fix: () =>
      schema?.type === 'command' && indented.length === further.length && js !== undefined
        ? fixRows(part.file, 'Join the lines', [{ row, lastRow: read.rowsEnd - 1, change: joinLines }])
        : undefined,
  };
}

/** A command on one line; the backslash at the end of a line was meant to do that. */
function joinLines(lines: readonly string[]): readonly string[] {
  const [first = '', ...rest] = lines;
  return [
    [first.trimEnd(), ...rest.map(line => line.trim())]
      .filter(line => line !== '')
      .map(line => line.replace(/[ \t]*\\$/, ''))
      .join(' '),
  ];
}

/** An indented line that looks like a key. */
export function ownKey(found: Row): Described {
  const { sdk, cli, js, part, row, name, schema } = found;
  if (
    js === undefined ||
    sdk !== undefined ||
    cli !== undefined ||
    !found.part.file.reading.document.isIndented(row)
  ) {
    return undefined;
  }
  return {
    piece: rowPiece(part.file, row),
    message: `The JavaScript SDK reads this indented line as ${schema === undefined ? 'a key of its own' : name}; for AWS CLI and the other SDKs it is a part of what stands above.`,
    severity: schema === undefined ? 'warning' : 'error',
    fix: () => (schema === undefined ? undefined : moveToMargin(part, row)),
  };
}

/** Moves a row to the margin, and those that are indented below it; not where one is no key, or would stand twice. */
function moveToMargin(part: SectionPart, row: number): Fix | undefined {
  if (runsOn(part)) {
    return undefined;
  }
  const { document } = part.file.reading;
  const depth = document.indent(row);
  const keys = new Set(listKeys(part).map(({ key }) => key));
  const last = lastIndented(document, row, part.rows.end);
  for (let next = row; next <= last; next++) {
    if (document.indent(next) <= depth && !document.isComment(next)) {
      const [key = '', value] = document.read(document.begin(next), document.end(next)).split(/[=:]/, 2);
      const name = key.trim().toLowerCase();
      if (value === undefined || name === '' || keys.has(name)) {
        return undefined;
      }
      keys.add(name);
    }
  }
  return fixRows(part.file, last === row ? 'Move the line to the margin' : 'Move the lines to the margin', [
    { row, lastRow: last, change: lines => lines.map(line => unindented(line, depth)) },
  ]);
}

function unindented(line: string, depth: number): string {
  return line.slice(Math.min(depth, line.length - line.trimStart().length));
}
