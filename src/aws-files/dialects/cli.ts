import type { Document } from '../document.ts';
import type { FileName } from '../kinds.ts';
import { nameCliHeader } from './cli-header.ts';
import { CliKeys } from './cli-keys.ts';
import { findCliRefusals } from './cli-refusals.ts';
import { headerText, LENDER } from './cli-rows.ts';
import { OTHER, type PlainRows } from './plain-rows.ts';
import type { DialectKey, DialectReading, DialectSection, Refusal, UnseenHeader } from './reading.ts';
import { collectDefinitions, SectionReader, TextSection } from './section.ts';
import { SectionTable } from './section-table.ts';

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
    const plain = this.#plain;
    let lender: TextSection | undefined;
    const reader = new SectionReader(
      () => new CliKeys(document, plain),
      section => withLent(section, lender),
    );
    const table = new SectionTable(plain, reader);
    const rows = new CliKeys(document, plain);
    let header = -1;
    let shape = OTHER;
    const leave = (end: number): void => {
      if (shape !== OTHER) {
        table.addPlain(header, end);
        return;
      }
      if (header === -1) {
        return;
      }
      const text = headerText(document, header) ?? '';
      const named = nameCliHeader(text, file);
      if (named !== undefined) {
        table.add(plain.idOfText(text), named.kind, named.name, header, end);
      } else if (text === LENDER) {
        if (lender === undefined) {
          lender = new TextSection('profile', text, reader, header, end);
        } else {
          lender.addPart(header, end);
        }
      }
    };
    rows.skipPlain();
    for (let event = rows.nextRow(); event !== 'end'; event = rows.nextRow()) {
      if (event === 'header') {
        leave(rows.row);
        header = rows.row;
        shape = rows.shape;
      }
      rows.skipPlain();
    }
    leave(document.rows);
    return table.lastOfEachName();
  }
}

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
