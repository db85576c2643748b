import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { locateFiles } from '../../../src/aws-files/location.ts';
import {
  missingFiles,
  missingText,
  pairText,
  placeText,
  remotePlace,
} from '../../../src/view/files-place.ts';

const HOME = '/home/me';
const USUAL = { config: '/home/me/.aws/config', credentials: '/home/me/.aws/credentials' };

describe('whose home it is', () => {
  test('a window of this machine needs no name', () => {
    assert.equal(remotePlace(undefined, 'laptop', {}), undefined);
    assert.equal(remotePlace('', 'laptop', {}), undefined);
  });
  test('a remote one is named by its machine and the way there', () => {
    assert.equal(remotePlace('ssh-remote', 'devbox', {}), 'devbox (SSH)');
    assert.equal(remotePlace('wsl', 'laptop', { WSL_DISTRO_NAME: 'Ubuntu' }), 'Ubuntu (WSL)');
    assert.equal(remotePlace('wsl', 'laptop', {}), 'laptop (WSL)');
    assert.equal(remotePlace('dev-container', '3f2a', {}), '3f2a (container)');
    assert.equal(remotePlace('localhost:8080', 'devbox', {}), 'devbox');
    assert.equal(remotePlace('toString', 'devbox', {}), 'devbox');
  });
});

describe('a pair of files in few words', () => {
  test('is the folder when it has both under their own names', () => {
    assert.equal(pairText(USUAL, HOME), '~/.aws');
    assert.equal(pairText({ config: '/w/config', credentials: '/w/credentials' }, HOME), '/w');
  });
  test('else both paths', () => {
    assert.equal(pairText({ ...USUAL, config: '/home/me/work' }, HOME), '~/work · ~/.aws/credentials');
    assert.equal(pairText({ ...USUAL, config: '/w/config' }, HOME), '/w/config · ~/.aws/credentials');
  });
});

describe('what stands beside the title', () => {
  test('is nothing where the files are where everybody has them', () => {
    assert.equal(placeText(USUAL, { home: HOME, remote: undefined, isEmpty: true }), '');
    assert.equal(placeText(USUAL, { home: HOME, remote: 'devbox (SSH)', isEmpty: false }), '');
  });
  test('is the whole path and the machine where a remote home has no profiles', () => {
    const text = placeText(USUAL, { home: HOME, remote: 'devbox (SSH)', isEmpty: true });
    assert.equal(text, 'devbox (SSH) · /home/me/.aws');
  });
  test('is the pair where the files are elsewhere', () => {
    const work = { config: '/home/me/work/config', credentials: '/home/me/work/credentials' };
    assert.equal(placeText(work, { home: HOME, remote: undefined, isEmpty: false }), '~/work');
  });
});

describe('a file that is not there', () => {
  const statuses = (config: string, credentials: string) => ({
    config: { path: '/home/me/work/config', status: config },
    credentials: { path: USUAL.credentials, status: credentials },
  });
  test('is no news where nobody named it', () => {
    const nowhere = statuses('missing', 'missing');
    assert.deepEqual(missingFiles(locateFiles({}, HOME, 'linux'), nowhere), []);
    assert.equal(missingText(locateFiles({}, HOME, 'linux'), nowhere, HOME), '');
  });
  test('is named when a setting names it; a variable may well name a file that shall not be', () => {
    const env = { AWS_SHARED_CREDENTIALS_FILE: '/nowhere' };
    const locations = locateFiles(env, HOME, 'linux', { config: '~/work/config' });
    assert.deepEqual(missingFiles(locations, statuses('missing', 'missing')), ['config', 'credentials']);
    assert.deepEqual(missingFiles(locations, statuses('read', 'unreadable')), []);
    assert.equal(
      missingText(locations, statuses('missing', 'missing'), HOME),
      'rolecall.configFile names ~/work/config, which does not exist. Add something to make it, or switch to other files.',
    );
  });
});
