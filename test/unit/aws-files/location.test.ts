import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { locate, locateFiles, type PathOverrides, redirection } from '../../../src/aws-files/location.ts';
import { homeFolder } from '../../../src/lib/system.ts';

type Case = {
  name: string;
  environment: Record<string, string>;
  languageSpecificHome?: string;
  platform: 'linux' | 'windows';
  configLocation: string;
  credentialsLocation: string;
};

const { tests } = JSON.parse(
  readFileSync(new URL('../../fixtures/vectors/locations.json', import.meta.url), 'utf8'),
) as { tests: Case[] };

for (const { name, environment, languageSpecificHome, platform, ...wanted } of tests) {
  test(name, () => {
    const system = platform === 'windows' ? 'win32' : 'linux';
    // On Windows the vectors never come to the home that Node finds.
    const systemHome = (): string => languageSpecificHome ?? assert.fail('asked for the home of the system');
    const home = homeFolder(environment, system, systemHome);
    const { config, credentials } = locate(environment, home, system);
    assert.deepEqual([config, credentials], [wanted.configLocation, wanted.credentialsLocation]);
  });
}

test('puts in the home folder and variables as botocore does', () => {
  const env = {
    AWS_CONFIG_FILE: ['~/x/$', '{NAME}'].join(''),
    AWS_SHARED_CREDENTIALS_FILE: '$DIR/$NAME',
    NAME: 'n',
    DIR: '/d',
  };
  assert.deepEqual(locate(env, '/h', 'linux'), { config: '/h/x/n', credentials: '/d/n' });
  const other = { AWS_CONFIG_FILE: '$NOT_SET/~/x', AWS_SHARED_CREDENTIALS_FILE: '~other/x' };
  assert.deepEqual(locate(other, '/h', 'linux'), { config: '$NOT_SET/~/x', credentials: '~other/x' });
  const windows = { AWS_CONFIG_FILE: '~\\x\\%NAME%', NAME: 'n' };
  assert.equal(locate(windows, 'C:\\h', 'win32').config, 'C:\\h\\x\\n');
});

test('a setting wins over the environment, an empty one does not', () => {
  const env = { AWS_CONFIG_FILE: '/env/config' };
  assert.equal(locate(env, '/h', 'linux', { config: '~/mine' }).config, '/h/mine');
  assert.equal(locate(env, '/h', 'linux', { config: '' }).config, '/env/config');
  assert.equal(locate({ AWS_CONFIG_FILE: '' }, '/h', 'linux').config, '/h/.aws/config');
});

test('a setting may stand in quotes and blanks, as it was pasted', () => {
  const config = (text: string, platform: NodeJS.Platform = 'linux'): string =>
    locate({}, platform === 'win32' ? 'C:\\h' : '/h', platform, { config: text }).config;
  assert.equal(config(' "/a b/config"  '), '/a b/config');
  assert.equal(config("'~/config'"), '/h/config');
  assert.equal(config('"C:\\a b\\config"', 'win32'), 'C:\\a b\\config');
  assert.equal(config('"/it is/odd'), '/h/"/it is/odd');
  for (const empty of ['', '  ', '""', "' '"]) {
    assert.equal(config(empty), '/h/.aws/config');
  }
});

test('a variable counts to the letter', () => {
  const env = { AWS_CONFIG_FILE: '/a/config ', AWS_SHARED_CREDENTIALS_FILE: '"/b"' };
  assert.deepEqual(locate(env, '/h', 'linux'), { config: '/a/config ', credentials: '"/b"' });
});

test('a relative setting starts at the home folder, a relative variable stays relative', () => {
  assert.equal(locate({}, '/h', 'linux', { config: 'work/config' }).config, '/h/work/config');
  assert.equal(locate({}, 'C:\\h', 'win32', { config: 'work\\config' }).config, 'C:\\h\\work\\config');
  assert.equal(locate({ AWS_CONFIG_FILE: 'work/config' }, '/h', 'linux').config, 'work/config');
});

test('says who named each file', () => {
  const env = { AWS_SHARED_CREDENTIALS_FILE: '/env/credentials' };
  assert.deepEqual(locateFiles(env, '/h', 'linux', { config: '~/c' }), {
    config: { path: '/h/c', from: 'setting' },
    credentials: { path: '/env/credentials', from: 'environment' },
  });
  assert.equal(locateFiles({}, '/h', 'linux').config.from, 'home');
});

describe('a window that a terminal of a role opened', () => {
  const copy = '/g/rolecall.rolecall/roles/0123456789abcdef.config';
  const env = { AWS_CONFIG_FILE: copy, ROLECALL_CONFIG_FILE: '/own/config' };
  test('works with the file that the private one is a copy of', () => {
    assert.deepEqual(locateFiles(env, '/h', 'linux').config, { path: '/own/config', from: 'environment' });
    assert.equal(locate(env, '/h', 'linux', { config: '/set' }).config, '/set');
  });
  test('leads its own terminals there', () => {
    const system = { env, home: '/h', platform: 'linux' } as const;
    assert.deepEqual(redirection(system, locate(env, '/h', 'linux')), {
      AWS_CONFIG_FILE: '/own/config',
      AWS_SHARED_CREDENTIALS_FILE: '/h/.aws/credentials',
    });
  });
  test('takes another file that somebody named since, as it is', () => {
    const other = { ...env, AWS_CONFIG_FILE: '/other/config' };
    assert.equal(locate(other, '/h', 'linux').config, '/other/config');
  });
});

describe('the redirection of other programs', () => {
  const redirect = (env: Record<string, string>, settings: PathOverrides) => {
    const system = { env, home: '/h', platform: 'linux' } as const;
    return redirection(system, locate(env, '/h', 'linux', settings));
  };
  const env = { AWS_CONFIG_FILE: '~/env/config' };
  test('is none where they look at the same files by themselves', () => {
    assert.equal(redirect(env, {}), undefined);
    assert.equal(redirect(env, { config: '/h/env/../env/config' }), undefined);
    assert.equal(redirect({}, { credentials: '~/.aws/credentials' }), undefined);
  });
  test('names both files, absolute, when one of them is elsewhere', () => {
    assert.deepEqual(redirect(env, { credentials: '~/work/credentials' }), {
      AWS_CONFIG_FILE: '/h/env/config',
      AWS_SHARED_CREDENTIALS_FILE: '/h/work/credentials',
    });
    const found = redirect({ AWS_SHARED_CREDENTIALS_FILE: 'x' }, { config: '/w/config' });
    assert.equal(found?.AWS_SHARED_CREDENTIALS_FILE, join(process.cwd(), 'x'));
  });
  test('leads back to the home folder when the environment leads away from it', () => {
    assert.deepEqual(redirect(env, { config: '~/.aws/config' }), {
      AWS_CONFIG_FILE: '/h/.aws/config',
      AWS_SHARED_CREDENTIALS_FILE: '/h/.aws/credentials',
    });
  });
  test('takes a path as it is', () => {
    const odd = { config: '/h/$HOME/~', credentials: '/h/.aws/credentials' };
    const system = { env: { HOME: '/h' }, home: '/h', platform: 'linux' } as const;
    assert.equal(redirection(system, odd)?.AWS_CONFIG_FILE, '/h/$HOME/~');
  });
});
