import { parseArgs } from 'node:util';
import {
  printsWhatItParsed,
  type Runs,
  readsPlainRowsAsEachGrammarDoes,
  readsWhatTheJsSdkReads,
  readsWithoutContradiction,
} from '../unit/aws-files/dialect-properties.ts';

/**
 * `npm run fuzz`: the properties of `npm test`, each over many more cases. `-- --cases 500000` are all cases together,
 * `-- --seed 7` repeats a run. A failure prints the case, made as small as it can be.
 */

const PROPERTIES: readonly ((runs: Runs) => void | Promise<void>)[] = [
  printsWhatItParsed,
  readsWithoutContradiction,
  readsPlainRowsAsEachGrammarDoes,
  readsWhatTheJsSdkReads,
];

const { values } = parseArgs({
  options: { cases: { type: 'string', default: '100000' }, seed: { type: 'string' } },
});
const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31));
const numRuns = Math.ceil(Number(values.cases) / PROPERTIES.length);

process.stdout.write(`seed ${seed}\n`);
for (const property of PROPERTIES) {
  const started = Date.now();
  await property({ numRuns, seed });
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  process.stdout.write(
    `  ok  ${String(numRuns).padStart(7)} cases in ${seconds} s: ${wordsOf(property.name)}\n`,
  );
}
process.stdout.write(`${numRuns * PROPERTIES.length} cases, all properties hold\n`);

/** `readsWithoutContradiction` as `reads without contradiction`. */
function wordsOf(name: string): string {
  return name.replaceAll(/[A-Z]/g, letter => ` ${letter.toLowerCase()}`);
}
