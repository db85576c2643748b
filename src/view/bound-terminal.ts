import { FILE_VARIABLES } from '../aws-files/location.ts';
import type { Environment } from '../lib/system.ts';
import { KEY_VARIABLES } from './active-profile.ts';

export type Shell = {
  readonly shell: string;
  readonly platform: NodeJS.Platform;
  readonly env: Environment;
  /** The config file to be used, where the window's own terminals are led to another one. */
  readonly configFile?: string | undefined;
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
  { shell, platform, env, configFile }: Shell,
): { readonly path: string; readonly args: readonly string[] } | undefined {
  if (platform !== 'win32') {
    const path = shell === '' ? (env['SHELL'] ?? '/bin/sh') : shell;
    const login = platform === 'darwin' ? ['-l'] : [];
    return {
      path: '/usr/bin/env',
      args: [
        ...[...COMPETITORS, HANDED_OVER].flatMap(name => ['-u', name]),
        `AWS_PROFILE=${profile}`,
        ...(configFile === undefined ? [] : [`${FILE_VARIABLES.config}=${configFile}`]),
        path,
        ...login,
      ],
    };
  }
  const name = shell.replace(/^.*[\\/]/, '').toLowerCase();
  if (name === 'powershell.exe' || name === 'pwsh.exe') {
    const unset = COMPETITORS.map(each => `Remove-Item Env:${each} -ErrorAction Ignore`);
    const set = (variable: string, value: string): string =>
      `$Env:${variable} = '${value.replaceAll("'", "''")}'`;
    const all = [
      ...unset,
      set('AWS_PROFILE', profile),
      ...(configFile === undefined ? [] : [set(FILE_VARIABLES.config, configFile)]),
    ];
    return { path: shell, args: ['-NoExit', '-Command', all.join('; ')] };
  }
  if (name === 'cmd.exe' && !/["%&|<>^!]/.test(profile + (configFile ?? ''))) {
    const set = (variable: string, value: string): string => `set "${variable}=${value}"`;
    const all = [
      ...COMPETITORS.map(each => set(each, '')),
      set('AWS_PROFILE', profile),
      ...(configFile === undefined ? [] : [set(FILE_VARIABLES.config, configFile)]),
    ];
    return { path: shell, args: ['/K', all.join(' & ')] };
  }
  return undefined;
}
