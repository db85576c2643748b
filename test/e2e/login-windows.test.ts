import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { writeSampleHome } from '../local-aws/sample-home.ts';
import { Workbench } from '../vscode/workbench.ts';
import { type OwnBrowser, startOwnBrowser, writeMachineSettings } from './own-browser.ts';
import { openScene, type Scene } from './scene.ts';

/** Two windows, each with an extension host of its own, on one home folder. */
describe('a login in two windows', { timeout: 240_000 }, () => {
  let scene: Scene;
  let browser: OwnBrowser;
  let other: Workbench;
  before(async () => {
    scene = await openScene({
      theme: 'light',
      write: async sandbox => {
        await writeSampleHome(sandbox.home, 'http://127.0.0.1:9');
        browser = await startOwnBrowser(sandbox.folder);
        await writeMachineSettings(sandbox, { 'rolecall.sso.browser': { '*': browser.argv } });
      },
    });
    const page = await scene.page.context().newPage();
    await page.goto(scene.page.url());
    other = new Workbench(page, page.context());
    await other.openContainer('AWS Profiles');
    await other.view('SSO Sessions').waitFor('acme', 'signed out');
    await scene.sessions.waitFor('acme', 'signed out');
  });
  after(async () => {
    await scene.close();
    await browser.close();
  });

  test('opens one browser page; the other window waits and follows', async () => {
    const { workbench, sessions, aws, page } = scene;
    await page.bringToFront();
    await sessions.clickAction('acme', 'Log In to SSO…');
    await browser.next();
    await workbench.notification('Confirm the code').waitFor();
    await workbench.screenshot('light-login-code');
    await other.page.bringToFront();
    await other.view('SSO Sessions').clickAction('acme', 'Log In to SSO…');
    const waiting = other.notification('Another window is logging in to acme');
    await waiting.waitFor();
    assert.deepEqual(await waiting.locator('a[href]').allTextContents(), ['Log in here instead']);
    await other.screenshot('light-login-elsewhere');
    const signIn = aws.state.sso.pending.at(-1);
    aws.state.sso.approve(signIn?.userCode ?? '');
    await other.view('SSO Sessions').waitFor('acme', /^signed in/);
    await waiting.waitFor({ state: 'detached' });
    await page.bringToFront();
    await sessions.waitFor('acme', /^signed in/);
    assert.equal(browser.opened.length, 1);
    assert.equal(aws.requests.of('StartDeviceAuthorization').length, 1);
  });

  test('can be taken over; the first window ends with it', async () => {
    const { workbench, sessions, aws, page } = scene;
    await sessions.clickAction('partner', 'Log In to SSO…');
    await browser.next();
    const first = workbench.notification('Confirm the code');
    await first.waitFor();
    await other.page.bringToFront();
    await other.view('SSO Sessions').clickAction('partner', 'Log In to SSO…');
    await other.answerNotification('Another window is logging in to partner', 'Log in here instead');
    await browser.next();
    await other.notification('Confirm the code').waitFor();
    const signIn = aws.state.sso.pending.at(-1);
    aws.state.sso.approve(signIn?.userCode ?? '');
    await other.view('SSO Sessions').waitFor('partner', /^signed in/);
    await page.bringToFront();
    await first.waitFor({ state: 'detached' });
    await sessions.waitFor('partner', /^signed in/);
    assert.equal(browser.opened.length, 3);
  });

  test('that the first window calls off ends in the other one with a way on', async () => {
    const { workbench, sessions, page } = scene;
    const legacy = 'old-acme.awsapps.com/start';
    await sessions.clickAction(legacy, 'Log In to SSO…');
    await browser.next();
    await other.page.bringToFront();
    await other.view('SSO Sessions').clickAction(legacy, 'Log In to SSO…');
    await other.notification('Another window is logging in').waitFor();
    await page.bringToFront();
    await workbench.answerNotification('Confirm the code', 'Cancel');
    await workbench.notification('Confirm the code').waitFor({ state: 'detached' });
    assert.deepEqual(await workbench.notifications(), []);
    await other.page.bringToFront();
    const ended = other.notification('in the other window ended without a token');
    await ended.waitFor();
    await ended.hover();
    await other.screenshot('light-login-ended');
    assert.ok((await ended.locator('.monaco-button').allTextContents()).includes('Log In Here'));
    assert.equal(browser.opened.length, 4);
  });
});
