import type { Document } from '../document.ts';
import type { FileName, SectionKind } from '../kinds.ts';
import { JsKeys } from './js-keys.ts';
import { findUnseenHeaders } from './js-unseen.ts';
import { BARE, OTHER, type PlainRows, plainKind } from './plain-rows.ts';
import type { DialectReading, DialectSection, Refusal, UnseenHeader } from './reading.ts';
import { collectFlat, type SectionReader, TextSection } from './section.ts';
import { JS_SPACE } from './white-space.ts';

/** A section as the JavaScript SDK names it. */
export type JsHeader = { readonly kind: SectionKind; readonly name: string };

/** A prefix, one white space, a name of the common alphabet, in quotes or not. */
const PREFIXED = /^([\w-]+)\s(["'])?([\w\-@+.%:/]+)\2$/;
const KINDS: readonly SectionKind[] = ['profile', 'sso-session', 'services'];
/** A file with one of these headers is empty for the SDK. */
const FORBIDDEN: readonly string[] = ['__proto__', 'profile __proto__'];

/**
 * What the JavaScript SDK takes a row for, if it sees a header there and reads its keys.
 * (@smithy/core, config/shared-ini-file-loader: `parseIni`, `getConfigData`.)
 */
export function readJsHeader(document: Document, file: FileName, row: number): JsHeader | undefined {
  const first = startOfLine(document, row);
  const keys = new JsKeys(document, undefined, first);
  return keys.nextRow() === 'header' && keys.row === row
    ? nameHeader(document.read(keys.lineBegin + 1, keys.lineEnd - 1), file)
    : undefined;
}

/** The first row of the line in which `row` has the first text, where a line ends with a line feed alone. */
function startOfLine(document: Document, row: number): number {
  let first = row;
  while (
    first > 0 &&
    !document.text.slice(document.end(first - 1), document.begin(first)).includes('\n') &&
    JS_SPACE.skip(document, document.begin(first - 1), document.end(first - 1)) === document.end(first - 1)
  ) {
    first -= 1;
  }
  return first;
}

/** What the text between the brackets names. */
function nameHeader(text: string, file: FileName): JsHeader | undefined {
  const [, prefix, , word] = PREFIXED.exec(text) ?? [];
  const isKnown = KINDS.some(kind => kind === prefix);
  if (prefix !== undefined && !isKnown) {
    return undefined;
  }
  // The SDK joins the two with a dot, so that `[profile.foo]` is profile foo as well.
  const section = prefix === undefined ? text : `${prefix}.${word}`;
  if (section === '' || FORBIDDEN.includes(text)) {
    return undefined;
  }
  if (file === 'credentials' || section === 'default') {
    return { kind: 'profile', name: section };
  }
  const kind = KINDS.find(each => section.startsWith(`${each}.`));
  const name = section.slice((kind?.length ?? 0) + 1);
  // To set a property of this name sets an object's prototype.
  return kind === undefined || (kind === 'profile' && name === '__proto__') ? undefined : { kind, name };
}

/**
 * A document as the JavaScript SDK reads it: sections of one name are joined, the last definition of a key counts,
 * a section without keys does not exist, and a bare `[default]` of the config file does not count beside
 * `[profile default]`. It never fails but for a forbidden name; what it does not understand is not there.
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
      if (present === undefined && FORBIDDEN.includes(document.read(rows.lineBegin + 1, rows.lineEnd - 1))) {
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
  const header = nameHeader(text, file);
  if (header === undefined) {
    return undefined;
  }
  const { kind, name } = header;
  return { kind, name, id: plain.idOf(kind, name), isBare: file === 'config' && text === 'default' };
}
