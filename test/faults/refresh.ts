import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { realSystem } from '../../src/lib/system.ts';
import { findBotocore } from '../tools/aws-tools.ts';
import { printProgress } from '../vscode/project.ts';
import {
  botocoreForeign,
  bundleWorker,
  type Foreign,
  runRefreshCrowd,
  scriptedForeign,
} from './refresh-crowd.ts';

/**
 * `npm run test:refresh`: eight processes of the bundled code renew one token, together with a program that does not
 * know Rolecall's lock. `-- --rounds 10` is quicker.
 */

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '100' } } });
const folder = mkdtempSync(join(tmpdir(), 'rolecall-refresh-'));
try {
  const worker = await bundleWorker('refresh-worker.ts', folder);
  const print = async (foreign: Foreign): Promise<void> => {
    const started = performance.now();
    const {
      rounds,
      renewed,
      most,
      foreign: others,
      afterForeign,
      races,
    } = await runRefreshCrowd(worker, Number(values.rounds), foreign);
    const seconds = ((performance.now() - started) / 1000).toFixed(0);
    printProgress(`\nEight processes and ${foreign.name}, ${rounds} rounds, ${seconds} s`);
    printProgress(`  the eight at once: ${renewed} requests for a token, ${most} at most in a round`);
    printProgress(
      `  the other one in between: ${others} requests; the eight right after it: ${afterForeign}`,
    );
    printProgress(
      `  both at once: the eight were first ${races.rolecall} times, the other one ${races.foreign}; ${races.refused} requests refused`,
    );
    printProgress('  every process ended each round with the newest token, and the file held it');
  };
  await print(scriptedForeign(await bundleWorker('refresh-foreign.ts', folder)));
  const system = realSystem();
  const env = { PATH: system.env['PATH'], HOME: tmpdir() };
  const botocore = await findBotocore(system, env, AbortSignal.timeout(60_000));
  if (botocore === undefined) {
    printProgress('\nabsent: botocore (no python3 on the PATH can import it)');
  } else {
    await print(botocoreForeign(botocore.file, botocore.name));
  }
} finally {
  rmSync(folder, { recursive: true });
}
