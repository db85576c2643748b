import type { Document } from '../document.ts';
import type { FileName } from '../kinds.ts';
import { isForbidden, type JsHeader, nameJsHeader } from './js-header.ts';
import { JsKeys } from './js-keys.ts';
import { findUnseenHeaders } from './js-unseen.ts';
import { BARE_DEFAULT, OTHER, type PlainRows } from './plain-rows.ts';
import type { DialectReading, DialectSection, Refusal, UnseenHeader } from './reading.ts';
import { collectFlat, SectionReader } from './section.ts';
import { SectionTable } from './section-table.ts';

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
    const table = new SectionTable(plain, new SectionReader(() => new JsKeys(document, plain), collectFlat));
    const refusals: Refusal[] = [];
    const rows = new JsKeys(document, plain);
    let header = -1;
    let shape = OTHER;
    /** What a header that is not plain names. */
    let named: JsSection | undefined;
    let hasKeys = false;
    const leave = (end: number): void => {
      if (!hasKeys || header === -1) {
        return;
      }
      if (shape !== OTHER) {
        table.addPlain(header, end);
      } else if (named !== undefined) {
        table.add(named.id, named.kind, named.name, header, end);
      }
    };
    for (;;) {
      hasKeys = rows.skipPlain() || hasKeys;
      const event = rows.nextRow();
      if (event === 'end') {
        break;
      }
      if (event === 'key') {
        hasKeys = true;
        continue;
      }
      leave(rows.row);
      header = rows.row;
      shape = rows.shape;
      hasKeys = false;
      if (shape === OTHER) {
        const text = document.read(rows.lineBegin + 1, rows.lineEnd - 1);
        named = nameSection(text, file, plain);
        if (isForbidden(text)) {
          refusals.push({ row: header, reason: 'forbiddenName' });
        }
      }
    }
    leave(document.rows);
    return [table.withoutHiddenDefault(), refusals];
  }
}

/** The section of a header, and the number of the plain header for it. */
type JsSection = JsHeader & { readonly id: number };

function nameSection(text: string, file: FileName, plain: PlainRows): JsSection | undefined {
  const header = nameJsHeader(text, file);
  if (header === undefined) {
    return undefined;
  }
  const isBare = text === BARE_DEFAULT;
  return { ...header, id: isBare ? plain.idOfText(text) : plain.idOf(header.kind, header.name) };
}
