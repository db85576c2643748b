import { isPlainName } from '../dialects/sdk.ts';
import type { Document } from '../document.ts';
import type { FileName, SectionKind } from '../kinds.ts';
import type { FileReading } from '../merged-section.ts';
import type { Fix } from '../snapshot.ts';
import { comment } from './line-faults.ts';
import { fixLines, fixRows, linesOf } from './line-fixes.ts';
import { nearestWord } from './nearest.ts';
import { isIndentedSection, lastOwnRow, listKeys, runsOn, type SectionPart } from './section-lines.ts';

const KINDS: readonly SectionKind[] = ['profile', 'sso-session', 'services'];

/** The header that every tool reads, brackets included; undefined for a name that only some of them can read. */
export function commonHeader(
  file: FileName,
  { kind, name }: { readonly kind: SectionKind; readonly name: string },
  isBare: boolean,
): string | undefined {
  if (!isPlainName(name) || name === '__proto__' || name === 'DEFAULT') {
    return undefined;
  }
  return file === 'credentials' || isBare ? `[${name}]` : `[${kind} ${name}]`;
}

/** The header that was probably meant by one that nobody reads, from the text between its brackets. */
export function guessHeader(file: FileName, text: string): string | undefined {
  const words = text.trim().split(/[ \t]+/);
  const [first = '', name = '', ...more] = words;
  if (more.length > 0) {
    return undefined;
  }
  if (file === 'credentials') {
    return first === 'profile' ? commonHeader(file, { kind: 'profile', name }, false) : undefined;
  }
  if (name !== '') {
    const lower = first.toLowerCase();
    const near = nearestWord(lower, KINDS);
    const kind = KINDS.find(each => each === lower || each === near);
    return kind === undefined ? undefined : commonHeader(file, { kind, name }, false);
  }
  if (first.toLowerCase() === 'default') {
    return '[default]';
  }
  if (KINDS.some(each => each === first)) {
    return undefined;
  }
  // `[profilefoo]`, `[sso-session.foo]`.
  const [, glued, mark, rest = ''] = /^(profile|sso-session|services)([-_.:]?)(.+)$/.exec(first) ?? [];
  const kind = KINDS.find(each => each === glued && (mark !== '' || rest.length > 2));
  return commonHeader(
    file,
    kind === undefined ? { kind: 'profile', name: first } : { kind, name: rest },
    false,
  );
}

/** Puts `header` in the place of a header; what stands after its bracket becomes a comment above it. */
export function replaceHeader(file: FileReading, row: number, header: string): Fix | undefined {
  return fixRows(file, `Write ${header}`, [
    {
      row,
      lastRow: row,
      change: ([line = '']) => headerLines(line, header),
    },
  ]);
}

/** The line of a header with another in its place, or the same; what stands after the bracket, as a comment, above it. */
function headerLines(line: string, header: string | undefined): readonly string[] {
  const open = line.indexOf('[');
  const close = line.indexOf(']', open);
  const own = close === -1 ? line : line.slice(open, close + 1);
  const rest = close === -1 ? '' : line.slice(close + 1).trim();
  return rest === '' ? [header ?? own] : [comment(rest), header ?? own];
}

/** Closes a header that has no bracket at its end, where what it holds is one otherwise. */
export function closeHeader(file: FileReading, row: number): string | undefined {
  const { document, file: name } = file.reading;
  const text = document.read(document.begin(row) + 1, document.end(row)).trim();
  const [kind = '', word = '', ...more] = text.split(/[ \t]+/);
  const known = KINDS.find(each => each === kind);
  if (name === 'credentials' || text === 'default') {
    return commonHeader(name, { kind: 'profile', name: text }, true);
  }
  return known === undefined || more.length > 0
    ? undefined
    : commonHeader(name, { kind: known, name: word }, false);
}

/** Makes comments of a section's lines. */
export function silenceSection(part: SectionPart, title: string): Fix | undefined {
  return fixRows(part.file, title, [
    { row: part.rows.header, lastRow: lastOwnRow(part), change: lines => lines.map(comment) },
  ]);
}

/**
 * Moves the lines of the later of two sections to the end of the former. Of a key that both set the later
 * definition stays, which is the one that counts. `header` is the form that every tool reads. Undefined where lines
 * would change their meaning on the way.
 */
export function joinSections(
  first: SectionPart,
  later: SectionPart,
  header: string | undefined,
): Fix | undefined {
  const { file } = first;
  const { document } = file.reading;
  if (isIndentedSection(first) || isIndentedSection(later) || runsOn(first) || runsOn(later)) {
    return undefined;
  }
  const moved = new Set(listKeys(later).map(({ key }) => key));
  const gone = new Set<number>();
  for (const { key, row, lastRow } of listKeys(first)) {
    if (moved.has(key)) {
      for (let each = row; each <= lastRow; each++) {
        if (each === row || document.isIndented(each)) {
          gone.add(document.line(each));
        }
      }
    }
  }
  const top = document.line(first.rows.header);
  const lines = linesOf(document, later.rows.header, lastOwnRow(later))?.slice(1);
  const before = linesOf(document, first.rows.header, lastOwnRow(first));
  const rest = linesWithGap(document, later);
  if (lines === undefined || before === undefined || rest === undefined) {
    return undefined;
  }
  const kept = before.slice(1).filter((_, index) => !gone.has(top + 1 + index));
  const now = [
    ...(header === undefined ? before.slice(0, 1) : headerLines(before[0] ?? '', header)),
    ...kept,
    ...lines,
  ];
  return fixLines(file, 'Join the two sections', [
    { line: document.line(later.rows.header), was: rest, now: [] },
    { line: top, was: before, now },
  ]);
}

/** The lines of a section and the blank ones between it and what follows. */
function linesWithGap(document: Document, part: SectionPart): readonly string[] | undefined {
  const { header } = part.rows;
  const last = lastOwnRow(part);
  return last + 1 < document.rows
    ? linesOf(document, header, last + 1)?.slice(0, -1)
    : linesOf(document, header, last);
}
