import type { Document } from '../document.ts';
import type { FileName, SectionKind } from '../kinds.ts';
import { JsKeys } from './js-keys.ts';
import { JS_SPACE } from './white-space.ts';

/** A section as the JavaScript SDK names it. */
export type JsHeader = { readonly kind: SectionKind; readonly name: string };

/** A prefix, one white space, a name of the common alphabet, in quotes or not. */
const PREFIXED = /^([\w-]+)\s(["'])?([\w\-@+.%:/]+)\2$/;
const KINDS: readonly SectionKind[] = ['profile', 'sso-session', 'services'];
const FORBIDDEN: readonly string[] = ['__proto__', 'profile __proto__'];

/** Whether a header of this text makes the SDK take the whole file for empty. */
export function isForbidden(text: string): boolean {
  return FORBIDDEN.includes(text);
}

/**
 * What the JavaScript SDK takes a row for, if it sees a header there and reads its keys.
 * (@smithy/core, config/shared-ini-file-loader: `parseIni`, `getConfigData`.)
 */
export function readJsHeader(document: Document, file: FileName, row: number): JsHeader | undefined {
  const first = startOfLine(document, row);
  const keys = new JsKeys(document, undefined, first);
  return keys.nextRow() === 'header' && keys.row === row
    ? nameJsHeader(document.read(keys.lineBegin + 1, keys.lineEnd - 1), file)
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
export function nameJsHeader(text: string, file: FileName): JsHeader | undefined {
  const [, prefix, , word] = PREFIXED.exec(text) ?? [];
  const isKnown = KINDS.some(kind => kind === prefix);
  if (prefix !== undefined && !isKnown) {
    return undefined;
  }
  // The SDK joins the two with a dot, so that `[profile.foo]` is profile foo as well.
  const section = prefix === undefined ? text : `${prefix}.${word}`;
  if (section === '' || isForbidden(text)) {
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
