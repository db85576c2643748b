import { UserError } from '../lib/errors.ts';
import type { Turns } from '../lib/turns.ts';
import type { SectionRows } from './dialects/sdk.ts';
import { isKey } from './dialects/sdk-definitions.ts';
import type { Document } from './document.ts';
import { planAdd } from './edit-sections.ts';
import { needParts, type Plan, refuse, type Target } from './edit-target.ts';
import type { RenameKey, Retarget, SectionRef, SetKey } from './file-edits.ts';
import { findKeyPlaces, findNestedPlaces, type KeyPlace } from './key-places.ts';
import {
  formatKey,
  formatNested,
  insertAfter,
  type Layout,
  layoutOf,
  removeLine,
  type Splice,
} from './layout.ts';
import type { Part } from './merged-section.ts';
import { validateKey, validateText } from './names.ts';

/**
 * The ways to set a key, the smallest change first: where its effective value stands, or after the section's last
 * key; wherever the tools look for it, when a later definition hides it from some; right under the header.
 */
export function planSet(target: Target, edit: SetKey): readonly Plan[] {
  refuse(validateKey(edit.key));
  refuse(validateText(edit.key, edit.value));
  const parts = target.parts(edit.section);
  if (parts.length === 0 && edit.create === true) {
    return planAdd(target, edit.section, [[edit.key, edit.value]]);
  }
  const [first] = needParts(target, edit.section);
  const { document } = target;
  const key = edit.key.toLowerCase();
  const value = document.encode(edit.value);
  const places = placesIn(target, parts, key);
  const last = places.findLast(({ part }) => part.readBy.includes('sdk')) ?? places.at(-1);
  const set = (part: Part): readonly Splice[] => {
    const own = places.filter(each => each.part === part);
    return own.length === 0
      ? addKey(target, part, key, value, lastRow(document, part))
      : own.flatMap(({ place }) => replaceValue(target, part.rows, place, value, key));
  };
  const main = parts.findLast(({ readBy }) => readBy.includes('sdk')) ?? parts.at(-1) ?? first;
  const plans: Plan[] = [
    last === undefined ? () => set(main) : () => replaceValue(target, last.part.rows, last.place, value, key),
  ];
  if (places.length > 1) {
    plans.push(() => places.flatMap(({ part, place }) => replaceValue(target, part.rows, place, value, key)));
  }
  if (parts.length > 1) {
    plans.push(
      () => set(main),
      () => parts.flatMap(set),
    );
  }
  if (last === undefined) {
    plans.push(() => addKey(target, first, key, value, first.rows.header));
  }
  return plans;
}

type PlaceInPart = { readonly part: Part; readonly place: KeyPlace };

function placesIn({ document }: Target, parts: readonly Part[], key: string): readonly PlaceInPart[] {
  return parts.flatMap(part =>
    findKeyPlaces(document, part.rows, key, part.readBy).map(place => ({ part, place })),
  );
}

/** Adds a key that the part does not have after one of its rows; a nested one to its block, which is made if need be. */
function addKey(target: Target, part: Part, key: string, value: string, row: number): readonly Splice[] {
  const { document } = target;
  const layout = layoutOf(target.reading, part.rows, row);
  const dot = key.indexOf('.');
  if (dot === -1) {
    return [insertAfter(document, row, [formatKey(layout, key, value)], layout.lineEnd)];
  }
  const [block, nested] = [key.slice(0, dot), key.slice(dot + 1)];
  const opened = findKeyPlaces(document, part.rows, block).at(-1);
  if (opened === undefined) {
    const lines = [formatKey(layout, block, ''), formatNested(layout, nested, value)];
    return [insertAfter(document, row, lines, layout.lineEnd)];
  }
  if (opened.valueBegin !== opened.valueEnd) {
    throw new UserError(`${block} has a value of its own and cannot hold nested keys.`, {
      hint: `Remove ${block} first.`,
    });
  }
  return [addNested(document, layout, opened, findNestedPlaces(document, part.rows, opened), nested, value)];
}

function addNested(
  document: Document,
  layout: Layout,
  opened: KeyPlace,
  present: readonly KeyPlace[],
  key: string,
  value: string,
): Splice {
  const like = present.at(-1)?.row;
  const nestedIndent =
    like === undefined
      ? layout.nestedIndent
      : document.text.slice(document.lineStart(like), document.begin(like));
  const line = formatNested({ ...layout, nestedIndent }, key, value);
  return insertAfter(document, opened.further.at(-1) ?? opened.row, [line], layout.lineEnd);
}

/** The value of a definition, its further rows included, replaced; an inline comment stays. */
function replaceValue(
  target: Target,
  rows: SectionRows,
  place: KeyPlace,
  value: string,
  name: string,
): readonly Splice[] {
  const { document } = target;
  if (place.opensBlock) {
    throw new UserError(`${name} holds nested keys and cannot get a value.`, {
      hint: `Set one of them, such as ${name}.name, or remove ${name} first.`,
    });
  }
  return [changeValue(target, rows, place, value), ...place.further.map(next => removeLine(document, next))];
}

function changeValue(target: Target, rows: SectionRows, place: KeyPlace, value: string): Splice {
  const { text } = target.document;
  const { keyEnd, valueBegin, valueEnd } = place;
  if (delimiter(text, place) !== '=') {
    // Only AWS CLI takes a colon.
    const { before, after } = layoutOf(target.reading, rows, place.row);
    return { begin: keyEnd, end: valueEnd, text: `${before}=${after}${value}` };
  }
  // After `key =` comes a blank when one stands before the sign.
  const isTight = valueBegin === valueEnd && value !== '' && text.charAt(keyEnd) !== '=';
  const gap = isTight && text.charAt(valueBegin - 1) === '=' ? ' ' : '';
  return { begin: valueBegin, end: valueEnd, text: gap + value };
}

function delimiter(text: string, { keyEnd, valueBegin }: KeyPlace): string {
  return text.slice(keyEnd, valueBegin).trim();
}

/** Removes the lines of every occurrence of a key. */
export function planUnset(target: Target, ref: SectionRef, name: string): readonly Plan[] {
  const key = name.toLowerCase();
  const { document } = target;
  const rows = placesIn(target, target.parts(ref), key).flatMap(({ part, place }) =>
    place.blockRow === -1 ? [place.row, ...place.further] : nestedRows(document, part, place, key),
  );
  return [() => [...new Set(rows)].map(row => removeLine(document, row))];
}

/** The row of a nested key; the whole block where nothing but comments is left in it. */
function nestedRows(document: Document, part: Part, place: KeyPlace, key: string): readonly number[] {
  const places = findKeyPlaces(document, part.rows, key, part.readBy);
  const gone = new Set(places.map(({ row }) => row));
  const block = key.slice(0, key.indexOf('.'));
  const opened = findKeyPlaces(document, part.rows, block).find(({ row }) => row === place.blockRow);
  const isAll = opened?.further.every(row => gone.has(row) || document.isComment(row)) === true;
  return isAll ? [opened.row, ...opened.further] : [place.row];
}

/** Gives a key another name in its line, and another value if one is given. */
export function planRenameKey(target: Target, edit: RenameKey): readonly Plan[] {
  const { document } = target;
  const [key, name] = [edit.key.toLowerCase(), edit.name.toLowerCase()];
  refuse(validateKey(name));
  if (edit.value !== undefined) {
    refuse(validateText(name, edit.value));
  }
  const parts = needParts(target, edit.section);
  const [only, ...others] = placesIn(target, parts, key);
  if (only === undefined || others.length > 0) {
    throw new UserError(
      only === undefined ? `The key ${key} is not there any more.` : `The key ${key} stands there twice.`,
      { hint: 'Look at the file, then try again.' },
    );
  }
  if (placesIn(target, parts, name).length > 0) {
    throw new UserError(`There is a key ${name} already.`, { hint: 'Remove one of the two first.' });
  }
  const { part, place } = only;
  const block = blockOf(key);
  if (block !== blockOf(name)) {
    throw new UserError('A nested key can only be renamed within its block.', {
      hint: 'Remove it, and add the other.',
    });
  }
  const renamed = { begin: place.keyBegin, end: place.keyEnd, text: name.slice(block.length) };
  return [
    () =>
      edit.value === undefined
        ? [renamed]
        : [renamed, ...replaceValue(target, part.rows, place, document.encode(edit.value), key)],
  ];
}

/** The block of a nested key with its dot; empty for any other. */
function blockOf(key: string): string {
  return key.slice(0, key.indexOf('.') + 1);
}

/** Changes one value of a key to another, in every profile. */
export function* planRetarget(target: Target, edit: Retarget): Turns<readonly Plan[]> {
  refuse(validateText(edit.key, edit.to));
  const { document } = target;
  const key = edit.key.toLowerCase();
  const value = document.encode(edit.to);
  const splices: Splice[] = [];
  let seen = 0;
  for (const rows of target.reading.sections) {
    if (rows.kind !== 'sso-session' && rows.kind !== 'services' && mentions(document, rows, key)) {
      for (const place of findKeyPlaces(document, rows, key)) {
        if (place.value === edit.from && place.further.length === 0) {
          splices.push({ begin: place.valueBegin, end: place.valueEnd, text: value });
        }
      }
    }
    seen += rows.end - rows.header;
    if (seen > ROWS_IN_A_TURN) {
      seen = 0;
      yield;
    }
  }
  return [() => splices];
}

const ROWS_IN_A_TURN = 10_000;

/** Whether a row of the section starts with the key. */
function mentions(document: Document, rows: SectionRows, key: string): boolean {
  for (let row = rows.header + 1; row < rows.end; row++) {
    const begin = document.begin(row);
    if (isKey(document.text, begin, begin + key.length, key)) {
      return true;
    }
  }
  return false;
}

/** The last row of a part that a new key can follow: comments at the margin after it stay below. */
function lastRow(document: Document, { rows }: Part): number {
  let row = rows.end - 1;
  while (row > rows.header && document.isComment(row) && !document.isIndented(row)) {
    row -= 1;
  }
  return row;
}
