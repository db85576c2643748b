import type { Environment } from '../lib/system.ts';
import { KEY_VARIABLES } from './active-profile.ts';

export type Shell = {
  readonly shell: string;
  readonly platform: NodeJS.Platform;
  readonly env: Environment;
};

/** Variables that would win over `AWS_PROFILE` in some tool. */
export const COMPETITORS: readonly string[] = ['AWS_DEFAULT_PROFILE', ...KEY_VARIABLES];

/**
 * Where VS Code hands the window's own choice to shells: a shell integration that a start-up file loads would
 * set it over the terminal's profile.
 */
const HANDED_OVER = 'VSCODE_ENV_REPLACE';

/**
 * How to start a shell that works as `profile` whatever its environment says: on POSIX systems through
 * `/usr/bin/env`, on Windows by a first command of PowerShell or cmd. Undefined for a shell of Windows that is
 * neither.
 */
export function boundTerminal(
  profile: string,
  { shell, platform, env }: Shell,
): { readonly path: string; readonly args: readonly string[] } | undefined {
  if (platform !== 'win32') {
    const path = shell === '' ? (env['SHELL'] ?? '/bin/sh') : shell;
    const login = platform === 'darwin' ? ['-l'] : [];
    return {
      path: '/usr/bin/env',
      args: [
        ...[...COMPETITORS, HANDED_OVER].flatMap(name => ['-u', name]),
        `AWS_PROFILE=${profile}`,
        path,
        ...login,
      ],
    };
  }
  const name = shell.replace(/^.*[\\/]/, '').toLowerCase();
  if (name === 'powershell.exe' || name === 'pwsh.exe') {
    const unset = COMPETITORS.map(each => `Remove-Item Env:${each} -ErrorAction Ignore`);
    const set = `$Env:AWS_PROFILE = '${profile.replaceAll("'", "''")}'`;
    return { path: shell, args: ['-NoExit', '-Command', [...unset, set].join('; ')] };
  }
  if (name === 'cmd.exe' && !/["%&|<>^!]/.test(profile)) {
    const unset = COMPETITORS.map(each => `set "${each}="`);
    return { path: shell, args: ['/K', [...unset, `set "AWS_PROFILE=${profile}"`].join(' & ')] };
  }
  return undefined;
}
