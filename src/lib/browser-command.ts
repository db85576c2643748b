import { posix, win32 } from 'node:path';
import { UserError } from './errors.ts';
import type { Environment } from './system.ts';

/** Who chooses a browser: by its name or path, with a profile or a Firefox container; or by a whole command line. */
export type BrowserChoice =
  | { readonly browser: string; readonly profile?: string; readonly container?: string }
  | { readonly argv: readonly string[] };

/** What a program is started with: no shell, so nothing in the arguments is read a second time. */
export type BrowserCommand = { readonly file: string; readonly args: readonly string[] };

/** Where the browser is to be found. */
export type BrowserPlace = {
  readonly platform: NodeJS.Platform;
  readonly env: Environment;
  readonly home: string;
  isFile(path: string): boolean;
};

/** Stands for the address in a command line of the user's own. */
// biome-ignore lint/suspicious/noTemplateCurlyInString: the user writes it so
export const LINK = '${url}';

export type BrowserFamily = 'firefox' | 'chromium';

type Browser = {
  readonly title: string;
  readonly family: BrowserFamily;
  /** Names on PATH, then where packages of their own put them. */
  readonly linux: readonly string[];
  /** The application and the program in it. */
  readonly mac: readonly [app: string, program: string];
  /** Below the folders of programs. */
  readonly windows: string;
};

/** The browsers that can be named. */
export const BROWSERS = {
  firefox: {
    title: 'Firefox',
    family: 'firefox',
    linux: ['firefox', 'firefox-esr', '/snap/bin/firefox', 'org.mozilla.firefox'],
    mac: ['Firefox.app', 'firefox'],
    windows: 'Mozilla Firefox\\firefox.exe',
  },
  chrome: {
    title: 'Chrome',
    family: 'chromium',
    linux: ['google-chrome', 'google-chrome-stable', 'com.google.Chrome'],
    mac: ['Google Chrome.app', 'Google Chrome'],
    windows: 'Google\\Chrome\\Application\\chrome.exe',
  },
  edge: {
    title: 'Edge',
    family: 'chromium',
    linux: ['microsoft-edge', 'microsoft-edge-stable', 'com.microsoft.Edge'],
    mac: ['Microsoft Edge.app', 'Microsoft Edge'],
    windows: 'Microsoft\\Edge\\Application\\msedge.exe',
  },
  chromium: {
    title: 'Chromium',
    family: 'chromium',
    linux: ['chromium', 'chromium-browser', '/snap/bin/chromium', 'org.chromium.Chromium'],
    mac: ['Chromium.app', 'Chromium'],
    windows: 'Chromium\\Application\\chrome.exe',
  },
  brave: {
    title: 'Brave',
    family: 'chromium',
    linux: ['brave-browser', 'brave', '/snap/bin/brave', 'com.brave.Browser'],
    mac: ['Brave Browser.app', 'Brave Browser'],
    windows: 'BraveSoftware\\Brave-Browser\\Application\\brave.exe',
  },
} as const satisfies Readonly<Record<string, Browser>>;

export type BrowserName = keyof typeof BROWSERS;

export function isBrowserName(text: string): text is BrowserName {
  return Object.hasOwn(BROWSERS, text);
}

/**
 * How a browser is started to show `url`. The address must be http or https in plain characters, so that it begins
 * with neither a hyphen nor a slash and no browser reads an option or a file in it.
 * @throws UserError when the browser is not there, or cannot do what is asked.
 */
export function browserCommand(choice: BrowserChoice, url: string, place: BrowserPlace): BrowserCommand {
  if (!/^https?:\/\/[\x21-\x7e]+$/.test(url)) {
    throw new UserError('That link is not a web address, so it was not opened.');
  }
  return 'argv' in choice ? ownCommand(choice.argv, url, place) : namedCommand(choice, url, place);
}

/** The program of a browser that can be named, where it is installed. */
export function findBrowser(name: BrowserName, place: BrowserPlace): string | undefined {
  const { linux, mac, windows } = BROWSERS[name];
  switch (place.platform) {
    case 'win32':
      return ['ProgramFiles', 'ProgramFiles(x86)', 'LOCALAPPDATA']
        .flatMap(variable => place.env[variable] ?? [])
        .map(folder => win32.join(folder, windows))
        .find(place.isFile);
    case 'darwin':
      return macFolders(place)
        .map(folder => posix.join(folder, mac[0], 'Contents', 'MacOS', mac[1]))
        .find(place.isFile);
    default:
      return linux
        .flatMap(each => (each.startsWith('/') ? [each] : [...onPath(each, place), ...flatpaks(each, place)]))
        .find(place.isFile);
  }
}

function namedCommand(
  choice: Extract<BrowserChoice, { browser: string }>,
  url: string,
  place: BrowserPlace,
): BrowserCommand {
  const { browser } = choice;
  const named = isBrowserName(browser);
  const family = named ? BROWSERS[browser].family : familyOf(browser);
  const flags = profileFlags(choice, family);
  const address = choice.container === undefined ? url : containerAddress(choice.container, family, url);
  const args = family === 'firefox' ? [...flags, '--new-tab', address] : [...flags, address];
  const program = named ? findBrowser(browser, place) : ownProgram(browser, place);
  if (program === undefined) {
    throw notFound(named ? BROWSERS[browser].title : browser);
  }
  if (place.platform !== 'darwin') {
    return { file: program, args };
  }
  // The system hands the address to the browser that runs; it drops options then, so those go to the program itself.
  const app = /^.*\.app(?=\/|$)/.exec(program)?.[0];
  if (app !== undefined && flags.length === 0) {
    return { file: '/usr/bin/open', args: ['-a', app, address] };
  }
  return app === program
    ? { file: '/usr/bin/open', args: ['-n', '-a', app, '--args', ...args] }
    : { file: program, args };
}

/** A command line of the user's own: its first part a path or a name on PATH, `${url}` where the address goes. */
function ownCommand(argv: readonly string[], url: string, place: BrowserPlace): BrowserCommand {
  const [first = '', ...rest] = argv;
  const isPath = /[\\/]/.test(first) || first.startsWith('~');
  const file = isPath ? ownProgram(first, place) : onPath(first, place).find(place.isFile);
  if (file === undefined) {
    throw notFound(first);
  }
  // A function, because `$&` and its like in a replacing text would mean something.
  const args = rest.map(each => each.replaceAll(LINK, () => url));
  return { file, args: rest.some(each => each.includes(LINK)) ? args : [...args, url] };
}

function notFound(browser: string): UserError {
  return new UserError(`${browser} was not found on this machine.`, {
    hint: 'Check the setting rolecall.sso.browser.',
  });
}

/** An absolute path, or one below the home folder. Anything else would depend on where VS Code was started. */
function ownProgram(text: string, place: BrowserPlace): string | undefined {
  const path = place.platform === 'win32' ? win32 : posix;
  const file = /^~[\\/]/.test(text) ? path.join(place.home, text.slice(2)) : text;
  if (!path.isAbsolute(file)) {
    throw new UserError(`The setting rolecall.sso.browser names "${text}", which is no browser it knows.`, {
      hint: `Name ${Object.keys(BROWSERS).join(', ')}, or the whole path of a program.`,
    });
  }
  if (place.platform === 'win32' && /\.(bat|cmd)$/i.test(file)) {
    // They run in a shell, which would read the address.
    throw new UserError(`${text} is a batch file, which cannot be given a link safely.`, {
      hint: 'Name a program (.exe) in the setting rolecall.sso.browser.',
    });
  }
  return place.isFile(file) || (place.platform === 'darwin' && file.endsWith('.app')) ? file : undefined;
}

/** The family of a program by its path, as far as it tells. */
function familyOf(path: string): BrowserFamily | undefined {
  const name = /[^\\/]*$/.exec(path)?.[0].toLowerCase() ?? '';
  if (/firefox|librewolf|waterfox|floorp|^zen/.test(name)) {
    return 'firefox';
  }
  return /chrom|edge|brave|vivaldi|opera/.test(name) ? 'chromium' : undefined;
}

function profileFlags(
  { browser, profile }: Extract<BrowserChoice, { browser: string }>,
  family: BrowserFamily | undefined,
): readonly string[] {
  if (profile === undefined) {
    return [];
  }
  if (profile.startsWith('-')) {
    throw new UserError(`"${profile}" cannot be the profile of a browser: it would be read as an option.`, {
      hint: 'Check the setting rolecall.sso.browser.',
    });
  }
  switch (family) {
    case 'firefox':
      return /^([\\/]|[A-Za-z]:[\\/])/.test(profile) ? ['--profile', profile] : ['-P', profile];
    case 'chromium':
      return [`--profile-directory=${profile}`];
    default:
      throw new UserError(`How ${browser} takes a profile is not known.`, {
        hint: `Give the whole command line in the setting rolecall.sso.browser, as a list with ${LINK} in it.`,
      });
  }
}

/** The address as the extension "Open external links in a container" takes it. */
function containerAddress(container: string, family: BrowserFamily | undefined, url: string): string {
  if (family !== 'firefox') {
    throw new UserError('Only Firefox has containers.', {
      hint: 'Check the setting rolecall.sso.browser.',
    });
  }
  return `ext+container:name=${encodeURIComponent(container)}&url=${encodeURIComponent(url)}`;
}

function macFolders({ home }: BrowserPlace): readonly string[] {
  return ['/Applications', posix.join(home, 'Applications')];
}

/** Where a name could stand on PATH; on Windows only as an .exe. Relative folders do not count. */
function onPath(name: string, { platform, env }: BrowserPlace): readonly string[] {
  const path = platform === 'win32' ? win32 : posix;
  const file = platform === 'win32' && !/\.exe$/i.test(name) ? `${name}.exe` : name;
  return name === ''
    ? []
    : (env['PATH'] ?? env['Path'] ?? '')
        .split(path.delimiter)
        .filter(folder => path.isAbsolute(folder))
        .map(folder => path.join(folder, file));
}

function flatpaks(name: string, { home }: BrowserPlace): readonly string[] {
  return name.includes('.')
    ? [posix.join(home, '.local/share/flatpak/exports/bin', name), `/var/lib/flatpak/exports/bin/${name}`]
    : [];
}
