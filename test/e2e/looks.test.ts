import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { openScene, type Scene, STATUS } from './scene.ts';

const LONG = 'a-profile-with-a-name-that-somebody-thought-would-say-everything-about-it';
/** As the status bar has it. */
const CUT = `${LONG.slice(0, 39)}…`;

function manyProfiles(count: number): string {
  const sections = [
    '[sso-session acme]',
    'sso_start_url = https://acme.awsapps.com/start',
    'sso_region = eu-west-1',
    '',
  ];
  for (let index = 0; index < count; index += 1) {
    const account = String(100_000_000_000 + index * 7_919);
    sections.push(
      `[profile account-${String(index).padStart(4, '0')}]`,
      'sso_session = acme',
      `sso_account_id = ${account}`,
      `sso_role_name = ${index % 2 === 0 ? 'Admin' : 'ReadOnly'}`,
      'region = eu-west-1',
      '',
    );
  }
  sections.push(
    `[profile ${LONG}]`,
    'role_arn = arn:aws:iam::111122223333:role/service/path/Deployment',
    'source_profile = account-0001',
    '',
  );
  return sections.join('\n');
}

/** A thousand profiles in a light window with a narrow side bar. */
describe('many profiles', { timeout: 240_000 }, () => {
  let scene: Scene;
  before(async () => {
    scene = await openScene({
      theme: 'light',
      write: async ({ home }) => {
        await mkdir(join(home, '.aws'));
        await writeFile(join(home, '.aws', 'config'), manyProfiles(1000));
      },
    });
  });
  after(() => scene.close());

  test('are all listed', async () => {
    const row = await scene.profiles.waitFor('account-0000', 'Admin · 1000-0000-0000');
    assert.equal(await row.getAttribute('aria-setsize'), '1001');
    await scene.workbench.screenshot('light-many');
  });

  test('are found by typing, and shown in the view', async () => {
    const { workbench, profiles, page } = scene;
    await profiles.clickTitleAction('Search Profiles…');
    await workbench.quickInput.waitForOpen('Search Profiles');
    await workbench.quickInput.type(String(100_000_000_000 + 777 * 7_919));
    await page.locator('.quick-input-list .monaco-list-row[aria-setsize="1"]').waitFor();
    await workbench.screenshot('light-search');
    await workbench.quickInput.choose('account-0777');
    await profiles.row('account-0777').and(page.locator('.selected')).waitFor();
  });

  test('fit a narrow side bar, long names too', async () => {
    const { workbench, profiles, page } = scene;
    const sash = page.locator('.monaco-sash.vertical').and(page.locator(':not(.disabled)')).first();
    const box = await sash.boundingBox();
    assert.ok(box !== null);
    await page.mouse.move(box.x + box.width / 2, 300);
    await page.mouse.down();
    await page.mouse.move(270, 300, { steps: 5 });
    await page.mouse.up();
    await workbench.runCommand('AWS Profiles: Switch Profile…');
    await workbench.quickInput.waitForOpen('Switch Profile');
    await workbench.quickInput.type(LONG);
    await workbench.quickInput.choose(LONG);
    await scene.status(`${CUT}: log in`);
    await profiles.clickTitleAction('Search Profiles…');
    await workbench.quickInput.waitForOpen('Search Profiles');
    await workbench.quickInput.type(LONG);
    await workbench.quickInput.choose(LONG);
    await profiles.row(LONG).and(page.locator('.selected')).waitFor();
    await workbench.screenshot('light-narrow');
  });

  test('follow one change without a new list', async () => {
    const { profiles, configFile } = scene;
    const text = await readFile(configFile, 'utf8');
    await writeFile(configFile, text.replaceAll('ReadOnly', 'Viewer'));
    await profiles.row(LONG).waitFor();
    await profiles.waitFor('account-0999', /^Viewer/);
    await profiles.row(LONG).and(scene.page.locator('.selected')).waitFor();
  });

  test('the status bar explains itself to a hover and to a screen reader', async () => {
    const { workbench, page, code } = scene;
    const item = workbench.statusItem(STATUS);
    assert.equal(await item.getAttribute('aria-label'), `AWS: profile ${LONG}, log in needed`);
    await code.changeSettings({ 'workbench.hover.delay': 100 });
    await scene.status(`${CUT}: log in`);
    await item.hover();
    const hover = page.locator('.workbench-hover', { hasText: 'Defined in' });
    await hover.waitFor();
    assert.deepEqual((await hover.locator('a[data-href^="command:rolecall."]').allTextContents()).slice(1), [
      'Switch',
      'Log in',
      'Copy env',
      'Terminal',
      'Check',
      'Why?',
    ]);
    await workbench.screenshot('light-hover');
  });
});
