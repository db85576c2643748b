import assert from 'node:assert/strict';
import { appendFile, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { after, before, describe, test } from 'node:test';
import { openScene, type Scene } from './scene.ts';
import { answerSteps } from './steps.ts';

/** From nothing at all, in a folder that nobody trusted. The tests go on from each other's state. */
describe('an empty home in an untrusted folder', { timeout: 240_000 }, () => {
  let scene: Scene;
  before(async () => {
    scene = await openScene({ trusted: false, write: async () => {} });
  });
  after(() => scene.close());

  test('says what to do, with buttons', async () => {
    const { workbench, profiles, sessions } = scene;
    await workbench.statusItem('status.workspaceTrust').waitFor();
    await profiles.pane.getByText('No AWS profiles yet.').waitFor();
    const buttons = profiles.pane.locator('.monaco-button');
    assert.deepEqual(
      (await buttons.allTextContents()).map(text => text.trim()),
      ['Set Up SSO…', 'Add Profile…'],
    );
    await profiles.pane.getByText('open the config file').waitFor();
    await sessions.pane.getByText('No SSO sessions yet.').waitFor();
    await scene.status('AWS: no profile');
    await workbench.screenshot('empty-home');
  });

  test('an SSO session is set up, nobody logged in', async () => {
    const { workbench, profiles, sessions } = scene;
    await profiles.pane.locator('.monaco-button', { hasText: 'Set Up SSO…' }).click();
    await workbench.quickInput.waitForOpen(/^Set Up SSO \(1\/5\)/);
    await workbench.quickInput.enter('acme');
    await workbench.quickInput.waitForMessage('"acme" is not a web address.');
    await workbench.screenshot('set-up-sso');
    await answerSteps(workbench.quickInput, 'Set Up SSO', [
      { text: 'https://acme.awsapps.com/start' },
      { pick: 'eu-west-1' },
      { pick: 'sso:account:access' },
      { text: 'acme' },
      { pick: 'Write only' },
    ]);
    await sessions.waitFor('acme', 'signed out');
    assert.equal(
      await scene.config(),
      '[sso-session acme]\nsso_start_url = https://acme.awsapps.com/start\nsso_region = eu-west-1\nsso_registration_scopes = sso:account:access\n',
    );
    assert.equal((await stat(scene.configFile)).mode & 0o777, 0o600);
    await workbench.notification('Added the SSO session acme.').waitFor();
    await workbench.dismissNotifications();
  });

  test('an SSO role is added', async () => {
    const { workbench, profiles } = scene;
    const before = await scene.config();
    await profiles.clickTitleAction('Add Profile…');
    await workbench.quickInput.waitForOpen('Add Profile');
    await workbench.screenshot('add-profile');
    await answerSteps(workbench.quickInput, 'Add Profile', [
      { pick: 'SSO role' },
      { pick: 'acme' },
      { pick: 'Type the account ID and the role' },
      { text: '123456789012' },
      { text: 'Admin' },
      { pick: 'eu-west-1' },
      { text: 'dev' },
    ]);
    await profiles.waitFor('dev', 'Admin · 1234-5678-9012');
    assert.equal(
      await scene.config(),
      `${before}\n[profile dev]\nsso_session = acme\nsso_account_id = 123456789012\nsso_role_name = Admin\nregion = eu-west-1\n`,
    );
    await workbench.dismissNotifications();
  });

  test('a role on top of it is added, optional questions skipped', async () => {
    const { workbench, profiles } = scene;
    const before = await scene.config();
    await workbench.runCommand('AWS Profiles: Add Profile…');
    await answerSteps(workbench.quickInput, 'Add Profile', [
      { pick: 'Assume a role' },
      { pick: 'dev' },
      { text: 'arn:aws:iam::111122223333:role/Deploy' },
      { text: '' },
      { text: '' },
      'skip',
      { text: 'deploy' },
    ]);
    await profiles.waitFor('deploy', /Deploy.*via dev/);
    assert.equal(
      await scene.config(),
      `${before}\n[profile deploy]\nsource_profile = dev\nrole_arn = arn:aws:iam::111122223333:role/Deploy\n`,
    );
    await workbench.dismissNotifications();
  });

  test('access keys go to the credentials file, which only the user can read', async () => {
    const { workbench, profiles } = scene;
    const before = await scene.config();
    const secret = 'local/typed+secret/AccessKey12345EXAMPLE';
    await workbench.runCommand('AWS Profiles: Add Profile…');
    await answerSteps(workbench.quickInput, 'Add Profile', [
      { pick: 'Access keys' },
      { text: 'AKIATYPED23456EXAMPLE' },
      { text: secret },
      { text: '' },
      { pick: 'us-east-1' },
      { text: 'typed' },
    ]);
    await profiles.waitFor('typed', /^keys …MPLE/);
    assert.equal(await scene.config(), `${before}\n[profile typed]\nregion = us-east-1\n`);
    assert.equal(
      await scene.credentials(),
      `[typed]\naws_access_key_id = AKIATYPED23456EXAMPLE\naws_secret_access_key = ${secret}\n`,
    );
    assert.equal((await stat(scene.credentialsFile)).mode & 0o777, 0o600);
    assert.ok(!(await scene.page.content()).includes(secret));
    await workbench.dismissNotifications();
  });

  test('the steps go back and keep what was answered', async () => {
    const { workbench, page } = scene;
    await workbench.runCommand('AWS Profiles: Add Profile…');
    await workbench.quickInput.waitForOpen('Add Profile');
    await workbench.quickInput.choose('Credential process');
    await workbench.quickInput.waitForOpen(/\(2\//);
    await workbench.quickInput.enter('/usr/bin/true');
    await workbench.quickInput.waitForOpen(/\(3\//);
    await page.locator('.quick-input-widget .codicon-quick-input-back').click();
    await workbench.quickInput.waitForOpen(/\(2\//);
    assert.equal(await workbench.quickInput.value(), '/usr/bin/true');
    await workbench.quickInput.cancel();
    assert.deepEqual(await workbench.notifications(), []);
  });

  test('what another program writes appears', async () => {
    const { profiles, configFile } = scene;
    await appendFile(configFile, '\n[profile theirs]\nregion = eu-north-1\n');
    await profiles.waitFor('theirs', 'no credentials · eu-north-1');
    // As AWS CLI and editors do: a new file in place of the old one.
    await writeFile(`${configFile}.new`, `${await scene.config()}\n[profile moved]\nregion = eu-north-1\n`);
    await rename(`${configFile}.new`, configFile);
    await profiles.waitFor('moved');
  });

  test('a half-written file keeps its other rows and says where it breaks off', async () => {
    const { profiles, workbench, configFile } = scene;
    const before = await scene.config();
    await writeFile(configFile, `${before}\n[profile half`);
    await profiles.pane.getByText(/~\/\.aws\/config:\d+/).waitFor();
    await profiles.waitFor('dev');
    await profiles.waitFor('typed');
    await workbench.screenshot('half-written');
    await writeFile(configFile, before);
    await profiles.pane.getByText(/~\/\.aws\/config:\d+/).waitFor({ state: 'detached' });
    assert.equal(await scene.config(), before);
  });

  test('a binary file says so, and the other file’s rows stay', async () => {
    const { profiles, workbench, credentialsFile } = scene;
    const before = await readFile(credentialsFile);
    await writeFile(credentialsFile, Buffer.from([0, 159, 146, 150, 0, 255, 10, 91, 0, 93]));
    await profiles.pane.getByText(/~\/\.aws\/credentials:\d+/).waitFor();
    await profiles.waitFor('dev');
    await profiles.waitFor('typed', 'no credentials · us-east-1');
    await workbench.screenshot('binary');
    await writeFile(credentialsFile, before);
    await profiles.waitFor('typed', /^keys/);
    await profiles.pane.getByText('binary file').waitFor({ state: 'detached' });
  });

  test('a file that cannot be read says so, and nothing is written over it', async () => {
    const { profiles, workbench, credentialsFile } = scene;
    const before = await readFile(credentialsFile);
    await rm(credentialsFile);
    await mkdir(credentialsFile);
    await profiles.pane.getByText('~/.aws/credentials').waitFor();
    await profiles.waitFor('dev');
    await profiles.waitFor('typed', 'no credentials · us-east-1');
    const config = await scene.config();
    await workbench.runCommand('AWS Profiles: Add Profile…');
    await answerSteps(workbench.quickInput, 'Add Profile', [
      { pick: 'Access keys' },
      { text: 'AKIAOTHER23456EXAMPLE' },
      { text: 'local/other+secret/AccessKey12345EXAMPLE' },
      { text: '' },
      { pick: 'us-east-1' },
      { text: 'other' },
    ]);
    await workbench.notification('credentials').waitFor();
    assert.ok((await stat(credentialsFile)).isDirectory());
    assert.equal(await scene.config(), config);
    await workbench.screenshot('unreadable');
    await workbench.dismissNotifications();
    await rm(credentialsFile, { recursive: true });
    await writeFile(credentialsFile, before, { mode: 0o600 });
    await profiles.waitFor('typed', /^keys/);
  });

  test('names that look like links and icons stay text', async () => {
    const { workbench, profiles, page, configFile } = scene;
    const label = '$(trash)[x(command:workbench.action.closeActiveEditor)';
    await appendFile(configFile, `\n[profile ${label}]\nregion = <b>$(trash)</b>\n`);
    await profiles.waitFor(label);
    await profiles.clickAction(label, 'Switch Profile…');
    await scene.status(label.slice(0, 39));
    await profiles.expand(label);
    await profiles.waitFor('region', '<b>$(trash)</b>');
    await workbench.runCommand('AWS Profiles: Switch Profile…');
    await workbench.quickInput.waitForOpen('Switch Profile');
    await workbench.quickInput.row(label).waitFor();
    await workbench.screenshot('hostile-names');
    await workbench.quickInput.cancel();
    assert.equal(await page.locator('.codicon-trash').count(), 0);
    assert.equal(await page.locator('a[href^="command:workbench.action.closeActiveEditor"]').count(), 0);
    await profiles.chooseFromMenu(label, 'Check Identity');
    await workbench.notification(/./).waitFor();
    assert.equal(await page.locator('.notifications-toasts a[href]').count(), 0);
    assert.equal(await page.locator('.notifications-toasts .codicon-trash').count(), 0);
    await workbench.dismissNotifications();
    await profiles.collapse(label);
  });

  test('what a server says stays text', async () => {
    const { workbench, sessions, aws, page } = scene;
    const fault = aws.faults.add('RegisterClient', {
      kind: 'error',
      status: 400,
      code: 'InvalidClientMetadataException',
      message:
        'Go [here](command:workbench.action.closeActiveEditor) or [there](https://evil.example/) $(trash)',
    });
    await sessions.clickAction('acme', 'Log In to SSO…');
    await workbench.notification('here').waitFor();
    assert.equal(await page.locator('.notifications-toasts a[href]').count(), 0);
    assert.equal(await page.locator('.notifications-toasts .codicon-trash').count(), 0);
    await workbench.screenshot('hostile-server');
    fault.dispose();
    await workbench.dismissNotifications();
  });

  test('a server that answers a web page is said to, in one message', async () => {
    const { workbench, sessions, aws } = scene;
    const fault = aws.faults.add('*', { kind: 'html' });
    await sessions.clickAction('acme', 'Log In to SSO…');
    await workbench.notification('what answered is not AWS').waitFor();
    await workbench.notification('Logging in').waitFor({ state: 'detached' });
    await sessions.waitFor('acme', 'signed out');
    const texts = await workbench.notifications();
    assert.equal(texts.length, 1, texts.join('\n'));
    assert.doesNotMatch(texts[0] ?? '', /<html|SyntaxError|JSON/);
    await workbench.screenshot('captive-portal');
    fault.dispose();
    await workbench.dismissNotifications();
  });
});
