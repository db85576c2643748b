import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { bundledPackages, readBundle, startChunks } from '../tools/bundle.ts';
import { vsixPath } from '../vscode/installed.ts';
import { run, runNpm } from '../vscode/processes.ts';
import { printProgress, projectFolder } from '../vscode/project.ts';
import { measureHost, prepareHost } from './host.ts';
import type { Measured, Refreshed } from './measured.ts';
import { kilobytes, megabytes, milliseconds, printRow } from './print.ts';
import { median } from './rounds.ts';

/**
 * `npm run bench`: reading, editing, refreshing, listing, signing in, sizes, and what the packaged extension costs in a
 * real extension host. `-- --runs 1` is quicker, `-- --only reading,editing,refreshing,listing,signing-in,sizes,host` runs
 * a part. It prints; it fails only when it cannot measure.
 */

/** How long the watcher gathers events before it looks. */
const GATHER_MS = 50;

const SCRIPTS = ['reading', 'editing', 'refreshing', 'listing', 'signing-in'];

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '3' },
    only: { type: 'string', default: [...SCRIPTS, 'sizes', 'host'].join(',') },
  },
});
const parts = values.only.split(',');

// A process of its own each: no part finds the heap that another left.
for (const script of SCRIPTS.filter(name => parts.includes(name))) {
  await run(process.execPath, [join(projectFolder, 'test', 'bench', `${script}.ts`)], {
    cwd: projectFolder,
    show: true,
  });
}
if (parts.includes('sizes') || parts.includes('host')) {
  await runNpm(['run', '--silent', 'package'], { cwd: projectFolder });
}
if (parts.includes('sizes')) {
  await printSizes();
}
if (parts.includes('host')) {
  await printHost(Number(values.runs));
}

async function printSizes(): Promise<void> {
  const bundle = await readBundle();
  const chunks = startChunks(bundle);
  const entry = chunks[0] === undefined ? 0 : (bundle.outputs[chunks[0]]?.bytes ?? 0);
  const start = chunks.reduce((sum, path) => sum + (bundle.outputs[path]?.bytes ?? 0), 0);
  const packages = bundledPackages(bundle, [...chunks]);
  printProgress('\nSizes');
  const small = { limit: 100 * 1024, text: '≤ 100 KB' };
  printRow('entry chunk', kilobytes(entry), { ...small, value: entry });
  printRow(`entry and the ${chunks.length - 1} chunks it imports`, kilobytes(start), {
    ...small,
    value: start,
  });
  printRow('packages in these', packages.join(', ') || 'none', {
    limit: 0,
    value: packages.length,
    text: 'none',
  });
  const vsix = (await stat(vsixPath())).size;
  printRow('vsix', kilobytes(vsix), { limit: 700 * 1024, value: vsix, text: '≤ 700 KB' });
}

async function printHost(runs: number): Promise<void> {
  await prepareHost();
  printProgress(`\nIn the extension host (median of ${runs}, longest stall of all)`);
  for (const profiles of [0, 1000, 10_000]) {
    const measured: Measured[] = [];
    for (let index = 0; index < runs; index++) {
      measured.push(await measureHost(profiles, printProgress));
    }
    const stall = Math.max(...measured.map(each => each.stall));
    const before = Math.max(...measured.map(each => each.stallBefore));
    const activate = median(measured.map(each => each.activate));
    const rows = median(measured.map(each => each.rows));
    const heap = median(measured.map(each => each.heap));
    printProgress(`  ${profiles.toLocaleString('en')} profiles`);
    const few = profiles <= 1000;
    printRow('  load', milliseconds(median(measured.map(each => each.load))));
    printRow('  activate()', milliseconds(activate), { limit: 5, value: activate, text: '≤ 5 ms' });
    printRow(
      '  all rows, after that',
      milliseconds(rows),
      few && { limit: 50, value: rows, text: '≤ 50 ms' },
    );
    const beside = `≤ 50 ms (${milliseconds(before)} before Rolecall)`;
    printRow('  longest stall', milliseconds(stall), { limit: 50, value: stall, text: beside });
    printRow('  heap', megabytes(heap), {
      limit: (few ? 5 : 40) * 1024 * 1024,
      value: heap,
      text: few ? '≤ 5 MB' : '≤ 40 MB',
    });
    printRefreshes(measured.flatMap(each => each.refreshes));
  }
}

function printRefreshes(refreshes: readonly Refreshed[]): void {
  if (refreshes.length > 0) {
    const ms = median(refreshes.map(each => each.ms)) - GATHER_MS;
    const nodes = Math.max(...refreshes.map(each => each.nodes));
    const stall = Math.max(...refreshes.map(each => each.stall));
    printRow(`  one line changed: repainted, after ${GATHER_MS} ms of waiting`, milliseconds(ms), {
      limit: 30,
      value: ms,
      text: '≤ 30 ms',
    });
    printRow('    nodes repainted, at most', String(nodes), {
      limit: 1,
      value: nodes,
      text: 'the changed one alone',
    });
    printRow('    longest stall', milliseconds(stall), { limit: 50, value: stall, text: '≤ 50 ms' });
  }
}
