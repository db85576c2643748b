import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import type { Credentials } from '../../../src/credentials/credentials.ts';
import {
  describeFormat,
  exportText,
  type FormatName,
  findFormat,
  formatForShell,
  formatNames,
  needsCredentials,
} from '../../../src/exports/formats.ts';
import type { ShellFormat } from '../../../src/exports/shells.ts';
import vectors from '../../fixtures/vectors/exports/export-credentials.json' with { type: 'json' };

const KEYS: Credentials = {
  accessKeyId: 'ASIAEXAMPLE',
  secretAccessKey: 'wJalr/+SECRET=',
  sessionToken: 'IQoJb3JpZ2luX2VjE//+tok==',
  expiration: Date.UTC(2099, 10, 12, 10, 11, 12),
};

const UNSET =
  'AWS_PROFILE AWS_DEFAULT_PROFILE AWS_SESSION_TOKEN AWS_SECURITY_TOKEN AWS_CREDENTIAL_EXPIRATION AWS_CONTAINER_CREDENTIALS_RELATIVE_URI AWS_CONTAINER_CREDENTIALS_FULL_URI AWS_CONTAINER_AUTHORIZATION_TOKEN AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE'.split(
    ' ',
  );

function print(format: FormatName, credentials: Credentials = KEYS, region?: string): string {
  return exportText(format, { profile: 'dev', credentials, ...(region === undefined ? {} : { region }) });
}

suite('exports', () => {
  test('the forms of the shells', () => {
    assert.equal(
      print('bash'),
      `unset ${UNSET.join(' ')}
export AWS_ACCESS_KEY_ID=ASIAEXAMPLE
export AWS_SECRET_ACCESS_KEY=wJalr/+SECRET=
export AWS_SESSION_TOKEN=IQoJb3JpZ2luX2VjE//+tok==
`,
    );
    assert.equal(
      print('fish', KEYS, 'eu-west-1'),
      `set -e ${UNSET.join(' ')}
set -gx AWS_ACCESS_KEY_ID ASIAEXAMPLE
set -gx AWS_SECRET_ACCESS_KEY wJalr/+SECRET=
set -gx AWS_SESSION_TOKEN IQoJb3JpZ2luX2VjE//+tok==
set -gx AWS_REGION eu-west-1
set -gx AWS_DEFAULT_REGION eu-west-1
`,
    );
    assert.equal(
      print('powershell'),
      `Remove-Item -ErrorAction Ignore ${UNSET.map(name => `Env:${name}`).join(', ')}
$Env:AWS_ACCESS_KEY_ID = 'ASIAEXAMPLE'
$Env:AWS_SECRET_ACCESS_KEY = 'wJalr/+SECRET='
$Env:AWS_SESSION_TOKEN = 'IQoJb3JpZ2luX2VjE//+tok=='
`,
    );
    assert.equal(
      print('cmd'),
      `${UNSET.map(name => `set ${name}=\n`).join('')}set AWS_ACCESS_KEY_ID=ASIAEXAMPLE
set AWS_SECRET_ACCESS_KEY=wJalr/+SECRET=
set AWS_SESSION_TOKEN=IQoJb3JpZ2luX2VjE//+tok==
`,
    );
    assert.equal(
      print('nushell'),
      `hide-env --ignore-errors ${UNSET.join(' ')}
$env.AWS_ACCESS_KEY_ID = 'ASIAEXAMPLE'
$env.AWS_SECRET_ACCESS_KEY = 'wJalr/+SECRET='
$env.AWS_SESSION_TOKEN = 'IQoJb3JpZ2luX2VjE//+tok=='
`,
    );
    assert.equal(
      print('dotenv', { accessKeyId: 'AKIA', secretAccessKey: 'a b' }),
      "AWS_ACCESS_KEY_ID=AKIA\nAWS_SECRET_ACCESS_KEY='a b'\n",
    );
  });

  test('the forms without a secret', () => {
    assert.equal(exportText('profile', { profile: 'my profile' }), "export AWS_PROFILE='my profile'\n");
    assert.equal(exportText('profile', { profile: 'dev', shell: 'cmd' }), 'set AWS_PROFILE=dev\n');
    assert.equal(
      exportText('command', { profile: 'dev' }),
      'eval "$(aws configure export-credentials --format env --profile dev)"\n',
    );
    assert.equal(
      exportText('command', { profile: "it's", shell: 'powershell' }),
      "aws configure export-credentials --format powershell --profile 'it''s' | Out-String | Invoke-Expression\n",
    );
    assert.throws(() => exportText('profile', { profile: undefined }), { name: 'UserError' });
    assert.throws(() => exportText('command', { profile: 'a&b', shell: 'cmd' }), { name: 'UserError' });
    assert.throws(() => exportText('profile', { profile: 'a\nb' }), { name: 'UserError' });
    assert.throws(() => exportText('bash', { profile: 'dev' }), { name: 'UserError' });
  });

  test('what names a profile leads to its files where tools would look elsewhere', () => {
    const redirection = {
      AWS_CONFIG_FILE: '/w/my work/config',
      AWS_SHARED_CREDENTIALS_FILE: '/w/credentials',
    };
    const print = (format: FormatName, shell: ShellFormat): string =>
      exportText(format, { profile: 'dev', shell, redirection });
    assert.equal(
      print('profile', 'bash'),
      `export AWS_CONFIG_FILE='/w/my work/config'
export AWS_SHARED_CREDENTIALS_FILE=/w/credentials
export AWS_PROFILE=dev
`,
    );
    assert.equal(
      print('command', 'fish'),
      `set -gx AWS_CONFIG_FILE '/w/my work/config'
set -gx AWS_SHARED_CREDENTIALS_FILE /w/credentials
aws configure export-credentials --format fish --profile dev | source
`,
    );
    assert.equal(
      print('profile', 'powershell'),
      `$Env:AWS_CONFIG_FILE = '/w/my work/config'
$Env:AWS_SHARED_CREDENTIALS_FILE = '/w/credentials'
$Env:AWS_PROFILE = 'dev'
`,
    );
    assert.equal(
      print('profile', 'cmd'),
      `set "AWS_CONFIG_FILE=/w/my work/config"
set AWS_SHARED_CREDENTIALS_FILE=/w/credentials
set AWS_PROFILE=dev
`,
    );
    assert.match(
      print('command', 'nushell'),
      /^\$env\.AWS_CONFIG_FILE = '\/w\/my work\/config'\n\$env\.AWS_SH/,
    );
    for (const format of formatNames.filter(needsCredentials)) {
      const source = { profile: 'dev', credentials: KEYS };
      assert.equal(exportText(format, { ...source, redirection }), exportText(format, source), format);
    }
    const evil = { ...redirection, AWS_CONFIG_FILE: '/w/\nrm -rf x' };
    assert.throws(() => exportText('profile', { profile: 'dev', redirection: evil }), { name: 'UserError' });
  });

  test('AWS CLI’s own forms, byte for byte', () => {
    assert.ok(vectors.length >= 10);
    for (const { credentials, format, stdout } of vectors) {
      const name = findFormat(`cli:${format}`);
      assert.ok(name);
      const { access_key, secret_key, token, expiry_time } = credentials;
      const text = print(name, {
        accessKeyId: access_key,
        secretAccessKey: secret_key,
        ...(token === null ? {} : { sessionToken: token }),
        ...(expiry_time === null ? {} : { expiration: Date.parse(expiry_time) }),
      });
      assert.equal(text, stdout, format);
    }
    assert.match(
      print('cli:process', { ...KEYS, secretAccessKey: 'é"\\', expiration: 1500 }),
      /"\\u00e9\\"\\\\"[\s\S]*"1970-01-01T00:00:01\.500000\+00:00"/,
    );
    assert.throws(() => print('cli:env', { ...KEYS, secretAccessKey: 'a\nrm x' }), { name: 'UserError' });
  });

  test('every format is named, described and prints', () => {
    for (const format of formatNames) {
      assert.equal(findFormat(format), format);
      assert.ok(describeFormat(format).label);
      assert.match(print(format), /\n$/);
      const secret = print(format).includes(KEYS.secretAccessKey);
      assert.equal(secret, needsCredentials(format), format);
      assert.doesNotMatch(format.startsWith('cli:') ? '' : print(format), /EXPIRATION=./);
    }
    assert.equal(findFormat('zsh'), 'bash');
    assert.equal(findFormat('sh'), 'bash');
    for (const name of ['', 'toString', '__proto__', 'cli:', 'BASH']) {
      assert.equal(findFormat(name), undefined, name);
    }
  });

  test('the format for a shell', () => {
    const cases: readonly (readonly [
      shell: string | undefined,
      platform: NodeJS.Platform,
      format: string,
    ])[] = [
      ['/usr/bin/zsh', 'linux', 'bash'],
      ['/opt/homebrew/bin/fish', 'darwin', 'fish'],
      ['C:\\Windows\\System32\\cmd.exe', 'win32', 'cmd'],
      ['C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe', 'win32', 'powershell'],
      ['C:\\Program Files\\Git\\bin\\bash.exe', 'win32', 'bash'],
      ['pwsh', 'linux', 'powershell'],
      ['/usr/bin/nu', 'linux', 'nushell'],
      ['/bin/constructor', 'linux', 'bash'],
      [undefined, 'win32', 'powershell'],
      [undefined, 'linux', 'bash'],
    ];
    for (const [shell, platform, format] of cases) {
      assert.equal(formatForShell(shell, platform), format, shell);
    }
  });
});

/** Values of any kind, those that shells stumble over more often. */
const value = fc.oneof(
  fc.string({ unit: 'binary', minLength: 1 }),
  fc.string({ unit: fc.constantFrom(...'$`"\'\\!%^&|<>(){}[]*?~#;:=,@ -a\u2019é'), minLength: 1 }),
);

/** What a shell makes of the exports: the variables as a child process sees them, NUL after each. */
type Shell = {
  readonly program: string;
  readonly format: FormatName;
  readonly args: (script: string) => string[];
};

const PROBE = `${process.execPath} -e 'for (const name of ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE", "AWS_SECURITY_TOKEN"]) process.stdout.write((process.env[name] ?? "-") + "\\0")'`;

const SHELLS: readonly Shell[] = [
  { program: 'bash', format: 'bash', args: script => ['--norc', '--noprofile', '-c', script] },
  { program: 'dash', format: 'bash', args: script => ['-c', script] },
  { program: 'zsh', format: 'bash', args: script => ['-f', '-c', script] },
  { program: 'ksh', format: 'bash', args: script => ['-c', script] },
  { program: 'fish', format: 'fish', args: script => ['--no-config', '-c', script] },
];

/** The values as the shell exported them; all of `sets` in one process. */
function readBack(shell: Shell, sets: readonly Credentials[]): readonly string[] {
  const script = sets.map(credentials => `${print(shell.format, credentials)}${PROBE}\n`).join('');
  const env = {
    PATH: process.env['PATH'],
    LC_ALL: 'C.UTF-8',
    HOME: '/nonexistent',
    AWS_PROFILE: 'old',
    AWS_SECURITY_TOKEN: 'old',
  };
  const { stdout, stderr, status } = spawnSync(shell.program, shell.args(script), { encoding: 'utf8', env });
  assert.deepEqual([status, stderr], [0, '']);
  return stdout.split('\0');
}

function isInstalled(program: string): boolean {
  return spawnSync(program, ['-c', 'true']).error === undefined;
}

suite('shells read back what was exported', () => {
  test('the files and the profile, in the shell that is there', {
    skip: process.platform === 'win32' ? 'the shells are POSIX' : false,
  }, () => {
    const redirection = { AWS_CONFIG_FILE: "/w/it's $HOME/~", AWS_SHARED_CREDENTIALS_FILE: '/w/"x"; echo' };
    const wanted = [...Object.values(redirection), 'dev'].map(text => `${text}\n`).join('');
    for (const shell of SHELLS.filter(each => isInstalled(each.program))) {
      const format = shell.format === 'fish' ? 'fish' : 'bash';
      const set = exportText('profile', { profile: 'dev', shell: format, redirection });
      const script = `${set}printenv AWS_CONFIG_FILE AWS_SHARED_CREDENTIALS_FILE AWS_PROFILE`;
      const env = { PATH: process.env['PATH'], AWS_CONFIG_FILE: '/old' };
      const { stdout } = spawnSync(shell.program, shell.args(script), { encoding: 'utf8', env });
      assert.equal(stdout, wanted, shell.program);
    }
  });

  for (const shell of SHELLS) {
    const required = process.platform !== 'win32' && ['bash', 'dash'].includes(shell.program);
    const skip = required || isInstalled(shell.program) ? false : `${shell.program} is not installed`;
    test(shell.program, { skip }, () => {
      const sets = fc
        .sample(fc.record({ accessKeyId: value, secretAccessKey: value, sessionToken: value }), 400)
        .filter(set => Object.values(set).every(text => !/[\p{Cc}\p{Cs}\u2028\u2029]/u.test(text)))
        .slice(0, 25);
      assert.equal(sets.length, 25);
      const expected = sets.flatMap(set => [
        set.accessKeyId,
        set.secretAccessKey,
        set.sessionToken,
        '-',
        '-',
      ]);
      assert.deepEqual(readBack(shell, sets), [...expected, '']);
    });
  }

  test('without a session token the old one is gone', () => {
    for (const shell of SHELLS.filter(each => isInstalled(each.program))) {
      const [bare, ...rest] = [KEYS, { accessKeyId: 'A', secretAccessKey: 'S' }];
      assert.ok(bare);
      assert.deepEqual(readBack(shell, [bare, ...rest]).slice(5, 8), ['A', 'S', '-'], shell.program);
    }
  });
});

suite('quoting, for any value', () => {
  test('is refused only for control characters, never printed with a line of its own', () => {
    fc.assert(
      fc.property(
        value,
        fc.constantFrom<FormatName>('bash', 'fish', 'powershell', 'nushell', 'cmd', 'dotenv'),
        (secret, format) => {
          const credentials = { accessKeyId: 'A', secretAccessKey: secret };
          let text: string;
          try {
            text = print(format, credentials);
          } catch (error) {
            assert.ok(error instanceof Error && error.name === 'UserError');
            assert.ok(!error.message.includes(secret) || secret.length < 3);
            const carries = format === 'cmd' ? /["%]/ : format === 'dotenv' ? /['\\]|\$\{/ : /(?!)/;
            return /[\p{Cc}\p{Cs}\u2028\u2029]/u.test(secret) || carries.test(secret);
          }
          const lines = text.split('\n');
          return (
            lines.length === print(format, { accessKeyId: 'A', secretAccessKey: 'S' }).split('\n').length
          );
        },
      ),
    );
  });

  test('PowerShell: what stands between the quotes is the value, typographic quotes doubled too', () => {
    fc.assert(
      fc.property(value, secret => {
        fc.pre(!/[\p{Cc}\p{Cs}\u2028\u2029]/u.test(secret));
        const line =
          print('powershell', { accessKeyId: 'A', secretAccessKey: secret }).split('\n').at(-2) ?? '';
        const inner = /^\$Env:AWS_SECRET_ACCESS_KEY = '(.*)'$/u.exec(line)?.[1] ?? '';
        assert.equal(inner.replace(/(['\u2018-\u201b])\1/g, '$1'), secret);
        assert.doesNotMatch(inner.replace(/(['\u2018-\u201b])\1/g, ''), /['\u2018-\u201b]/);
      }),
    );
  });

  test('Nushell: the quotes hold the value', () => {
    fc.assert(
      fc.property(value, secret => {
        fc.pre(!/[\p{Cc}\p{Cs}\u2028\u2029]/u.test(secret));
        const line = print('nushell', { accessKeyId: 'A', secretAccessKey: secret }).split('\n').at(-2) ?? '';
        const quoted = line.slice('$env.AWS_SECRET_ACCESS_KEY = '.length);
        const inner = quoted.slice(1, -1);
        assert.equal(quoted.startsWith("'") ? inner : inner.replace(/\\(.)/gu, '$1'), secret);
        assert.equal(quoted.startsWith("'") && inner.includes("'"), false);
      }),
    );
  });
});
