import { readFile } from 'node:fs/promises';
import { posix, win32 } from 'node:path';
import { parse } from 'ini';
import {
  BROWSERS,
  type BrowserChoice,
  type BrowserName,
  type BrowserPlace,
  isBrowserName,
} from './browser-command.ts';
import { UserError } from './errors.ts';

/** A profile of a browser: what its user calls it, and what its command line takes. */
export type BrowserProfile = { readonly name: string; readonly value: string };

/**
 * The profiles of a browser, in the order of its own file; undefined where no such file can be read, which says
 * nothing about the profiles there are.
 */
export async function listProfiles(
  browser: BrowserName,
  place: BrowserPlace,
): Promise<readonly BrowserProfile[] | undefined> {
  const firefox = BROWSERS[browser].family === 'firefox';
  const files = firefox ? firefoxFiles(place) : chromiumFiles(browser, place);
  for (const file of files) {
    const text = await readFile(file, 'utf8').catch(() => undefined);
    const profiles =
      text === undefined ? undefined : firefox ? readFirefoxProfiles(text) : readLocalState(text);
    if (profiles !== undefined) {
      return profiles;
    }
  }
  return undefined;
}

/**
 * The choice with the profile as the command line takes it: users know the name that Chromium shows, which calls the
 * folder something else.
 * @throws UserError when the browser has other profiles only.
 */
export async function withProfileFolder(choice: BrowserChoice, place: BrowserPlace): Promise<BrowserChoice> {
  if ('argv' in choice || choice.profile === undefined || !isBrowserName(choice.browser)) {
    return choice;
  }
  const { profile, browser } = choice;
  const profiles = await listProfiles(browser, place);
  const found =
    profiles?.find(each => each.value === profile) ?? profiles?.find(each => each.name === profile);
  if (found !== undefined) {
    return { ...choice, profile: found.value };
  }
  if (profiles === undefined || /[\\/]/.test(profile)) {
    return choice;
  }
  throw new UserError(`${BROWSERS[browser].title} has no profile "${profile}".`, {
    hint: `It has ${profiles.map(each => each.name).join(', ')}. Check the setting rolecall.sso.browser.`,
  });
}

/** Where Firefox keeps `profiles.ini`, packages with a home of their own included. */
export function firefoxFiles(place: BrowserPlace): readonly string[] {
  const { platform, env, home } = place;
  if (platform === 'win32') {
    return [
      win32.join(env['APPDATA'] ?? win32.join(home, 'AppData\\Roaming'), 'Mozilla\\Firefox\\profiles.ini'),
    ];
  }
  const folders =
    platform === 'darwin'
      ? ['Library/Application Support/Firefox']
      : [
          '.mozilla/firefox',
          '.config/mozilla/firefox',
          'snap/firefox/common/.mozilla/firefox',
          '.var/app/org.mozilla.firefox/.mozilla/firefox',
        ];
  return folders.map(folder => posix.join(home, folder, 'profiles.ini'));
}

/** Where browsers of Chromium's family keep the names of their profiles. */
export function chromiumFiles(browser: BrowserName, place: BrowserPlace): readonly string[] {
  const { platform, env, home } = place;
  const [linux, mac, windows] = USER_DATA[browser];
  if (platform === 'win32') {
    const local = env['LOCALAPPDATA'] ?? win32.join(home, 'AppData\\Local');
    return [win32.join(local, windows, 'User Data', 'Local State')];
  }
  if (platform === 'darwin') {
    return [posix.join(home, 'Library/Application Support', mac, 'Local State')];
  }
  return [posix.join(env['XDG_CONFIG_HOME'] || posix.join(home, '.config'), linux, 'Local State')];
}

const USER_DATA: Readonly<Record<BrowserName, readonly [linux: string, mac: string, windows: string]>> = {
  firefox: ['', '', ''],
  chrome: ['google-chrome', 'Google/Chrome', 'Google\\Chrome'],
  edge: ['microsoft-edge', 'Microsoft Edge', 'Microsoft\\Edge'],
  chromium: ['chromium', 'Chromium', 'Chromium'],
  brave: ['BraveSoftware/Brave-Browser', 'BraveSoftware/Brave-Browser', 'BraveSoftware\\Brave-Browser'],
};

/** The names in a `profiles.ini`: the sections `[Profile0]`, `[Profile1]`, … */
export function readFirefoxProfiles(text: string): readonly BrowserProfile[] {
  // Firefox knows neither comments after a value nor escapes; the package does, unless a value stands in quotes.
  const quoted = text
    .replace(/^\ufeff/, '')
    .replace(
      /^([^=[\r\n]+)=(.*?)\r?$/gm,
      (_line, key: string, value: string) => `${key}=${JSON.stringify(value)}`,
    );
  const sections: unknown = parse(quoted);
  if (typeof sections !== 'object' || sections === null) {
    return [];
  }
  return Object.entries(sections).flatMap(([section, keys]: [string, unknown]) => {
    const isProfile = /^Profile\d+$/.test(section) && typeof keys === 'object' && keys !== null;
    // A profile called "true" comes as one.
    const name = isProfile && 'Name' in keys ? String(keys.Name) : '';
    return name === '' ? [] : [{ name, value: name }];
  });
}

/** The names and folders of profiles in Chromium's `Local State`; undefined when it is not what it should be. */
export function readLocalState(text: string): readonly BrowserProfile[] | undefined {
  try {
    const state: unknown = JSON.parse(text);
    const cache = field(field(state, 'profile'), 'info_cache');
    return typeof cache !== 'object' || cache === null
      ? undefined
      : Object.entries(cache).map(([folder, about]: [string, unknown]) => {
          const name = field(about, 'name');
          return { name: typeof name === 'string' && name !== '' ? name : folder, value: folder };
        });
  } catch {
    return undefined;
  }
}

function field(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
}
