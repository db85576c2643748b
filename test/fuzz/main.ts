import { parseArgs } from 'node:util';
import {
  printsWhatItParsed,
  type Runs,
  readsPlainRowsAsEachGrammarDoes,
  readsSectionsAsTheSnapshotDoes,
  readsWhatTheJsSdkReads,
  readsWithoutContradiction,
} from '../unit/aws-files/dialect-properties.ts';
import { editsAsAsked, editsAtOnceAsInTurn, undoesEdits } from '../unit/aws-files/edit-properties.ts';
import {
  mendsWhatItSays,
  pointsIntoTheText,
  saysNothingOfCommonFiles,
  showsNoSecret,
  tellsEveryDifference,
} from '../unit/aws-files/problems/problem-properties.ts';

/**
 * `npm run fuzz`: the properties of `npm test`, each over many more cases. `-- --cases 500000` are all cases together,
 * `-- --seed 7` repeats a run, `-- --only undoesEdits` runs one of them. A failure prints the case, made as small as
 * it can be; the other properties run all the same.
 */

/** A property may answer with what became of its cases, by name. */
const PROPERTIES: readonly ((runs: Runs) => unknown)[] = [
  printsWhatItParsed,
  readsWithoutContradiction,
  readsPlainRowsAsEachGrammarDoes,
  readsSectionsAsTheSnapshotDoes,
  readsWhatTheJsSdkReads,
  editsAsAsked,
  undoesEdits,
  editsAtOnceAsInTurn,
  tellsEveryDifference,
  saysNothingOfCommonFiles,
  pointsIntoTheText,
  mendsWhatItSays,
  showsNoSecret,
];

const { values } = parseArgs({
  options: {
    cases: { type: 'string', default: '100000' },
    seed: { type: 'string' },
    only: { type: 'string' },
  },
});

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Whether the property holds over so many cases. */
async function holds(property: (runs: Runs) => unknown, runs: Runs): Promise<boolean> {
  const started = Date.now();
  const report = (word: string): void => {
    const seconds = ((Date.now() - started) / 1000).toFixed(1);
    say(`  ${word}  ${String(runs.numRuns).padStart(7)} cases in ${seconds} s: ${property.name}`);
  };
  try {
    const outcomes = await property(runs);
    report('ok');
    if (outcomes instanceof Map) {
      say(`      ${[...outcomes].map(([name, count]) => `${count} ${name}`).join(', ')}`);
    }
    return true;
  } catch (error) {
    report('FAILED');
    say(error instanceof Error ? String(error.stack) : String(error));
    return false;
  }
}

async function main(): Promise<boolean> {
  const chosen = PROPERTIES.filter(({ name }) => values.only === undefined || name === values.only);
  const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31));
  const numRuns = Math.ceil(Number(values.cases) / chosen.length);
  say(`seed ${seed}`);
  let failed = 0;
  for (const property of chosen) {
    failed += (await holds(property, { numRuns, seed })) ? 0 : 1;
  }
  const end = failed === 0 ? 'every property holds' : `${failed} of ${chosen.length} properties do not hold`;
  say(`${numRuns * chosen.length} cases, ${end}`);
  return chosen.length > 0 && failed === 0;
}

process.exitCode = (await main()) ? 0 : 1;
