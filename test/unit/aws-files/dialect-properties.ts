import assert from 'node:assert/strict';
import fc from 'fast-check';
import { readCliHeader } from '../../../src/aws-files/dialects/cli-header.ts';
import { readJsHeader } from '../../../src/aws-files/dialects/js-header.ts';
import { readPlainRows } from '../../../src/aws-files/dialects/plain-rows.ts';
import { readDialect } from '../../../src/aws-files/dialects/read.ts';
import type { DialectKey, DialectReading } from '../../../src/aws-files/dialects/reading.ts';
import { type Document, parseDocument, printDocument } from '../../../src/aws-files/document.ts';
import type { Dialect, FileName } from '../../../src/aws-files/kinds.ts';
import { makeCorpus } from './corpus.ts';
import { assertResult, type Files, jsResult } from './dialect-results.ts';
import { configBytes } from './generate.ts';
import { isHarmless, withJsSdk } from './js-sdk.ts';
import { snapshotOf } from './read.ts';

/** How many cases, and from which seed; without one it is another each time. */
export type Runs = { readonly numRuns: number; readonly seed?: number };

const DIALECTS: readonly Dialect[] = ['sdk', 'js', 'cli'];

/** A pair of files of the corpus of a seed. */
const corpusFiles: fc.Arbitrary<Files> = fc
  .noBias(fc.integer({ min: 1 }))
  .map(seed => makeCorpus(seed, 1).pairs[0] ?? { config: Buffer.alloc(0), credentials: Buffer.alloc(0) });

const anyFiles: fc.Arbitrary<Files> = fc.oneof(
  corpusFiles,
  fc.record({ config: configBytes, credentials: configBytes }),
);

/** Bytes that look like a config file, or like nothing. */
export const anyBytes: fc.Arbitrary<Uint8Array> = fc.oneof(
  { weight: 4, arbitrary: configBytes },
  {
    weight: 4,
    arbitrary: corpusFiles.map(({ config, credentials }) => Buffer.concat([config, credentials])),
  },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 400, size: 'max' }) },
);

export const anyFile = fc.constantFrom<FileName>('config', 'credentials');

export function printsWhatItParsed(runs: Runs): void {
  fc.assert(
    fc.property(fc.oneof(anyBytes, fc.uint8Array({ maxLength: 1000, size: 'max' })), bytes => {
      assert.deepEqual(printDocument(parseDocument(bytes)), Buffer.from(bytes));
    }),
    runs,
  );
}

/** What each dialect says of any bytes holds together: rows, offsets, names, and the header read alone. */
export function readsWithoutContradiction(runs: Runs): void {
  fc.assert(
    fc.property(anyBytes, anyFile, (bytes, file) => {
      const document = parseDocument(bytes);
      for (const dialect of DIALECTS) {
        checkReading(readDialect(dialect, document, file));
      }
    }),
    runs,
  );
}

function checkReading(reading: DialectReading): void {
  const { document, sections, refusals, unseenHeaders, dialect, file } = reading;
  const names = sections.map(({ kind, name }) => `${kind} ${name}`);
  assert.equal(new Set(names).size, names.length);
  for (const { row } of [...refusals, ...unseenHeaders]) {
    assert.ok(row >= 0 && row < Math.max(1, document.rows));
  }
  assertAscending(unseenHeaders.map(({ row }) => row));
  assertAscending(sections.map(({ headers }) => headers[0] ?? -1));
  for (const section of sections) {
    const { headers, kind, name } = section;
    assertAscending(headers);
    for (const row of headers) {
      assert.ok(document.read(document.begin(row), document.end(row)).includes('['));
      const header = dialect === 'js' ? readJsHeader(document, file, row) : undefined;
      const other = dialect === 'cli' ? readCliHeader(document, file, row) : undefined;
      assert.deepEqual(header ?? other ?? { kind, name }, { kind, name });
      assert.ok(dialect !== 'js' || header !== undefined);
    }
    const walked = new Set<string>();
    section.walk(cursor => {
      walked.add(`${cursor.row} ${cursor.keyBegin}`);
    });
    const keys = section.keys();
    const keyNames = keys.map(({ key, blockRow }) => `${dialect !== 'js' && blockRow !== -1} ${key}`);
    assert.equal(new Set(keyNames).size, keyNames.length);
    for (const key of keys) {
      checkKey(document, dialect, key);
      assert.ok(key.inherited || walked.has(`${key.row} ${key.keyBegin}`));
    }
  }
}

function assertAscending(rows: readonly number[]): void {
  assert.ok(rows.every((row, index) => row > (rows[index - 1] ?? -1)));
}

function checkKey(document: Document, dialect: Dialect, found: DialectKey): void {
  const { key, value, row, rowsEnd, keyBegin, keyEnd, valueBegin, valueEnd, blockRow, inherited } = found;
  assert.ok(row < rowsEnd && rowsEnd <= document.rows && blockRow < row);
  assert.ok(document.begin(row) <= keyBegin && keyBegin <= keyEnd);
  assert.ok(keyEnd < valueBegin && valueBegin <= valueEnd && valueEnd <= document.end(rowsEnd - 1));
  assert.ok(!inherited || dialect === 'cli');
  const name = document.read(keyBegin, keyEnd);
  assert.ok(key.toLowerCase().endsWith(name.toLowerCase()));
  assert.ok(blockRow === -1 || key.length > name.length);
  assert.ok(value.startsWith(document.read(valueBegin, valueEnd)));
}

/** The reading of the SDKs' dialect gives what the snapshot of the same file gives, which is made another way. */
export function readsSectionsAsTheSnapshotDoes(runs: Runs): void {
  fc.assert(
    fc.property(anyBytes, bytes => {
      const reading = readDialect('sdk', parseDocument(bytes), 'config');
      const { profiles, sessions, services } = snapshotOf(bytes);
      const snapshot = { profile: profiles, 'sso-session': sessions, services };
      for (const section of reading.sections) {
        const expected = (snapshot[section.kind].get(section.name)?.settings() ?? [])
          .filter(({ cliOnly }) => cliOnly !== true)
          .map(({ key, value, place }) => `${place.line} ${key} ${value}`);
        const found = section
          .keys()
          .map(({ key, value, row }) => `${reading.document.line(row)} ${key} ${value}`);
        assert.deepEqual(found.toSorted(), expected.toSorted());
      }
    }),
    runs,
  );
}

/** The short way for plain rows gives what each grammar's own way gives for the same rows. */
export function readsPlainRowsAsEachGrammarDoes(runs: Runs): void {
  fc.assert(
    fc.property(anyBytes, anyFile, (bytes, file) => {
      const document = parseDocument(bytes);
      for (const dialect of DIALECTS) {
        const none = readPlainRows(document, file);
        none.shapes.fill(0);
        const expected = describeReading(readDialect(dialect, document, file, none));
        assert.deepEqual(describeReading(readDialect(dialect, document, file)), expected);
      }
    }),
    runs,
  );
}

function describeReading({ sections, refusals, unseenHeaders }: DialectReading): unknown {
  return {
    sections: sections.map(section => [section.kind, section.name, section.headers, section.keys()]),
    refusals,
    unseenHeaders: unseenHeaders.map(({ row, into }) => [row, into?.kind, into?.name]),
  };
}

/** The JavaScript SDK's own loader gives the same for the same files, in this process. */
export async function readsWhatTheJsSdkReads(runs: Runs): Promise<void> {
  await withJsSdk(async sdk => {
    await fc.assert(
      fc.asyncProperty(anyFiles, async files => {
        fc.pre(isHarmless(files));
        assertResult(files, jsResult(files), await sdk.read(files));
      }),
      runs,
    );
  });
}
