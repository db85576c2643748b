import { readdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { build } from 'esbuild';
import { writeSampleHome } from '../local-aws/sample-home.ts';
import { startLocalAws } from '../local-aws/server.ts';
import { createSandbox } from './environment.ts';
import { type HostReport, listenForReport } from './host-report.ts';
import { outFolder, type Progress, projectFolder } from './project.ts';
import { startTestHost, type TestHost } from './test-host.ts';

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
    const host = await startTestHost({
      ...options,
      sandbox,
      env,
      entry: bundles.entry,
      extension: projectFolder,
    });
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

async function finish(report: HostReport, host: TestHost, signal: AbortSignal): Promise<void> {
  const late = new Promise<never>((_, reject) => {
    const stop = (): void =>
      reject(new Error(`The extension host took too long. VS Code printed:\n${host.output()}`));
    signal.addEventListener('abort', stop, { once: true });
  });
  await Promise.race([report.result, late]);
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
