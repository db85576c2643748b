import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseKnownFiles } from '@smithy/shared-ini-file-loader';
import { parse as parseIni } from 'ini';
import { readSdk } from '../../src/aws-files/dialects/sdk.ts';
import { parseDocument } from '../../src/aws-files/document.ts';
import type { LoadedFile } from '../../src/aws-files/load.ts';
import { searchProblems } from '../../src/aws-files/problems.ts';
import { indexSections } from '../../src/aws-files/profiles.ts';
import { runAtOnce } from '../../src/lib/turns.ts';

/** One measured way to read the file. */
export type Row = {
  readonly name: string;
  /** The median of the rounds, in milliseconds. */
  readonly ms: number;
  /** How many times the line scan of the same run. */
  readonly ratio: number;
};

const ROUNDS = 15;

/** A config file as a big organisation has it: one session, `count` profiles of it. */
export function makeConfig(count: number): string {
  const lines = [
    '[sso-session acme]',
    'sso_start_url = https://acme.awsapps.com/start',
    'sso_region = eu-west-1',
    '',
  ];
  for (let index = 0; index < count; index++) {
    lines.push(
      `[profile team-${index}]`,
      'sso_session = acme',
      `sso_account_id = ${100_000_000_000 + index}`,
      'sso_role_name = Admin',
      'region = eu-west-1',
      'output = json',
      '',
    );
  }
  return lines.join('\n');
}

/**
 * Reads a generated file of `count` profiles from disk in several ways, in turn, so that each meets the same
 * state of the machine. Smithy's loader is called by its public function, its cache off, and reads an empty
 * credentials file besides.
 */
export async function run(count = 10_000): Promise<readonly Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'rolecall-bench-'));
  try {
    const filepath = join(folder, 'config');
    const credentials = join(folder, 'credentials');
    writeFileSync(filepath, makeConfig(count));
    writeFileSync(credentials, '');
    const ways: readonly (readonly [string, () => unknown])[] = [
      ['line scan (split, trim, indexOf)', () => scanLines(readFileSync(filepath, 'utf8'))],
      ['Rolecall: lossless model', () => parseDocument(readFileSync(filepath))],
      ['Rolecall: model and profiles', () => readProfiles(filepath)],
      ['Rolecall: model, profiles, problems', () => readProblems(filepath)],
      [
        '@smithy/shared-ini-file-loader',
        () => parseKnownFiles({ configFilepath: filepath, filepath: credentials, ignoreCache: true }),
      ],
      ['ini', () => parseIni(readFileSync(filepath, 'utf8'))],
    ];
    const times = ways.map((): number[] => []);
    for (let round = 0; round < ROUNDS; round++) {
      for (const [index, [, read]] of ways.entries()) {
        const start = performance.now();
        await read();
        times[index]?.push(performance.now() - start);
      }
    }
    const medians = times.map(median);
    return ways.map(([name], index) => {
      const ms = medians[index] ?? Number.NaN;
      return { name, ms, ratio: ms / (medians[0] ?? Number.NaN) };
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function scanLines(text: string): number {
  let found = 0;
  for (const line of text.split('\n')) {
    if (line.trim().indexOf('=') > 0) {
      found += 1;
    }
  }
  return found;
}

function load(path: string): LoadedFile {
  const reading = readSdk(parseDocument(readFileSync(path)), 'config');
  return { state: { path, status: 'read' }, reading, trouble: undefined, stamp: undefined };
}

function readProfiles(path: string): number {
  return indexSections([{ path, reading: load(path).reading }]).profiles.size;
}

function readProblems(path: string): number {
  const config = load(path);
  return runAtOnce(
    searchProblems(
      {
        config,
        credentials: { ...config, reading: readSdk(parseDocument(new Uint8Array()), 'credentials') },
      },
      indexSections([{ path, reading: config.reading }]),
    ),
  ).length;
}

function median(times: readonly number[]): number {
  return [...times].sort((one, other) => one - other)[Math.floor(times.length / 2)] ?? Number.NaN;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  for (const count of [100, 1000, 10_000]) {
    console.log(`${count} profiles`);
    for (const { name, ms, ratio } of await run(count)) {
      console.log(`  ${name.padEnd(38)} ${ms.toFixed(2).padStart(8)} ms  ${ratio.toFixed(2).padStart(6)} ×`);
    }
  }
}
