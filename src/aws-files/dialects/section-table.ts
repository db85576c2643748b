import type { SectionKind } from '../kinds.ts';
import { BARE_DEFAULT, type PlainRows, plainKind } from './plain-rows.ts';
import { type SectionReader, TextSection } from './section.ts';

/** The sections of a document by the numbers of their headers (`PlainRows`), in the order of the first of each. */
export class SectionTable {
  readonly #sections: TextSection[] = [];
  readonly #plain: PlainRows;
  readonly #reader: SectionReader;
  readonly #byId: TextSection[] = [];
  #hasOthers = false;

  constructor(plain: PlainRows, reader: SectionReader) {
    this.#plain = plain;
    this.#reader = reader;
  }

  /** Adds the part with the plain header at `row`. */
  addPlain(row: number, end: number): void {
    const plain = this.#plain;
    const former = this.#byId[plain.idOfRow(row)];
    if (former === undefined) {
      this.#make(plain.idOfRow(row), plainKind(plain.shapes[row] ?? 0), plain.nameOfRow(row), row, end);
    } else {
      former.addPart(row, end);
    }
  }

  /** Adds a part to the section of a number, or makes one. */
  add(id: number, kind: SectionKind, name: string, header: number, end: number): void {
    this.#hasOthers = true;
    const former = this.#byId[id];
    if (former === undefined) {
      this.#make(id, kind, name, header, end);
    } else {
      former.addPart(header, end);
    }
  }

  /** The sections, of several with different headers for one name the last alone. */
  lastOfEachName(): readonly TextSection[] {
    const plain = this.#plain;
    const [bare, better] = [plain.idOfText(BARE_DEFAULT), plain.idOf('profile', BARE_DEFAULT)];
    // Plain headers for one name are one header, but for these two.
    const isOne = bare === better || this.#byId[bare] === undefined || this.#byId[better] === undefined;
    if (!this.#hasOthers && isOne) {
      return this.#sections;
    }
    const last = new Map<string, TextSection>();
    for (const section of this.#sections) {
      last.set(`${section.kind} ${section.name}`, section);
    }
    return this.#sections.filter(section => last.get(`${section.kind} ${section.name}`) === section);
  }

  /** The sections, a bare `[default]` not among them where a `[profile default]` is. */
  withoutHiddenDefault(): readonly TextSection[] {
    const plain = this.#plain;
    const bareId = plain.idOfText(BARE_DEFAULT);
    const betterId = plain.idOf('profile', BARE_DEFAULT);
    const bare = this.#byId[bareId];
    // In the credentials file the two are one.
    const isHidden = bare !== undefined && bareId !== betterId && this.#byId[betterId] !== undefined;
    return isHidden ? this.#sections.filter(section => section !== bare) : this.#sections;
  }

  #make(id: number, kind: SectionKind, name: string, header: number, end: number): void {
    const section = new TextSection(kind, name, this.#reader, header, end);
    this.#byId[id] = section;
    this.#sections.push(section);
  }
}
