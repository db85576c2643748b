import { posix, win32 } from 'node:path';
import type { Environment } from '../lib/system.ts';
import type { FileName } from './kinds.ts';

/** Where the user says the files are (settings); they win over the environment. */
export type PathOverrides = { readonly [file in FileName]?: string | undefined };

/**
 * Where the two files are: the override, else `AWS_CONFIG_FILE` or `AWS_SHARED_CREDENTIALS_FILE`, else in
 * `.aws` of the home folder. `~` and variables in a path are put in as botocore does; an empty one counts as
 * not set.
 */
export function locate(
  env: Environment,
  home: string,
  platform: NodeJS.Platform,
  overrides: PathOverrides = {},
): Readonly<Record<FileName, string>> {
  const { join } = platform === 'win32' ? win32 : posix;
  const find = (override: string | undefined, variable: string | undefined, name: string): string => {
    const given = override || variable;
    return given ? expandPath(given, env, home, platform) : join(home, '.aws', name);
  };
  return {
    config: find(overrides.config, env['AWS_CONFIG_FILE'], 'config'),
    credentials: find(overrides.credentials, env['AWS_SHARED_CREDENTIALS_FILE'], 'credentials'),
  };
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
