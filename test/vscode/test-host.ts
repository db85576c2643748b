import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { startBrowser } from './browser.ts';
import { displayVariables, obtainDesktop } from './desktop.ts';
import { cleanEnvironment, type Sandbox } from './environment.ts';
import { endProcess, endWithThisProcess } from './processes.ts';
import type { Progress } from './project.ts';
import { startServer } from './server.ts';

export type TestHostOptions = {
  readonly sandbox: Sandbox;
  /** The folder of the extension under development. */
  readonly extension: string;
  /** The file whose `run` VS Code calls inside the extension host. */
  readonly entry: string;
  readonly env: Readonly<Record<string, string>>;
  /** The version of a desktop VS Code (`1.101.0`, `stable`); undefined for VS Code's server from npm. */
  readonly desktop: string | undefined;
  readonly progress: Progress;
};

/** A VS Code that runs something inside its extension host. */
export type TestHost = {
  /** What VS Code has printed so far. */
  output(): string;
  stop(): Promise<void>;
};

/** Starts a VS Code that calls `run` of the entry as soon as its extension host is up. */
export function startTestHost(options: TestHostOptions): Promise<TestHost> {
  return options.desktop === undefined ? startInServer(options) : startOnDesktop(options, options.desktop);
}

async function startInServer(options: TestHostOptions): Promise<TestHost> {
  const { sandbox, env, progress } = options;
  const server = await startServer({ sandbox, extensions: [], env, testDriver: true, progress });
  try {
    const browser = await startBrowser(progress);
    const page = await browser.newPage();
    const remote = (path: string): string => `vscode-remote://localhost:${server.port}${path}`;
    const payload = [
      ['extensionDevelopmentPath', remote(options.extension)],
      ['extensionTestsPath', remote(options.entry)],
    ];
    const url = new URL(`http://localhost:${server.port}/`);
    url.searchParams.set('folder', sandbox.workspace);
    url.searchParams.set('payload', JSON.stringify(payload));
    await page.goto(url.href);
    return {
      output: server.output,
      stop: async () => {
        await browser.close();
        await server.stop();
      },
    };
  } catch (error) {
    await server.stop();
    throw error;
  }
}

async function startOnDesktop(options: TestHostOptions, version: string): Promise<TestHost> {
  const { sandbox } = options;
  const program = await obtainDesktop(version, options.progress);
  const args = [
    sandbox.workspace,
    `--extensionDevelopmentPath=${options.extension}`,
    `--extensionTestsPath=${options.entry}`,
    `--user-data-dir=${join(sandbox.folder, 'user')}`,
    `--extensions-dir=${join(sandbox.folder, 'extensions')}`,
    '--no-sandbox',
    '--disable-gpu',
    '--disable-updates',
    '--skip-welcome',
    '--skip-release-notes',
    '--disable-workspace-trust',
  ];
  const child = spawn(program, args, {
    cwd: sandbox.folder,
    env: cleanEnvironment(sandbox.home, { ...displayVariables(), ...options.env }),
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: process.platform !== 'win32',
  });
  endWithThisProcess(child);
  let output = '';
  const keep = (chunk: Buffer): void => {
    output = (output + chunk.toString()).slice(-200_000);
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  return { output: () => output, stop: () => endProcess(child) };
}
