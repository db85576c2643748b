import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { startBrowser } from './browser.ts';
import { createSandbox, type Sandbox } from './environment.ts';
import { installedExtension } from './installed.ts';
import { type Progress, projectFolder } from './project.ts';
import { type Server, startServer } from './server.ts';
import { Workbench } from './workbench.ts';

export type LaunchOptions = {
  /**
   * What is installed: the packaged vsix (`installed`, the default), this source folder with its `dist`
   * (`development`), or the folder of another extension.
   */
  readonly extension?: 'installed' | 'development' | { readonly folder: string };
  /** A sandbox made before, for example to write `~/.aws` first; by default a new one. Removed by `close`. */
  readonly sandbox?: Sandbox;
  /** The environment of the extension host and its terminals, on top of HOME, PATH, LANG and their like. */
  readonly env?: Readonly<Record<string, string>>;
  /** User settings on top of the quiet defaults of the tests. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Default true: as after "Yes, I trust the authors". False: Restricted Mode. */
  readonly trusted?: boolean;
  readonly theme?: 'dark' | 'light';
  readonly size?: { readonly width: number; readonly height: number };
  /** Device pixels for one CSS pixel; 2 for pictures that are to look sharp. */
  readonly scale?: number;
  /** Folders of more extensions to install. */
  readonly extensions?: readonly string[];
  readonly progress?: Progress;
};

/** A VS Code with one window, open in a browser. */
export type VsCode = {
  readonly page: Page;
  readonly workbench: Workbench;
  readonly port: number;
  readonly sandbox: Sandbox;
  readonly settingsFile: string;
  /** Every address outside this VS Code that a page was sent to, as the browser shows it. */
  readonly openedUrls: readonly string[];
  /** What the server printed: the first thing to read when a window stays empty. */
  output(): string;
  /** Changes user settings and reloads the window; undefined takes one away. This host does not watch the file. */
  changeSettings(settings: Readonly<Record<string, unknown>>): Promise<void>;
  /** Reloads the window as a user would; `globalState` and `workspaceState` survive it. */
  reload(): Promise<void>;
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
};

/** Starts VS Code with the extension and opens one window. Rejects with the reason when a part cannot be had. */
export async function launch(options: LaunchOptions = {}): Promise<VsCode> {
  const progress = options.progress ?? (() => {});
  const extension = await extensionFolder(options.extension ?? 'installed');
  const sandbox = options.sandbox ?? (await createSandbox());
  const closers: (() => Promise<void>)[] = [() => sandbox.remove()];
  const close = async (): Promise<void> => {
    for (const step of closers.splice(0).reverse()) {
      await step();
    }
  };
  try {
    const server = await startServer({
      sandbox,
      extensions: [extension, ...(options.extensions ?? [])],
      env: options.env ?? {},
      settings: { ...themeSettings(options), ...trustSettings(options), ...options.settings },
      progress,
    });
    closers.push(() => server.stop());
    const browser = await startBrowser(progress);
    closers.push(() => browser.close());
    const code = await openWindow(browser, server, sandbox, options, close);
    closers.push(() => tellDialog(code.workbench));
    return code;
  } catch (error) {
    await close();
    throw error;
  }
}

/** A dialog that nobody expected keeps every click from its aim: then its text is what explains the failures. */
async function tellDialog({ dialog }: Workbench): Promise<void> {
  for (const text of await dialog.allTextContents()) {
    process.stderr.write(`A dialog was open at the end: ${text}\n`);
  }
}

async function openWindow(
  browser: Browser,
  server: Server,
  sandbox: Sandbox,
  options: LaunchOptions,
  close: () => Promise<void>,
): Promise<VsCode> {
  const origin = `http://localhost:${server.port}`;
  const context = await browser.newContext({
    viewport: options.size ?? { width: 1280, height: 800 },
    deviceScaleFactor: options.scale ?? 1,
    colorScheme: options.theme === 'light' ? 'light' : 'dark',
    locale: 'en-US',
    timezoneId: 'UTC',
    reducedMotion: 'reduce',
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  context.setDefaultTimeout(20_000);
  const openedUrls: string[] = [];
  await answerOtherHosts(context);
  noteAddresses(context, origin, openedUrls);
  const page = await context.newPage();
  const workbench = new Workbench(page, context);
  await page.goto(`${origin}/?folder=${encodeURIComponent(sandbox.workspace)}`);
  await waitForWindow(page, server);
  const reload = async (): Promise<void> => {
    const loaded = page.waitForEvent('load');
    await workbench.runCommand('Developer: Reload Window');
    await loaded;
    await waitForWindow(page, server);
  };
  const settingsFile = join(sandbox.folder, 'user', 'User', 'settings.json');
  return {
    page,
    workbench,
    port: server.port,
    sandbox,
    settingsFile,
    openedUrls,
    output: server.output,
    changeSettings: async settings => {
      const present: Record<string, unknown> = JSON.parse(await readFile(settingsFile, 'utf8'));
      await writeFile(settingsFile, `${JSON.stringify({ ...present, ...settings }, undefined, 2)}\n`);
      await reload();
    },
    reload,
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** The window is there when its extension host runs: before, the remote indicator says that it is opening. */
async function waitForWindow(page: Page, server: Server): Promise<void> {
  try {
    await page.locator('.monaco-workbench .part.statusbar').waitFor({ timeout: 60_000 });
    await page.locator('.statusbar [id="status.host"]').waitFor({ timeout: 60_000 });
  } catch (error) {
    throw new Error(`VS Code's window did not open. Its server printed:\n${server.output()}`, {
      cause: error,
    });
  }
}

/** Notes where pages went, with the fragment, which no request has. */
function noteAddresses(context: BrowserContext, origin: string, opened: string[]): void {
  const note = (url: string): void => {
    if (url !== '' && url !== 'about:blank' && new URL(url).origin !== origin) {
      opened.push(url);
    }
  };
  context.on('page', page => {
    // A page that a link opened has its first address already.
    note(page.url());
    page.on('framenavigated', frame => {
      if (frame === page.mainFrame()) {
        note(frame.url());
      }
    });
  });
}

/** Nothing leaves this machine: an address of another host is answered with an empty page of that name. */
async function answerOtherHosts(context: BrowserContext): Promise<void> {
  await context.route(
    url => !['127.0.0.1', 'localhost'].includes(url.hostname) && url.protocol.startsWith('http'),
    async route => {
      if (route.request().isNavigationRequest()) {
        const title = new URL(route.request().url()).hostname;
        await route.fulfill({ contentType: 'text/html', body: `<title>${title}</title>` });
      } else {
        await route.abort();
      }
    },
  );
}

async function extensionFolder(extension: NonNullable<LaunchOptions['extension']>): Promise<string> {
  if (extension === 'installed') {
    return installedExtension();
  }
  return extension === 'development' ? projectFolder : extension.folder;
}

function themeSettings(options: LaunchOptions): Record<string, unknown> {
  return { 'workbench.colorTheme': options.theme === 'light' ? 'Light 2026' : 'Dark 2026' };
}

function trustSettings(options: LaunchOptions): Record<string, unknown> {
  return { 'security.workspace.trust.enabled': options.trusted === false };
}
