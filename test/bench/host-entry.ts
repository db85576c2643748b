import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type FSWatcher, watch } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import * as vscode from 'vscode';
import { retainedBytes } from './heap.ts';
import type { Measured, Refreshed } from './measured.ts';

/*
 * Stands in the place of the extension's entry in a copy of the package, calls the real one as VS Code does, and
 * looks at the clock. So it measures what is shipped, in a real extension host, with nothing added to it.
 */

type Provider = vscode.TreeDataProvider<unknown>;

const QUIET_MS = 2000;
const REFRESHES = 5;

/** Beside this file once both are in the copy of the package; a name, so that the bundler leaves it alone. */
const ENTRY: string = './dist/extension.js';

export async function activate(context: vscode.ExtensionContext): Promise<Measured> {
  const expected = Number(process.env['ROLECALL_BENCH_PROFILES']);
  const provider = catchProvider('rolecall.profiles');
  const delay = monitorEventLoopDelay({ resolution: 1 });

  delay.enable();
  await sleep(QUIET_MS);
  const stallBefore = delay.max / 1e6;
  const heapBefore = retainedBytes();
  await sleep(50);
  delay.reset();

  const start = performance.now();
  const entry: { activate(context: vscode.ExtensionContext): unknown } = await import(ENTRY);
  const loaded = performance.now();
  await entry.activate(context);
  const activated = performance.now();
  const profiles = await provider;
  await untilRows(profiles, expected);
  const listed = performance.now();

  await sleep(QUIET_MS);
  const stall = delay.max / 1e6;
  const heap = retainedBytes() - heapBefore;
  const refreshes: Refreshed[] = [];
  while (expected > 0 && refreshes.length < REFRESHES) {
    refreshes.push(await measureRefresh(profiles, delay));
  }
  delay.disable();
  return {
    profiles: expected,
    load: loaded - start,
    activate: activated - loaded,
    rows: listed - activated,
    stall,
    stallBefore,
    heap,
    refreshes,
  };
}

/** Another process changes a line, as an editor does it: in place, and when it is told to. */
const CHANGE_LINE = `
const [path] = process.argv.slice(1);
fs.readFileSync(0);
const text = fs.readFileSync(path, 'utf8');
const at = text.indexOf('region = ', text.length / 2) + 'region = '.length;
fs.writeFileSync(path, text.slice(0, at) + 'x' + text.slice(at));
`;

async function measureRefresh(
  provider: Provider,
  delay: ReturnType<typeof monitorEventLoopDelay>,
): Promise<Refreshed> {
  const folder = join(homedir(), '.aws');
  let nodes = 0;
  let fired: number | undefined;
  const listening = provider.onDidChangeTreeData?.(changed => {
    fired ??= performance.now();
    nodes += Array.isArray(changed) ? changed.length : Number.POSITIVE_INFINITY;
  });
  const watcher = watch(folder);
  try {
    const event = firstEvent(watcher);
    const child = spawn(process.execPath, ['-e', CHANGE_LINE, join(folder, 'config')], {
      env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    const exit = once(child, 'exit');
    // To start a process holds up the one that starts it: that is over before the clock runs.
    await sleep(QUIET_MS / 10);
    delay.reset();
    child.stdin.end();
    const [code] = await exit;
    if (code !== 0) {
      throw new Error(`The program that changes a line ended with ${code}.`);
    }
    const seen = await event;
    // For what comes after the first repaint, too.
    await sleep(QUIET_MS);
    if (fired === undefined) {
      throw new Error('The tree did not change with the file.');
    }
    return { ms: fired - seen, nodes, stall: delay.max / 1e6 };
  } finally {
    watcher.close();
    listening?.dispose();
  }
}

async function firstEvent(watcher: FSWatcher): Promise<number> {
  await once(watcher, 'change');
  return performance.now();
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
