import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { build } from 'esbuild';
import { createSandbox } from '../vscode/environment.ts';
import { installedExtension } from '../vscode/installed.ts';
import { outFolder, type Progress, projectFolder } from '../vscode/project.ts';
import { startTestHost } from '../vscode/test-host.ts';
import { configWith } from './many-profiles.ts';
import type { Measured } from './measured.ts';

const folder = join(outFolder, 'bench');
const extension = join(folder, 'extension');
const entry = join(folder, 'host-run.cjs');

/** Makes the copy of the packaged extension whose entry measures. Rejects when nothing was packaged. */
export async function prepareHost(): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await cp(await installedExtension(), extension, { recursive: true });
  const manifest: Record<string, unknown> = JSON.parse(
    await readFile(join(extension, 'package.json'), 'utf8'),
  );
  // Nothing but the measuring itself is to start it.
  const changed = { ...manifest, main: './host-entry.js', activationEvents: [] };
  await writeFile(join(extension, 'package.json'), JSON.stringify(changed));
  const source = (name: string): string => join(projectFolder, 'test', 'bench', name);
  const common = { bundle: true, platform: 'node', target: 'node22', logLevel: 'warning' } as const;
  await build({
    ...common,
    entryPoints: [source('host-entry.ts')],
    outdir: extension,
    format: 'esm',
    external: ['vscode'],
  });
  await build({
    ...common,
    entryPoints: [source('host-run.ts')],
    outfile: entry,
    format: 'cjs',
    external: ['vscode'],
  });
}

/** One run in a new extension host with a config file of `profiles` profiles. */
export async function measureHost(profiles: number, progress: Progress): Promise<Measured> {
  const sandbox = await createSandbox();
  const answers = createServer();
  const answer = new Promise<string>((resolve, reject) => {
    answers.once('connection', socket => {
      text(socket).then(resolve, reject);
    });
  });
  try {
    await mkdir(join(sandbox.home, '.aws'));
    if (profiles > 0) {
      await writeFile(join(sandbox.home, '.aws', 'config'), configWith(profiles));
    }
    const env = {
      AWS_EC2_METADATA_DISABLED: 'true',
      ROLECALL_BENCH_PROFILES: String(profiles),
      ROLECALL_BENCH_PORT: String(await listen(answers)),
    };
    const host = await startTestHost({ sandbox, extension, entry, env, desktop: undefined, progress });
    try {
      const measured: Measured | { readonly error: string } = JSON.parse(
        await Promise.race([answer, late()]),
      );
      if ('error' in measured) {
        throw new Error(measured.error);
      }
      return measured;
    } catch (error) {
      throw new Error(`Measuring ${profiles} profiles failed. VS Code printed:\n${host.output()}`, {
        cause: error,
      });
    } finally {
      await host.stop();
    }
  } finally {
    answers.close();
    await sandbox.remove();
  }
}

function late(): Promise<never> {
  return new Promise((_, reject) => {
    AbortSignal.timeout(180_000).addEventListener('abort', () =>
      reject(new Error('It took longer than 3 minutes.')),
    );
  });
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });
}
