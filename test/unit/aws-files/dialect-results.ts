import assert from 'node:assert/strict';
import { readDialect } from '../../../src/aws-files/dialects/read.ts';
import type { DialectReading, DialectSection } from '../../../src/aws-files/dialects/reading.ts';
import { type Document, parseDocument } from '../../../src/aws-files/document.ts';
import type { Dialect, FileName } from '../../../src/aws-files/kinds.ts';

/** Two files as bytes; an empty one reads as a missing one. */
export type Files = { readonly config: Uint8Array; readonly credentials: Uint8Array };

export type Values = Record<string, string | Record<string, string>>;
/** Objects without a prototype, so that every name is a name. */
export type Sections = Record<string, Values>;

export function readBytes(dialect: Dialect, bytes: Uint8Array, file: FileName): DialectReading {
  return readDialect(dialect, parseDocument(bytes), file);
}

export function makeTable<T>(entries: Iterable<readonly [string, T]>): Record<string, T> {
  const table: Record<string, T> = Object.create(null);
  for (const [key, value] of entries) {
    table[key] = value;
  }
  return table;
}

/** The values of a section, those of a block as an object in their key. */
export function nestedValues(document: Document, section: DialectSection): Values {
  const values = makeTable<string | Record<string, string>>([]);
  for (const { key, value, blockRow, keyBegin, keyEnd } of section.keys()) {
    if (blockRow === -1) {
      values[key] = value;
      continue;
    }
    const name = document.read(keyBegin, keyEnd);
    const block = key.slice(0, key.length - name.length - 1);
    const nested = values[block];
    if (typeof nested === 'object') {
      nested[name] = value;
    } else {
      values[block] = makeTable([[name, value]]);
    }
  }
  return values;
}

export function flatValues(section: DialectSection): Record<string, string> {
  return makeTable(section.keys().map(({ key, value }) => [key, value]));
}

/** What one file gives AWS CLI: an error, or its sections by kind. */
export type CliResult =
  | { readonly reasons: readonly string[] }
  | { readonly profiles: Sections; readonly ssoSessions: Sections; readonly services: Sections };

export function cliResult(bytes: Uint8Array, file: FileName): CliResult {
  const reading = readBytes('cli', bytes, file);
  const { document, sections, refusals } = reading;
  if (refusals.length > 0) {
    return { reasons: refusals.map(({ reason }) => reason) };
  }
  const of = (kind: string): Sections =>
    makeTable(
      sections
        .filter(section => section.kind === kind)
        .map(section => [section.name, nestedValues(document, section)]),
    );
  return { profiles: of('profile'), ssoSessions: of('sso-session'), services: of('services') };
}

/** What `parseKnownFiles` and `loadSsoSessionData` of the JavaScript SDK give for both files. */
export type JsResult = { readonly known: Sections; readonly sessions: Sections };

export function jsResult(files: Files): JsResult {
  const known: Sections = makeTable([]);
  const sessions: Sections = makeTable([]);
  for (const file of ['config', 'credentials'] as const) {
    const { sections, refusals } = readBytes('js', files[file], file);
    for (const section of refusals.length > 0 ? [] : sections) {
      const { kind, name } = section;
      const key = kind === 'profile' ? name : `${kind}.${name}`;
      known[key] = makeTable([...Object.entries(known[key] ?? {}), ...Object.entries(flatValues(section))]);
      if (kind === 'sso-session') {
        sessions[name] = flatValues(section);
      }
    }
  }
  return { known, sessions };
}

/** Fails with both files and both results when the results are not the same. */
export function assertResult(files: Files, found: unknown, expected: unknown): void {
  const [one, other] = [sortedJson(found), sortedJson(expected)];
  if (one !== other) {
    const texts = [files.config, files.credentials].map(bytes =>
      JSON.stringify(Buffer.from(bytes).toString()),
    );
    assert.fail(`config ${texts[0]}\ncredentials ${texts[1]}\nfound    ${one}\nexpected ${other}`);
  }
}

/** JSON with the keys of objects in one order. */
export function sortedJson(value: unknown): string {
  return JSON.stringify(value, (_, each: unknown) =>
    typeof each === 'object' && each !== null && !Array.isArray(each)
      ? Object.entries(each).sort(([one], [other]) => (one < other ? -1 : 1))
      : each,
  );
}
