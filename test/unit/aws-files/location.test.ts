import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { locate } from '../../../src/aws-files/location.ts';
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
    // Without any variable the home folder is the one that Node finds.
    const usesNode = system === 'linux' && environment['HOME'] === undefined;
    const home = usesNode ? String(languageSpecificHome) : homeFolder(environment, system);
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
