import { spawn } from 'node:child_process';
import { readdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { build } from 'esbuild';
import { writeSampleHome } from '../local-aws/sample-home.ts';
import { startLocalAws } from '../local-aws/server.ts';
import { startBrowser } from './browser.ts';
import { displayVariables, obtainDesktop } from './desktop.ts';
import { cleanEnvironment, createSandbox, type Sandbox } from './environment.ts';
import { type HostReport, listenForReport } from './host-report.ts';
import { endProcess } from './processes.ts';
import { outFolder, type Progress, projectFolder } from './project.ts';
import { startServer } from './server.ts';

export type HostSuiteOptions = {
  /** Runs the suites in the desktop VS Code of this version (`1.101.0`, `stable`), not in the one from npm. */
  readonly desktop: string | undefined;
  readonly progress: Progress;
  readonly signal: AbortSignal;
};

/**
 * Runs `test/host/*.test.ts` inside a real extension host, with the extension from this folder, the sample home and
 * AWS played on loopback. Rejects when a test fails or the host cannot be had.
 */
export async function runHostSuite(options: HostSuiteOptions): Promise<void> {
  const bundles = await bundleSuites();
  const report = await listenForReport(options.progress);
  const sandbox = await createSandbox();
  const aws = await startLocalAws();
  try {
    const sample = await writeSampleHome(sandbox.home, aws.url);
    const env = {
      ...sample.env,
      ROLECALL_TEST_FILES: JSON.stringify(bundles.suites),
      ROLECALL_TEST_PORT: String(report.port),
    };
    const start = options.desktop === undefined ? startInServer : startOnDesktop;
    const host = await start({ ...options, sandbox, env, entry: bundles.entry });
    try {
      await finish(report, host, options.signal);
    } finally {
      await host.stop();
    }
  } finally {
    report.close();
    await aws.close();
    await sandbox.remove();
  }
}

type Host = { output(): string; stop(): Promise<void> };

type HostOptions = HostSuiteOptions & {
  readonly sandbox: Sandbox;
  readonly env: Readonly<Record<string, string>>;
  readonly entry: string;
};

async function finish(report: HostReport, host: Host, signal: AbortSignal): Promise<void> {
  const late = new Promise<never>((_, reject) => {
    const stop = (): void =>
      reject(new Error(`The extension host took too long. VS Code printed:\n${host.output()}`));
    signal.addEventListener('abort', stop, { once: true });
  });
  await Promise.race([report.result, late]);
}

async function startInServer(options: HostOptions): Promise<Host> {
  const { sandbox, env, progress } = options;
  const server = await startServer({ sandbox, extensions: [], env, testDriver: true, progress });
  try {
    const browser = await startBrowser(progress);
    const page = await browser.newPage();
    const remote = (path: string): string => `vscode-remote://localhost:${server.port}${path}`;
    const payload = [
      ['extensionDevelopmentPath', remote(projectFolder)],
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

async function startOnDesktop(options: HostOptions): Promise<Host> {
  const { sandbox } = options;
  const program = await obtainDesktop(options.desktop ?? 'stable', options.progress);
  const args = [
    sandbox.workspace,
    `--extensionDevelopmentPath=${projectFolder}`,
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
  let output = '';
  const keep = (chunk: Buffer): void => {
    output = (output + chunk.toString()).slice(-200_000);
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  return { output: () => output, stop: () => endProcess(child) };
}

/** The suites as the extension host loads them: CommonJS, each file of its own, packages left outside. */
async function bundleSuites(): Promise<{ readonly entry: string; readonly suites: readonly string[] }> {
  const sources = join(projectFolder, 'test', 'host');
  const names = (await readdir(sources)).filter(name => name.endsWith('.test.ts')).sort();
  const outdir = join(outFolder, 'host');
  await rm(outdir, { recursive: true, force: true });
  await build({
    entryPoints: ['run.ts', ...names].map(name => join(sources, name)),
    outdir,
    bundle: true,
    format: 'cjs',
    outExtension: { '.js': '.cjs' },
    platform: 'node',
    target: 'node22',
    packages: 'external',
    external: ['vscode'],
    sourcemap: 'inline',
    logLevel: 'warning',
  });
  const built = (name: string): string => join(outdir, `${basename(name, '.ts')}.cjs`);
  return { entry: built('run.ts'), suites: names.map(built) };
}
