import { parseArgs } from 'node:util';
import { startBrowser } from '../vscode/browser.ts';
import { printProgress } from '../vscode/project.ts';
import { obtainServer } from '../vscode/vscode-server.ts';
import { type Stage, stages } from './stages.ts';

/**
 * `npm test`: every check there is. `-- --without host,e2e` leaves stages out, `-- --only unit` runs but these,
 * `-- --vscode 1.101.0` (or `stable`, or `npm`) says which VS Code the host suites run in.
 */

const names = stages.map(stage => stage.name);
const { values } = parseArgs({
  options: { without: { type: 'string' }, only: { type: 'string' }, vscode: { type: 'string' } },
});
const without = list(values.without);
const only = list(values.only);
const wanted = (stage: Stage): boolean => {
  // The end-to-end tests install the vsix, and the host suites load what was built for it.
  const needed =
    only.length === 0 || only.includes(stage.name) || (stage.name === 'package' && needsPackage(only));
  return needed && !without.includes(stage.name);
};

const results: { name: string; says: string; failed: boolean }[] = [];
for (const stage of stages) {
  if (!wanted(stage)) {
    if (without.includes(stage.name)) {
      results.push({ name: stage.name, says: 'left out, as asked', failed: false });
    }
    continue;
  }
  if (needsPackage([stage.name]) && results.some(each => each.name === 'package' && each.failed)) {
    results.push({ name: stage.name, says: 'not run: there is no package', failed: true });
    continue;
  }
  printProgress(`\n── ${stage.name}: ${stage.says}`);
  const started = Date.now();
  const seconds = (): string => `${((Date.now() - started) / 1000).toFixed(1)} s`;
  try {
    if (stage.name === 'e2e') {
      await prepare();
    }
    await stage.run({ vscode: values.vscode, signal: AbortSignal.timeout(stage.limitSeconds * 1000) });
    results.push({ name: stage.name, says: `passed in ${seconds()}`, failed: false });
  } catch (error) {
    printProgress(describe(error));
    results.push({ name: stage.name, says: `FAILED after ${seconds()}`, failed: true });
  }
}

printProgress('');
for (const { name, says } of results) {
  printProgress(`${name.padEnd(8)} ${says}`);
}
process.exit(results.some(each => each.failed) ? 1 : 0);

function list(text: string | undefined): readonly string[] {
  const chosen = (text ?? '').split(',').filter(name => name !== '');
  const unknown = chosen.filter(name => !names.includes(name));
  if (unknown.length > 0) {
    throw new Error(`There is no stage ${unknown.join(', ')}. The stages are ${names.join(', ')}.`);
  }
  return chosen;
}

function needsPackage(chosen: readonly string[]): boolean {
  return chosen.includes('host') || chosen.includes('e2e');
}

/** Fetches what the end-to-end tests need before their time runs, with this machine's npm settings. */
async function prepare(): Promise<void> {
  await obtainServer(printProgress);
  const browser = await startBrowser(printProgress);
  await browser.close();
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) {
    return String(error);
  }
  return error.cause === undefined ? error.message : `${error.message}\n${describe(error.cause)}`;
}
