import { isUtf8 } from 'node:buffer';
import type { Document } from '../document.ts';
import { CliKeys } from './cli-keys.ts';
import { headerText, LENDER } from './cli-rows.ts';
import { KEY, OTHER, type PlainRows } from './plain-rows.ts';
import type { Refusal, RefusalReason } from './reading.ts';

/** More of them tell nothing new, and a big binary file would have millions. */
const MAX_REFUSALS = 1000;

/**
 * Everything for which AWS CLI and boto3 refuse a whole file. Python gives up at once at some, at the end of the
 * file at others (a line that is no key), and botocore comes after it (nested keys): the first is what is reported.
 * (configparser.py: `_read`; botocore/configloader.py: `raw_config_parse`.)
 */
export function findCliRefusals(document: Document, plain: PlainRows): readonly Refusal[] {
  const atOnce: Refusal[] = [...encodingRefusals(document)];
  const atEnd: Refusal[] = [];
  const nested: Refusal[] = [];
  const add = (list: Refusal[], row: number, reason: RefusalReason): void => {
    if (list.length < MAX_REFUSALS) {
      list.push({ row, reason });
    }
  };
  /** By the number of its text, whether a header has stood. */
  const headers: boolean[] = [];
  const own = new SeenKeys(document);
  const lent = new SeenKeys(document);
  /** Rows of [DEFAULT], by the key of the block they stand in. */
  const badLent = new Map<string, readonly number[]>();
  let seen: SeenKeys | undefined;
  const rows = new CliKeys(document, plain);
  for (let event = rows.nextRow(); event !== 'end'; event = rows.nextRow()) {
    if (event === 'header') {
      const isPlain = rows.shape !== OTHER;
      const id = isPlain ? plain.idOfRow(rows.row) : plain.idOfText(headerText(document, rows.row) ?? '');
      const isLender = !isPlain && headerText(document, rows.row) === LENDER;
      if (!isLender && headers[id] === true) {
        add(atOnce, rows.row, 'duplicateSection');
      }
      headers[id] = true;
      own.clear();
      seen = isLender ? lent : own;
    } else if (seen === undefined) {
      add(atOnce, rows.row, 'beforeFirstSection');
    } else if (event === 'noDelimiter') {
      add(atEnd, rows.row, 'noDelimiter');
    } else if (seen.add(rows, event)) {
      add(atOnce, rows.row, 'duplicateKey');
    } else if (event === 'noKey') {
      add(atEnd, rows.row, 'noKey');
    } else if (rows.opensBlock) {
      const bad = badLines(rows);
      if (seen === lent && bad.length > 0) {
        badLent.set(rows.key(), bad);
      } else {
        bad.forEach(row => {
          add(nested, row, 'nestedWithoutEquals');
        });
      }
    }
  }
  for (const row of badLent.size === 0 ? [] : effectiveRows(document, plain, badLent)) {
    add(nested, row, 'nestedWithoutEquals');
  }
  return [...atOnce, ...atEnd, ...nested].slice(0, MAX_REFUSALS);
}

function* encodingRefusals(document: Document): Iterable<Refusal> {
  if (document.encoding === 'binary') {
    yield { row: firstBinaryRow(document), reason: 'notUtf8' };
  }
  if (document.text.startsWith(document.encode('\ufeff'))) {
    yield { row: 0, reason: 'byteOrderMark' };
  }
}

function firstBinaryRow(document: Document): number {
  for (let row = 0; row < document.rows; row++) {
    const bytes = Buffer.from(document.text.slice(document.begin(row), document.end(row)), 'latin1');
    if (!isUtf8(bytes)) {
      return row;
    }
  }
  return 0;
}

function badLines(rows: CliKeys): readonly number[] {
  return rows
    .nestedLines()
    .filter(({ equals }) => equals === -1)
    .map(({ row }) => row);
}

/** The rows of [DEFAULT] that a section gets: one that does not have the key itself. */
function effectiveRows(
  document: Document,
  plain: PlainRows,
  lent: ReadonlyMap<string, readonly number[]>,
): readonly number[] {
  const waiting = new Map(lent);
  const found: number[] = [];
  let names: Set<string> | undefined;
  const leave = (): void => {
    for (const [name, bad] of names === undefined ? [] : waiting) {
      if (!names?.has(name)) {
        found.push(...bad);
        waiting.delete(name);
      }
    }
  };
  const rows = new CliKeys(document, plain);
  for (let event = rows.nextRow(); event !== 'end'; event = rows.nextRow()) {
    if (event === 'header') {
      leave();
      names = headerText(document, rows.row) === LENDER ? undefined : new Set();
    } else if (event === 'key') {
      names?.add(rows.key());
    }
  }
  leave();
  return found;
}

/** So many plain keys are compared with each other without making strings of them. */
const FEW = 16;

/** The keys of a section so far. */
class SeenKeys {
  readonly #text: string;
  /** Begin and end of each key, as long as they are few and plain. */
  readonly #offsets = new Uint32Array(2 * FEW);
  #used = 0;
  #names: Set<string> | undefined;
  #hasNoKey = false;

  constructor(document: Document) {
    this.#text = document.text;
  }

  clear(): void {
    this.#used = 0;
    this.#names = undefined;
    this.#hasNoKey = false;
  }

  /** Adds the present key; returns whether it was there. */
  add(rows: CliKeys, event: 'key' | 'noKey'): boolean {
    if (event === 'noKey') {
      const was = this.#hasNoKey;
      this.#hasNoKey = true;
      return was;
    }
    const { keyBegin, keyEnd } = rows;
    if (this.#names === undefined && rows.shape === KEY && this.#used < 2 * FEW) {
      const was = this.#hasPlain(keyBegin, keyEnd);
      this.#offsets[this.#used] = keyBegin;
      this.#offsets[this.#used + 1] = keyEnd;
      this.#used += 2;
      return was;
    }
    this.#names ??= this.#makeNames();
    const key = rows.key();
    const was = this.#names.has(key);
    this.#names.add(key);
    return was;
  }

  #hasPlain(begin: number, end: number): boolean {
    for (let index = 0; index < this.#used; index += 2) {
      let other = this.#offsets[index] ?? 0;
      if ((this.#offsets[index + 1] ?? 0) - other === end - begin) {
        let offset = begin;
        while (offset < end && this.#text.charCodeAt(offset) === this.#text.charCodeAt(other)) {
          offset += 1;
          other += 1;
        }
        if (offset === end) {
          return true;
        }
      }
    }
    return false;
  }

  #makeNames(): Set<string> {
    const names = new Set<string>();
    for (let index = 0; index < this.#used; index += 2) {
      names.add(this.#text.slice(this.#offsets[index], this.#offsets[index + 1]));
    }
    return names;
  }
}
