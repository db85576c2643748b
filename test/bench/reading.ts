import { readFileSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseKnownFiles } from '@smithy/shared-ini-file-loader';
import { parse as parseIni } from 'ini';
import { readPlainRows } from '../../src/aws-files/dialects/plain-rows.ts';
import { readDialect } from '../../src/aws-files/dialects/read.ts';
import type { KeyCursor } from '../../src/aws-files/dialects/reading.ts';
import { readSdk } from '../../src/aws-files/dialects/sdk.ts';
import { type Document, parseDocument } from '../../src/aws-files/document.ts';
import { DIALECTS } from '../../src/aws-files/file-dialects.ts';
import { indexSections, type SectionIndex } from '../../src/aws-files/section-index.ts';
import { outFolder, printProgress } from '../vscode/project.ts';
import { retainedBytes } from './heap.ts';
import { configWith } from './many-profiles.ts';
import { megabytes, milliseconds, printRow, times } from './print.ts';
import { timeInTurn, type Way } from './rounds.ts';

/*
 * Reads generated files from disk in several ways. Smithy's loader is called by its public function, its cache off;
 * it reads an empty credentials file besides, and so does what makes the profiles.
 */

const SIZES = [100, 1000, 10_000];
const folder = join(outFolder, 'bench', 'reading');
const config = join(folder, 'config');
const credentials = join(folder, 'credentials');

const SCAN = 'line scan (split, trim, indexOf)';
const PROFILES = 'model and index: all that the rows are made of';
const DIALECTS_WHOLE = 'all three dialects, every section and key';
const SMITHY = '@smithy/shared-ini-file-loader';

const ways: readonly Way[] = [
  { name: SCAN, run: () => scanLines(readFileSync(config, 'utf8')) },
  { name: 'lossless model', run: () => parseDocument(readFileSync(config)) },
  { name: PROFILES, run: readProfiles },
  { name: DIALECTS_WHOLE, run: () => readDialects(parseDocument(readFileSync(config))) },
  {
    name: SMITHY,
    run: () => parseKnownFiles({ configFilepath: config, filepath: credentials, ignoreCache: true }),
  },
  { name: 'ini', run: () => parseIni(readFileSync(config, 'utf8')) },
];

await mkdir(folder, { recursive: true });
await writeFile(credentials, '');
const found = new Map<string, number[]>();
for (const size of SIZES) {
  await writeFile(config, configWith(size));
  const timed = await timeInTurn(ways, size === 10_000 ? 25 : 50);
  const scan = msOf(SCAN);
  printProgress(`\nReading ${size.toLocaleString('en')} profiles: times, and how many line scans that is`);
  for (const { name, ms } of timed) {
    found.set(name, [...(found.get(name) ?? []), ms]);
    const limit = size < 10_000 ? undefined : { [PROFILES]: 2, [DIALECTS_WHOLE]: 6 }[name];
    const ratio = ms / scan;
    printRow(
      name,
      `${milliseconds(ms)}  ${times(ratio).padStart(8)}`,
      limit !== undefined && { limit, value: ratio, text: `≤ ${limit} ×` },
    );
  }
  if (size === 10_000) {
    const faster = msOf(SMITHY) / msOf(PROFILES);
    printRow('  so many times faster than Smithy', times(faster), {
      limit: -3.5,
      value: -faster,
      text: '≥ 3.5 ×',
    });
  }

  function msOf(wanted: string): number {
    return timed.find(({ name }) => name === wanted)?.ms ?? Number.NaN;
  }
}

printProgress('\nGrowth: ten times the profiles take so many times longer, from 100 to 1,000 and to 10,000');
for (const [name, [small = 0, middle = 0, large = 0]] of found) {
  printRow(name, `${times(middle / small)}  ${times(large / middle)}`);
}

printProgress('\nMemory');
const before = retainedBytes();
const kept = readProfiles();
const retained = retainedBytes() - before;
printRow(`model and index of ${kept.profiles.size.toLocaleString('en')} profiles`, megabytes(retained), {
  limit: 40 * 1024 * 1024,
  value: retained,
  text: '≤ 40 MB',
});
await rm(folder, { recursive: true });

function scanLines(text: string): number {
  let found = 0;
  for (const line of text.split('\n')) {
    if (line.trim().indexOf('=') > 0) {
      found += 1;
    }
  }
  return found;
}

function readProfiles(): SectionIndex {
  return indexSections([
    { path: config, reading: readSdk(parseDocument(readFileSync(config)), 'config') },
    { path: credentials, reading: readSdk(parseDocument(readFileSync(credentials)), 'credentials') },
  ]);
}

/** Goes over every key in every dialect; the sum of their offsets, so that each was found. */
function readDialects(document: Document): number {
  const plain = readPlainRows(document, 'config');
  let sum = 0;
  const visit = ({ keyBegin, keyEnd, valueBegin, valueEnd }: KeyCursor): void => {
    sum += keyBegin + keyEnd + valueBegin + valueEnd;
  };
  for (const dialect of DIALECTS) {
    for (const section of readDialect(dialect, document, 'config', plain).sections) {
      section.walk(visit);
    }
  }
  return sum;
}
