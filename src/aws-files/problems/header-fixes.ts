import { isPlainName } from '../dialects/sdk.ts';
import type { Document } from '../document.ts';
import type { ReplaceLines } from '../file-edits.ts';
import type { FileName, SectionKind } from '../kinds.ts';
import type { FileReading } from '../merged-section.ts';
import type { Fix } from '../snapshot.ts';
import { LONGEST_NAME } from './header-words.ts';
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
  if (!isPlainName(name) || name.length > LONGEST_NAME || name === '__proto__' || name === 'DEFAULT') {
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
 * Joins sections into the first of them. Of a key that several set the last definition stays, which is the one that
 * counts. `header` is the form that every tool reads. Undefined where lines would change their meaning on the way.
 */
export function joinSections(parts: readonly SectionPart[], header: string | undefined): Fix | undefined {
  const [first, ...later] = parts;
  if (first === undefined || parts.some(part => isIndentedSection(part) || runsOn(part))) {
    return undefined;
  }
  const { document } = first.file.reading;
  const keys = new Set<string>();
  const moved: string[] = [];
  const edits: Omit<ReplaceLines, 'type'>[] = [];
  for (const part of [...later].reverse()) {
    const lines = ownLines(part, keys);
    const was = linesWithGap(document, part);
    if (lines === undefined || was === undefined) {
      return undefined;
    }
    // What stands after the bracket of a header stays, as a comment.
    moved.unshift(...headerLines(was[0] ?? '', undefined).slice(0, -1), ...lines);
    edits.push({ line: document.line(part.rows.header), was, now: [] });
  }
  const own = ownLines(first, keys);
  const was = linesOf(document, first.rows.header, lastOwnRow(first));
  if (own === undefined || was === undefined) {
    return undefined;
  }
  const title = later.length === 1 ? 'Join the two sections' : `Join the ${parts.length} sections`;
  const now = [...headerLines(was[0] ?? '', header), ...own, ...moved];
  return fixLines(first.file, title, [...edits, { line: document.line(first.rows.header), was, now }]);
}

/** The lines below a header but those of keys that are set later. Adds the section's keys to `later`. */
function ownLines(part: SectionPart, later: Set<string>): readonly string[] | undefined {
  const { document } = part.file.reading;
  const gone = new Set<number>();
  const keys = listKeys(part);
  for (const { key, row, lastRow } of keys) {
    for (let each = row; later.has(key) && each <= lastRow; each++) {
      if (each === row || document.isIndented(each)) {
        gone.add(document.line(each));
      }
    }
  }
  for (const { key } of keys) {
    later.add(key);
  }
  const top = document.line(part.rows.header);
  return linesOf(document, part.rows.header, lastOwnRow(part))
    ?.slice(1)
    .filter((_, index) => !gone.has(top + 1 + index));
}

/** The lines of a section and the blank ones between it and what follows. */
function linesWithGap(document: Document, part: SectionPart): readonly string[] | undefined {
  const { header } = part.rows;
  const last = lastOwnRow(part);
  return last + 1 < document.rows
    ? linesOf(document, header, last + 1)?.slice(0, -1)
    : linesOf(document, header, last);
}
