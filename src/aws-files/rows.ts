import { commonEnds } from '../lib/common-ends.ts';

/**
 * Four numbers for each row of a document: where it begins, where it ends, one more than the offset of its mark (so
 * that 0 means "none"), and its line, shifted to the left of what it starts with.
 */
export const FIELDS = 4;
export const END = 1;
export const MARK = 2;
export const LINE = 3;

/** What a row starts with, after its indentation; 0 for anything else. */
export const COMMENT = 1;
export const HEADER = 2;
export const KIND_MASK = 3;
export const INDENTED = 4;
export const LINE_SHIFT = 3;

const TAB = 9;
const SPACE = 32;
const HASH = 35;
const SEMICOLON = 59;
const OPEN = 91;

/** The rows of a text. */
export type Rows = {
  readonly fields: Uint32Array;
  /** The rows that start with `[`, in order. */
  readonly headers: readonly number[];
  readonly hasOddRows: boolean;
  /** How many at the start and at the end were taken over from a text before. */
  readonly taken: { readonly head: number; readonly tail: number };
};

/** Whether some dialect may take a row's first character for white space, though it is no space and no tab. */
export function isOddStart(code: number): boolean {
  return code < SPACE || code > 126;
}

/**
 * Finds the rows from the line that starts at `from`, the `line`th, up to `to`, where a line starts or the text ends.
 * Lines end with LF, CRLF or a lone CR, as Python's universal newlines. Four cursors (line feeds, returns, `=` and `]`)
 * go through the text side by side, each with the search that the engine has for a single character: that is several
 * times faster than looking at every character here, and still one pass for each.
 */
export function scanRows(text: string, from: number, to = text.length, line = 1): Rows {
  const headers: number[] = [];
  // A guess, to seldom grow; real files have 20 to 30 characters in a row. What is not used of it costs no memory, only
  // addresses, and less time than a copy of the right size.
  let fields = new Uint32Array(Math.max(16, (to - from) >>> 4) * FIELDS);
  let used = 0;
  let hasOddRows = false;
  let feed = find(text, '\n', from);
  let carriage = find(text, '\r', from);
  let equals = find(text, '=', from);
  let close = find(text, ']', from);
  for (let start = from, number = line; start < to; number++) {
    const stop = Math.min(feed, carriage);
    let begin = start;
    let first = text.charCodeAt(begin);
    while (first === SPACE || first === TAB) {
      begin += 1;
      first = text.charCodeAt(begin);
    }
    if (begin < stop) {
      let end = stop;
      let last = text.charCodeAt(end - 1);
      while (last === SPACE || last === TAB) {
        end -= 1;
        last = text.charCodeAt(end - 1);
      }
      if (used === fields.length) {
        const grown = new Uint32Array(used * 2);
        grown.set(fields);
        fields = grown;
      }
      let kind = begin > start ? INDENTED : 0;
      let mark: number;
      if (first === OPEN) {
        kind |= HEADER;
        headers.push(used / FIELDS);
        hasOddRows ||= begin > start;
        close = close < begin ? find(text, ']', begin) : close;
        mark = close;
      } else {
        kind |= first === HASH || first === SEMICOLON ? COMMENT : 0;
        hasOddRows ||= isOddStart(first);
        equals = equals < begin ? find(text, '=', begin) : equals;
        mark = equals;
      }
      fields[used] = begin;
      fields[used + END] = end;
      fields[used + MARK] = mark < end ? mark + 1 : 0;
      fields[used + LINE] = (number << LINE_SHIFT) | kind;
      used += FIELDS;
    }
    const isPair = stop === carriage && feed === carriage + 1;
    hasOddRows ||= stop === carriage && !isPair && stop < text.length;
    start = isPair ? feed + 1 : stop + 1;
    feed = feed < start ? find(text, '\n', start) : feed;
    carriage = carriage < start ? find(text, '\r', start) : carriage;
  }
  return { fields: fields.subarray(0, used), headers, hasOddRows, taken: { head: 0, tail: 0 } };
}

/** Offset of the next such character; the length of the text when there is none. */
function find(text: string, char: string, from: number): number {
  const found = text.indexOf(char, from);
  return found === -1 ? text.length : found;
}

/** A text and its rows. */
export type Scanned = { readonly text: string; readonly rows: Rows };

/**
 * The rows of a text that is another one with changes: those of the lines before the first change and after the last
 * are taken over. `from` is where the first line of either text starts. The result is what `scanRows` gives.
 */
export function rescanRows(old: Scanned, text: string, from: number): Rows {
  if (old.rows.hasOddRows) {
    return scanRows(text, from);
  }
  const { head, tail } = commonEnds(old.text, text);
  const moved = text.length - old.text.length;
  // Both are starts of lines in both texts, after a line feed.
  const begin = Math.max(from, head === 0 ? 0 : text.lastIndexOf('\n', head - 1) + 1);
  const end = Math.min(find(text, '\n', Math.max(begin, begin + moved, text.length - tail)) + 1, text.length);
  const first = countBefore(old.rows, begin);
  const after = countBefore(old.rows, end - moved);
  const middle = scanRows(text, begin, end, lineAt(old, begin, first));
  if (middle.hasOddRows) {
    return scanRows(text, from);
  }
  return {
    fields: joinFields(
      old.rows.fields.subarray(0, first * FIELDS),
      middle.fields,
      old.rows.fields.subarray(after * FIELDS),
      { moved, lines: countFeeds(text, begin, end) - countFeeds(old.text, begin, end - moved) },
    ),
    headers: joinHeaders(old.rows.headers, middle.headers, {
      first,
      after,
      moved: first + middle.fields.length / FIELDS - after,
    }),
    hasOddRows: false,
    taken: { head: first, tail: old.rows.fields.length / FIELDS - after },
  };
}

/** The rows of the old headers before `first` and from `after` on, which moved, and of those between. */
function joinHeaders(
  old: readonly number[],
  middle: readonly number[],
  { first, after, moved }: { readonly first: number; readonly after: number; readonly moved: number },
): readonly number[] {
  const head = old.findIndex(row => row >= first);
  const joined = old.slice(0, head === -1 ? old.length : head);
  for (const row of middle) {
    joined.push(row + first);
  }
  for (let index = joined.length - middle.length; index < old.length; index++) {
    const row = old[index] ?? 0;
    if (row >= after) {
      joined.push(row + moved);
    }
  }
  return joined;
}

/** How many rows begin before an offset. */
function countBefore({ fields }: Rows, offset: number): number {
  let low = 0;
  let high = fields.length / FIELDS;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((fields[middle * FIELDS] ?? 0) < offset) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

/** The number of the line that starts at an offset, before which so many rows are. Lone CRs there are none. */
function lineAt({ text, rows: { fields } }: Scanned, offset: number, rows: number): number {
  const last = (rows - 1) * FIELDS;
  return rows === 0
    ? 1 + countFeeds(text, 0, offset)
    : ((fields[last + LINE] ?? 0) >>> LINE_SHIFT) + countFeeds(text, fields[last + END] ?? 0, offset);
}

function countFeeds(text: string, from: number, to: number): number {
  let count = 0;
  for (let feed = text.indexOf('\n', from); feed !== -1 && feed < to; feed = text.indexOf('\n', feed + 1)) {
    count += 1;
  }
  return count;
}

function joinFields(
  head: Uint32Array,
  middle: Uint32Array,
  tail: Uint32Array,
  { moved, lines }: { readonly moved: number; readonly lines: number },
): Uint32Array {
  const joined = new Uint32Array(head.length + middle.length + tail.length);
  joined.set(head);
  joined.set(middle, head.length);
  const start = head.length + middle.length;
  joined.set(tail, start);
  if (moved === 0 && lines === 0) {
    return joined;
  }
  const shifted = lines * (1 << LINE_SHIFT);
  for (let at = start; at < joined.length; at += FIELDS) {
    const mark = joined[at + MARK] ?? 0;
    joined[at] = (joined[at] ?? 0) + moved;
    joined[at + END] = (joined[at + END] ?? 0) + moved;
    joined[at + MARK] = mark === 0 ? 0 : mark + moved;
    joined[at + LINE] = (joined[at + LINE] ?? 0) + shifted;
  }
  return joined;
}
