import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { BrowserPlace } from '../../../src/lib/browser-command.ts';
import {
  chromiumFiles,
  firefoxFiles,
  listProfiles,
  readFirefoxProfiles,
  readLocalState,
  withProfileFolder,
} from '../../../src/lib/browser-profiles.ts';
import { UserError } from '../../../src/lib/errors.ts';
import { temporaryFolder } from './temporary-folder.ts';

const names = (text: string): readonly string[] => readFirefoxProfiles(text).map(each => each.name);

async function fixture(name: string): Promise<string> {
  return readFile(new URL(`../../fixtures/firefox/${name}.ini`, import.meta.url), 'utf8');
}

describe('the profiles of Firefox', () => {
  it('are read from files as each system has them', async () => {
    assert.deepEqual(names(await fixture('linux')), ['default', 'default-release', 'Client #7; billing']);
    assert.deepEqual(names(await fixture('macos')), ['default', 'default-release', 'Müller & Söhne']);
    assert.deepEqual(names(await fixture('windows')), ['work', 'true', '"quoted" \\ a=b']);
  });

  it('have the names that the file says, whatever they are', () => {
    const name = fc
      .string({ unit: 'grapheme', minLength: 1 })
      .filter(text => !/[\r\n\u2028\u2029]/.test(text));
    fc.assert(
      fc.property(fc.array(name), given => {
        const text = given.map((each, index) => `[Profile${index}]\nName=${each}\nPath=p\n`).join('\n');
        assert.deepEqual(names(text), given);
      }),
    );
  });

  it('are none in a file of something else', () => {
    for (const text of [
      '',
      'Name=x',
      '[Profile]\nName=x',
      '[Profile0]\nPath=x',
      '{"a": [',
      '[__proto__]\nName=x',
    ]) {
      assert.deepEqual(names(text), [], text);
    }
  });
});

describe('the profiles of Chromium’s family', () => {
  it('have a name and a folder', () => {
    const text = JSON.stringify({
      profile: { info_cache: { Default: { name: 'Dana' }, 'Profile 1': { name: 'Work' }, 'Profile 2': {} } },
    });
    assert.deepEqual(readLocalState(text), [
      { name: 'Dana', value: 'Default' },
      { name: 'Work', value: 'Profile 1' },
      { name: 'Profile 2', value: 'Profile 2' },
    ]);
  });

  it('are not known from a file of something else', () => {
    for (const text of ['', '[]', 'null', '{"profile": 1}', '{"profile": {"info_cache": 3}}', '{']) {
      assert.equal(readLocalState(text), undefined, text);
    }
  });
});

describe('the files with profiles', () => {
  const place = (platform: NodeJS.Platform, home: string, env = {}): BrowserPlace => ({
    platform,
    home,
    env,
    isFile: () => false,
  });

  it('stand where each system has them', () => {
    assert.equal(
      firefoxFiles(place('win32', 'C:\\Users\\d', { APPDATA: 'D:\\Roaming' }))[0],
      'D:\\Roaming\\Mozilla\\Firefox\\profiles.ini',
    );
    assert.equal(
      firefoxFiles(place('darwin', '/Users/d'))[0],
      '/Users/d/Library/Application Support/Firefox/profiles.ini',
    );
    assert.equal(firefoxFiles(place('linux', '/home/d'))[0], '/home/d/.mozilla/firefox/profiles.ini');
    assert.deepEqual(chromiumFiles('chrome', place('linux', '/home/d')), [
      '/home/d/.config/google-chrome/Local State',
    ]);
    assert.deepEqual(chromiumFiles('edge', place('win32', 'C:\\U')), [
      'C:\\U\\AppData\\Local\\Microsoft\\Edge\\User Data\\Local State',
    ]);
  });

  it('are read on this machine; without one, nothing is known', async t => {
    const home = await temporaryFolder(t);
    const here = place('linux', home);
    assert.equal(await listProfiles('firefox', here), undefined);
    const [, , , file = ''] = firefoxFiles(here);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, await fixture('linux'));
    assert.equal((await listProfiles('firefox', here))?.length, 3);
    const state = join(home, '.config', 'chromium', 'Local State');
    await mkdir(dirname(state), { recursive: true });
    await writeFile(state, '{"profile":{"info_cache":{"Default":{"name":"Dana"}}}}');
    assert.deepEqual(await listProfiles('chromium', here), [{ name: 'Dana', value: 'Default' }]);
  });

  it('give the folder of the profile that a user names, and refuse one that is not there', async t => {
    const home = temporaryFolder(t);
    const here = place('linux', home);
    const named = (profile: string) => ({ browser: 'chromium', profile }) as const;
    assert.deepEqual(await withProfileFolder(named('Work'), here), named('Work'));
    const state = join(home, '.config', 'chromium', 'Local State');
    await mkdir(dirname(state), { recursive: true });
    // One profile is called as the folder of the other is.
    const profiles = { Default: { name: 'Work' }, Work: { name: 'Dana' } };
    await writeFile(state, JSON.stringify({ profile: { info_cache: profiles } }));
    assert.deepEqual(await withProfileFolder(named('Dana'), here), named('Work'));
    assert.deepEqual(await withProfileFolder(named('Work'), here), named('Work'));
    assert.deepEqual(await withProfileFolder({ browser: 'chromium' }, here), { browser: 'chromium' });
    assert.deepEqual(await withProfileFolder({ argv: ['x'] }, here), { argv: ['x'] });
    await assert.rejects(withProfileFolder(named('Gone'), here), (error: unknown) => {
      assert.ok(error instanceof UserError);
      assert.equal(error.message, 'Chromium has no profile "Gone".');
      assert.match(error.hint ?? '', /Work, Dana/);
      return true;
    });
  });
});
