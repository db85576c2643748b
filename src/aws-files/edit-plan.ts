import { UserError } from '../lib/errors.ts';
import { quoteWord } from './dialects/cli.ts';
import { Definitions, isKey, isPlainName, readBlock, readValue, type SdkReading } from './dialects/sdk.ts';
import type { Document } from './document.ts';
import type { Edit, KeyValue, SectionRef, SetKey } from './file-edits.ts';
import {
  formatKey,
  formatNested,
  formatSettings,
  insertAfter,
  type Layout,
  layoutOf,
  removeLine,
  type Splice,
} from './layout.ts';
import { kindWords, validateKey, validateName, validateText } from './names.ts';
import { lastDefinition, type MergedSection, type Part, type SectionIndex } from './profiles.ts';

/** A file's text as the edits see it. */
export type Target = {
  readonly document: Document;
  readonly reading: SdkReading;
  readonly index: SectionIndex;
};

/** The changes of text that make an edit; none when there is nothing to do. Throws `UserError` when it is refused. */
export function planEdit(target: Target, edit: Edit): readonly Splice[] {
  switch (edit.type) {
    case 'set':
      return planSet(target, edit);
    case 'unset':
      return planUnset(target, edit.section, edit.key);
    case 'add':
      return planAdd(target, edit.section, edit.settings);
    case 'remove':
      return planRemove(target, edit.section);
    case 'rename':
      return planRename(target, edit.section, edit.name);
    case 'copy':
      return planCopy(target, edit.section, edit.name);
    case 'retarget':
      return planRetarget(target, edit.key, edit.from, edit.to);
  }
}

/** The section of that kind and name in a file, if it is there. */
export function findSection(index: SectionIndex, ref: SectionRef): MergedSection | undefined {
  const maps = { profile: index.profiles, 'sso-session': index.sessions, services: index.services };
  return maps[ref.kind].get(ref.name);
}

function refuse(reason: string | undefined): void {
  if (reason !== undefined) {
    throw new UserError(reason);
  }
}

function needSection(target: Target, ref: SectionRef): MergedSection {
  const section = findSection(target.index, ref);
  if (section === undefined) {
    throw new UserError(`The ${kindWords(ref.kind)} ${ref.name} is not there any more.`);
  }
  return section;
}

function needFree(target: Target, ref: SectionRef): void {
  refuse(validateName(ref.kind, ref.name));
  if (findSection(target.index, ref) !== undefined) {
    throw new UserError(`There is a ${kindWords(ref.kind)} ${ref.name} already.`);
  }
}

function planSet(target: Target, edit: SetKey): readonly Splice[] {
  refuse(validateKey(edit.key));
  refuse(validateText(edit.key, edit.value));
  const section = findSection(target.index, edit.section);
  if (section === undefined) {
    if (edit.create !== true) {
      needSection(target, edit.section);
    }
    return planAdd(target, edit.section, [[edit.key, edit.value]]);
  }
  const { document } = target;
  const value = document.encode(edit.value);
  const key = edit.key.toLowerCase();
  const plain = findLast(section, key);
  if (plain !== undefined) {
    if (plain.isBlock()) {
      throw new UserError(`${key} holds nested keys and cannot get a value.`);
    }
    return replaceValue(plain, value);
  }
  const dot = key.indexOf('.');
  const part = lastPart(section);
  const layout = layoutOf(target.reading, part);
  if (dot === -1) {
    return [insertAfter(document, lastRow(document, part), [formatKey(layout, key, value)], layout.lineEnd)];
  }
  return setNested(document, section, layout, [key.slice(0, dot), key.slice(dot + 1)], value);
}

function setNested(
  document: Document,
  section: MergedSection,
  layout: Layout,
  [block, key]: readonly [string, string],
  value: string,
): readonly Splice[] {
  const opened = findLast(section, block);
  if (opened === undefined) {
    const lines = [formatKey(layout, block, ''), formatNested(layout, key, value)];
    return [insertAfter(document, lastRow(document, lastPart(section)), lines, layout.lineEnd)];
  }
  if (opened.valueBegin !== opened.valueEnd) {
    throw new UserError(`${block} has a value of its own and cannot hold nested keys.`);
  }
  const subs = readBlock(opened);
  const present = subs.findLast(sub => isKey(document.text, sub.keyBegin, sub.keyEnd, key));
  if (present !== undefined) {
    return [
      { begin: present.valueBegin, end: document.end(present.row), text: spaced(document, present, value) },
    ];
  }
  const like = subs.at(-1)?.row;
  const indent =
    like === undefined
      ? layout.nestedIndent
      : document.text.slice(document.lineStart(like), document.begin(like));
  const line = formatNested({ ...layout, nestedIndent: indent }, key, value);
  return [insertAfter(document, opened.rowsEnd - 1, [line], layout.lineEnd)];
}

/** The value of a definition, its further rows included, replaced; an inline comment stays. */
function replaceValue(definition: Definitions, value: string): readonly Splice[] {
  const { document, row, rowsEnd, valueBegin, valueEnd } = definition;
  const first =
    valueBegin === valueEnd
      ? { begin: valueBegin, end: document.end(row), text: spaced(document, definition, value) }
      : { begin: valueBegin, end: valueEnd, text: value };
  return [first, ...indentedRows(document, row + 1, rowsEnd).map(next => removeLine(document, next))];
}

/** After `key =` comes a blank when one stands before the sign. */
function spaced(
  document: Document,
  { keyEnd, valueBegin, valueEnd }: { keyEnd: number; valueBegin: number; valueEnd: number },
  value: string,
): string {
  const gap = valueBegin === valueEnd && value !== '' && document.text.charAt(keyEnd) !== '=';
  return gap && document.text.charAt(valueBegin - 1) === '=' ? ` ${value}` : value;
}

function indentedRows(document: Document, begin: number, end: number): readonly number[] {
  const rows: number[] = [];
  for (let row = begin; row < end; row++) {
    if (document.isIndented(row)) {
      rows.push(row);
    }
  }
  return rows;
}

function planUnset(target: Target, ref: SectionRef, name: string): readonly Splice[] {
  const section = findSection(target.index, ref);
  const key = name.toLowerCase();
  const dot = key.indexOf('.');
  const { document } = target;
  const rows: number[] = [];
  for (const part of section?.parts ?? []) {
    const definitions = new Definitions(document, part.rows);
    while (definitions.next()) {
      const is = (text: string): boolean =>
        isKey(document.text, definitions.keyBegin, definitions.keyEnd, text);
      if (is(key)) {
        rows.push(definitions.row, ...indentedRows(document, definitions.row + 1, definitions.rowsEnd));
      } else if (dot > 0 && is(key.slice(0, dot)) && definitions.isBlock()) {
        rows.push(...nestedRows(definitions, key.slice(dot + 1)));
      }
    }
  }
  return rows.map(row => removeLine(document, row));
}

/** The rows of a nested key; the whole block where nothing else is in it. */
function nestedRows(definitions: Definitions, key: string): readonly number[] {
  const { document, row, rowsEnd } = definitions;
  const found = readBlock(definitions)
    .filter(sub => isKey(document.text, sub.keyBegin, sub.keyEnd, key))
    .map(sub => sub.row);
  const isAll = found.length > 0 && found.length === indentedRows(document, row + 1, rowsEnd).length;
  return isAll ? [row, ...found] : found;
}

function planAdd(target: Target, ref: SectionRef, settings: readonly KeyValue[]): readonly Splice[] {
  needFree(target, ref);
  const seen = new Set<string>();
  for (const [key, value] of settings) {
    refuse(validateKey(key));
    refuse(validateText(key, value));
    if (seen.has(key.toLowerCase())) {
      throw new UserError(`The key ${key.toLowerCase()} is given twice.`);
    }
    seen.add(key.toLowerCase());
  }
  const { document } = target;
  const layout = layoutOf(target.reading, undefined);
  const lines = formatSettings(
    layout,
    settings.map(([key, value]) => [key.toLowerCase(), document.encode(value)]),
  );
  return [appendSection(target, ref, lines.map(line => line + layout.lineEnd).join(''), layout)];
}

function appendSection(target: Target, ref: SectionRef, body: string, layout: Layout): Splice {
  const { document, reading } = target;
  const { text } = document;
  const open = text !== '' && !/[\r\n]$/.test(text) && document.rows > 0;
  const gap = document.rows > 0 && !/(^|[\r\n])[ \t]*(\r\n|[\r\n])$/.test(text) && separates(reading);
  const before = (open ? layout.lineEnd : '') + (gap ? layout.lineEnd : '');
  const header = `[${document.encode(headerText(reading, ref))}]${layout.lineEnd}`;
  return { begin: text.length, end: text.length, text: before + header + body };
}

/** Whether sections stand apart from each other by blank lines; so they do in a file that shows neither. */
function separates(reading: SdkReading): boolean {
  const { document, sections } = reading;
  const later = sections.slice(1);
  return (
    later.length === 0 ||
    later.some(({ header }) => {
      let row = header;
      while (row > 0 && document.isComment(row - 1) && document.line(row) - document.line(row - 1) === 1) {
        row -= 1;
      }
      return row > 0 && document.line(row) - document.line(row - 1) > 1;
    })
  );
}

/** What stands between the brackets: the form that every reader takes, quoted only where AWS CLI's writer quotes. */
function headerText(reading: SdkReading, { kind, name }: SectionRef): string {
  if (reading.file === 'credentials' || (kind === 'profile' && name === 'default')) {
    return name;
  }
  return `${kind} ${isPlainName(name) ? name : quoteWord(name)}`;
}

function planRemove(target: Target, ref: SectionRef): readonly Splice[] {
  const section = findSection(target.index, ref);
  if (section === undefined) {
    return [];
  }
  // A bare [default] that did not count would count once [profile default] is gone.
  const hidden = target.reading.sections.filter(
    rows => rows.bareDefault && ref.kind === 'profile' && ref.name === 'default',
  );
  const known = new Set(section.parts.map(part => part.rows));
  const headers = [...known, ...hidden.filter(rows => !known.has(rows))];
  return headers.map(rows => removeSection(target.document, rows.header, bodyEnd(target.document, rows)));
}

/** From the header's line to the next line that is not blank; at the end of the file, the blank lines before go. */
function removeSection(document: Document, header: number, end: number): Splice {
  if (end < document.rows) {
    return { begin: document.lineStart(header), end: document.lineStart(end), text: '' };
  }
  const begin = header === 0 ? document.lineStart(header) : document.lineEnd(header - 1);
  return { begin, end: document.text.length, text: '' };
}

/** The row after the section's own rows: comments at the margin that lead up to the next header are not its own. */
function bodyEnd(document: Document, rows: Part['rows']): number {
  let end = rows.end;
  while (end > rows.header + 1 && document.isComment(end - 1) && !document.isIndented(end - 1)) {
    end -= 1;
  }
  // Comments that follow the last key without a blank line, and have one after them, are about that key.
  let own = end;
  while (own < rows.end && document.line(own) - document.line(own - 1) === 1) {
    own += 1;
  }
  const isApart = own === document.rows || document.line(own) - document.line(own - 1) > 1;
  return isApart ? own : end;
}

function planRename(target: Target, ref: SectionRef, name: string): readonly Splice[] {
  const section = needSection(target, ref);
  const renamed = { kind: ref.kind, name };
  needFree(target, renamed);
  const { document, reading } = target;
  return section.parts.map(({ rows }) => {
    const begin = document.begin(rows.header) + 1;
    const close = document.mark(rows.header);
    const inner = document.text.slice(begin, close);
    const isPlain = rows.kind === ref.kind && !rows.bareDefault && isPlainName(name) && name !== 'default';
    if (!isPlain) {
      return { begin, end: close, text: document.encode(headerText(reading, renamed)) };
    }
    const at = begin + inner.lastIndexOf(ref.name);
    return { begin: at, end: at + ref.name.length, text: name };
  });
}

function planCopy(target: Target, ref: SectionRef, name: string): readonly Splice[] {
  const section = needSection(target, ref);
  const copied = { kind: ref.kind, name };
  const part = section.parts[0];
  if (part === undefined || section.parts.length > 1) {
    return planAdd(
      target,
      copied,
      section.settings().map(({ key, value }) => [key, value]),
    );
  }
  needFree(target, copied);
  const { document } = target;
  const layout = layoutOf(target.reading, part);
  const body = document.text.slice(
    document.lineEnd(part.rows.header),
    document.lineEnd(bodyEnd(document, part.rows) - 1),
  );
  const closed = body === '' || /[\r\n]$/.test(body) ? body : body + layout.lineEnd;
  return [appendSection(target, copied, closed, layout)];
}

function planRetarget(target: Target, key: string, from: string, to: string): readonly Splice[] {
  refuse(validateText(key, to));
  const { document } = target;
  const splices: Splice[] = [];
  for (const section of target.index.profiles.values()) {
    for (const part of section.parts) {
      const definitions = new Definitions(document, part.rows);
      while (definitions.next()) {
        const isIt = isKey(document.text, definitions.keyBegin, definitions.keyEnd, key);
        if (isIt && !definitions.hasMore() && readValue(definitions) === from) {
          splices.push(...replaceValue(definitions, document.encode(to)));
        }
      }
    }
  }
  return splices;
}

function findLast(section: MergedSection, key: string): Definitions | undefined {
  for (const part of [...section.parts].reverse()) {
    const found = lastDefinition(part, key);
    if (found !== undefined) {
      return found;
    }
  }
  return undefined;
}

function lastPart(section: MergedSection): Part {
  const part = section.parts.at(-1);
  if (part === undefined) {
    throw new UserError(`The section ${section.name} is not there any more.`);
  }
  return part;
}

/** The last row of a part that a new key can follow: comments at the margin after it stay below. */
function lastRow(document: Document, { rows }: Part): number {
  let row = rows.end - 1;
  while (row > rows.header && document.isComment(row) && !document.isIndented(row)) {
    row -= 1;
  }
  return row;
}
