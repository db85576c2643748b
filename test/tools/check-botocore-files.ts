import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { FileName } from '../../src/aws-files/kinds.ts';
import { realSystem } from '../../src/lib/system.ts';
import { type BotocoreResult, compareWithBotocore } from '../unit/aws-files/botocore-results.ts';
import { describeCounts, makeCorpus, rarest } from '../unit/aws-files/corpus.ts';
import type { Files } from '../unit/aws-files/dialect-results.ts';
import { PYTHON_LINE_ENDS, PYTHON_SPACES } from '../unit/aws-files/python-text.ts';
import { findBotocore } from './aws-tools.ts';

/**
 * `npm run check:botocore`: does Rolecall read the AWS files as botocore does? Compares both on the generated corpus;
 * `-- --seed 7 --pairs 5000` makes another one. Without botocore there is nothing to compare, and it says so.
 */

const { values } = parseArgs({
  options: { seed: { type: 'string', default: '1' }, pairs: { type: 'string', default: '2000' } },
});

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Rows of the same number as `pairs`, each what botocore has of the two files; the first tells the versions. */
async function* readWithBotocore(
  python: string,
  folder: string,
  pairs: readonly Files[],
): AsyncGenerator<Record<string, unknown>> {
  const paths: string[] = [];
  for (const [index, files] of pairs.entries()) {
    const pair = join(folder, String(index));
    await mkdir(pair);
    for (const file of ['config', 'credentials'] as const) {
      await writeFile(join(pair, file), files[file]);
    }
    paths.push(`${join(pair, 'config')}\t${join(pair, 'credentials')}\n`);
  }
  const script = fileURLToPath(new URL('read-with-botocore.py', import.meta.url));
  const child = spawn(python, [script], {
    // The encoding that botocore takes must not depend on this machine.
    env: { PATH: process.env['PATH'], HOME: folder, PYTHONUTF8: '1' },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const exit = once(child, 'exit');
  child.stdin.end(paths.join(''));
  for await (const line of createInterface(child.stdout)) {
    yield JSON.parse(line) as Record<string, unknown>;
  }
  const [code] = await exit;
  if (code !== 0) {
    throw new Error(`read-with-botocore.py failed with ${code}.`);
  }
}

async function check(python: string, folder: string): Promise<number> {
  const corpus = makeCorpus(Number(values.seed), Number(values.pairs));
  const counts = { compared: 0, refused: 0, differences: 0 };
  let index = -1;
  for await (const answer of readWithBotocore(python, folder, corpus.pairs)) {
    const files = corpus.pairs[index];
    index += 1;
    if (files === undefined) {
      say(`botocore ${answer['botocore']}, Python ${answer['python']}, seed ${values.seed}`);
      counts.differences += compareText('spaces', answer, PYTHON_SPACES);
      counts.differences += compareText('lineEnds', answer, PYTHON_LINE_ENDS);
      continue;
    }
    for (const file of ['config', 'credentials'] as const) {
      compare(files, file, answer[file] as BotocoreResult, counts);
    }
  }
  say(describeCounts(corpus));
  say(`${counts.compared} files compared, of which botocore refuses ${counts.refused}`);
  say(`${counts.differences} unexplained differences`);
  if (index !== corpus.pairs.length) {
    throw new Error(`botocore answered ${index} of ${corpus.pairs.length} pairs.`);
  }
  return counts.differences + (rarest(corpus) < 50 && corpus.pairs.length >= 2000 ? 1 : 0);
}

/** Whether this Python takes the same characters for white space, and for line ends. */
function compareText(name: string, answer: Record<string, unknown>, known: readonly number[]): number {
  const found = JSON.stringify(answer[name]);
  if (found === JSON.stringify(known)) {
    return 0;
  }
  say(`${name} of this Python: ${found}`);
  return 1;
}

function compare(
  files: Files,
  file: FileName,
  result: BotocoreResult,
  counts: { compared: number; refused: number; differences: number },
): void {
  counts.compared += files[file].length === 0 ? 0 : 1;
  counts.refused += typeof result['error'] === 'string' ? 1 : 0;
  const difference = compareWithBotocore(files[file], file, result);
  if (difference !== undefined) {
    counts.differences += 1;
    say(`${file} ${JSON.stringify(Buffer.from(files[file]).toString())}\n  ${difference}`);
  }
}

async function main(): Promise<number> {
  const system = realSystem();
  const env = { PATH: system.env['PATH'], HOME: tmpdir() };
  const botocore = await findBotocore(system, env, AbortSignal.timeout(120_000));
  if (botocore === undefined) {
    say('absent: botocore (no python3 on the PATH can import it); nothing was compared');
    return 0;
  }
  const folder = await mkdtemp(join(tmpdir(), 'check-botocore-'));
  try {
    return await check(botocore.file, folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

process.exitCode = (await main()) === 0 ? 0 : 1;
