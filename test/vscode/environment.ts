import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Folders of one run: a home and a workspace of neutral names, and what VS Code writes. */
export type Sandbox = {
  readonly folder: string;
  readonly home: string;
  readonly workspace: string;
  remove(): Promise<void>;
};

/** A new sandbox in the system's temporary folder. */
export async function createSandbox(): Promise<Sandbox> {
  // Short, because the paths of VS Code's sockets have to fit in about 100 characters.
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'rolecall-')));
  const home = join(folder, 'home');
  const workspace = join(folder, 'project');
  await mkdir(home);
  await mkdir(workspace);
  await writeFile(join(home, '.bashrc'), "PS1='\\W $ '\n");
  await writeFile(join(home, '.zshrc'), "PS1='%1~ $ '\n");
  return {
    folder,
    home,
    workspace,
    remove: () => rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 }),
  };
}

/**
 * The whole environment of a VS Code under test: built from nothing, so that no `AWS_*`, `npm_*` or proxy variable
 * of this machine reaches the extension host or its terminals.
 */
export function cleanEnvironment(
  home: string,
  extra: Readonly<Record<string, string>> = {},
): Record<string, string> {
  const folders = ['/usr/local/bin', '/opt/homebrew/bin', '/usr/bin', '/bin', '/usr/sbin', '/sbin'];
  const shell = ['/bin/bash', '/bin/sh'].find(path => existsSync(path));
  const common = { HOME: home, USER: 'dev', LOGNAME: 'dev', TZ: 'UTC', TERM: 'xterm-256color' };
  const system: Record<string, string> = process.platform === 'win32' ? windowsVariables(home) : {};
  return {
    ...common,
    LANG: process.platform === 'darwin' ? 'en_US.UTF-8' : 'C.UTF-8',
    PATH: folders.filter(path => existsSync(path)).join(':'),
    ...(shell === undefined ? {} : { SHELL: shell }),
    ...system,
    ...extra,
  };
}

/** Windows programs do not start without these; none of them is personal but the home. */
function windowsVariables(home: string): Record<string, string> {
  const kept = [
    'SystemRoot',
    'SystemDrive',
    'windir',
    'ComSpec',
    'PATHEXT',
    'Path',
    'TEMP',
    'TMP',
    'ProgramFiles',
  ];
  const result: Record<string, string> = { USERPROFILE: home, APPDATA: join(home, 'AppData', 'Roaming') };
  for (const name of kept) {
    const value = process.env[name];
    if (value !== undefined) {
      result[name === 'Path' ? 'PATH' : name] = value;
    }
  }
  return result;
}
