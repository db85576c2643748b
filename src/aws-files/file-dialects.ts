import { readCliHeader } from './dialects/cli-header.ts';
import { CliKeys } from './dialects/cli-keys.ts';
import { headerText, LENDER } from './dialects/cli-rows.ts';
import { readJsHeader } from './dialects/js-header.ts';
import { JsKeys } from './dialects/js-keys.ts';
import type { DialectKey, DialectSection, KeyCursor } from './dialects/reading.ts';
import type { SdkReading, SectionRows } from './dialects/sdk.ts';
import { collectDefinitions, collectFlat } from './dialects/section.ts';
import type { Dialect, SectionKind } from './kinds.ts';
import { isOddStart } from './rows.ts';

/** A name that a section has, and the dialects to which it has it. */
export type SectionName = {
  readonly kind: SectionKind;
  readonly name: string;
  readonly readBy: readonly Dialect[];
};

export const DIALECTS: readonly Dialect[] = ['sdk', 'js', 'cli'];

/** The rows of a section: its header's and the one after its last. */
type Rows = Pick<SectionRows, 'header' | 'end'>;

/**
 * What the other dialects make of a file beside the cross-SDK grammar. Most files ask for nothing of it: it reads
 * only the sections where that grammar has no answer.
 */
export class FileDialects {
  readonly #reading: SdkReading;
  #headers: Set<number> | undefined;
  #lenders: readonly Rows[] | undefined;

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

  /** The dialects to which a bare `[default]` of this file counts: not where they see a `[profile default]`. */
  bareDefaultReaders(): readonly Dialect[] {
    const { document, file, sections } = this.#reading;
    const better = sections.filter(isPrefixedDefault);
    if (better.length === 0 || file === 'credentials') {
      return DIALECTS;
    }
    const isJs = better.some(({ header }) => readJsHeader(document, file, header) !== undefined);
    return isJs ? ['cli'] : ['js', 'cli'];
  }

  /**
   * The keys that AWS CLI finds in sections of one name, and in `[DEFAULT]`, which lends its keys to all. Of sections
   * whose headers are written differently the last counts alone.
   */
  cliKeys(sections: readonly Rows[]): readonly DialectKey[] {
    const { document } = this.#reading;
    const texts = sections.map(({ header }) => headerText(document, header));
    const last = [...new Set(texts)].at(-1);
    const counting = sections.filter((_, index) => texts[index] === last);
    const read = (parts: readonly Rows[]): ReadonlyMap<string, readonly DialectKey[]> =>
      collectDefinitions(
        walkOver(parts, ({ header, end }) => new CliKeys(document, undefined, header + 1, end)),
      );
    // A key of the section's own takes the place of a lent one.
    return [...new Map([...read(this.#lendersOf()), ...read(counting)]).values()].flat();
  }

  /** The keys that the JavaScript SDK finds in sections of one name. */
  jsKeys(sections: readonly Rows[]): readonly DialectKey[] {
    const { document } = this.#reading;
    return collectFlat(
      walkOver(sections, ({ header, end }) => {
        const keys = new JsKeys(document, undefined, header, end);
        keys.nextRow();
        return keys;
      }),
    );
  }

  /** Whether the file has a `[DEFAULT]`. */
  get lends(): boolean {
    return this.#lendersOf().length > 0;
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

  #cliHeader(row: number): Omit<SectionName, 'readBy'> | undefined {
    const { document, file } = this.#reading;
    // Whether an odd row is a header depends on the rows before it.
    return !document.hasOddRows || this.#cliHeaders().has(row)
      ? readCliHeader(document, file, row)
      : undefined;
  }

  #cliHeaders(): ReadonlySet<number> {
    if (this.#headers === undefined) {
      this.#headers = new Set();
      const rows = new CliKeys(this.#reading.document, undefined);
      for (let event = rows.nextRow(); event !== 'end'; event = rows.nextRow()) {
        if (event === 'header') {
          this.#headers.add(rows.row);
        }
      }
    }
    return this.#headers;
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

  #lendersOf(): readonly Rows[] {
    const { document, sections } = this.#reading;
    this.#lenders ??= sections.filter(
      ({ kind, name, header }) =>
        (kind === 'ignored' || (kind === 'profile' && name === LENDER)) &&
        headerText(document, header) === LENDER,
    );
    return this.#lenders;
  }
}

function walkOver(sections: readonly Rows[], open: (rows: Rows) => KeyCursor): Pick<DialectSection, 'walk'> {
  return {
    walk: visit => {
      for (const cursor of sections.map(open)) {
        while (cursor.next()) {
          visit(cursor);
        }
      }
    },
  };
}

/** Whether a bare `[default]` does not count for the SDKs, because `[profile default]` is there. */
export function hidesBareDefault(sections: readonly SectionRows[]): boolean {
  return sections.some(isPrefixedDefault);
}

function isPrefixedDefault({ kind, name, bareDefault }: SectionRows): boolean {
  return kind === 'profile' && name === 'default' && !bareDefault;
}
