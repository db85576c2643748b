import type { SectionKind } from '../kinds.ts';
import type { DialectKey, DialectSection, KeyCursor } from './reading.ts';

/** How one dialect goes over the keys of a part of a section: the rows from its header's to `end`, exclusive. */
export type OpenPart = (header: number, end: number) => KeyCursor;

/** A section as it stands in the text: one part, or several of one name. */
export class TextSection implements DialectSection {
  readonly kind: SectionKind;
  readonly name: string;
  /** The row of each part's header and the row after its last. */
  readonly #parts: number[];
  readonly #open: OpenPart;
  readonly #collect: (section: DialectSection) => readonly DialectKey[];

  constructor(
    kind: SectionKind,
    name: string,
    open: OpenPart,
    collect: (section: DialectSection) => readonly DialectKey[],
  ) {
    this.kind = kind;
    this.name = name;
    this.#parts = [];
    this.#open = open;
    this.#collect = collect;
  }

  get headers(): readonly number[] {
    return this.#parts.filter((_, index) => index % 2 === 0);
  }

  addPart(header: number, end: number): void {
    this.#parts.push(header, end);
  }

  keys(): readonly DialectKey[] {
    return this.#collect(this);
  }

  walk(visit: (cursor: KeyCursor) => void): void {
    for (let index = 0; index < this.#parts.length; index += 2) {
      const cursor = this.#open(this.#parts[index] ?? 0, this.#parts[index + 1] ?? 0);
      while (cursor.next()) {
        visit(cursor);
      }
    }
  }
}

function keyAt(cursor: KeyCursor, key: string): DialectKey {
  const { row, rowsEnd, keyBegin, keyEnd, valueBegin, valueEnd, blockRow } = cursor;
  const value = cursor.value();
  return {
    key,
    value,
    row,
    rowsEnd,
    keyBegin,
    keyEnd,
    valueBegin,
    valueEnd,
    blockRow,
    inherited: false,
  };
}

/** The keys that count where nested ones are keys as the others: the last one of each name. */
export function collectFlat(section: DialectSection): readonly DialectKey[] {
  const found = new Map<string, DialectKey>();
  section.walk(cursor => {
    const key = cursor.key();
    // Deleted first, so that the order is that of the text.
    found.delete(key);
    found.set(key, keyAt(cursor, key));
  });
  // JavaScript cannot set a property of this name to a text.
  found.delete('__proto__');
  return [...found.values()];
}

/**
 * The keys that count where a key's last definition takes the place of the former with its whole block: by the
 * name of the key, or of the one that opens the block, in the order of the text.
 */
export function collectDefinitions(section: DialectSection): ReadonlyMap<string, readonly DialectKey[]> {
  const found = new Map<string, DialectKey[]>();
  let keys: DialectKey[] = [];
  section.walk(cursor => {
    const key = cursor.key();
    if (cursor.blockRow === -1) {
      keys = [];
      found.delete(key);
      found.set(key, keys);
    }
    if (!cursor.opensBlock) {
      const former = keys.findIndex(each => each.key === key);
      if (former !== -1) {
        keys.splice(former, 1);
      }
      keys.push(keyAt(cursor, key));
    }
  });
  return found;
}

export function collectBlocks(section: DialectSection): readonly DialectKey[] {
  return [...collectDefinitions(section).values()].flat();
}
