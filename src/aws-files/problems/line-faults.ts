import type { Fault } from '../dialects/sdk.ts';
import type { Document } from '../document.ts';
import type { FileReading } from '../merged-section.ts';
import type { Rule, Severity } from '../problem-rules.ts';
import type { Fix } from '../snapshot.ts';
import { findKnownKey } from './known-keys.ts';
import { fixRows, type RowChange } from './line-fixes.ts';
import { type Details, type ProblemList, rowPiece, type Subject } from './problem-list.ts';
import { hasKey, isAlone, lastIndented, runsOn, type SectionPart } from './section-lines.ts';

type Words = readonly [Rule, Severity, string];

/**
 * What is said of a line that the shared grammar of the SDKs refuses or drops. What is not here is read differently
 * by the tools, no fault: the comparison of their readings tells it.
 */
const FAULTS: Readonly<Partial<Record<Fault, Words>>> = {
  noEquals: [
    'syntax',
    'error',
    'No “=” in this line: write “key = value”. AWS CLI refuses the whole file, and the JavaScript SDK skips the line.',
  ],
  noKey: ['syntax', 'error', 'There is no key before the “=”. AWS CLI refuses the whole file.'],
  strayIndent: [
    'syntax',
    'warning',
    'The section’s lines are indented. AWS CLI and the JavaScript SDK read them, other SDKs refuse the file.',
  ],
  noEqualsInBlock: [
    'syntax',
    'error',
    'No “=” in this nested line: write “key = value”. AWS CLI refuses the whole file.',
  ],
  noKeyInBlock: [
    'syntax',
    'error',
    'There is no key before the “=” of this nested line. The SDKs refuse the file.',
  ],
  indentedComment: [
    'dialects',
    'info',
    'This comment is indented. AWS CLI and the JavaScript SDK skip it, other SDKs may take it for a part of what stands above.',
  ],
};

/**
 * Whether a row is nothing but a comment or nothing at all, after white space that is neither a space nor a tab. A byte
 * order mark within a text is white space to JavaScript alone.
 */
export function isSkipped(document: Document, row: number): boolean {
  return /^[^\S\ufeff]*($|[#;])/.test(document.read(document.begin(row), document.end(row)));
}

/**
 * Whether a row starts with white space that is neither a space nor a tab: then every tool takes it for something
 * else, and the comparison of their readings tells it.
 */
function startsOddly(document: Document, row: number): boolean {
  return /^\s/.test(document.read(document.begin(row), document.end(row)));
}

/** Says what is wrong with one line. Nothing of its text is quoted: it may be a part of a secret. */
export function reportFault(
  problems: ProblemList,
  part: SectionPart,
  row: number,
  fault: Fault,
  subject: Subject | undefined,
): void {
  const words = FAULTS[fault];
  const { file } = part;
  if (words === undefined || startsOddly(file.reading.document, row)) {
    return;
  }
  const [rule, severity, message] = words;
  const details: Details = { severity, subject, fix: () => fixFault(part, row, fault) };
  problems.add(rule, rowPiece(file, row), message, details);
}

function fixFault(part: SectionPart, row: number, fault: Fault): Fix | undefined {
  const { file, rows } = part;
  const { document } = file.reading;
  switch (fault) {
    case 'strayIndent':
      return unindent(part, row);
    case 'indentedComment':
      return fixRows(file, 'Move the comment to the start of the line', [
        { row, lastRow: row, change: lines => lines.map(line => line.trimStart()) },
      ]);
    case 'noEqualsInBlock':
    case 'noKeyInBlock':
      // The JavaScript SDK may take it for a header: the keys below would change hands.
      return document.isHeader(row) ? undefined : makeComments(file, row, row);
    case 'noEquals':
      return addEquals(part, row) ?? makeComments(file, row, lastIndented(document, row, rows.end));
    case 'noKey':
      return makeComments(file, row, lastIndented(document, row, rows.end));
    default:
      return undefined;
  }
}

/** Makes comments of rows, so that nobody reads them and nothing is lost. */
export function makeComments(file: FileReading, row: number, lastRow: number): Fix | undefined {
  const title = row === lastRow ? 'Make the line a comment' : 'Make the lines comments';
  return fixRows(file, title, [{ row, lastRow, change: lines => lines.map(comment) }]);
}

/** The line as a comment at the margin; blank lines and comments at the margin as they are. */
export function comment(line: string): string {
  return /^[^\S\ufeff]*$|^[#;]/.test(line) ? line : `# ${line.trimStart()}`;
}

/** `region eu-west-1` lacks its sign, where the first word is a key and one other follows. */
function addEquals(part: SectionPart, row: number): Fix | undefined {
  const { file } = part;
  const { document } = file.reading;
  const text = document.read(document.begin(row), document.end(row));
  const [, key = '', value = ''] = /^([a-z0-9_]+)[ \t]+([^\s#;]\S*)$/.exec(text) ?? [];
  const isOwn = isAlone(part, row) && !runsOn(part) && !hasKey(part, key);
  return findKnownKey(key, 0, key.length) === -1 || !isOwn
    ? undefined
    : fixRows(file, 'Write an “=” between them', [
        {
          row,
          lastRow: row,
          change: lines => lines.map(line => line.replace(text, () => `${key} = ${value}`)),
        },
      ]);
}

/**
 * Moves the indented rows that stand straight below a header to the margin, each definition by its own indentation,
 * so that what is nested in it stays nested.
 */
function unindent({ file, rows }: SectionPart, first: number): Fix | undefined {
  const { document } = file.reading;
  const isInside = (row: number): boolean =>
    row < rows.end && (document.isIndented(row) || document.isComment(row));
  const changes: RowChange[] = [];
  let row = first;
  while (isInside(row)) {
    const depth = document.indent(row);
    let end = row;
    while (isInside(end + 1) && (document.indent(end + 1) > depth || !document.isIndented(end + 1))) {
      end += 1;
    }
    changes.push({
      row,
      lastRow: end,
      change: lines => lines.map(line => line.slice(Math.min(depth, indentOf(line)))),
    });
    row = end + 1;
  }
  return fixRows(file, 'Move the lines to the margin', changes);
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}
