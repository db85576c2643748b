import { isUtf8 } from 'node:buffer';
import { quoteWord } from '../../lib/shell-words.ts';
import type { Turns } from '../../lib/turns.ts';
import type { SdkReading } from '../dialects/sdk.ts';
import type { Document } from '../document.ts';
import type { FileReading } from '../merged-section.ts';
import type { Fix } from '../snapshot.ts';
import { isSkipped, makeComments } from './line-faults.ts';
import { fixLines, linesOf } from './line-fixes.ts';
import { type ProblemList, pieceOf, rowPiece } from './problem-list.ts';

const ROWS_A_TURN = 5000;

/** Whether a file is text at all. When it is not, that is said, and there is nothing more to say of it. */
export function isText(problems: ProblemList, file: FileReading): boolean {
  const { text } = file.reading.document;
  if (!text.includes('\0')) {
    return true;
  }
  problems.add('encoding', { file }, 'This looks like a binary file, not like one of AWS’s.', {
    severity: 'error',
  });
  return false;
}

/** What is wrong with the file as a whole: it cannot be read, or its bytes are not what all tools expect. */
export function* searchFile(
  problems: ProblemList,
  file: FileReading,
  trouble: string | undefined,
): Turns<void> {
  const { document } = file.reading;
  if (trouble !== undefined) {
    problems.add('unreadable', { file }, `This file could not be read. ${trouble}`);
  }
  if (document.text.startsWith(document.encode('\ufeff'))) {
    const message = 'The file starts with a byte order mark. AWS CLI and boto3 refuse the whole file.';
    problems.add('encoding', document.rows === 0 ? { file } : rowPiece(file, 0), message, {
      fix: () => fixMark(file),
      isPlainFix: true,
    });
  }
  if (document.encoding === 'binary') {
    yield* reportBytes(problems, file);
  }
  reportReturns(problems, file);
  reportPreamble(problems, file);
}

function fixMark(file: FileReading): Fix | undefined {
  const { document } = file.reading;
  const was = document.rows > 0 && document.line(0) === 1 ? linesOf(document, 0, 0) : undefined;
  return was === undefined
    ? undefined
    : fixLines(file, 'Remove the byte order mark', [
        { line: 1, was, now: was.map(line => line.replace(/^\ufeff+/, '')) },
      ]);
}

/** The first line that is no UTF-8. */
function* reportBytes(problems: ProblemList, file: FileReading): Turns<void> {
  const { document } = file.reading;
  const message = 'This line is not valid UTF-8. AWS CLI and boto3 refuse the whole file.';
  for (let row = 0; row < document.rows; row++) {
    if (!isUtf8(Buffer.from(document.text.slice(document.begin(row), document.end(row)), 'latin1'))) {
      problems.add('encoding', rowPiece(file, row), message);
      return;
    }
    if (row % ROWS_A_TURN === ROWS_A_TURN - 1) {
      yield;
    }
  }
  problems.add('encoding', { file }, message.replace('This line', 'The file'));
}

/** After what Python takes for white space: the separators, which JavaScript does not, among it. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: that is what is looked for.
const STRAY_HEADER = /^[\s\x1c-\x1f\x85]+\[/;

/** Whether some tool may see a header in a row where the shared grammar of the SDKs sees none. */
export function hasStrayHeaders({ document, sections }: SdkReading): boolean {
  if (document.headers.length > sections.length) {
    return true;
  }
  for (let row = 0; document.hasOddRows && row < document.rows; row++) {
    if (!document.isHeader(row) && STRAY_HEADER.test(document.read(document.begin(row), document.end(row)))) {
      return true;
    }
  }
  return false;
}

/** Offset of the first carriage return without a line feed, as old Macs have them; -1 when there is none. */
export function findLoneReturn({ text }: Document): number {
  return text.includes('\r') ? text.search(/\r(?!\n)/) : -1;
}

function reportReturns(problems: ProblemList, file: FileReading): void {
  const { document } = file.reading;
  const at = findLoneReturn(document);
  const row = at === -1 ? -1 : lastRowBefore(document, at);
  if (row !== -1) {
    const message =
      'This line ends with a lone carriage return. For the JavaScript SDK the line goes on, and it reads something else or nothing. Save the file with LF or CRLF.';
    problems.add('encoding', rowPiece(file, row), message);
  }
}

/** The last row that begins before an offset, or the first one; -1 in a file without any. */
function lastRowBefore(document: Document, offset: number): number {
  let low = 0;
  let high = document.rows - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (document.begin(middle) < offset) {
      low = middle;
    } else {
      high = middle - 1;
    }
  }
  return high === -1 ? -1 : low;
}

/** The lines before the first section, told as one: in a file of another format that is all of them. */
function reportPreamble(problems: ProblemList, file: FileReading): void {
  const { document, preamble } = file.reading;
  const isStray = (row: number): boolean => !document.isComment(row) && !isSkipped(document, row);
  let first = 0;
  let last = preamble - 1;
  while (first < preamble && !isStray(first)) {
    first += 1;
  }
  while (last > first && !isStray(last)) {
    last -= 1;
  }
  if (first < preamble) {
    const what = first === last ? 'This line stands' : 'These lines stand';
    const message = `${what} before the first section. AWS CLI refuses the whole file, and the SDKs stop here.`;
    problems.add('syntax', rowPiece(file, first, last), message, {
      fix: () => makeComments(file, first, last),
    });
  }
}

/**
 * Secrets in a file that others may read. `row` is that of the first secret. AWS CLI warns of it too
 * (awscli/customizations/configure/writer.py).
 */
export function reportMode(
  problems: ProblemList,
  file: FileReading,
  mode: number | undefined,
  row: number,
): void {
  if (mode === undefined || (mode & 0o077) === 0) {
    return;
  }
  const { document } = file.reading;
  const who = (mode & 0o007) === 0 ? 'The users of its group' : 'All users of this machine';
  const can = (mode & 0o022) === 0 ? 'may read' : 'may read or change';
  const message = `${who} ${can} this file, and it holds keys. Run: chmod 600 ${quoteWord(file.path)}`;
  problems.add('permissions', pieceOf(file, row, document.begin(row), document.end(row)), message);
}
