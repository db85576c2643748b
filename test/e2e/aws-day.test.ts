import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { openScene, type Scene, STATUS } from './scene.ts';

const ACME = 'https://acme.awsapps.com/start';

/** What the status bar says when AWS answers under its own names. */
describe('a day with AWS', { timeout: 240_000 }, () => {
  let scene: Scene;
  before(async () => {
    scene = await openScene({ awsNames: true, aws: { plainTokenSeconds: 8 * 60 + 30 } });
  });
  after(() => scene.close());

  /** A token as AWS CLI writes it after `aws sso login`. */
  async function writeToken(name: string, startUrl: string, scopes: readonly string[]): Promise<void> {
    const login = scene.aws.state.sso.issueLogin(startUrl, scopes);
    const folder = join(scene.home, '.aws', 'sso', 'cache');
    await mkdir(folder, { recursive: true });
    const token = {
      startUrl,
      region: 'eu-west-1',
      accessToken: login.accessToken,
      expiresAt: `${new Date(login.expiresAt).toISOString().slice(0, 19)}Z`,
      ...(login.refreshToken === undefined ? {} : { refreshToken: login.refreshToken }),
    };
    const file = `${createHash('sha1').update(name).digest('hex')}.json`;
    await writeFile(join(folder, file), JSON.stringify(token), { mode: 0o600 });
  }

  test('keys of an IAM user: account and user', async () => {
    await scene.profiles.clickAction('legacy', 'Switch Profile…');
    assert.equal(await scene.status('legacy · 1111'), 'legacy · 1111-2222-3333 · user/machines/ci');
  });

  test('a process runs when the setting says always, and nobody is asked when it says off', async () => {
    const { code, aws } = scene;
    await scene.profiles.clickAction('tools', 'Switch Profile…');
    await scene.status('tools · not checked');
    await code.changeSettings({ 'rolecall.identity.check': 'always' });
    assert.equal(await scene.status('tools · 1111'), 'tools · 1111-2222-3333 · user/machines/tools');
    await code.changeSettings({ 'rolecall.identity.check': 'off' });
    await scene.status('tools · not checked');
    aws.requests.clear();
    await scene.profiles.waitFor('legacy');
    await scene.profiles.clickAction('legacy', 'Switch Profile…');
    await scene.status('legacy · not checked');
    await scene.profiles.clickAction('dev', 'Switch Profile…');
    await scene.status('dev · not checked');
    assert.deepEqual(aws.requests.all, []);
    await code.changeSettings({ 'rolecall.identity.check': undefined });
  });

  test('a profile without a login: a click away', async () => {
    assert.equal(await scene.status('dev: '), 'dev: log in');
  });

  test('a token that AWS CLI wrote is used without a login, and its last minutes count down', async () => {
    await writeToken('acme', ACME, []);
    assert.match(await scene.status(/dev · \d min/), /^dev · 8 min$/);
    await scene.sessions.waitFor('acme', /^signed in · 8 min$/);
    await scene.workbench.screenshot('last-minutes');
    assert.equal(scene.aws.requests.of('StartDeviceAuthorization').length, 0);
  });

  test('account and role, the account by its name once a list told it', async () => {
    await writeToken('acme', ACME, ['sso:account:access']);
    assert.equal(await scene.status('dev · 1234'), 'dev · 1234-5678-9012 · Admin');
    await scene.sessions.expand('acme');
    assert.equal(await scene.status('Sandbox'), 'dev · Sandbox · Admin');
    const label = await scene.workbench.statusItem(STATUS).locator('a').getAttribute('aria-label');
    assert.equal(label, 'AWS: profile dev, Sandbox · Admin');
    await scene.workbench.screenshot('fine');
  });

  test('a renamed session takes its profiles and its login along', async () => {
    const { sessions, workbench } = scene;
    await sessions.chooseFromMenu('acme', 'Edit SSO Session…');
    await workbench.quickInput.waitForOpen('Edit SSO Session acme');
    await workbench.quickInput.choose('Name');
    await workbench.quickInput.waitForOpen('Rename SSO Session acme');
    await workbench.quickInput.enter('main');
    await workbench.answerNotification('Rename the SSO session acme to main?', 'Apply');
    await sessions.waitFor('main', /^signed in/);
    await sessions.waitForGone('acme');
    const config = await scene.config();
    assert.ok(!config.includes('acme]') && !config.includes('sso_session = acme'));
    assert.equal(config.match(/sso_session = main$/gm)?.length, 4);
    assert.equal(await scene.status('Sandbox'), 'dev · Sandbox · Admin');
  });

  test('a chain of roles on top of it', async () => {
    await scene.profiles.clickAction('release', 'Switch Profile…');
    assert.equal(await scene.status('release · '), 'release · Production · Release');
  });

  test('no network: what was seen last stays, and a click asks again', async () => {
    const fault = scene.aws.faults.add('*', { kind: 'reset' });
    await scene.workbench.runCommand('AWS Profiles: Refresh');
    assert.match(await scene.status('last seen'), /^release · last seen \d\d:\d\d$/);
    fault.dispose();
    await scene.workbench.statusItem(STATUS).click();
    assert.equal(await scene.status('Production'), 'release · Production · Release');
  });

  test('no secret is in any log, setting or state of VS Code', async () => {
    await scene.workbench.runCommand('AWS Profiles: Why This Identity?');
    await scene.workbench.view('Why This Identity').waitFor('AWS_ACCESS_KEY_ID');
    const { state } = scene.aws;
    const secrets = [
      ...state.data.users.map(user => user.secretAccessKey),
      ...state.keys.issued.flatMap(key => [key.secretAccessKey, key.sessionToken]),
      ...state.sso.logins.flatMap(login => [login.accessToken, login.refreshToken ?? login.accessToken]),
    ];
    assert.ok(secrets.length > 8);
    const own = [join(scene.home, '.aws'), join(scene.home, 'bin')];
    const files = (await listFiles(scene.code.sandbox.folder)).filter(
      file => !own.some(folder => file.startsWith(folder)),
    );
    assert.ok(files.some(file => file.endsWith('Rolecall.log')));
    for (const file of files) {
      const text = await readFile(file, 'latin1');
      assert.ok(!secrets.some(secret => text.includes(secret)), `${file} holds a secret`);
    }
  });
});

/** Every file below a folder; links are not followed. */
async function listFiles(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter(entry => entry.isFile()).map(entry => join(entry.parentPath, entry.name));
}
