import { readCliHeader } from './dialects/cli.ts';
import { headerText, LENDER } from './dialects/cli-rows.ts';
import { readJsHeader } from './dialects/js.ts';
import { type PlainRows, readPlainRows } from './dialects/plain-rows.ts';
import { readDialect } from './dialects/read.ts';
import type { DialectKey, DialectSection } from './dialects/reading.ts';
import type { SdkReading, SectionRows } from './dialects/sdk.ts';
import { isOddStart } from './document.ts';
import type { Dialect, SectionKind } from './kinds.ts';

/** A name that a section has, and the dialects to which it has it. */
export type SectionName = {
  readonly kind: SectionKind;
  readonly name: string;
  readonly readBy: readonly Dialect[];
};

export const DIALECTS: readonly Dialect[] = ['sdk', 'js', 'cli'];

type OtherDialect = Exclude<Dialect, 'sdk'>;
type Sections = {
  /** By kind and name. */
  readonly byName: ReadonlyMap<string, DialectSection>;
  readonly byHeader: ReadonlyMap<number, DialectSection>;
};

/**
 * What the other dialects make of a file beside the cross-SDK grammar. Most files ask for nothing of it: only where
 * that grammar has no answer is the file read in another dialect, and kept.
 */
export class FileDialects {
  readonly #reading: SdkReading;
  readonly #sections: Partial<Record<OtherDialect, Sections>> = {};
  #plain: PlainRows | undefined;
  #lends: boolean | undefined;

  constructor(reading: SdkReading) {
    this.#reading = reading;
  }

  /** The sections of the file and the headers that only others see, in the order of the text. */
  headers(): readonly SectionRows[] {
    const { document, sections } = this.#reading;
    if (!document.hasOddRows) {
      return sections;
    }
    const known = new Map(sections.map(rows => [rows.header, rows]));
    const found: SectionRows[] = [];
    let end = document.rows;
    for (let row = document.rows - 1; row >= 0; row--) {
      const rows = known.get(row) ?? this.#strayHeader(row, end);
      if (rows !== undefined) {
        found.push(rows);
        end = row;
      }
    }
    return found.reverse();
  }

  /** The keys of a section as a dialect reads them, the later definition of two alone. */
  keysOf(dialect: OtherDialect, kind: SectionKind, name: string): readonly DialectKey[] {
    return this.#sectionsIn(dialect).byName.get(`${kind} ${name}`)?.keys() ?? [];
  }

  /** Whether AWS CLI may find keys of a section outside of its rows. */
  get lends(): boolean {
    this.#lends ??= this.#findLender();
    return this.#lends;
  }

  /** Whether the header has the one form that is the same to every dialect. Nearly all have it. */
  isCommon(rows: SectionRows): rows is SectionRows & { readonly kind: SectionKind } {
    const { document, file } = this.#reading;
    if (rows.kind === 'ignored' || rows.kind === 'broken' || document.hasOddRows) {
      return false;
    }
    const begin = document.begin(rows.header);
    const length = document.end(rows.header) - begin;
    const isBare = file === 'credentials' || rows.bareDefault;
    // One blank after the prefix, none elsewhere, and nothing after the bracket.
    return (
      length === rows.name.length + (isBare ? 2 : rows.kind.length + 3) &&
      document.mark(rows.header) === begin + length - 1 &&
      rows.name !== '__proto__' &&
      !(isBare && rows.name === LENDER)
    );
  }

  /** Every name that a section has, and to whom. Empty for one that nobody reads. */
  namesOf(rows: SectionRows): readonly SectionName[] {
    const { document, file } = this.#reading;
    const names: SectionName[] = [];
    const add = (dialect: Dialect, header: Omit<SectionName, 'readBy'> | undefined): void => {
      if (header !== undefined) {
        const { kind, name } = header;
        const at = names.findIndex(each => each.kind === kind && each.name === name);
        if (at === -1) {
          names.push({ kind, name, readBy: [dialect] });
        } else {
          names[at] = { kind, name, readBy: [...(names[at]?.readBy ?? []), dialect] };
        }
      }
    };
    const { kind, name, header } = rows;
    if (kind !== 'ignored' && kind !== 'broken') {
      add('sdk', { kind, name });
    }
    add('js', readJsHeader(document, file, header));
    add('cli', this.#cliHeader(header));
    return names;
  }

  /** Whether an odd row is a header to AWS CLI depends on the rows before it. */
  #cliHeader(row: number): Omit<SectionName, 'readBy'> | undefined {
    const { document, file } = this.#reading;
    return document.hasOddRows
      ? this.#sectionsIn('cli').byHeader.get(row)
      : readCliHeader(document, file, row);
  }

  /** A header that the cross-SDK grammar takes for something else. */
  #strayHeader(row: number, end: number): SectionRows | undefined {
    const { document } = this.#reading;
    if (!document.isHeader(row) && !isOddStart(document.text.charCodeAt(document.begin(row)))) {
      return undefined;
    }
    const rows = { kind: 'ignored', name: '', bareDefault: false, header: row, end } as const;
    return this.namesOf(rows).length > 0 ? rows : undefined;
  }

  #findLender(): boolean {
    const { document, sections } = this.#reading;
    return (
      document.hasOddRows ||
      sections.some(rows => {
        switch (rows.kind) {
          case 'broken':
            // To AWS CLI no header: the keys after it belong to the section before.
            return true;
          case 'ignored':
            return headerText(document, rows.header) === LENDER;
          case 'profile':
            return rows.bareDefault ? hidesBareDefault(sections) : rows.name === LENDER;
          default:
            return false;
        }
      })
    );
  }

  #sectionsIn(dialect: OtherDialect): Sections {
    let sections = this.#sections[dialect];
    if (sections === undefined) {
      const { document, file } = this.#reading;
      this.#plain ??= readPlainRows(document, file);
      const reading = readDialect(dialect, document, file, this.#plain);
      sections = {
        byName: new Map(reading.sections.map(section => [`${section.kind} ${section.name}`, section])),
        byHeader: new Map(
          reading.sections.flatMap(section => section.headers.map(row => [row, section] as const)),
        ),
      };
      this.#sections[dialect] = sections;
    }
    return sections;
  }
}

/** Whether a bare `[default]` does not count, because `[profile default]` is there. */
export function hidesBareDefault(sections: readonly SectionRows[]): boolean {
  return sections.some(rows => rows.kind === 'profile' && rows.name === 'default' && !rows.bareDefault);
}
