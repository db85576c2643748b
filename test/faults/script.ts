import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/**
 * Bundles a script of this folder, so that a process that lives for milliseconds does not take half a second to start.
 * Resolves to the file to run.
 */
export async function bundleScript(script: string, folder: string): Promise<string> {
  await build({
    entryPoints: [fileURLToPath(new URL(script, import.meta.url))],
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node22',
    logLevel: 'warning',
  });
  return join(folder, script.replace(/\.ts$/, '.mjs'));
}

export type Running = {
  readonly child: ChildProcessByStdio<Writable, Readable, Readable>;
  /** What it said until now, errors included. */
  text(): string;
};

/** Starts a bundled script; its compiled code stays beside it for the next start. */
export function startScript(script: string, args: readonly string[]): Running {
  const child = spawn(process.execPath, [script, ...args], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, NODE_COMPILE_CACHE: join(dirname(script), 'cache') },
  });
  const texts: string[] = [];
  child.stdout.on('data', data => texts.push(String(data)));
  child.stderr.on('data', data => texts.push(String(data)));
  return { child, text: () => texts.join('') };
}
