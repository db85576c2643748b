import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { realSystem } from '../../../src/lib/system.ts';
import { boundTerminal } from '../../../src/view/bound-terminal.ts';

describe('a terminal that is bound to a profile', () => {
  test('holds it whatever the environment says', { skip: process.platform === 'win32' }, async () => {
    const profile = `odd 'name" $x`;
    const bound = boundTerminal(profile, { shell: '/bin/sh', platform: 'linux', env: {} });
    assert.ok(bound);
    const result = await realSystem().run(bound.path, [...bound.args, '-c', 'env | grep ^AWS_'], {
      signal: new AbortController().signal,
      timeoutMs: 20_000,
      env: { PATH: process.env['PATH'], AWS_PROFILE: 'x', AWS_ACCESS_KEY_ID: 'id', AWS_DEFAULT_PROFILE: 'y' },
    });
    assert.equal(result.stdout, `AWS_PROFILE=${profile}\n`);
  });

  test('reads the real config file while the window’s terminals are led to another', {
    skip: process.platform === 'win32',
  }, async () => {
    const configFile = '/home/o b/.aws/config';
    const bound = boundTerminal('dev', { shell: '/bin/sh', platform: 'linux', env: {}, configFile });
    assert.ok(bound);
    const result = await realSystem().run(bound.path, [...bound.args, '-c', 'env | grep ^AWS_ | sort'], {
      signal: new AbortController().signal,
      timeoutMs: 20_000,
      env: { PATH: process.env['PATH'], AWS_PROFILE: 'once', AWS_CONFIG_FILE: '/private' },
    });
    assert.equal(result.stdout, `AWS_CONFIG_FILE=${configFile}\nAWS_PROFILE=dev\n`);
    for (const [shell, set] of [
      ['pwsh.exe', "$Env:AWS_CONFIG_FILE = 'C:\\config'"],
      ['cmd.exe', 'set "AWS_CONFIG_FILE=C:\\config"'],
    ] as const) {
      const windows = { shell, platform: 'win32', env: {}, configFile: 'C:\\config' } as const;
      assert.ok(boundTerminal('dev', windows)?.args.at(-1)?.endsWith(set));
    }
  });

  test('keeps the window’s choice from a shell integration that a start-up file loads', () => {
    const bound = boundTerminal('dev', { shell: '/bin/bash', platform: 'linux', env: {} });
    const args = bound?.args ?? [];
    assert.ok(args.some((arg, index) => arg === 'VSCODE_ENV_REPLACE' && args[index - 1] === '-u'));
  });

  test('on Windows by a first command of the shell', () => {
    const windows = { platform: 'win32', env: {} } as const;
    const power = boundTerminal("o'b", { ...windows, shell: 'C:\\x\\powershell.exe' });
    assert.match(power?.args.at(-1) ?? '', /\$Env:AWS_PROFILE = 'o''b'$/);
    const cmd = boundTerminal('dev', { ...windows, shell: 'C:\\Windows\\System32\\cmd.exe' });
    assert.match(cmd?.args.at(-1) ?? '', /set "AWS_PROFILE=dev"$/);
  });

  test('not at all where the shell could read the name as a command', () => {
    const windows = { platform: 'win32', env: {} } as const;
    assert.equal(boundTerminal('a&calc', { ...windows, shell: 'cmd.exe' }), undefined);
    assert.equal(boundTerminal('dev', { ...windows, shell: 'C:\\git\\bash.exe' }), undefined);
  });
});
