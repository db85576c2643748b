import { access, mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { obtainFolder } from './cache.ts';
import { installPackages, isRootOnDebian } from './debian.ts';
import { findProgram, run, runNpm } from './processes.ts';
import type { Progress } from './project.ts';

/** The npm package that carries VS Code's own server: its version minus three majors is VS Code's (1.139.1). */
const CODE_SERVER = '4.139.1';

/** Compiled for this machine; the server does not start, or has no terminals, without them. */
const NATIVE = ['node-pty', '@vscode/spdlog', '@vscode/native-watchdog', '@parcel/watcher'];

/**
 * VS Code's server for this machine: the path of its `server-main.js`. The first call fetches it with npm and
 * compiles its native modules (about a minute); later ones find it in the cache.
 */
export async function obtainServer(progress: Progress): Promise<string> {
  const node = process.versions.node.split('.')[0];
  const name = `vscode-server-${CODE_SERVER}-node${node}-${process.platform}-${process.arch}`;
  const folder = await obtainFolder(name, progress, temporary => build(temporary, progress));
  return join(folder, 'out', 'server-main.js');
}

async function build(folder: string, progress: Progress): Promise<void> {
  if (process.platform === 'win32') {
    throw new Error("VS Code's server is not to be had from npm for Windows.");
  }
  await findCompiler(progress);

  progress(`Fetching VS Code's server (npm package code-server@${CODE_SERVER}, 40 MB) …`);
  await unpackPackage(`code-server@${CODE_SERVER}`, join(folder, 'code-server'));
  const server = join(folder, 'code-server', 'lib', 'vscode');
  // Headers of the very Node that runs the server: nothing else is downloaded to compile against.
  await unpackPackage(
    `node-${process.platform}-${process.arch}@${process.versions.node}`,
    join(folder, 'node'),
  );

  progress("Installing the server's own packages …");
  await runNpm(['install', '--omit=dev', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: server });

  progress(`Compiling ${NATIVE.join(', ')} …`);
  const headers = join(folder, 'node');
  await runNpm(['rebuild', '--dangerously-allow-all-scripts', '--ignore-scripts=false', ...NATIVE], {
    cwd: server,
    env: { ...process.env, npm_config_nodedir: headers, npm_package_config_node_gyp_nodedir: headers },
  });
  for (const name of NATIVE) {
    await run(process.execPath, ['-e', `require(${JSON.stringify(name)})`], { cwd: server }).catch(error => {
      throw new Error(`The native module ${name} of VS Code's server was not built. ${error}`);
    });
  }
  await access(join(server, 'node_modules', '@vscode', 'spdlog', 'build', 'Release', 'spdlog.node'));

  await rm(headers, { recursive: true });
  await moveUp(server, folder);
  await rm(join(folder, 'code-server'), { recursive: true });
}

async function unpackPackage(spec: string, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const printed = await runNpm(['pack', '--silent', '--ignore-scripts', spec], { cwd: folder });
  const archive = printed.trim().split('\n').at(-1) ?? '';
  await run('tar', ['-xzf', archive, '--strip-components=1'], { cwd: folder });
  await rm(join(folder, archive));
}

async function moveUp(from: string, to: string): Promise<void> {
  for (const name of ['out', 'node_modules', 'extensions', 'resources', 'package.json', 'product.json']) {
    await rename(join(from, name), join(to, name));
  }
}

async function findCompiler(progress: Progress): Promise<void> {
  const missing: string[] = [];
  for (const name of ['python3', 'make', 'g++']) {
    if ((await findProgram([name])) === undefined) {
      missing.push(name);
    }
  }
  if (missing.length === 0) {
    return;
  }
  if (!(await isRootOnDebian())) {
    throw new Error(
      `VS Code's server needs ${missing.join(', ')} to be installed (to compile its native modules).`,
    );
  }
  await installPackages(missing, progress);
}
