import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { sha1 } from '../../src/sso/cache-files.ts';
import { manyAccounts } from '../local-aws/data.ts';
import { openScene, type Scene } from './scene.ts';

const ACME = 'https://acme.awsapps.com/start';

/** A portal with 400 accounts in the SSO Sessions view. The tests go on from each other's state. */
describe('many accounts', { timeout: 300_000 }, () => {
  let scene: Scene;
  before(async () => {
    scene = await openScene({
      aws: { portalLimit: { perSecond: 20, burst: 20 } },
      settings: { 'rolecall.identity.check': 'off' },
    });
    const { accounts } = manyAccounts(ACME, 400, 5);
    scene.aws.state.data.sso[0]?.accounts.splice(0, Number.POSITIVE_INFINITY, ...accounts);
    await scene.sessions.waitFor('acme', 'signed out');
    const { accessToken } = scene.aws.state.sso.issueLogin(ACME);
    const folder = join(scene.home, '.aws', 'sso', 'cache');
    await mkdir(folder, { recursive: true });
    await writeFile(
      join(folder, `${sha1('acme')}.json`),
      JSON.stringify({
        startUrl: ACME,
        region: 'eu-west-1',
        accessToken,
        expiresAt: new Date(Date.now() + 3_500_000).toISOString(),
      }),
    );
    await scene.sessions.waitFor('acme', /^signed in/);
  });
  after(() => scene.close());

  /** Only rows that are drawn are found. */
  const scrollToTop = async (): Promise<void> => {
    await scene.sessions.pane.locator('.monaco-list').first().focus();
    await scene.page.keyboard.press('Home');
    await scene.sessions.waitForFocus(/^SSO session acme/);
  };

  test('come with their ids in groups, in the order in which people count', async () => {
    const { sessions, aws } = scene;
    await sessions.expand('acme');
    await sessions.waitFor('Account 1', '1000-0000-0000');
    await sessions.waitFor('Account 2', '1000-0000-0001');
    assert.equal(aws.requests.of('ListAccountRoles').length, 0);
    await sessions.expand('Account 2');
    await sessions.waitFor('Role5');
    await sessions.waitFor('Account 2', '1000-0000-0001 · 5 roles');
    assert.equal(aws.requests.of('ListAccounts').length, 4);
    assert.equal(aws.requests.of('ListAccountRoles').length, 1);
  });

  test('are there at once in a new window, which asks nobody', async () => {
    const { code, sessions, aws, workbench } = scene;
    aws.requests.clear();
    await code.reload();
    await workbench.openContainer('AWS Profiles');
    await sessions.expand('acme');
    await sessions.waitFor('Account 2', '1000-0000-0001 · 5 roles');
    assert.equal(aws.requests.of('ListAccounts').length, 0);
  });

  test('are found by their id, with dashes or without, and shown', async () => {
    const { workbench, sessions } = scene;
    const { quickInput } = workbench;
    await sessions.clickTitleAction('Search Accounts and Roles…');
    await quickInput.waitForOpen('Search Accounts and Roles');
    await quickInput.type('100000000321');
    await quickInput.choose('Account 322');
    await sessions.waitForFocus(/^account Account 322, 1000-0000-0321/);
    await sessions.waitFor('Account 322', '1000-0000-0321 · 5 roles');
  });

  test('are filtered as one types; Escape brings back what was shown', async () => {
    const { workbench, sessions } = scene;
    const { quickInput } = workbench;
    await workbench.runCommand('AWS Profiles: Filter Accounts…');
    await quickInput.waitForOpen('Filter Accounts');
    await quickInput.type('account 0000-0398');
    await sessions.waitForGone('Account 322');
    await sessions.waitFor('Account 399');
    await quickInput.cancel();
    await scrollToTop();
    await sessions.waitFor('Account 1');
    await workbench.runCommand('AWS Profiles: Filter Accounts…');
    await quickInput.enter('0000-0399');
    await sessions.waitFor('Account 400');
    await sessions.waitForGone('Account 1');
    await sessions.clickTitleAction('Show All Accounts');
    await scrollToTop();
    await sessions.waitFor('Account 1');
  });

  test('say why they could not be listed, keep what is known, and are listed again from the keyboard', async () => {
    const { sessions, aws, page } = scene;
    await scrollToTop();
    const fault = aws.faults.add('ListAccounts', { kind: 'html' });
    await sessions.clickAction('acme', 'List Accounts Again');
    await sessions.waitFor('acme', /^accounts not listed · signed in/);
    await sessions.waitFor('Account 1');
    fault.dispose();
    aws.requests.clear();
    await scrollToTop();
    await page.keyboard.press('ArrowDown');
    await sessions.waitForFocus(/what answered is not AWS.* Press Enter to list again\.$/);
    await page.keyboard.press('Enter');
    await sessions.waitFor('acme', /^signed in/);
    assert.equal(aws.requests.of('ListAccounts').length, 4);
  });

  test('tell their roles all at once, with a count, until somebody has enough', async () => {
    const { workbench, sessions } = scene;
    await scrollToTop();
    await sessions.chooseFromMenu('acme', 'List the Roles of All Accounts');
    const notification = workbench.notification(/Listing the roles of acme: \d+ of 400 accounts/);
    await notification.waitFor();
    await notification.getByRole('button', { name: 'Cancel' }).click();
    await notification.waitFor({ state: 'detached' });
    await sessions.waitFor('Account 3', '1000-0000-0002 · 5 roles');
  });
});
