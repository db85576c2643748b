import { UserError } from '../lib/errors.ts';
import { quoteWord, splitWords } from '../lib/shell-words.ts';
import { closeOfHeader } from './dialects/cli-rows.ts';
import { isPlainName, type SdkReading, type SectionRows } from './dialects/sdk.ts';
import type { Document } from './document.ts';
import { needFree, needParts, type Plan, refuse, type Target } from './edit-target.ts';
import type { KeyValue, NewSection, SectionRef } from './file-edits.ts';
import { isMarker, ownText } from './generated-marker.ts';
import type { FileName } from './kinds.ts';
import { formatSettings, type Layout, layoutOf, type Splice } from './layout.ts';
import type { Part } from './merged-section.ts';
import { kindWords, validateKey, validateText } from './names.ts';

/** Adds a section at the end of the file. */
export function planAdd(target: Target, ref: SectionRef, settings: readonly KeyValue[]): readonly Plan[] {
  needFree(target, ref);
  checkSettings(settings);
  const { document } = target;
  const layout = layoutOf(target.reading);
  const lines = formatSettings(
    layout,
    settings.map(([key, value]) => [key.toLowerCase(), document.encode(value)]),
  );
  return [() => [appendSection(target, ref, lines.map(line => line + layout.lineEnd).join(''), layout)]];
}

/** Adds sections at the end of the file, in their order. One with a comment stands apart from what is above it. */
export function planAddAll(target: Target, sections: readonly NewSection[]): readonly Plan[] {
  const { document, reading } = target;
  const layout = layoutOf(reading);
  const names = new Set<string>();
  const isApart = document.rows === 0 || separates(reading);
  const lines: string[] = [];
  for (const { section, settings, comment } of sections) {
    const id = `${section.kind} ${section.name}`;
    needFree(target, section);
    checkSettings(settings);
    if (names.has(id)) {
      throw new UserError(`The ${kindWords(section.kind)} ${section.name} is given twice.`, {
        hint: 'Give it once.',
      });
    }
    if (comment !== undefined) {
      refuse(
        /^# \S/.test(comment) ? validateText('comment', comment.slice(2)) : 'A comment starts with “# ”.',
      );
    }
    names.add(id);
    if (lines.length > 0 && (isApart || comment !== undefined)) {
      lines.push('');
    }
    lines.push(
      ...(comment === undefined ? [] : [document.encode(comment)]),
      `[${document.encode(headerText(reading.file, section))}]`,
      ...formatSettings(
        layout,
        settings.map(([key, value]) => [key.toLowerCase(), document.encode(value)]),
      ),
    );
  }
  if (lines.length === 0) {
    return [() => []];
  }
  const begin = document.text.length;
  const text = lines.map(line => line + layout.lineEnd).join('');
  const before = spaceBefore(target, layout, sections[0]?.comment !== undefined);
  return [() => [{ begin, end: begin, text: before + text }]];
}

function checkSettings(settings: readonly KeyValue[]): void {
  const keys = new Set<string>();
  for (const [name, value] of settings) {
    const key = name.toLowerCase();
    refuse(validateKey(key));
    refuse(validateText(key, value));
    if (keys.has(key)) {
      throw new UserError(`The key ${key} is given twice.`, { hint: 'Give it once.' });
    }
    keys.add(key);
  }
  for (const key of keys) {
    const block = key.slice(0, Math.max(key.indexOf('.'), 0));
    if (keys.has(block)) {
      throw new UserError(`The key ${block} is given a value and nested keys.`, {
        hint: 'Give one of the two.',
      });
    }
  }
}

function appendSection(target: Target, ref: SectionRef, body: string, layout: Layout): Splice {
  const { document, reading } = target;
  const { text } = document;
  const before = spaceBefore(target, layout, false);
  const header = `[${document.encode(headerText(reading.file, ref))}]${layout.lineEnd}`;
  return { begin: text.length, end: text.length, text: before + header + body };
}

/** The line ends between the end of a file and a new section; a blank line in any case where it must stand apart. */
function spaceBefore({ document, reading }: Target, { lineEnd }: Layout, isApart: boolean): string {
  const { text } = document;
  const open = text !== '' && !/[\r\n]$/.test(text) && document.rows > 0;
  const gap =
    document.rows > 0 && !/(^|\n|\r(?!\n))[ \t]*(\r\n|[\r\n])$/.test(text) && (isApart || separates(reading));
  return (open ? lineEnd : '') + (gap ? lineEnd : '');
}

/** Whether sections stand apart from each other by blank lines; so they do in a file that shows neither. */
function separates(reading: SdkReading): boolean {
  const { document, sections } = reading;
  const later = sections.slice(1);
  return (
    later.length === 0 ||
    later.some(({ header }) => {
      const first = firstCommentAbove(document, header);
      return first > 0 && !follows(document, first);
    })
  );
}

/** The first of the comments at the margin that stand right above a row without a blank line; else the row. */
function firstCommentAbove(document: Document, row: number): number {
  let first = row;
  while (
    first > 0 &&
    document.isComment(first - 1) &&
    !document.isIndented(first - 1) &&
    follows(document, first)
  ) {
    first -= 1;
  }
  return first;
}

/** Whether no blank line stands between a row and the one before. */
function follows(document: Document, row: number): boolean {
  return document.line(row) - document.line(row - 1) === 1;
}

/**
 * What stands between the brackets: the form that every reader takes. A name with a blank is quoted as AWS CLI's own
 * writer does it, which looks for this very text; so is one that its reader would not read as it is.
 */
export function headerText(file: FileName, { kind, name }: SectionRef): string {
  if (file === 'credentials' || (kind === 'profile' && name === 'default')) {
    return name;
  }
  const { words, unfinished } = splitWords(name);
  const isWord = unfinished === undefined && words.length === 1 && words[0] === name;
  return `${kind} ${isWord ? name : quoteWord(name)}`;
}

/** Removes every section of a name: its comments, its lines, and the blank ones after it. */
export function planRemove(target: Target, ref: SectionRef, was?: string): readonly Plan[] {
  const { document, reading } = target;
  const parts = target.parts(ref).map(({ rows }) => rows);
  if (was !== undefined && parts.some(rows => ownText(document, rows) !== was)) {
    throw new UserError(
      `The ${kindWords(ref.kind)} ${ref.name} was edited meanwhile, so nothing was changed.`,
      {
        hint: 'If the file is open with unsaved changes, save it or revert it. Then try again.',
      },
    );
  }
  // What did not count beside it would count now.
  const hidden =
    ref.kind === 'profile' && ref.name === 'default' && parts.length > 0
      ? reading.sections.filter(rows => rows.bareDefault && !parts.includes(rows))
      : [];
  return [
    () =>
      [...parts, ...hidden].map(rows =>
        removeSection(document, ownComments(reading, rows.header), bodyEnd(document, rows)),
      ),
  ];
}

/** From the first row's line to the next line that is not blank; at the end of the file, the blank lines before go. */
function removeSection(document: Document, first: number, end: number): Splice {
  if (end < document.rows) {
    return { begin: document.lineStart(first), end: document.lineStart(end), text: '' };
  }
  const begin = first === 0 ? document.lineStart(first) : document.lineEnd(first - 1);
  return { begin, end: document.text.length, text: '' };
}

/**
 * The first of the comments that belong to a header: those right above it, with a blank line above them. Otherwise
 * they would stand above the next section and speak of that. Comments at the top of the file speak for the file,
 * unless it is its habit to have some above its headers. A marker always belongs to the header below it.
 */
function ownComments(reading: SdkReading, header: number): number {
  const { document } = reading;
  const marker = (row: number): boolean => isMarker(document.read(document.begin(row), document.end(row)));
  const above = firstCommentAbove(document, header);
  const own = ownBlock(reading, header, above);
  for (let row = above; row < own; row++) {
    if (marker(row)) {
      return row;
    }
  }
  return own;
}

/** The same by where comments stand alone; `first` is the first of them. */
function ownBlock({ document, sections }: SdkReading, header: number, first: number): number {
  if (first === header || (first > 0 && follows(document, first))) {
    return header;
  }
  const isHabit = (): boolean =>
    sections.some(({ header: other }) => {
      const above = firstCommentAbove(document, other);
      return above > 0 && above < other && !follows(document, above);
    });
  return first > 0 || isHabit() ? first : header;
}

/** The row after the section's own rows: comments at the margin that lead up to the next header are not its own. */
function bodyEnd(document: Document, rows: SectionRows): number {
  let end = rows.end;
  while (end > rows.header + 1 && document.isComment(end - 1) && !document.isIndented(end - 1)) {
    end -= 1;
  }
  // Comments that follow the last key without a blank line, and have one after them, are about that key.
  let own = end;
  while (own < rows.end && follows(document, own)) {
    own += 1;
  }
  return own === document.rows || !follows(document, own) ? own : end;
}

/**
 * Changes the name in every header of a section: the name alone where it stands as it is, else the whole text
 * between the brackets; the name alone in any case, when sections of one name would get the same header so.
 */
export function planRename(target: Target, ref: SectionRef, name: string): readonly Plan[] {
  const parts = needParts(target, ref);
  const renamed = { kind: ref.kind, name };
  needFree(target, renamed);
  return [true, false].map(
    isPlainForm => () => parts.map(part => renameHeader(target, part, ref, renamed, isPlainForm)),
  );
}

function renameHeader(
  { document, reading }: Target,
  part: Part,
  ref: SectionRef,
  renamed: SectionRef,
  isPlainForm: boolean,
): Splice {
  const { rows } = part;
  const begin = document.text.indexOf('[', document.begin(rows.header)) + 1;
  const end = closeOf(document, part);
  const whole = headerText(reading.file, renamed);
  const old = document.encode(ref.name);
  const at = document.text.slice(begin, end).lastIndexOf(old) + begin;
  const isNameAlone =
    at >= begin &&
    !rows.bareDefault &&
    renamed.name !== 'default' &&
    whole.endsWith(renamed.name) &&
    (!isPlainForm || (rows.kind === ref.kind && isPlainName(renamed.name)));
  return isNameAlone
    ? { begin: at, end: at + old.length, text: document.encode(renamed.name) }
    : { begin, end, text: document.encode(whole) };
}

/** Offset of the bracket that closes a header: for AWS CLI it is the last one of the line. */
function closeOf(document: Document, { rows, readBy }: Part): number {
  const { header } = rows;
  if (readBy.includes('sdk') || !readBy.includes('cli')) {
    return document.mark(header);
  }
  return closeOfHeader(document, header, document.text.indexOf('[', document.begin(header)));
}

/** Adds a section with another's lines, comments included. */
export function planCopy(target: Target, ref: SectionRef, name: string): readonly Plan[] {
  const [part, ...others] = needParts(target, ref);
  const copied = { kind: ref.kind, name };
  const { document, reading } = target;
  if (others.length > 0) {
    const settings = target.section(ref)?.settings() ?? [];
    const own = settings.filter(({ origin }) => origin === reading.file);
    return planAdd(
      target,
      copied,
      own.map(({ key, value }) => [key, value]),
    );
  }
  needFree(target, copied);
  const layout = layoutOf(reading, part.rows);
  const body = document.text.slice(
    document.lineEnd(part.rows.header),
    document.lineEnd(bodyEnd(document, part.rows) - 1),
  );
  const closed = body === '' || /[\r\n]$/.test(body) ? body : body + layout.lineEnd;
  return [() => [appendSection(target, copied, closed, layout)]];
}
