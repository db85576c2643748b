import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { realSystem } from '../../src/lib/system.ts';
import { findClis } from '../tools/aws-tools.ts';
import { printProgress } from '../vscode/project.ts';
import { measureCost } from './cost.ts';
import { awsForeign, type Foreign, runCrowd, scriptedForeign } from './crowd.ts';
import { findCourse, inPairs, killOnce, killPoints, noKills } from './kills.ts';
import { killAtRandom } from './random-kills.ts';
import { scenarios } from './scenarios.ts';
import { bundleScript } from './script.ts';

/**
 * `npm run test:faults`: kills writers at every step, lets eight processes write at once, and measures what a safe
 * write costs. `-- --sweeps 1 --rounds 20 --edits 10` is quicker, `-- --only kills,crowd,cost` runs a part.
 */

const { values } = parseArgs({
  options: {
    sweeps: { type: 'string', default: '3' },
    rounds: { type: 'string', default: '200' },
    edits: { type: 'string', default: '60' },
    only: { type: 'string', default: 'kills,crowd,cost' },
  },
});
const parts = values.only.split(',');
const folder = mkdtempSync(join(tmpdir(), 'rolecall-faults-'));
try {
  if (parts.includes('kills')) {
    await printKills();
    await printRandomKills();
  }
  if (parts.includes('crowd')) {
    await printCrowd();
  }
  if (parts.includes('cost')) {
    await printCost();
  }
} finally {
  rmSync(folder, { recursive: true });
}

async function printKills(): Promise<void> {
  const script = await bundleScript('once.ts', folder);
  const total = noKills();
  printProgress(
    '\nKilled before, after and amid every file operation (steps, kills; file old, in between, new)',
  );
  for (const scenario of scenarios) {
    const course = await findCourse(script, scenario);
    const figures = noKills();
    for (let sweep = 0; sweep < Number(values.sweeps); sweep++) {
      await inPairs(killPoints(course), point => killOnce(script, course, point, figures));
    }
    const { kills, old, between, made } = figures;
    printProgress(
      `  ${scenario.name.padEnd(66)} ${course.steps.length} ${kills}   ${old} ${between} ${made}`,
    );
    total.kills += kills;
    total.slowest = Math.max(total.slowest, figures.slowest);
    for (const [operation, count] of figures.at) {
      total.at.set(operation, (total.at.get(operation) ?? 0) + count);
    }
  }
  const operations = [...total.at].sort(([, one], [, other]) => other - one);
  printProgress(`  ${total.kills} kills; every file whole, nothing left behind`);
  printProgress(`  the next writer took ${total.slowest.toFixed(0)} ms at most`);
  printProgress(`  died at: ${operations.map(([name, count]) => `${name} ${count}`).join(', ')}`);
}

async function printRandomKills(): Promise<void> {
  const script = await bundleScript('loop.ts', folder);
  const { kills, made, unsaid } = await killAtRandom(script, Number(values.rounds));
  printProgress('\nThree writers at once, all killed at a random moment');
  printProgress(`  ${kills} kills; ${made} edits made and all there, ${unsaid} there but not yet said`);
}

async function printCrowd(): Promise<void> {
  const writer = await bundleScript('crowd-writer.ts', folder);
  const run = async (name: string, foreign: Foreign): Promise<void> => {
    const figures = await runCrowd(writer, Number(values.edits), foreign);
    printProgress(`\nSeven writers and ${name} at once`);
    printProgress(`  ${figures.made} edits made, all there; ${figures.refused} refused`);
    printProgress(`  ${figures.lost} times written over by the other program, noticed, made again`);
    printProgress(`  the other program set ${figures.foreign} keys, ${figures.foreignLost} of them are gone`);
  };
  await run(
    'a program that writes as AWS CLI does',
    scriptedForeign(await bundleScript('foreign-writer.ts', folder)),
  );
  const system = realSystem();
  const env = { PATH: system.env['PATH'], HOME: tmpdir() };
  const clis = await findClis(system, env, AbortSignal.timeout(120_000));
  if (clis.length === 0) {
    printProgress('\nabsent: AWS CLI (no `aws` on the PATH that runs)');
  }
  for (const cli of clis) {
    await run(`\`aws configure set\` of ${cli.name.split(' ')[0]}`, awsForeign(cli));
  }
}

async function printCost(): Promise<void> {
  printProgress('\nOne replacement against write, sync, rename and sync of the folder (medians)');
  for (const [name, size] of [
    ['5 KB', 5000],
    ['1 MB', 1_000_000],
  ] as const) {
    const { bare, replace, backedUp } = await measureCost(size, 300);
    const times = (value: number): string => `${value.toFixed(2)} ms, ${(value / bare).toFixed(2)} ×`;
    printProgress(
      `  ${name}: bare ${bare.toFixed(2)} ms; replaced ${times(replace)}; backed up too ${times(backedUp)}`,
    );
  }
}
