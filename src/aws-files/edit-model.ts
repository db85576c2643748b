import type { DialectKey, DialectReading } from './dialects/reading.ts';
import { isPlainName } from './dialects/sdk.ts';
import type { SectionEdit, SectionRef } from './file-edits.ts';
import type { Dialect } from './kinds.ts';

/** The keys of each section that has any, by `profile dev`. */
export type Keys = ReadonlyMap<string, ReadonlyMap<string, DialectKey>>;

/**
 * What may stand for a key: one of some values; where lines of it were removed, nothing at all too, or what stood
 * there before it.
 */
export type Want = { readonly values: readonly string[]; readonly isLoose: boolean };

export function idOf({ kind, name }: SectionRef): string {
  return `${kind} ${name}`;
}

/** The keys that count to a dialect; those that AWS CLI lends to every section are not a section's own. */
export function keysOf(reading: DialectReading): Keys {
  const found = new Map<string, ReadonlyMap<string, DialectKey>>();
  for (const section of reading.sections) {
    const keys = section.keys().filter(({ inherited }) => !inherited);
    found.set(idOf(section), new Map(keys.map(key => [key.key, key])));
  }
  return found;
}

/** How a dialect names sections. */
export type Names = {
  /** The name by which it found a section before the edits; undefined where it did not. */
  readonly before: (ref: SectionRef) => SectionRef | undefined;
  /** Whether any dialect found one. */
  readonly isThere: (ref: SectionRef) => boolean;
  /** Whether it finds one of that name after them. */
  readonly isFound: (ref: SectionRef) => boolean;
};

/** What one dialect should read after some edits, made from what it read before. */
export class Model {
  readonly #dialect: Dialect;
  readonly #names: Names;
  readonly #sections: Map<string, Map<string, Want>>;
  /** Sections that the dialect did not see before: it may read them now. */
  readonly #free = new Set<string>();

  constructor(dialect: Dialect, before: Keys, names: Names, isRemoved: (key: DialectKey) => boolean) {
    this.#dialect = dialect;
    this.#names = names;
    this.#sections = new Map(
      [...before].map(([id, keys]) => [
        id,
        new Map([...keys].map(([key, found]) => [key, { values: [found.value], isLoose: isRemoved(found) }])),
      ]),
    );
  }

  apply(edit: SectionEdit, isTouched: (id: string, key: string) => boolean): void {
    switch (edit.type) {
      case 'set':
        this.#set(edit.section, edit.key.toLowerCase(), edit.value, !this.#names.isThere(edit.section));
        break;
      case 'unset':
        this.#unset(edit.section, edit.key.toLowerCase());
        break;
      case 'renameKey':
        this.#renameKey(edit.section, edit.key.toLowerCase(), edit.name.toLowerCase(), edit.value);
        break;
      case 'add':
        this.#add(edit.section);
        for (const [key, value] of edit.settings) {
          this.#set(edit.section, key.toLowerCase(), value, true);
        }
        break;
      case 'remove':
        this.#sections.delete(this.#idOf(edit.section));
        break;
      case 'rename':
      case 'copy':
        this.#copy(edit.section, { kind: edit.section.kind, name: edit.name }, edit.type === 'rename');
        break;
      case 'retarget':
        this.#retarget(edit.key.toLowerCase(), edit.from, edit.to, isTouched);
        break;
    }
  }

  /** Whether the dialect now reads what it should. */
  accepts(after: Keys, isNew: (key: DialectKey) => boolean): boolean {
    for (const id of new Set([...this.#sections.keys(), ...after.keys()])) {
      const wanted = this.#sections.get(id) ?? new Map<string, Want>();
      const found = after.get(id) ?? new Map<string, DialectKey>();
      if (!this.#free.has(id) && !acceptsSection(wanted, found, isNew)) {
        return false;
      }
    }
    return true;
  }

  /** The section by the name that the dialect has for it. */
  #idOf(ref: SectionRef): string {
    return idOf(this.#names.before(ref) ?? ref);
  }

  /** Whether the dialect must find a new section of that name. */
  #reads(ref: SectionRef): boolean {
    return this.#dialect === 'cli' || isPlainName(ref.name) || this.#names.isFound(ref);
  }

  #add(ref: SectionRef): void {
    if (this.#reads(ref)) {
      this.#sections.set(idOf(ref), new Map());
    }
  }

  #set(ref: SectionRef, key: string, value: string, creates: boolean): void {
    const id = this.#idOf(ref);
    let keys = this.#sections.get(id);
    if (keys === undefined) {
      const isFound = this.#names.before(ref) !== undefined || (creates && this.#reads(ref));
      if (!isFound) {
        return;
      }
      keys = new Map();
      this.#sections.set(id, keys);
    }
    const block = key.slice(0, Math.max(key.indexOf('.'), 0));
    if (keys.get(block)?.values.includes('') === true) {
      // A block's first key takes an empty value's place.
      keys.delete(block);
    }
    const name = this.#nameOf(keys, key);
    for (const [other, want] of keys) {
      // The key in another case is one of its own to the JavaScript SDK, and may get the value too.
      if (other !== name && other.toLowerCase() === key) {
        keys.set(other, { ...want, values: [...want.values, ...withTail(want, value)] });
      }
    }
    if (this.#dialect === 'js' && value === '') {
      keys.delete(name);
    } else {
      keys.set(name, { values: withTail(keys.get(name), value), isLoose: false });
    }
  }

  /** The key as it is written; the JavaScript SDK minds the case. */
  #nameOf(keys: ReadonlyMap<string, Want>, key: string): string {
    return keys.has(key) ? key : ([...keys.keys()].find(name => name.toLowerCase() === key) ?? key);
  }

  #unset(ref: SectionRef, key: string): void {
    const keys = this.#sections.get(this.#idOf(ref));
    for (const name of [...(keys?.keys() ?? [])]) {
      // The key that opens a block takes the block with it.
      if (name.toLowerCase() === key || name.toLowerCase().startsWith(`${key}.`)) {
        keys?.delete(name);
      }
    }
  }

  #renameKey(ref: SectionRef, key: string, name: string, value: string | undefined): void {
    const keys = this.#sections.get(this.#idOf(ref));
    for (const [present, want] of [...(keys ?? [])]) {
      const lower = present.toLowerCase();
      if (lower === key) {
        keys?.delete(present);
        const values = value === undefined ? want.values : withTail(want, value);
        keys?.set(name, { values, isLoose: false });
      } else if (lower.startsWith(`${key}.`)) {
        keys?.delete(present);
        keys?.set(name + present.slice(key.length), { values: want.values, isLoose: false });
      }
    }
  }

  #copy(from: SectionRef, to: SectionRef, isMove: boolean): void {
    const id = this.#idOf(from);
    const keys = this.#sections.get(id);
    if (isMove) {
      this.#sections.delete(id);
    }
    if (!this.#reads(to)) {
      return;
    }
    if (this.#names.before(from) !== undefined) {
      this.#sections.set(idOf(to), new Map(keys));
    } else {
      this.#free.add(idOf(to));
    }
  }

  #retarget(key: string, from: string, to: string, isTouched: (id: string, key: string) => boolean): void {
    for (const [id, keys] of this.#sections) {
      for (const [name, want] of keys) {
        const isIt = name.toLowerCase() === key && want.values.some(value => value.startsWith(from));
        if (isIt && isTouched(id, name)) {
          keys.set(name, { values: withTail(want, to), isLoose: false });
        }
      }
    }
  }
}

/** AWS CLI reads an inline comment as part of the value; it stays where it is. */
function withTail(was: Want | undefined, value: string): readonly string[] {
  const tail = /(?<=.)[ \t]+[#;].*/.exec(was?.values[0] ?? '')?.[0];
  return tail === undefined ? [value] : [value, value + tail];
}

function acceptsSection(
  wanted: ReadonlyMap<string, Want>,
  found: ReadonlyMap<string, DialectKey>,
  isNew: (key: DialectKey) => boolean,
): boolean {
  for (const [key, { values, isLoose }] of wanted) {
    const is = found.get(key);
    const isRight = is !== undefined && values.includes(is.value);
    if (!(isRight || (isLoose && (is === undefined || !isNew(is))))) {
      return false;
    }
  }
  for (const key of found.keys()) {
    if (!wanted.has(key)) {
      return false;
    }
  }
  return true;
}
