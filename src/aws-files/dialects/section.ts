import type { SectionKind } from '../kinds.ts';
import type { DialectKey, DialectSection, KeyCursor } from './reading.ts';

/** A cursor that can go over one section after the other. */
export type SectionCursor = KeyCursor & {
  /** Goes to the start of a part of a section: the rows from its header's to `end`, exclusive. */
  enter(header: number, end: number): void;
};

/** How one dialect reads the sections of a document. */
export class SectionReader {
  readonly #make: () => SectionCursor;
  readonly #collect: (section: DialectSection) => readonly DialectKey[];
  /** A walk over every section takes the same cursor each time. */
  #spare: SectionCursor | undefined;

  constructor(make: () => SectionCursor, collect: (section: DialectSection) => readonly DialectKey[]) {
    this.#make = make;
    this.#collect = collect;
  }

  /** The keys that count. */
  collect(section: DialectSection): readonly DialectKey[] {
    return this.#collect(section);
  }

  walk(header: number, end: number, visit: (cursor: KeyCursor) => void): void {
    // A visitor may walk over another section meanwhile, with a cursor of its own.
    const cursor = this.#spare ?? this.#make();
    this.#spare = undefined;
    cursor.enter(header, end);
    while (cursor.next()) {
      visit(cursor);
    }
    this.#spare = cursor;
  }
}

/** A section as it stands in the text: one part, or several of one name. */
export class TextSection implements DialectSection {
  readonly kind: SectionKind;
  readonly name: string;
  readonly #reader: SectionReader;
  readonly #header: number;
  readonly #end: number;
  /** The row of each further part's header and the row after its last. */
  #more: number[] | undefined;

  constructor(kind: SectionKind, name: string, reader: SectionReader, header: number, end: number) {
    this.kind = kind;
    this.name = name;
    this.#reader = reader;
    this.#header = header;
    this.#end = end;
  }

  get headers(): readonly number[] {
    return [this.#header, ...(this.#more ?? []).filter((_, index) => index % 2 === 0)];
  }

  addPart(header: number, end: number): void {
    this.#more ??= [];
    this.#more.push(header, end);
  }

  keys(): readonly DialectKey[] {
    return this.#reader.collect(this);
  }

  walk(visit: (cursor: KeyCursor) => void): void {
    this.#reader.walk(this.#header, this.#end, visit);
    for (let index = 0; this.#more !== undefined && index < this.#more.length; index += 2) {
      this.#reader.walk(this.#more[index] ?? 0, this.#more[index + 1] ?? 0, visit);
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
export function collectFlat(section: Pick<DialectSection, 'walk'>): readonly DialectKey[] {
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
export function collectDefinitions(
  section: Pick<DialectSection, 'walk'>,
): ReadonlyMap<string, readonly DialectKey[]> {
  const found = new Map<string, Map<string, DialectKey>>();
  let keys = new Map<string, DialectKey>();
  section.walk(cursor => {
    const key = cursor.key();
    if (cursor.blockRow === -1) {
      keys = new Map();
      found.delete(key);
      found.set(key, keys);
    }
    if (!cursor.opensBlock) {
      keys.delete(key);
      keys.set(key, keyAt(cursor, key));
    }
  });
  return new Map([...found].map(([name, each]) => [name, [...each.values()]]));
}

export function collectBlocks(section: DialectSection): readonly DialectKey[] {
  return [...collectDefinitions(section).values()].flat();
}
