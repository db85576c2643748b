import { posix, win32 } from 'node:path';
import type { Environment, System } from '../lib/system.ts';
import type { FileName } from './kinds.ts';

/** Where the user says the files are (settings); they win over the environment. */
export type PathOverrides = { readonly [file in FileName]?: string | undefined };

export type FilePaths = Readonly<Record<FileName, string>>;

/** The variables that tell AWS's tools where the files are. */
export const FILE_VARIABLES = {
  config: 'AWS_CONFIG_FILE',
  credentials: 'AWS_SHARED_CREDENTIALS_FILE',
} as const satisfies FilePaths;

/**
 * Goes with the private config file of a role that a window uses once, and names the one that it is a copy of. A program
 * that a terminal starts inherits both, another window of VS Code among them: that one works with the user's own file.
 */
export const COPIED_VARIABLE = 'ROLECALL_CONFIG_FILE';

/** Where a role's private config file stands in its folder. */
const ROLE_FILE = /[\\/]roles[\\/][0-9a-f]{1,32}\.config$/;

/** Where a file is, and who says so: a setting, a variable of the environment, or nobody. */
export type Location = { readonly path: string; readonly from: 'setting' | 'environment' | 'home' };

/**
 * Where the two files are: the override, else `AWS_CONFIG_FILE` or `AWS_SHARED_CREDENTIALS_FILE`, else in
 * `.aws` of the home folder. `~` and variables in a path are put in as botocore does; an empty one counts as
 * not set. A variable is taken to the letter, as AWS's tools take it. An override is what a person wrote: blanks
 * and quotes round it go, and a relative one starts at the home folder.
 */
export function locateFiles(
  env: Environment,
  home: string,
  platform: NodeJS.Platform,
  overrides: PathOverrides = {},
): Readonly<Record<FileName, Location>> {
  const { isAbsolute, join } = platform === 'win32' ? win32 : posix;
  const find = (file: FileName): Location => {
    const override = cleanPath(overrides[file] ?? '');
    if (override !== '') {
      const path = expandPath(override, env, home, platform);
      return { path: isAbsolute(path) ? path : join(home, path), from: 'setting' };
    }
    const variable = env[FILE_VARIABLES[file]];
    const copied = env[COPIED_VARIABLE];
    if (file === 'config' && copied && ROLE_FILE.test(variable ?? '')) {
      return { path: copied, from: 'environment' };
    }
    return variable
      ? { path: expandPath(variable, env, home, platform), from: 'environment' }
      : { path: join(home, '.aws', file), from: 'home' };
  };
  return { config: find('config'), credentials: find('credentials') };
}

/** The paths alone. */
export function locate(
  env: Environment,
  home: string,
  platform: NodeJS.Platform,
  overrides: PathOverrides = {},
): FilePaths {
  const { config, credentials } = locateFiles(env, home, platform, overrides);
  return { config: config.path, credentials: credentials.path };
}

/** The two variables that lead AWS's tools to the files that Rolecall works with. */
export type Redirection = Readonly<Record<(typeof FILE_VARIABLES)[FileName], string>>;

/**
 * What a program needs in its environment to read the files at `paths`; undefined where it finds them by itself.
 * The files go as a pair: where one is elsewhere, both are named, by absolute paths.
 */
export function redirection(
  { env, home, platform }: Pick<System, 'env' | 'home' | 'platform'>,
  paths: FilePaths,
): Redirection | undefined {
  const { resolve } = platform === 'win32' ? win32 : posix;
  // They take a private config file as any other.
  const theirs = locate({ ...env, [COPIED_VARIABLE]: undefined }, home, platform);
  const isSame = (file: FileName): boolean => resolve(paths[file]) === resolve(theirs[file]);
  return isSame('config') && isSame('credentials')
    ? undefined
    : {
        [FILE_VARIABLES.config]: resolve(paths.config),
        [FILE_VARIABLES.credentials]: resolve(paths.credentials),
      };
}

/** A path as someone typed or pasted it: Windows copies one in quotes. */
function cleanPath(text: string): string {
  const trimmed = text.trim();
  return /^(["']).*\1$/s.test(trimmed) && trimmed.length > 1 ? trimmed.slice(1, -1).trim() : trimmed;
}

/** Python's `expandvars`, then `expanduser`; a variable that is not set stays as it is written. */
function expandPath(path: string, env: Environment, home: string, platform: NodeJS.Platform): string {
  const isWindows = platform === 'win32';
  const pattern = isWindows ? /\$(\w+)|\$\{([^}]*)\}|%([^%]+)%/g : /\$(\w+)|\$\{([^}]*)\}/g;
  const expanded = path.replace(pattern, (whole: string, ...names: (string | undefined)[]) => {
    const name = names.slice(0, isWindows ? 3 : 2).find(found => found !== undefined);
    return (name === undefined ? undefined : env[name]) ?? whole;
  });
  return /^~(?=$|\/)/.test(expanded) || (isWindows && expanded.startsWith('~\\'))
    ? home + expanded.slice(1)
    : expanded;
}
