import { basename, dirname, join } from 'node:path';
import type { FilePaths, Location } from '../aws-files/location.ts';
import type { Environment } from '../lib/system.ts';
import { shortPath } from './words.ts';

/** What VS Code calls the ways to another machine, and what people call them. */
const WAYS: Readonly<Record<string, string>> = {
  'ssh-remote': 'SSH',
  wsl: 'WSL',
  'dev-container': 'container',
  'attached-container': 'container',
  'k8s-container': 'container',
  codespaces: 'Codespaces',
  tunnel: 'tunnel',
};

/**
 * Where a window works that is not a window of this machine alone: `devbox (SSH)`, `Ubuntu (WSL)`. `remoteName` is
 * VS Code's word for the way there; undefined, as it is in a local window, gives undefined.
 */
export function remotePlace(
  remoteName: string | undefined,
  host: string,
  env: Environment,
): string | undefined {
  if (remoteName === undefined || remoteName === '') {
    return undefined;
  }
  const way = Object.hasOwn(WAYS, remoteName) ? WAYS[remoteName] : undefined;
  const name = remoteName === 'wsl' ? (env['WSL_DISTRO_NAME'] ?? host) : host;
  return way === undefined ? name : `${name} (${way})`;
}

/** A pair of files in few words: the folder when it holds both under their usual names, else both paths. */
export function pairText({ config, credentials }: FilePaths, home: string, between = ' · '): string {
  const folder = dirname(config);
  const isUsual = basename(config) === 'config' && credentials === join(folder, 'credentials');
  return isUsual
    ? shortPath(folder, home)
    : `${shortPath(config, home)}${between}${shortPath(credentials, home)}`;
}

/**
 * What stands beside the view's title: where the files are, when that is not plain. An empty view of a remote window
 * says whose home this is.
 */
export function placeText(
  paths: FilePaths,
  state: { readonly home: string; readonly remote: string | undefined; readonly isEmpty: boolean },
): string {
  const { home, remote, isEmpty } = state;
  if (remote !== undefined && isEmpty) {
    // The machine first: a narrow sidebar cuts the end.
    return `${remote} · ${pairText(paths, '')}`;
  }
  const folder = join(home, '.aws');
  const isUsual =
    paths.config === join(folder, 'config') && paths.credentials === join(folder, 'credentials');
  return isUsual ? '' : pairText(paths, home);
}

/** The settings that name the files. */
export const FILE_SETTINGS = {
  config: 'rolecall.configFile',
  credentials: 'rolecall.credentialsFile',
} as const satisfies FilePaths;

/** A file that a setting or a variable names and that is not there; without either a missing file is no news. */
export function missingFiles(
  locations: Readonly<Record<keyof FilePaths, Location>>,
  statuses: Readonly<Record<keyof FilePaths, { readonly path: string; readonly status: string }>>,
): readonly (keyof FilePaths)[] {
  return (['config', 'credentials'] as const).filter(
    file => locations[file].from !== 'home' && statuses[file].status === 'missing',
  );
}

/** What the view says above its rows of a file that a setting names and that is not there, else nothing. */
export function missingText(
  locations: Readonly<Record<keyof FilePaths, Location>>,
  statuses: Readonly<Record<keyof FilePaths, { readonly path: string; readonly status: string }>>,
  home: string,
): string {
  return missingFiles(locations, statuses)
    .filter(file => locations[file].from === 'setting')
    .map(
      file =>
        `${FILE_SETTINGS[file]} names ${shortPath(statuses[file].path, home)}, which does not exist. Add something to make it, or switch to other files.`,
    )
    .join(' ');
}
