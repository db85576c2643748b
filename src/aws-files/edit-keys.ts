import { UserError } from '../lib/errors.ts';
import { Definitions, isKey, readBlock, readValue } from './dialects/sdk-definitions.ts';
import type { Document } from './document.ts';
import { planAdd } from './edit-sections.ts';
import { findSection, needSection, refuse, type Target } from './edit-target.ts';
import type { SectionRef, SetKey } from './file-edits.ts';
import {
  formatKey,
  formatNested,
  insertAfter,
  type Layout,
  layoutOf,
  removeLine,
  type Splice,
} from './layout.ts';
import { validateKey, validateText } from './names.ts';
import { lastDefinition, type MergedSection, type Part } from './profiles.ts';

/** Sets the effective occurrence of a key, or adds the key after the section's last one. */
export function planSet(target: Target, edit: SetKey): readonly Splice[] {
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
      throw new UserError(`${key} holds nested keys and cannot get a value.`, {
        hint: `Set one of them, such as ${key}.name, or remove ${key} first.`,
      });
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
    throw new UserError(`${block} has a value of its own and cannot hold nested keys.`, {
      hint: `Remove ${block} first.`,
    });
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

/** Removes the lines of every occurrence of a key. */
export function planUnset(target: Target, ref: SectionRef, name: string): readonly Splice[] {
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

/** Changes one value of a key to another, in every profile. */
export function planRetarget(target: Target, key: string, from: string, to: string): readonly Splice[] {
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
