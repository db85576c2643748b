import type { Document } from '../document.ts';
import type { FileName } from '../kinds.ts';
import { OTHER, type PlainRows } from './plain-rows.ts';
import type { DialectReading, DialectSection, Refusal, UnseenHeader } from './reading.ts';
import { opensSdkSection, readSdkHeader } from './sdk.ts';
import { SdkKeys } from './sdk-keys.ts';
import { collectBlocks, SectionReader } from './section.ts';
import { SectionTable } from './section-table.ts';

/**
 * A document as the SDKs read it by the rules they share: sections of one name are joined, the last definition of
 * a key counts, and a bare `[default]` of the config file does not count beside `[profile default]`.
 * They stop at the first fault; this reading goes on, and a fault costs its line or its section.
 */
export class SdkDialectReading implements DialectReading {
  readonly dialect = 'sdk';
  readonly document: Document;
  readonly file: FileName;
  readonly sections: readonly DialectSection[];
  readonly refusals: readonly Refusal[] = [];
  readonly unseenHeaders: readonly UnseenHeader[] = [];

  constructor(document: Document, file: FileName, plain: PlainRows) {
    this.document = document;
    this.file = file;
    this.sections = readSections(document, file, plain);
  }
}

function readSections(document: Document, file: FileName, plain: PlainRows): readonly DialectSection[] {
  const reader = new SectionReader(() => new SdkKeys(document, plain), collectBlocks);
  const table = new SectionTable(plain, reader);
  const add = (header: number, end: number): void => {
    if (plain.shapes[header] !== OTHER) {
      table.addPlain(header, end);
      return;
    }
    const { kind, name, bareDefault } = readSdkHeader(document, file, header, end);
    if (kind !== 'ignored' && kind !== 'broken') {
      table.add(bareDefault ? plain.idOfText(name) : plain.idOf(kind, name), kind, name, header, end);
    }
  };
  let header = -1;
  for (const row of document.headers) {
    if (opensSdkSection(document, row, header)) {
      if (header !== -1) {
        add(header, row);
      }
      header = row;
    }
  }
  if (header !== -1) {
    add(header, document.rows);
  }
  return table.withoutHiddenDefault();
}
