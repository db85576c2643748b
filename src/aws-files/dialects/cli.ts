import { splitWords } from '../../lib/shell-words.ts';
import type { Document } from '../document.ts';
import type { FileName, SectionKind } from '../kinds.ts';
import { CliKeys } from './cli-keys.ts';
import { findCliRefusals } from './cli-refusals.ts';
import { headerText, LENDER } from './cli-rows.ts';
import { OTHER, type PlainRows, plainKind, plainNameBegin } from './plain-rows.ts';
import type { DialectKey, DialectReading, DialectSection, Refusal, UnseenHeader } from './reading.ts';
import { collectBlocks, collectDefinitions, TextSection } from './section.ts';

/** A section as AWS CLI and boto3 name it. */
export type CliHeader = { readonly kind: SectionKind; readonly name: string };

const KINDS: readonly SectionKind[] = ['profile', 'sso-session', 'services'];

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f]/;

/**
 * The profile, session or services section that a header row names for AWS CLI and boto3. A name of control
 * characters is left out: it is no name but a piece of a binary file.
 * Whether the row is a header there at all depends on the rows before it: an indented one may be the rest of a value.
 */
export function readCliHeader(document: Document, file: FileName, row: number): CliHeader | undefined {
  const text = headerText(document, row);
  return text === undefined || CONTROL.test(text) ? undefined : nameHeader(text, file);
}

/**
 * In the config file the header must start with a prefix, and give two words when split as a shell does; in the
 * credentials file every header is a profile. (botocore/configloader.py: `build_profile_map`, `_parse_section`.)
 */
function nameHeader(text: string, file: FileName): CliHeader | undefined {
  if (text === LENDER) {
    return undefined;
  }
  if (file === 'credentials' || text === 'default') {
    return { kind: 'profile', name: text };
  }
  const kind = KINDS.find(prefix => text.startsWith(prefix));
  const { words, unfinished } = kind === undefined ? { words: [], unfinished: undefined } : splitWords(text);
  const [, name] = words;
  return kind !== undefined && unfinished === undefined && words.length === 2 && name !== undefined
    ? { kind, name }
    : undefined;
}

/**
 * A document as AWS CLI and boto3 read it. Sections with the same header, which make them refuse the file, are
 * joined; of those with different headers for one name the last counts alone.
 */
export class CliReading implements DialectReading {
  readonly dialect = 'cli';
  readonly document: Document;
  readonly file: FileName;
  readonly sections: readonly DialectSection[];
  readonly unseenHeaders: readonly UnseenHeader[] = [];
  readonly #plain: PlainRows;
  #refusals: readonly Refusal[] | undefined;

  constructor(document: Document, file: FileName, plain: PlainRows) {
    this.document = document;
    this.file = file;
    this.#plain = plain;
    this.sections = this.#readSections();
  }

  get refusals(): readonly Refusal[] {
    this.#refusals ??= findCliRefusals(this.document, this.#plain);
    return this.#refusals;
  }

  #readSections(): readonly DialectSection[] {
    const { document, file } = this;
    const open = (header: number, end: number): CliKeys =>
      new CliKeys(document, this.#plain, header + 1, end);
    const lender = new TextSection('profile', LENDER, open, collectBlocks);
    const collect = (section: DialectSection): readonly DialectKey[] => withLent(section, lender);
    /** By the text of their headers, in the order of the first. */
    const byText = new Map<string, TextSection | undefined>([[LENDER, lender]]);
    const rows = new CliKeys(document, this.#plain);
    let header = -1;
    let shape = OTHER;
    const add = (end: number): void => {
      const text = shape === OTHER ? (headerText(document, header) ?? '') : plainText(document, header);
      let section = byText.get(text);
      if (section === undefined && !byText.has(text)) {
        const named = shape === OTHER ? nameHeader(text, file) : plainName(document, header, shape);
        section = named === undefined ? undefined : new TextSection(named.kind, named.name, open, collect);
        byText.set(text, section);
      }
      section?.addPart(header, end);
    };
    for (let event = rows.nextRow(); event !== 'end'; event = rows.nextRow()) {
      if (event === 'header') {
        if (header !== -1) {
          add(rows.row);
        }
        header = rows.row;
        shape = rows.shape;
      }
    }
    if (header !== -1) {
      add(document.rows);
    }
    byText.delete(LENDER);
    return lastOfEachName([...byText.values()]);
  }
}

function plainText(document: Document, row: number): string {
  return document.text.slice(document.begin(row) + 1, document.mark(row));
}

function plainName(document: Document, row: number, shape: number): CliHeader {
  const begin = plainNameBegin(document, row, shape);
  return { kind: plainKind(shape), name: document.text.slice(begin, document.mark(row)) };
}

function lastOfEachName(sections: readonly (TextSection | undefined)[]): readonly DialectSection[] {
  const last = {
    profile: new Map<string, TextSection>(),
    'sso-session': new Map<string, TextSection>(),
    services: new Map<string, TextSection>(),
  };
  const named = sections.filter(section => section !== undefined);
  for (const section of named) {
    last[section.kind].set(section.name, section);
  }
  return named.filter(section => last[section.kind].get(section.name) === section);
}

/** The keys of a section and those of `[DEFAULT]` that it does not have itself. */
function withLent(section: DialectSection, lender: TextSection): readonly DialectKey[] {
  const own = collectDefinitions(section);
  const lent = lender.headers.length === 0 ? [] : collectDefinitions(lender);
  return [
    ...[...own.values()].flat(),
    ...[...lent]
      .filter(([name]) => !own.has(name))
      .flatMap(([, keys]) => keys.map(key => ({ ...key, inherited: true }))),
  ];
}
