import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import * as vscode from 'vscode';
import type { Measured } from './measured.ts';

/*
 * Stands in the place of the extension's entry in a copy of the package, calls the real one as VS Code does, and
 * looks at the clock. So it measures what is shipped, in a real extension host, with nothing added to it.
 */

type Provider = vscode.TreeDataProvider<unknown>;

const QUIET_MS = 2000;

/** Beside this file once both are in the copy of the package; a name, so that the bundler leaves it alone. */
const ENTRY: string = './dist/extension.js';

export async function activate(context: vscode.ExtensionContext): Promise<Measured> {
  const expected = Number(process.env['ROLECALL_BENCH_PROFILES']);
  const provider = catchProvider('rolecall.profiles');
  setFlagsFromString('--expose-gc');
  const collect: () => void = runInNewContext('gc');
  const delay = monitorEventLoopDelay({ resolution: 1 });

  delay.enable();
  await sleep(QUIET_MS);
  const stallBefore = delay.max / 1e6;
  collect();
  const heapBefore = process.memoryUsage().heapUsed;
  await sleep(50);
  delay.reset();

  const start = performance.now();
  const entry: { activate(context: vscode.ExtensionContext): unknown } = await import(ENTRY);
  const loaded = performance.now();
  await entry.activate(context);
  const activated = performance.now();
  await untilRows(await provider, expected);
  const listed = performance.now();

  await sleep(QUIET_MS);
  const stall = delay.max / 1e6;
  delay.disable();
  collect();
  return {
    profiles: expected,
    load: loaded - start,
    activate: activated - loaded,
    rows: listed - activated,
    stall,
    stallBefore,
    heap: process.memoryUsage().heapUsed - heapBefore,
  };
}

/** Resolves to the data provider of a view as soon as the extension hands it to VS Code. */
function catchProvider(view: string): Promise<Provider> {
  const caught = Promise.withResolvers<Provider>();
  const { createTreeView, registerTreeDataProvider } = vscode.window;
  const take = (id: string, provider: Provider): void => {
    if (id === view) {
      caught.resolve(provider);
    }
  };
  Object.assign(vscode.window, {
    createTreeView: (id: string, options: vscode.TreeViewOptions<unknown>) => {
      take(id, options.treeDataProvider);
      return createTreeView(id, options);
    },
    registerTreeDataProvider: (id: string, provider: Provider) => {
      take(id, provider);
      return registerTreeDataProvider(id, provider);
    },
  });
  return caught.promise;
}

/** Asks for the rows as VS Code does for a view that is shown: at once, and again when the provider says so. */
async function untilRows(provider: Provider, expected: number): Promise<void> {
  for (;;) {
    const changed = new Promise<void>(resolve => {
      const listening = provider.onDidChangeTreeData?.(() => {
        listening?.dispose();
        resolve();
      });
    });
    const rows = (await provider.getChildren()) ?? [];
    for (const row of rows) {
      await provider.getTreeItem(row);
    }
    if (rows.length >= expected) {
      return;
    }
    await changed;
  }
}
