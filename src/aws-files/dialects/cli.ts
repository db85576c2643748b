import type { Document } from '../document.ts';
import type { FileName } from '../kinds.ts';
import { type CliHeader, nameCliHeader } from './cli-header.ts';
import { CliKeys } from './cli-keys.ts';
import { findCliRefusals } from './cli-refusals.ts';
import { headerText, LENDER } from './cli-rows.ts';
import { BARE, OTHER, type PlainRows, plainKind } from './plain-rows.ts';
import type { DialectKey, DialectReading, DialectSection, Refusal, UnseenHeader } from './reading.ts';
import { collectDefinitions, type SectionReader, TextSection } from './section.ts';

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
    const { document } = this;
    const plain = this.#plain;
    let lender: TextSection | undefined;
    const reader: SectionReader = {
      open: (header, end) => new CliKeys(document, plain, header + 1, end),
      collect: section => withLent(section, lender),
    };
    const sections: TextSection[] = [];
    const nameIds: number[] = [];
    const byText: TextSection[] = [];
    /** The last one of each name. */
    const byName: TextSection[] = [];
    const add = (header: number, shape: number, end: number): void => {
      const named = this.#readHeader(header, shape);
      if (named === undefined) {
        return;
      }
      const { kind, name, textId, nameId } = named;
      const former = byText[textId];
      if (former !== undefined) {
        former.addPart(header, end);
        return;
      }
      const section = new TextSection(kind, name, reader, header, end);
      byText[textId] = section;
      if (nameId === LENDER_ID) {
        lender = section;
      } else {
        byName[nameId] = section;
        sections.push(section);
        nameIds.push(nameId);
      }
    };
    const rows = new CliKeys(document, plain);
    let header = -1;
    let shape = OTHER;
    for (let event = rows.nextRow(); event !== 'end'; event = rows.nextRow()) {
      if (event === 'header') {
        if (header !== -1) {
          add(header, shape, rows.row);
        }
        header = rows.row;
        shape = rows.shape;
      }
    }
    if (header !== -1) {
      add(header, shape, document.rows);
    }
    return sections.filter((section, index) => byName[nameIds[index] ?? 0] === section);
  }

  #readHeader(row: number, shape: number): CliSection | undefined {
    const plain = this.#plain;
    if (shape !== OTHER) {
      const kind = plainKind(shape);
      const name = plain.nameOfRow(row);
      const textId = plain.idOfRow(row);
      // `[default]` and `[profile default]` are two texts for one name.
      return { kind, name, textId, nameId: shape === BARE ? plain.idOf(kind, name) : textId };
    }
    const text = headerText(this.document, row) ?? '';
    const textId = plain.idOfText(text);
    if (text === LENDER) {
      return { kind: 'profile', name: text, textId, nameId: LENDER_ID };
    }
    const header = nameCliHeader(text, this.file);
    return header === undefined
      ? undefined
      : { ...header, textId, nameId: plain.idOf(header.kind, header.name) };
  }
}

const LENDER_ID = -1;

type CliSection = CliHeader & {
  /** The number of the header's text, and that of the plain header for the name. */
  readonly textId: number;
  readonly nameId: number;
};

/** The keys of a section and those of `[DEFAULT]` that it does not have itself. */
function withLent(section: DialectSection, lender: TextSection | undefined): readonly DialectKey[] {
  const own = collectDefinitions(section);
  const lent = lender === undefined ? [] : collectDefinitions(lender);
  return [
    ...[...own.values()].flat(),
    ...[...lent]
      .filter(([name]) => !own.has(name))
      .flatMap(([, keys]) => keys.map(key => ({ ...key, inherited: true }))),
  ];
}
