import type { Document } from '../document.ts';
import type { FileName } from '../kinds.ts';
import { OTHER, type PlainRows } from './plain-rows.ts';
import type { DialectReading, DialectSection, Refusal, UnseenHeader } from './reading.ts';
import { readSdk, type SectionRows } from './sdk.ts';
import { SdkKeys } from './sdk-keys.ts';
import { collectBlocks, type SectionReader, TextSection } from './section.ts';

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
  const parts = readSdk(document, file).sections;
  const hidesBare = parts.some(isProfileDefault);
  const reader: SectionReader = {
    open: (header, end) => new SdkKeys(document, plain, header, end),
    collect: collectBlocks,
  };
  const sections: TextSection[] = [];
  const byId: TextSection[] = [];
  for (const { kind, name, bareDefault, header, end } of parts) {
    if (kind === 'ignored' || kind === 'broken' || (bareDefault && hidesBare)) {
      continue;
    }
    const isPlain = plain.shapes[header] !== OTHER && !bareDefault;
    const id = isPlain ? plain.idOfRow(header) : plain.idOf(kind, name);
    const former = byId[id];
    if (former === undefined) {
      const section = new TextSection(kind, name, reader, header, end);
      sections.push(section);
      byId[id] = section;
    } else {
      former.addPart(header, end);
    }
  }
  return sections;
}

function isProfileDefault(part: SectionRows): boolean {
  return part.kind === 'profile' && part.name === 'default' && !part.bareDefault;
}
