import type { Document } from '../document.ts';
import type { FileName } from '../kinds.ts';
import type { DialectReading, DialectSection, Refusal, UnseenHeader } from './reading.ts';
import { readSdk, type SectionRows } from './sdk.ts';
import { SdkKeys } from './sdk-keys.ts';
import { collectBlocks, TextSection } from './section.ts';

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

  constructor(document: Document, file: FileName) {
    this.document = document;
    this.file = file;
    this.sections = this.#readSections();
  }

  #readSections(): readonly DialectSection[] {
    const { document, file } = this;
    const maps = { profile: newMap(), 'sso-session': newMap(), services: newMap() };
    const parts = readSdk(document, file).sections;
    const hidesBare = parts.some(isProfileDefault);
    const sections: TextSection[] = [];
    const open = (header: number, end: number): SdkKeys => new SdkKeys(document, { header, end });
    for (const part of parts) {
      const { kind, name, bareDefault, header, end } = part;
      if (kind === 'ignored' || kind === 'broken' || (bareDefault && hidesBare)) {
        continue;
      }
      let section = maps[kind].get(name);
      if (section === undefined) {
        section = new TextSection(kind, name, open, collectBlocks);
        sections.push(section);
        maps[kind].set(name, section);
      }
      section.addPart(header, end);
    }
    return sections;
  }
}

function isProfileDefault(part: SectionRows): boolean {
  return part.kind === 'profile' && part.name === 'default' && !part.bareDefault;
}

function newMap(): Map<string, TextSection> {
  return new Map();
}
