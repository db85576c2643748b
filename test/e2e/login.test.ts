import assert from 'node:assert/strict';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { writeSampleHome } from '../local-aws/sample-home.ts';
import { Workbench } from '../vscode/workbench.ts';
import { type OwnBrowser, startOwnBrowser, writeMachineSettings } from './own-browser.ts';
import { openScene, type Scene } from './scene.ts';

const LEGACY = 'old-acme.awsapps.com/start';

/** Both flows, the browser of one's choice, and all sessions in turn. The tests go on from each other's state. */
describe('logging in', { timeout: 300_000 }, () => {
  let scene: Scene;
  let browser: OwnBrowser;
  before(async () => {
    browser = await startOwnBrowser(await mkdtemp(join(tmpdir(), 'rolecall-browser-')), 'firefox');
    scene = await openScene({
      settings: { 'rolecall.sso.flow': 'browser' },
      write: async sandbox => {
        await writeSampleHome(sandbox.home, 'http://127.0.0.1:9');
        // VS Code takes PATH from the user's shell.
        await writeFile(join(sandbox.home, '.profile'), `PATH="${browser.folder}:$PATH"\n`);
        // What a workspace says of flow and browser never counts, be it trusted.
        await mkdir(join(sandbox.workspace, '.vscode'));
        await writeFile(
          join(sandbox.workspace, '.vscode', 'settings.json'),
          JSON.stringify({
            'rolecall.sso.flow': 'device',
            'rolecall.sso.browser': { acme: ['/nowhere/evil'], partner: browser.argv },
          }),
        );
        await writeMachineSettings(sandbox, {
          'rolecall.sso.browser': {
            acme: browser.argv,
            [`https://${LEGACY}`]: { browser: '/nowhere/to/be/found' },
          },
        });
      },
    });
    await scene.sessions.waitFor('acme', 'signed out');
  });
  after(async () => {
    await scene.close();
    await browser.close();
    await rm(browser.folder, { recursive: true });
  });

  /** Opens the address that the chosen browser was given, in a page of the test's own. */
  async function openOwnPage(): Promise<Page> {
    const page = await scene.page.context().newPage();
    await page.goto(await browser.next());
    return page;
  }

  async function linksOf(text: string | RegExp): Promise<readonly string[]> {
    const toast = scene.workbench.notification(text);
    await toast.waitFor();
    return toast.locator('a[href]').allTextContents();
  }

  /** Presses a button of AWS's page and closes the one that comes of it: a page on its way is not to be closed. */
  async function answer(page: Page, button: 'Allow' | 'Deny'): Promise<void> {
    await page.getByRole('button', { name: button }).click();
    await page.waitForURL(/\/oauth\/callback\?|\/device$/);
    await page.close();
  }

  describe('with the browser flow', () => {
    test('opens the chosen browser, and its way back ends the login', async () => {
      const { workbench, sessions, page: window, aws, code } = scene;
      await sessions.clickAction('acme', 'Log In to SSO…');
      const page = await openOwnPage();
      assert.deepEqual(await linksOf('Finish signing in in your browser.'), [
        ...['Open again', 'Copy link', 'Use a code instead'],
      ]);
      await window.bringToFront();
      await sessions.waitFor('acme', 'logging in…');
      await workbench.screenshot('login-browser');
      const url = new URL(browser.opened[0] ?? '');
      assert.equal(url.origin, new URL(aws.url).origin);
      assert.equal(url.pathname, '/authorize');
      await page.getByRole('button', { name: 'Allow' }).click();
      await page.waitForURL(/^http:\/\/127\.0\.0\.1:\d+\/oauth\/callback\?/);
      await page.getByText(/close this/i).waitFor();
      await new Workbench(page, page.context()).screenshot('login-redirect');
      await page.close();
      await sessions.waitFor('acme', /^signed in/);
      await workbench.notification('Finish signing in').waitFor({ state: 'detached' });
      // VS Code itself opened nothing.
      assert.deepEqual(
        code.openedUrls.filter(each => each.includes('/device')),
        [],
      );
      assert.equal(browser.opened.length, 1);
      assert.equal(aws.requests.of('StartDeviceAuthorization').length, 0);
    });

    test('copies the link when asked to, and opens it again', async () => {
      const { workbench, sessions, page: window } = scene;
      await sessions.chooseFromMenu('acme', 'Log In Anew');
      const url = await browser.next();
      await workbench.answerNotification('Finish signing in', 'Copy link');
      await window.waitForFunction(
        `navigator.clipboard.readText().then(text => text === ${JSON.stringify(url)})`,
      );
      await workbench.answerNotification('Finish signing in', 'Open again');
      assert.equal(await browser.next(), url);
    });

    test('goes over to a code', async () => {
      const { workbench, sessions, aws, page: window } = scene;
      await workbench.answerNotification('Finish signing in', 'Use a code instead');
      const page = await openOwnPage();
      const signIn = aws.state.sso.pending.at(-1);
      assert.ok(signIn !== undefined);
      assert.deepEqual(await linksOf(`Confirm the code ${signIn.userCode}`), [
        ...['Open again', 'Copy link', 'Copy code'],
      ]);
      assert.equal(await page.getByTestId('user-code').textContent(), signIn.userCode);
      await window.bringToFront();
      await workbench.screenshot('login-code');
      await answer(page, 'Allow');
      await workbench.notification('Confirm the code').waitFor({ state: 'detached' });
      await sessions.waitFor('acme', /^signed in/);
    });

    test('that is refused says so, and keeps the login that was there', async () => {
      const { workbench, sessions, page: window } = scene;
      await sessions.chooseFromMenu('acme', 'Log In Anew');
      const page = await openOwnPage();
      await answer(page, 'Deny');
      const toast = workbench.notification(/denied/);
      await toast.waitFor();
      await window.bringToFront();
      await toast.hover();
      await workbench.screenshot('login-refused');
      assert.ok((await toast.locator('.monaco-button').allTextContents()).includes('Try Again'));
      await sessions.waitFor('acme', /^signed in/);
      await workbench.dismissNotifications();
    });

    test('offers a code where the browser has no way back', async () => {
      const { workbench, sessions, aws, page: window } = scene;
      // VS Code shows itself in a browser here: what it forwards, AWS would not lead back to.
      await sessions.clickAction('partner', 'Log In to SSO…');
      const toast = workbench.notification(/AWS does not accept/);
      await toast.waitFor();
      await toast.hover();
      await workbench.screenshot('login-no-way-back');
      const page = await workbench.followLink(() =>
        workbench.answerNotification(/AWS does not accept/, 'Use a Code Instead'),
      );
      const signIn = aws.state.sso.pending.at(-1);
      assert.equal(await page.getByTestId('user-code').textContent(), signIn?.userCode);
      await answer(page, 'Allow');
      await window.bringToFront();
      await sessions.waitFor('partner', /^signed in/);
    });
  });

  describe('with a browser that is not there', () => {
    test('says so once, and opens the default browser', async () => {
      const { workbench, sessions, aws, page: window } = scene;
      await sessions.clickAction(LEGACY, 'Log In to SSO…');
      const toast = workbench.notification('/nowhere/to/be/found was not found on this machine.');
      await toast.waitFor();
      await toast.hover();
      await workbench.screenshot('login-no-browser');
      const page = await workbench.followLink(() =>
        workbench.answerNotification('/nowhere/to/be/found', 'Open in Default Browser'),
      );
      assert.equal(await page.getByTestId('user-code').textContent(), aws.state.sso.pending.at(-1)?.userCode);
      await page.close();
      await window.bringToFront();
      await workbench.notification('Confirm the code').waitFor();
    });

    test('a cancel says nothing, and asks AWS nothing more', async () => {
      const { workbench, sessions, aws } = scene;
      await workbench.answerNotification('Confirm the code', 'Cancel');
      await workbench.notification('Confirm the code').waitFor({ state: 'detached' });
      await sessions.waitFor(LEGACY, 'legacy · signed out');
      assert.deepEqual(await workbench.notifications(), []);
      const asked = aws.requests.of('CreateToken').length;
      await workbench.runCommand('AWS Profiles: Refresh');
      await sessions.waitFor(LEGACY, 'legacy · signed out');
      assert.equal(aws.requests.of('CreateToken').length, asked);
    });
  });

  describe('all sessions', () => {
    test('are logged out of at once, after a question', async () => {
      const { workbench, sessions, aws } = scene;
      const before = aws.requests.of('Logout').length;
      await workbench.runCommand('AWS Profiles: Log Out of All SSO Sessions…');
      await workbench.dialog.waitFor();
      assert.match(
        (await workbench.dialog.textContent()) ?? '',
        /Log out of 2 SSO sessions\?.*acme, partner/,
      );
      await workbench.screenshot('logout-all');
      await workbench.answerDialog('Log Out');
      await workbench.notification('Role credentials already issued live on until they expire.').waitFor();
      await sessions.waitFor('acme', 'signed out');
      await sessions.waitFor('partner', 'signed out');
      assert.equal(aws.requests.of('Logout').length, before + 2);
      await workbench.dismissNotifications();
    });

    test('are logged in to in turn; one that fails or is skipped does not stop the rest', async () => {
      const { workbench, sessions, page: window } = scene;
      await workbench.runCommand('AWS Profiles: Log In to All SSO Sessions');
      await workbench.notification('Logging in to acme (1 of 3)').waitFor();
      const page = await openOwnPage();
      await window.bringToFront();
      assert.deepEqual(await linksOf('Finish signing in'), [
        ...['Open again', 'Copy link', 'Use a code instead', 'Skip'],
      ]);
      await workbench.screenshot('login-all');
      // The second one finds no way back in this window, and goes over to a code by itself.
      const second = await workbench.followLink(async () => {
        await answer(page, 'Allow');
      });
      await workbench.notification('Logging in to partner (2 of 3): Confirm the code').waitFor();
      await answer(second, 'Deny');
      await window.bringToFront();
      // The third has a browser that is not there; the message about it moves the others on the screen.
      await workbench.notification('/nowhere/to/be/found').waitFor();
      await workbench.notification(`Logging in to ${LEGACY} (3 of 3): Confirm the code`).waitFor();
      await workbench.answerNotification('(3 of 3)', 'Skip');
      const summary = workbench.notification('Signed in to 1 of 3 SSO sessions.');
      await summary.waitFor();
      assert.match(
        (await summary.locator('.notification-list-item-message').innerText()) ?? '',
        /Skipped: old-acme\.awsapps\.com\/start\. partner: The request was denied in the browser\.$/,
      );
      await workbench.screenshot('login-all-done');
      await sessions.waitFor('acme', /^signed in/);
      await sessions.waitFor('partner', 'signed out');
      await workbench.dismissNotifications();
    });

    test('skip those that need no login, and a cancel ends the walk in silence', async () => {
      const { workbench, sessions } = scene;
      const page = await workbench.followLink(() =>
        workbench.runCommand('AWS Profiles: Log In to All SSO Sessions'),
      );
      await page.close();
      await workbench.notification('Logging in to partner (1 of 2): Confirm the code').waitFor();
      await workbench.answerNotification('(1 of 2)', 'Cancel');
      await workbench.notification('(1 of 2)').waitFor({ state: 'detached' });
      await sessions.waitFor('partner', 'signed out');
      await sessions.waitFor(LEGACY, 'legacy · signed out');
      assert.deepEqual(await workbench.notifications(), []);
    });
  });

  describe('the browser of a session', { skip: process.platform !== 'linux' && 'stands elsewhere' }, () => {
    test('is chosen from those that are there, with a profile of its own', async () => {
      const { workbench, sessions, code, home } = scene;
      const profiles = join(home, '.mozilla', 'firefox', 'profiles.ini');
      await mkdir(dirname(profiles), { recursive: true });
      await cp(new URL('../fixtures/firefox/linux.ini', import.meta.url), profiles);
      await sessions.chooseFromMenu('partner', 'Choose Browser for SSO Logins…');
      const { quickInput } = workbench;
      await quickInput.waitForOpen('Browser for the Login to partner');
      const browsers = (await quickInput.items()).map(item => item.label);
      assert.equal(browsers[0], 'Default browser');
      await workbench.screenshot('choose-browser');
      await quickInput.choose('Firefox');
      await quickInput.waitForOpen(/\(2\/2\)$/);
      assert.deepEqual(
        (await quickInput.items()).map(item => item.label),
        ['Whichever it opens', 'default', 'default-release', 'Client #7; billing'],
      );
      await quickInput.choose('Client #7; billing');
      await quickInput.waitForClosed();
      const file = join(code.sandbox.folder, 'user', 'Machine', 'settings.json');
      const entry = /"partner":\s*\{\s*"browser":\s*"firefox",\s*"profile":\s*"Client #7; billing"\s*\}/;
      const signal = AbortSignal.timeout(10_000);
      let written = '';
      while (!entry.test(written)) {
        written = await readFile(file, { encoding: 'utf8', signal });
      }
    });

    test('is started with that profile, and brings the browser flow home', async () => {
      const { workbench, sessions } = scene;
      await workbench.dismissNotifications();
      await sessions.clickAction('partner', 'Log In to SSO…');
      const page = await openOwnPage();
      assert.deepEqual(browser.started.at(-1)?.slice(0, 3), ['-P', 'Client #7; billing', '--new-tab']);
      await answer(page, 'Allow');
      await scene.page.bringToFront();
      await sessions.waitFor('partner', /^signed in/);
    });
  });
});
