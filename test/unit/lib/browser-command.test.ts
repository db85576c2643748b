import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  BROWSERS,
  type BrowserChoice,
  type BrowserCommand,
  type BrowserPlace,
  browserCommand,
  isBrowserName,
  LINK,
} from '../../../src/lib/browser-command.ts';
import { UserError } from '../../../src/lib/errors.ts';

const URL_TEXT =
  'https://oidc.eu-west-1.amazonaws.com/authorize?a=%2B%26&redirect_uri=http%3A%2F%2F127.0.0.1#/x';

function place(platform: NodeJS.Platform, files: readonly string[], env = {}): BrowserPlace {
  const home = platform === 'win32' ? 'C:\\Users\\dana' : '/home/dana';
  return { platform, env, home, isFile: path => files.includes(path) };
}

const LINUX = place(
  'linux',
  [
    '/usr/bin/firefox',
    '/opt/chrome/google-chrome',
    '/var/lib/flatpak/exports/bin/com.brave.Browser',
    '/opt/x',
  ],
  { PATH: 'relative:/usr/bin:/opt/chrome:' },
);
const MAC = place('darwin', [
  '/Applications/Firefox.app/Contents/MacOS/firefox',
  '/home/dana/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
]);
const WINDOWS = place(
  'win32',
  [
    'C:\\Program Files\\Mozilla Firefox\\firefox.exe',
    'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
    'C:\\Users\\dana\\bin\\b.exe',
    'C:\\tools\\open.cmd',
  ],
  {
    ProgramFiles: 'C:\\Program Files',
    'ProgramFiles(x86)': 'C:\\Program Files (x86)',
    Path: '.;C:\\Users\\dana\\bin',
  },
);

function command(choice: BrowserChoice, where: BrowserPlace): readonly string[] {
  const { file, args }: BrowserCommand = browserCommand(choice, URL_TEXT, where);
  return [file, ...args];
}

function refused(choice: BrowserChoice, where: BrowserPlace, message: RegExp, url = URL_TEXT): void {
  assert.throws(
    () => browserCommand(choice, url, where),
    (error: unknown) => error instanceof UserError && message.test(error.message),
  );
}

describe('the command line of a browser', () => {
  it('on Linux is found on PATH, with the profile of each family', () => {
    assert.deepEqual(command({ browser: 'firefox' }, LINUX), ['/usr/bin/firefox', '--new-tab', URL_TEXT]);
    assert.deepEqual(command({ browser: 'firefox', profile: 'work' }, LINUX), [
      ...['/usr/bin/firefox', '-P', 'work', '--new-tab', URL_TEXT],
    ]);
    assert.deepEqual(command({ browser: 'firefox', profile: '/srv/p' }, LINUX).slice(1, 3), [
      ...['--profile', '/srv/p'],
    ]);
    assert.deepEqual(command({ browser: 'chrome', profile: 'Profile 1' }, LINUX), [
      ...['/opt/chrome/google-chrome', '--profile-directory=Profile 1', URL_TEXT],
    ]);
    assert.deepEqual(command({ browser: 'brave' }, LINUX), [
      ...['/var/lib/flatpak/exports/bin/com.brave.Browser', URL_TEXT],
    ]);
  });

  it('on macOS goes through the system, unless it has a profile', () => {
    assert.deepEqual(command({ browser: 'firefox' }, MAC), [
      ...['/usr/bin/open', '-a', '/Applications/Firefox.app', URL_TEXT],
    ]);
    assert.deepEqual(command({ browser: 'firefox', profile: 'work' }, MAC), [
      ...['/Applications/Firefox.app/Contents/MacOS/firefox', '-P', 'work', '--new-tab', URL_TEXT],
    ]);
    assert.deepEqual(command({ browser: 'chrome', profile: 'Default' }, MAC), [
      '/home/dana/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
      '--profile-directory=Default',
      URL_TEXT,
    ]);
    assert.deepEqual(command({ browser: '/Applications/Firefox Nightly.app', profile: 'n' }, MAC), [
      ...['/usr/bin/open', '-n', '-a', '/Applications/Firefox Nightly.app', '--args'],
      ...['-P', 'n', '--new-tab', URL_TEXT],
    ]);
  });

  it('on Windows stands in a folder of programs', () => {
    assert.deepEqual(command({ browser: 'firefox', profile: 'work' }, WINDOWS), [
      ...['C:\\Program Files\\Mozilla Firefox\\firefox.exe', '-P', 'work', '--new-tab', URL_TEXT],
    ]);
    assert.deepEqual(command({ browser: 'edge', profile: 'Profile 2' }, WINDOWS), [
      'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
      '--profile-directory=Profile 2',
      URL_TEXT,
    ]);
    refused({ browser: 'chrome' }, WINDOWS, /^Chrome was not found/);
  });

  it('opens a Firefox container through the address of its extension', () => {
    const [, , , address = ''] = command(
      { browser: 'firefox', container: 'Ops & co', profile: 'work' },
      LINUX,
    ).filter(each => each !== '--new-tab');
    const query = new URLSearchParams(address.replace(/^ext\+container:/, ''));
    assert.ok(address.startsWith('ext+container:'));
    assert.deepEqual(
      [...query],
      [
        ['name', 'Ops & co'],
        ['url', URL_TEXT],
      ],
    );
    refused({ browser: 'chrome', container: 'x' }, LINUX, /Only Firefox/);
  });

  it('takes whole paths, the home folder included, and knows families by their name', () => {
    const path = '/home/dana/apps/librewolf';
    const where = place('linux', [path, '/opt/x']);
    assert.deepEqual(command({ browser: '~/apps/librewolf', profile: 'w' }, where).slice(0, 3), [
      ...[path, '-P', 'w'],
    ]);
    assert.deepEqual(command({ browser: '/opt/x' }, where), ['/opt/x', URL_TEXT]);
    refused({ browser: '/opt/x', profile: 'w' }, where, /How \/opt\/x takes a profile is not known/);
    refused({ browser: '/opt/y' }, where, /not found/);
    refused({ browser: 'netscape' }, where, /names "netscape"/);
    refused({ browser: './x' }, where, /names "\.\/x"/);
  });

  it('takes a command line of the user’s own, from PATH but never from a relative folder', () => {
    assert.deepEqual(command({ argv: ['firefox', '--x', `--app=${LINK}&${LINK}`] }, LINUX), [
      ...['/usr/bin/firefox', '--x', `--app=${URL_TEXT}&${URL_TEXT}`],
    ]);
    assert.deepEqual(command({ argv: ['/opt/x'] }, LINUX), ['/opt/x', URL_TEXT]);
    assert.deepEqual(command({ argv: ['b', LINK] }, WINDOWS), ['C:\\Users\\dana\\bin\\b.exe', URL_TEXT]);
    refused({ argv: ['bin/x', LINK] }, LINUX, /names "bin\/x"/);
    refused({ argv: ['nothing', LINK] }, LINUX, /nothing was not found/);
    const relative = place('linux', ['bin/tool', 'tool'], { PATH: 'bin::.' });
    refused({ argv: ['tool', LINK] }, relative, /tool was not found/);
  });

  it('runs no batch file, which a shell would read', () => {
    refused({ argv: ['C:\\tools\\open.cmd', LINK] }, WINDOWS, /batch file/);
    refused({ browser: 'C:\\tools\\open.CMD' }, WINDOWS, /batch file/);
  });

  it('lets nothing but a web address through, which no browser reads as an option', () => {
    const odd = [
      '--version',
      '-P',
      'file:///etc/passwd',
      'https://a b',
      'javascript:0',
      ' https://a',
      'https://a\n',
    ];
    for (const url of odd) {
      refused({ browser: 'firefox' }, LINUX, /not a web address/, url);
    }
    refused({ browser: 'firefox', profile: '--headless' }, LINUX, /read as an option/);
  });

  it('has the address in one argument, whole, whatever it is', () => {
    const choices: readonly BrowserChoice[] = [
      ...Object.keys(BROWSERS)
        .filter(isBrowserName)
        .map(browser => ({ browser, profile: 'p' })),
      { argv: ['firefox', LINK] },
      { argv: ['firefox'] },
    ];
    const everything: BrowserPlace = { ...LINUX, isFile: () => true };
    fc.assert(
      fc.property(
        fc.constantFrom(...choices),
        fc.webUrl({ withFragments: true, withQueryParameters: true }),
        (choice, url) => {
          const { args } = browserCommand(choice, `${url}$&$'`, everything);
          assert.equal(args.filter(each => each === `${url}$&$'`).length, 1);
        },
      ),
    );
  });
});
