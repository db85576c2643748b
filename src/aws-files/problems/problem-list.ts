import type { Document } from '../document.ts';
import type { FileName } from '../kinds.ts';
import type { FileReading } from '../merged-section.ts';
import { RULES, type Rule, type Severity } from '../problem-rules.ts';
import type { Fix, Problem, Range } from '../snapshot.ts';

/** A piece of a file: offsets of its text, and the rows in which it begins and ends. */
export type Piece = {
  readonly file: FileReading;
  readonly row: number;
  readonly lastRow: number;
  readonly begin: number;
  readonly end: number;
};

/** The row of the tree that a problem belongs to. */
export type Subject = NonNullable<Problem['subject']>;

/** What a problem may have besides its rule, its place and its words. */
export type Details = {
  /** That of the rule when not given. */
  readonly severity?: Severity | undefined;
  readonly subject?: Subject | undefined;
  /** Makes the edit that mends it; called only for a problem that is kept. */
  readonly fix?: (() => Fix | undefined) | undefined;
  /** The fix changes no more than a header or the first bytes, and can be made in a tangled file too. */
  readonly isPlainFix?: true;
};

/**
 * So many problems of one rule and one severity are kept for each file: more of the same tell nothing new, and
 * a flood of remarks must not push out the errors.
 */
const MAX_ALIKE = 200;

/** The checks of how a line reads, whatever its key and its value mean. */
const LINE_RULES: ReadonlySet<Rule> = new Set<Rule>(['encoding', 'syntax', 'dialects']);
/** The checks whose errors may say that a tool refuses the whole file for a line. */
const FILE_RULES: ReadonlySet<Rule> = new Set<Rule>(['encoding', 'syntax', 'dialects', 'duplicate']);

const FIRST_LINE: Range = { line: 1, column: 1, endLine: 1, endColumn: 1 };

/** Gathers problems, with places that an editor understands. */
export class ProblemList {
  readonly #problems: Problem[] = [];
  readonly #counts = new Map<string, number>();
  readonly #lines: RowMarks = new Map();
  readonly #errors: RowMarks = new Map();
  readonly #tangled = new Set<FileName>();

  /**
   * For a file in which tools see lines or headers in different places: no line is moved or joined to another before
   * that is mended.
   */
  holdFixes(file: FileReading): void {
    this.#tangled.add(file.reading.file);
  }

  /** A problem of a piece of a file; without a piece, of the file as a whole. */
  add(rule: Rule, at: Piece | { readonly file: FileReading }, message: string, details: Details = {}): void {
    const { path } = at.file;
    const severity = details.severity ?? RULES[rule].severity;
    if ('row' in at) {
      if (LINE_RULES.has(rule)) {
        mark(this.#lines, at);
      }
      if (severity === 'error' && FILE_RULES.has(rule)) {
        mark(this.#errors, at);
      }
    }
    if (this.#isFull(`${rule} ${severity} ${path}`)) {
      return;
    }
    const range = 'row' in at ? rangeOf(at) : FIRST_LINE;
    const isHeld = details.isPlainFix !== true && this.#tangled.has(at.file.reading.file);
    const fix = isHeld ? undefined : details.fix?.();
    this.#problems.push({
      rule,
      severity,
      message,
      place: { file: path, line: range.line },
      range,
      ...(details.subject === undefined ? {} : { subject: details.subject }),
      ...(fix === undefined ? {} : { fix }),
    });
  }

  /** Whether something was said of how a row reads. */
  hasLine(file: FileReading, row: number): boolean {
    return this.#lines.get(file.reading.file)?.has(row) === true;
  }

  /** Whether an error was found in how a row reads, or in that it stands twice. */
  hasError(file: FileReading, row: number): boolean {
    return this.#errors.get(file.reading.file)?.has(row) === true;
  }

  /** All of them, from the top of each file to its end, the files in the order of `paths`. */
  list(paths: readonly string[]): readonly Problem[] {
    return this.#problems.sort(
      (one, other) =>
        paths.indexOf(one.place.file) - paths.indexOf(other.place.file) ||
        one.range.line - other.range.line ||
        one.range.column - other.range.column,
    );
  }

  #isFull(sort: string): boolean {
    const count = this.#counts.get(sort) ?? 0;
    this.#counts.set(sort, count + 1);
    return count >= MAX_ALIKE;
  }
}

type RowMarks = Map<FileName, Set<number>>;

function mark(marks: RowMarks, { file, row }: Piece): void {
  const rows = marks.get(file.reading.file);
  if (rows === undefined) {
    marks.set(file.reading.file, new Set([row]));
  } else {
    rows.add(row);
  }
}

/** Where a piece stands. Columns are those of the text as an editor shows it, whatever its bytes. */
function rangeOf({ file, row, lastRow, begin, end }: Piece): Range {
  const { document } = file.reading;
  return {
    line: document.line(row),
    column: columnOf(document, row, begin),
    endLine: document.line(lastRow),
    endColumn: columnOf(document, lastRow, end),
  };
}

function columnOf(document: Document, row: number, offset: number): number {
  return document.read(document.lineStart(row), offset).length + 1;
}

/** A row without the white space round it. */
export function rowPiece(file: FileReading, row: number, lastRow = row): Piece {
  const { document } = file.reading;
  return { file, row, lastRow, begin: document.begin(row), end: document.end(lastRow) };
}

/** A part of one row. */
export function pieceOf(file: FileReading, row: number, begin: number, end: number): Piece {
  return { file, row, lastRow: row, begin, end };
}
