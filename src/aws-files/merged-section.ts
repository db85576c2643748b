import type { ReportFault, SdkReading, SectionRows } from './dialects/sdk.ts';
import { Definitions, isKey, readBlock, readValue } from './dialects/sdk-definitions.ts';
import { DIALECTS, type FileDialects } from './file-dialects.ts';
import type { Dialect } from './kinds.ts';
import type { Place, Profile, Setting } from './snapshot.ts';

/** One file as it was read: its path and the reading of its text. */
export type FileReading = { readonly path: string; readonly reading: SdkReading };

/** One section of one file. */
export type Part = {
  readonly file: FileReading;
  readonly rows: SectionRows;
  /** The dialects to which it has the name that it is listed under. */
  readonly readBy: readonly Dialect[];
  /** What other dialects make of the file. */
  readonly dialects: FileDialects;
};

/**
 * Sections of one name. Nothing is copied out of the text before it is asked for.
 * The last definition of a key wins, credentials after config, by the cross-SDK grammar. Keys that it does not find
 * are those of AWS CLI's; a profile that the JavaScript SDK alone reads has that one's keys.
 */
export class MergedSection implements Profile {
  readonly name: string;
  // There are thousands of these: a list is made where there is more than one of something.
  #first: Part;
  #more: Part[] | undefined;
  #others: Part[] | undefined;

  constructor(name: string, first: Part) {
    this.name = name;
    this.#first = first;
  }

  /**
   * The sections whose keys decide: those that the SDKs read, and where there is none, those that another dialect reads.
   * In the order of the files, config first. Never empty.
   */
  get parts(): readonly Part[] {
    return this.#more === undefined ? [this.#first] : [this.#first, ...this.#more];
  }

  /** Further sections that have this name to other dialects alone: `[profile "a"]` beside `[profile a]`. */
  get others(): readonly Part[] {
    return this.#others ?? [];
  }

  /** For the index alone, while it is being made. */
  addPart(part: Part): void {
    const isSdk = isOfSdk(part);
    if (isOfSdk(this.#first) === isSdk) {
      this.#more ??= [];
      this.#more.push(part);
    } else if (isSdk) {
      this.#others = [this.#first, ...(this.#more ?? [])];
      this.#first = part;
      this.#more = undefined;
    } else {
      this.#others ??= [];
      this.#others.push(part);
    }
  }

  /** Its one section, where it has no more; most have not. */
  get only(): Part | undefined {
    return this.#more === undefined && this.#others === undefined ? this.#first : undefined;
  }

  get readBy(): readonly Dialect[] {
    if (this.only !== undefined) {
      return this.only.readBy;
    }
    return DIALECTS.filter(dialect => this.#all().some(({ readBy }) => readBy.includes(dialect)));
  }

  /** Whether some of its keys may stand in a section that lends them to all. */
  get borrows(): boolean {
    return this.only?.dialects.lends ?? this.#all().some(({ dialects }) => dialects.lends);
  }

  get places(): readonly Place[] {
    return this.#all().map(part => place(part, part.rows.header));
  }

  get(key: string): string | undefined {
    return this.setting(key)?.value;
  }

  setting(key: string): Setting | undefined {
    return this.#find(key) ?? this.#findNested(key) ?? this.#findElsewhere(key);
  }

  settings(): readonly Setting[] {
    const found = new Map<string, readonly Setting[]>();
    const isWhole = this.#walk((part, definitions, report) => {
      const key = keyOf(definitions);
      found.set(
        key,
        definitions.isBlock()
          ? blockSettings(part, definitions, key, report)
          : [plainSetting(part, definitions, key)],
      );
    });
    const settings = [...found.values()].flat();
    if (isWhole) {
      return settings;
    }
    const known = new Set(settings.map(({ key }) => key));
    const others = this.#readElsewhere().filter(({ key }) => !known.has(key));
    return [...settings, ...others].sort(byPlace);
  }

  pick<K extends string>(keys: readonly K[]): Readonly<Record<K, string | undefined>> {
    const values: Partial<Record<K, string | undefined>> = {};
    const isWhole = this.#walk(({ file }, definitions) => {
      const { keyBegin, keyEnd } = definitions;
      const key = keyAmong(keys, file.reading.document.text, keyBegin, keyEnd);
      if (key !== undefined) {
        values[key] = definitions.isBlock() ? undefined : readValue(definitions);
      }
    });
    if (!isWhole) {
      for (const { key, value } of this.#readElsewhere()) {
        const wanted = keys.find(name => name === key);
        if (wanted !== undefined && !Object.hasOwn(values, wanted)) {
          values[wanted] = value;
        }
      }
    }
    return values as Record<K, string | undefined>;
  }

  /** Visits every definition of the cross-SDK grammar. False when other dialects may find more keys than these. */
  #walk(visit: (part: Part, definitions: Definitions, report: () => void) => void): boolean {
    let isWhole = this.#others === undefined && !this.borrows;
    const report = (): void => {
      isWhole = false;
    };
    for (const part of this.parts) {
      if (!isOfSdk(part)) {
        return false;
      }
      const definitions = new Definitions(part.file.reading.document, part.rows, report);
      while (definitions.next()) {
        visit(part, definitions, report);
      }
    }
    return isWhole;
  }

  /** What AWS CLI finds under this name; the JavaScript SDK, where neither AWS CLI nor the other SDKs do. */
  #readElsewhere(): readonly Setting[] {
    const { readBy } = this;
    const isCli = readBy.includes('sdk') || readBy.includes('cli');
    const parts = this.#all().filter(part => part.readBy.includes(isCli ? 'cli' : 'js'));
    const settings = new Map<string, Setting>();
    for (const file of new Set(parts.map(part => part.file))) {
      const own = parts.filter(part => part.file === file);
      const sections = own.map(({ rows }) => rows);
      const keys = isCli ? own[0]?.dialects.cliKeys(sections) : own[0]?.dialects.jsKeys(sections);
      for (const { key, value, row } of keys ?? []) {
        const setting = {
          key: key.toLowerCase(),
          value,
          origin: file.reading.file,
          place: { file: file.path, line: file.reading.document.line(row) },
        };
        settings.set(setting.key, isCli ? { ...setting, cliOnly: true } : setting);
      }
    }
    return [...settings.values()];
  }

  /** Every section that some dialect reads by this name, in the order of the files. */
  #all(): readonly Part[] {
    return this.#others === undefined ? this.parts : [...this.parts, ...this.#others].sort(byHeader);
  }

  #findElsewhere(key: string): Setting | undefined {
    const isWhole = this.#walk((_, definitions, report) => {
      if (definitions.isBlock()) {
        readBlock(definitions, report);
      }
    });
    return isWhole ? undefined : this.#readElsewhere().find(setting => setting.key === key);
  }

  #find(key: string): Setting | undefined {
    const found = this.#last(key);
    return found === undefined || found.definition.isBlock()
      ? undefined
      : plainSetting(found.part, found.definition, key);
  }

  #findNested(key: string): Setting | undefined {
    const dot = key.indexOf('.');
    const block = dot > 0 ? this.#last(key.slice(0, dot)) : undefined;
    return block?.definition.isBlock()
      ? blockSettings(block.part, block.definition, key.slice(0, dot)).find(setting => setting.key === key)
      : undefined;
  }

  #last(key: string): { part: Part; definition: Definitions } | undefined {
    for (const part of [...this.parts].reverse()) {
      const definition = isOfSdk(part) ? lastDefinition(part, key) : undefined;
      if (definition !== undefined) {
        return { part, definition };
      }
    }
    return undefined;
  }
}

/** The one of the keys that stands in the text. */
function keyAmong<K extends string>(
  keys: readonly K[],
  text: string,
  begin: number,
  end: number,
): K | undefined {
  for (const key of keys) {
    if (key.length === end - begin && isKey(text, begin, end, key)) {
      return key;
    }
  }
  return undefined;
}

function isOfSdk(part: Part): boolean {
  return part.readBy.includes('sdk');
}

function byHeader(one: Part, other: Part): number {
  return one.file === other.file
    ? one.rows.header - other.rows.header
    : one.file.reading.file.localeCompare(other.file.reading.file);
}

function byPlace(one: Setting, other: Setting): number {
  return one.origin === other.origin
    ? one.place.line - other.place.line
    : one.origin.localeCompare(other.origin);
}

/** The last definition of a key of a section; a cursor that stands on it. */
function lastDefinition(part: Part, key: string): Definitions | undefined {
  const { document } = part.file.reading;
  const definitions = new Definitions(document, part.rows);
  let row = -1;
  while (definitions.next()) {
    if (isKey(document.text, definitions.keyBegin, definitions.keyEnd, key)) {
      row = definitions.row;
    }
  }
  if (row === -1) {
    return undefined;
  }
  definitions.seek(row);
  return definitions;
}

function keyOf(definitions: Definitions): string {
  return definitions.document.text.slice(definitions.keyBegin, definitions.keyEnd).toLowerCase();
}

function place(part: Part, row: number): Place {
  return { file: part.file.path, line: part.file.reading.document.line(row) };
}

function plainSetting(part: Part, definitions: Definitions, key: string): Setting {
  return {
    key,
    value: readValue(definitions),
    origin: part.file.reading.file,
    place: place(part, definitions.row),
  };
}

function blockSettings(
  part: Part,
  definitions: Definitions,
  key: string,
  report?: ReportFault,
): readonly Setting[] {
  const { document, file: origin } = part.file.reading;
  const found = new Map<string, Setting>();
  for (const sub of readBlock(definitions, report)) {
    const name = `${key}.${document.text.slice(sub.keyBegin, sub.keyEnd).toLowerCase()}`;
    const value = document.read(sub.valueBegin, sub.valueEnd);
    found.set(name, { key: name, value, origin, place: place(part, sub.row) });
  }
  return [...found.values()];
}
