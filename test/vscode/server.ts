import { spawn } from 'node:child_process';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { cleanEnvironment, type Sandbox } from './environment.ts';
import { endProcess, endWithThisProcess } from './processes.ts';
import { type Progress, readManifest } from './project.ts';
import { startRedirects } from './redirects.ts';
import { obtainServer } from './vscode-server.ts';

export type ServerOptions = {
  readonly sandbox: Sandbox;
  /** Folders of extensions to install, by link: an unpacked vsix or a source folder with its `dist`. */
  readonly extensions: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly settings?: Readonly<Record<string, unknown>>;
  /** For suites that run inside the extension host. It also switches notification toasts off. */
  readonly testDriver?: boolean;
  /** A free one when not given. */
  readonly port?: number;
  readonly progress: Progress;
};

export type Server = {
  readonly port: number;
  /** What the server has printed so far. */
  output(): string;
  /** Resolves when the server has ended, whoever ended it. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
};

/** Without these a new VS Code greets, looks for updates and offers things, which no test asked for. */
const QUIET: Readonly<Record<string, unknown>> = {
  'chat.disableAIFeatures': true,
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'extensions.ignoreRecommendations': true,
  'git.enabled': false,
  'security.workspace.trust.banner': 'never',
  'security.workspace.trust.enabled': false,
  'security.workspace.trust.startupPrompt': 'never',
  'telemetry.telemetryLevel': 'off',
  // The terminal's text is read from the page, so it has to be drawn as text.
  'terminal.integrated.gpuAcceleration': 'off',
  'update.mode': 'none',
  'window.autoDetectColorScheme': false,
  'workbench.enableExperiments': false,
  'workbench.reduceMotion': 'on',
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.welcomePage.walkthroughs.openOnInstall': false,
};

/** Starts VS Code's server on loopback in an environment of its own and waits until it answers. */
export async function startServer(options: ServerOptions): Promise<Server> {
  const main = await obtainServer(options.progress);
  const { folder, home } = options.sandbox;
  const userData = join(folder, 'user');
  const extensions = join(folder, 'extensions');
  await writeSettings(userData, options.settings ?? {});
  await mkdir(extensions, { recursive: true });
  for (const path of options.extensions) {
    const { publisher, name, version } = readManifest(path);
    await symlink(path, join(extensions, `${publisher}.${name}-${version}`), 'junction');
  }

  const redirects = await startRedirects();
  const port = options.port ?? (await freePort());
  const args = [
    main,
    '--host=127.0.0.1',
    `--port=${port}`,
    '--without-connection-token',
    '--accept-server-license-terms',
    '--telemetry-level=off',
    `--user-data-dir=${userData}`,
    `--server-data-dir=${join(folder, 'server')}`,
    `--extensions-dir=${extensions}`,
    ...(options.testDriver === true ? ['--enable-smoke-test-driver'] : []),
  ];
  const child = spawn(process.execPath, args, {
    cwd: folder,
    env: cleanEnvironment(home, { ...options.env, VSCODE_PROXY_URI: redirects.template }),
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
  const ended = new Promise<void>(resolve => child.once('close', () => resolve()));
  const stop = async (): Promise<void> => {
    await endProcess(child);
    await redirects.close();
  };
  const server: Server = { port, output: () => output, ended, stop };

  const end = Date.now() + 60_000;
  while (!(await answers(port))) {
    if (child.exitCode !== null || Date.now() > end) {
      await server.stop();
      throw new Error(`VS Code's server did not come up:\n${output}`);
    }
    await sleep(100);
  }
  return server;
}

/** Writes user settings on top of the quiet ones. */
export async function writeSettings(
  userData: string,
  settings: Readonly<Record<string, unknown>>,
): Promise<void> {
  await mkdir(join(userData, 'User'), { recursive: true });
  const text = JSON.stringify({ ...QUIET, ...settings }, undefined, 2);
  await writeFile(join(userData, 'User', 'settings.json'), `${text}\n`);
}

function answers(port: number): Promise<boolean> {
  return fetch(`http://127.0.0.1:${port}/version`).then(
    response => response.ok,
    () => false,
  );
}

/** A loopback port that was free a moment ago. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.on('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => {
        if (address === null || typeof address === 'string') {
          reject(new Error('No loopback port is free.'));
        } else {
          resolve(address.port);
        }
      });
    });
  });
}
