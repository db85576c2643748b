import type { Document } from '../document.ts';
import type { FileName } from '../kinds.ts';
import { isForbidden, type JsHeader, nameJsHeader } from './js-header.ts';
import { JsKeys } from './js-keys.ts';
import { findUnseenHeaders } from './js-unseen.ts';
import { BARE, OTHER, type PlainRows, plainKind } from './plain-rows.ts';
import type { DialectReading, DialectSection, Refusal, UnseenHeader } from './reading.ts';
import { collectFlat, type SectionReader, TextSection } from './section.ts';

/**
 * A document as the JavaScript SDK reads it: sections of one name are joined, the last definition of a key counts,
 * a section without keys does not exist, and a bare `[default]` of the config file does not count beside
 * `[profile default]`. It never fails but for a forbidden name; what it does not understand is not there.
 * One thing is left out: a name that every object of JavaScript has, as `constructor`, makes the SDK write into objects
 * of the program that runs it. Here it is a name as others.
 */
export class JsReading implements DialectReading {
  readonly dialect = 'js';
  readonly document: Document;
  readonly file: FileName;
  readonly sections: readonly DialectSection[];
  readonly refusals: readonly Refusal[];
  readonly #plain: PlainRows;
  #unseen: readonly UnseenHeader[] | undefined;

  constructor(document: Document, file: FileName, plain: PlainRows) {
    this.document = document;
    this.file = file;
    this.#plain = plain;
    [this.sections, this.refusals] = this.#readSections();
  }

  get unseenHeaders(): readonly UnseenHeader[] {
    this.#unseen ??= findUnseenHeaders(this, this.#plain);
    return this.#unseen;
  }

  #readSections(): [readonly DialectSection[], readonly Refusal[]] {
    const { document, file } = this;
    const plain = this.#plain;
    const reader: SectionReader = {
      open: (header, end) => openSection(new JsKeys(document, plain, header, end)),
      collect: collectFlat,
    };
    const refusals: Refusal[] = [];
    const sections: TextSection[] = [];
    const byId: TextSection[] = [];
    let bareDefault: TextSection | undefined;
    const add = ({ kind, name, id, isBare }: JsSection, header: number, end: number): void => {
      const former = isBare ? bareDefault : byId[id];
      if (former !== undefined) {
        former.addPart(header, end);
        return;
      }
      const section = new TextSection(kind, name, reader, header, end);
      sections.push(section);
      if (isBare) {
        bareDefault = section;
      } else {
        byId[id] = section;
      }
    };
    const rows = new JsKeys(document, plain);
    let present: JsSection | undefined;
    let header = -1;
    let hasKeys = false;
    for (let event = rows.nextRow(); event !== 'end'; event = rows.nextRow()) {
      if (event === 'key') {
        hasKeys = true;
        continue;
      }
      if (present !== undefined && hasKeys) {
        add(present, header, rows.row);
      }
      present = readSection(document, file, plain, rows);
      header = rows.row;
      hasKeys = false;
      if (present === undefined && isForbidden(document.read(rows.lineBegin + 1, rows.lineEnd - 1))) {
        refusals.push({ row: header, reason: 'forbiddenName' });
      }
    }
    if (present !== undefined && hasKeys) {
      add(present, header, document.rows);
    }
    const hidden = byId[plain.idOf('profile', 'default')] === undefined ? undefined : bareDefault;
    return [hidden === undefined ? sections : sections.filter(section => section !== hidden), refusals];
  }
}

/** Past the header of a section. */
function openSection(keys: JsKeys): JsKeys {
  keys.nextRow();
  return keys;
}

type JsSection = JsHeader & {
  /** The number of the plain header for the name. */
  readonly id: number;
  /** `[default]` in the config file. */
  readonly isBare: boolean;
};

function readSection(
  document: Document,
  file: FileName,
  plain: PlainRows,
  rows: JsKeys,
): JsSection | undefined {
  const { row, shape } = rows;
  if (shape !== OTHER) {
    const isBare = shape === BARE && file === 'config';
    return { kind: plainKind(shape), name: plain.nameOfRow(row), id: plain.idOfRow(row), isBare };
  }
  const text = document.read(rows.lineBegin + 1, rows.lineEnd - 1);
  const header = nameJsHeader(text, file);
  if (header === undefined) {
    return undefined;
  }
  const { kind, name } = header;
  return { kind, name, id: plain.idOf(kind, name), isBare: file === 'config' && text === 'default' };
}
