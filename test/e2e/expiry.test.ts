import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { sha1 } from '../../src/sso/cache-files.ts';
import { writeSampleHome } from '../local-aws/sample-home.ts';
import { openScene, type Scene } from './scene.ts';

const MINUTE = 60_000;
const OLD = 'old-acme.awsapps.com/start';

const ACME = 'https://acme.awsapps.com/start';
const PARTNER = 'https://partner.awsapps.com/start/#/';

/** Writes a token as AWS CLI does after a login, with so many minutes left. AWS would not renew it. */
async function writeToken(
  home: string,
  id: string,
  startUrl: string,
  { minutes, renews = false }: { readonly minutes: number; readonly renews?: boolean },
): Promise<void> {
  const folder = join(home, '.aws', 'sso', 'cache');
  await mkdir(folder, { recursive: true });
  const registration = {
    clientId: 'forgotten',
    clientSecret: 'forgotten',
    registrationExpiresAt: new Date(Date.now() + 3_600_000).toISOString(),
    refreshToken: 'forgotten',
  };
  await writeFile(
    join(folder, `${sha1(id)}.json`),
    JSON.stringify({
      startUrl,
      region: 'eu-west-1',
      accessToken: 'forgotten',
      expiresAt: new Date(Date.now() + minutes * MINUTE).toISOString(),
      ...(renews ? registration : {}),
    }),
  );
}

/** What counts down where, what is said before the end, and what after. The tests go on from each other's state. */
describe('the end of logins', { timeout: 300_000 }, () => {
  let scene: Scene;
  before(async () => {
    scene = await openScene({
      env: { AWS_PROFILE: 'archive' },
      settings: { 'rolecall.sso.notifyBeforeMinutes': 30, 'rolecall.identity.check': 'off' },
    });
    await scene.sessions.waitFor('acme', 'signed out');
  });
  after(() => scene.close());

  test('a login that another program makes starts an estimate', async () => {
    const { sessions } = scene;
    await writeToken(scene.home, 'acme', ACME, { minutes: 60, renews: true });
    const row = await sessions.waitFor('acme', 'signed in · about 8 h, estimated');
    assert.match(
      (await row.getAttribute('aria-label')) ?? '',
      /^SSO session acme, signed in, renews itself, about 8 h left, estimated/,
    );
  });

  test('the last minutes of a login count down on the row and in the status bar, and are told of once', async () => {
    const { sessions, workbench, status, code } = scene;
    await writeToken(scene.home, `https://${OLD}`, `https://${OLD}`, { minutes: 9.9 });
    await sessions.waitFor(OLD, /^legacy · signed in · [89] min$/);
    await status(/archive · [89] min$/);
    await workbench
      .notification(/The SSO login to old-acme\.awsapps\.com\/start ends in [89] min\./)
      .waitFor();
    await workbench.screenshot('expiry-last-minutes');
    await workbench.dismissNotifications();
    await code.reload();
    await workbench.openContainer('AWS Profiles');
    await sessions.waitFor(OLD, /^legacy · signed in · [789] min$/);
    await status(/archive · [789] min$/);
    assert.deepEqual(await workbench.notifications(), []);
    // What was seen before the window was opened anew is known still.
    await sessions.waitFor('acme', 'signed in · about 8 h, estimated');
  });

  test('a renewal that AWS refuses is said on the row and in the status bar, and nowhere else', async () => {
    const { sessions, workbench, status } = scene;
    await writeToken(scene.home, 'partner', PARTNER, { minutes: -1, renews: true });
    await workbench.runCommand('AWS Profiles: Switch Profile…');
    await workbench.quickInput.waitForOpen('Switch Profile');
    await workbench.quickInput.type('partner-data');
    await workbench.quickInput.choose('partner-data');
    await sessions.waitFor('partner', 'signed out · AWS did not renew the login');
    await status(/partner-data: (log in|signed out)$/);
    assert.deepEqual(await workbench.notifications(), []);
    await workbench.screenshot('expiry-refused');
  });
});

/** Two logins end together, in a light window with a narrow side bar; a session lasts nine minutes. */
describe('a notice of the end', { timeout: 240_000 }, () => {
  let scene: Scene;
  before(async () => {
    scene = await openScene({
      theme: 'light',
      settings: {
        'rolecall.sso.notifyBeforeMinutes': 30,
        'rolecall.sso.flow': 'device',
        'rolecall.sso.sessionHours': 0.15,
        'rolecall.identity.check': 'off',
      },
      aws: { autoApprove: true },
      write: async ({ home }) => {
        await writeSampleHome(home, 'http://127.0.0.1:9');
        await writeToken(home, 'partner', PARTNER, { minutes: 9.9 });
        await writeToken(home, `https://${OLD}`, `https://${OLD}`, { minutes: 9.9 });
      },
    });
    await scene.workbench.resizeSidebar(240);
  });
  after(() => scene.close());

  test('offers to renew all that end together, and one click walks through them', async () => {
    const { sessions, workbench, page, code } = scene;
    const notice = /The SSO logins to partner and old-acme\.awsapps\.com\/start end in [89] min\./;
    await workbench.notification(notice).waitFor();
    await workbench.screenshot('light-expiry-notice');
    const first = await workbench.followLink(() => workbench.answerNotification(notice, 'Renew'));
    const second = await page.context().waitForEvent('page');
    await first.close();
    await second.close();
    await sessions.waitFor(OLD, /^legacy · signed in · (7 h 5\d min|8 h)$/);
    await sessions.waitFor('partner', /^signed in · about [78] min, estimated$/);
    assert.equal(code.openedUrls.length, 2);
    // What lasts no longer than that is not told of anew after each login.
    assert.deepEqual(await workbench.notifications(), []);
  });

  test('an estimate counts down in the status bar as such', async () => {
    const { workbench, status, profiles } = scene;
    await profiles.clickAction('partner-data', 'Switch Profile…');
    await status(/partner-data · about [678] min$/);
    await workbench.screenshot('light-expiry-estimate');
  });
});
