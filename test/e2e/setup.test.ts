import assert from 'node:assert/strict';
import { appendFile } from 'node:fs/promises';
import { after, before, describe, test } from 'node:test';
import { openScene, type Scene } from './scene.ts';

const DEEP_LINK = 'https://acme.awsapps.com/start/#/console?account_id=123456789012&role_name=Admin';

/** From nothing to a profile that works, with the keyboard alone. The tests go on from each other's state. */
describe('setting up SSO', { timeout: 240_000 }, () => {
  let scene: Scene;
  before(async () => {
    scene = await openScene({ write: async () => {} });
    await scene.profiles.pane.getByText('No AWS profiles yet.').waitFor();
  });
  after(() => scene.close());

  const press = async (...keys: readonly string[]): Promise<void> => {
    for (const key of keys) {
      await scene.page.keyboard.press(key);
    }
  };

  const type = (text: string): Promise<void> => scene.page.keyboard.type(text);

  const BACK = 'Control+Alt+-';

  /** Waits for the box with that title and step. */
  const step = (title: string): Promise<void> => scene.workbench.quickInput.waitForOpen(title);

  /** Waits until that entry of a list is the one that Enter takes. */
  const marked = (label: string): Promise<void> =>
    scene.workbench.quickInput.row(label).and(scene.page.locator('.focused')).waitFor();

  /** Presses Enter on what opens a login page, and allows it there. */
  async function enterAndAllow(): Promise<void> {
    const page = await scene.workbench.followLink(() => press('Enter'));
    await page.getByRole('button', { name: 'Allow' }).press('Enter');
    await page.getByText('Request approved').waitFor();
    await page.close();
  }

  test('a link of the portal says what it is written as, anything else why it will not do', async () => {
    const { workbench } = scene;
    const { quickInput } = workbench;
    await workbench.runCommand('AWS Profiles: Set Up SSO…');
    await step('Set Up SSO (1/5)');
    await type('acme');
    await quickInput.waitForMessage('"acme" is not a web address. Copy the AWS access portal URL');
    await press('Enter');
    await step('Set Up SSO (1/5)');
    await workbench.screenshot('set-up-url-refused');
    await press('Control+a');
    await type(DEEP_LINK);
    await quickInput.waitForMessage('Will be written as https://acme.awsapps.com/start.');
    await workbench.screenshot('set-up-url');
    await press('Enter');
  });

  test('regions come with plain names, and nobody is asked unasked', async () => {
    const { workbench, aws } = scene;
    const { quickInput } = workbench;
    await step('Set Up SSO (2/5)');
    const items = await quickInput.items();
    assert.deepEqual(items.slice(0, 2), [
      { label: 'Ask the portal', description: 'one request to acme.awsapps.com' },
      { label: 'us-east-1', description: 'US East (N. Virginia)' },
    ]);
    // The partition is known: a region of China cannot be it.
    await type('cn-north-1');
    await quickInput.row('cn-north-1').waitFor();
    assert.deepEqual(await quickInput.items(), [
      { label: 'cn-north-1', description: 'cn-north-1 is in the partition aws-cn, and this portal in aws.' },
    ]);
    await press('Enter');
    await step('Set Up SSO (2/5)');
    await press('Control+a');
    await type('irel');
    await marked('eu-west-1');
    await workbench.screenshot('set-up-region');
    await press('Enter');
    assert.deepEqual(aws.requests.all, []);
  });

  test('scopes are those that AWS CLI asks for; the way back keeps the answers', async () => {
    const { quickInput } = scene.workbench;
    await step('Set Up SSO (3/5)');
    await marked('sso:account:access');
    await press(BACK);
    await step('Set Up SSO (2/5)');
    await marked('eu-west-1');
    await press(BACK);
    await step('Set Up SSO (1/5)');
    assert.equal(await quickInput.value(), DEEP_LINK);
    await press('Enter');
    await step('Set Up SSO (2/5)');
    await marked('eu-west-1');
    await press('Enter');
    await step('Set Up SSO (3/5)');
    await type('a b');
    assert.match((await quickInput.items())[0]?.description ?? '', /Separate scopes with commas/);
    await press('Control+a', 'Backspace');
    await marked('sso:account:access');
    await press('Enter');
  });

  test('what is written is shown before, and Enter writes it and logs in', async () => {
    const { workbench } = scene;
    const { quickInput } = workbench;
    await step('Set Up SSO (4/5)');
    assert.equal(await quickInput.value(), 'acme');
    await press('Enter');
    await step('Set Up SSO (5/5)');
    await marked('Write and log in');
    await quickInput.widget
      .getByText('[sso-session acme] · https://acme.awsapps.com/start · eu-west-1 · sso:account:access')
      .first()
      .waitFor();
    await workbench.screenshot('set-up-write');
    await enterAndAllow();
    assert.equal(
      await scene.config(),
      '[sso-session acme]\nsso_start_url = https://acme.awsapps.com/start\nsso_region = eu-west-1\nsso_registration_scopes = sso:account:access\n',
    );
  });

  test('account and role come from the lists, and the profile is active in the end', async () => {
    const { workbench, aws } = scene;
    const { quickInput } = workbench;
    const before = await scene.config();
    await step('Add Profile for acme (1/5)');
    await quickInput.row('Sandbox').waitFor();
    assert.deepEqual(
      (await quickInput.items()).map(({ label, description }) => [label, description]),
      [
        ['7777-8888-9999', ''],
        ['Platform', '1111-2222-3333'],
        ['Production', '4444-5555-6666'],
        ['Sandbox', '1234-5678-9012'],
      ],
    );
    await workbench.screenshot('set-up-account');
    // The plain number, as it is pasted.
    await type('123456789012');
    await marked('Sandbox');
    await press('Enter');
    await step('Add Profile for acme (2/5)');
    await marked('Admin');
    await press('Enter');
    await step('Add Profile for acme (3/5)');
    await marked('eu-west-1');
    await press('Enter');
    await step('Add Profile for acme (4/5)');
    await marked('Skip');
    await press('Enter');
    await step('Add Profile for acme (5/5)');
    assert.equal(await quickInput.value(), 'sandbox-Admin');
    await quickInput.waitForMessage('AWS CLI would propose Admin-123456789012.');
    await workbench.screenshot('set-up-name');
    await press('Enter');
    await workbench
      .notification('Added the profile sandbox-Admin, which this window now works as.')
      .waitFor();
    assert.equal(
      await scene.config(),
      `${before}\n[profile sandbox-Admin]\nsso_session = acme\nsso_account_id = 123456789012\nsso_role_name = Admin\nregion = eu-west-1\n`,
    );
    await scene.status(`sandbox-Admin · ${new URL(aws.url).host}`);
    await scene.profiles.waitFor('sandbox-Admin', 'Admin · Sandbox');
    await workbench.screenshot('set-up-done');
    await workbench.dismissNotifications();
    await workbench.runCommand('AWS Profiles: Check Identity');
    await workbench.notification(/sandbox-Admin is .*Admin.* in Sandbox/).waitFor();
    await workbench.dismissNotifications();
  });

  test('a further profile is chosen from the lists as well', async () => {
    const { workbench } = scene;
    const { quickInput } = workbench;
    const before = await scene.config();
    await workbench.runCommand('AWS Profiles: Add Profile…');
    await step('Add Profile (1/');
    await marked('SSO role');
    await press('Enter');
    await marked('acme');
    await press('Enter');
    await step('Add Profile (3/');
    await quickInput.row('Platform').waitFor();
    await type('platf');
    await marked('Platform');
    await press('Enter');
    await step('Add Profile (4/');
    await quickInput.row('ReadOnly').waitFor();
    await type('readon');
    await marked('ReadOnly');
    await press('Enter');
    await step('Add Profile (5/');
    await marked('Skip');
    await press('Enter');
    await step('Add Profile (6/6)');
    assert.equal(await quickInput.value(), 'platform-ReadOnly');
    await press('Enter');
    await workbench.notification('Added the profile platform-ReadOnly.').waitFor();
    assert.equal(
      await scene.config(),
      `${before}\n[profile platform-ReadOnly]\nsso_session = acme\nsso_account_id = 111122223333\nsso_role_name = ReadOnly\n`,
    );
    await workbench.dismissNotifications();
  });

  test('a session that is signed in says what an edit means for its login', async () => {
    const { workbench } = scene;
    const before = await scene.config();
    await workbench.runCommand('AWS Profiles: Edit SSO Session…');
    await step('Edit SSO Session');
    await marked('acme');
    await press('Enter');
    await step('Edit SSO Session acme (1/2)');
    await type('sso_region');
    await marked('sso_region');
    await press('Enter');
    await step('Edit SSO Session acme (2/2)');
    await type('us-east-1');
    await marked('us-east-1');
    await press('Enter');
    const text = 'Set sso_region of the SSO session acme. Its login was made for the old value: log in anew.';
    await workbench.notification(text).waitFor();
    await workbench.answerNotification(text, 'Undo');
    await scene.page.getByText('Undone: Set sso_region of the SSO session acme').waitFor();
    assert.equal(await scene.config(), before);
    await workbench.dismissNotifications();
  });

  test('the same portal again goes on with its session; an account with one role asks for neither', async () => {
    const { workbench } = scene;
    const { quickInput } = workbench;
    await workbench.runCommand('AWS Profiles: Set Up SSO…');
    await step('Set Up SSO (1/5)');
    await type('acme.awsapps.com');
    await press('Enter');
    await step('Set Up SSO (2/');
    await marked('Go on with acme');
    await workbench.screenshot('set-up-present');
    await press('Enter');
    await step('Add Profile for acme (1/5)');
    await quickInput.row('7777-8888-9999').waitFor();
    await type('777788889999');
    await marked('7777-8888-9999');
    await press('Enter');
    // Its only role needs no question.
    await step('Add Profile for acme (2/4)');
    await quickInput.widget.getByPlaceholder('The region in which Billing in 7777-8888-9999 works').waitFor();
    await press(BACK);
    await step('Add Profile for acme (1/5)');
    await press('Escape');
    await quickInput.waitForClosed();
    // Nothing was done, so nothing is said.
    await workbench.runCommand('AWS Profiles: Refresh');
    await quickInput.waitForClosed();
    assert.deepEqual(await workbench.notifications(), []);
  });

  test('a name of one’s own is asked where it leads only when that is wanted', async () => {
    const { workbench } = scene;
    await workbench.runCommand('AWS Profiles: Set Up SSO…');
    await step('Set Up SSO (1/5)');
    await type('https://sso.acme.invalid/');
    await workbench.quickInput.waitForMessage('Will be written as https://sso.acme.invalid. It is not AWS’s');
    await press('Enter');
    await step('Set Up SSO (2/5)');
    await marked('Ask the portal');
    await press('Enter');
    await step('Set Up SSO (3/6)');
    await workbench.quickInput.widget.getByText(/host sso\.acme\.invalid could not be asked/).waitFor();
    // What cannot be found out can be chosen.
    await type('irel');
    await marked('eu-west-1');
    await workbench.screenshot('set-up-not-found');
    await press('Escape');
    await workbench.quickInput.waitForClosed();
    assert.deepEqual(await workbench.notifications(), []);
  });

  test('profiles of the old form are offered a session', async () => {
    const { workbench, profiles, configFile } = scene;
    await appendFile(
      configFile,
      '\n[profile archive]\nsso_start_url = https://old-acme.awsapps.com/start\nsso_region = eu-central-1\nsso_account_id = 222222222222\nsso_role_name = ReadOnly\n',
    );
    await profiles.waitFor('archive');
    await workbench.runCommand('AWS Profiles: Set Up SSO…');
    await step('Set Up SSO (1/5)');
    await type('https://old-acme.awsapps.com/start/#/');
    await press('Enter');
    await marked('Give 1 profile of the old form an SSO session');
    await workbench.screenshot('set-up-legacy');
    // Another session is offered the region of the old form.
    await press('ArrowDown', 'Enter');
    await marked('eu-central-1');
    assert.match(
      (await workbench.quickInput.items())[0]?.description ?? '',
      /Europe \(Frankfurt\) · as in old-acme/,
    );
    await press(BACK);
    await marked('Add another session');
    await press('ArrowUp', 'Enter');
    await step('Convert Legacy SSO');
    assert.equal(await workbench.quickInput.value(), 'old-acme');
    await press('Escape');
    await workbench.quickInput.waitForClosed();
    assert.deepEqual(await workbench.notifications(), []);
  });

  test('a login that is called off leaves the session, and says so', async () => {
    const { workbench, sessions, aws } = scene;
    const { quickInput } = workbench;
    await workbench.runCommand('AWS Profiles: Set Up SSO…');
    await step('Set Up SSO (1/5)');
    await type('https://old-acme.awsapps.com/start');
    await press('Enter');
    await marked('Give 1 profile of the old form an SSO session');
    await press('ArrowDown', 'Enter');
    await marked('eu-central-1');
    await press('Enter');
    await marked('sso:account:access');
    await press('Enter');
    await step('Set Up SSO (5/6)');
    assert.equal(await quickInput.value(), 'old-acme');
    await press('Enter');
    await marked('Write and log in');
    const page = await workbench.followLink(() => press('Enter'));
    await page.close();
    const signIn = aws.state.sso.pending.at(-1);
    assert.ok(signIn !== undefined);
    await workbench.answerNotification(signIn.userCode, 'Cancel');
    const text = 'The SSO session old-acme is set up. Nobody is signed in to it, and no profile was added.';
    await workbench.notification(text).waitFor();
    await sessions.waitFor('old-acme', 'signed out');
    await workbench.screenshot('set-up-stopped');

    // From there it goes on. While that login runs, the session keeps its name.
    const again = await workbench.followLink(() => workbench.answerNotification(text, 'Go On'));
    await again.close();
    await workbench.runCommand('AWS Profiles: Edit SSO Session…');
    await step('Edit SSO Session');
    await quickInput.choose('old-acme');
    await step('Edit SSO Session old-acme');
    await quickInput.choose('Name');
    await workbench.notification('Somebody is logging in to old-acme right now').waitFor();
    const second = aws.state.sso.pending.at(-1);
    assert.ok(second !== undefined);
    const fault = aws.faults.add('ListAccounts', {
      kind: 'error',
      status: 400,
      code: 'InvalidRequestException',
      message: 'Not today $(trash)',
    });
    aws.state.sso.approve(second.userCode);

    // A list that cannot be had says why, and Enter asks again.
    await step('Add Profile for old-acme (1/5)');
    await marked('The list could not be fetched. Try again, or type the value.');
    await quickInput.widget.getByText('Not today $(trash)').waitFor();
    await workbench.screenshot('set-up-no-list');
    fault.dispose();
    await quickInput.choose('The list could not be fetched. Try again, or type the value.');

    // One account with one role is taken without a question.
    await step('Add Profile for old-acme (1/3)');
    await quickInput.widget.getByPlaceholder('The region in which ReadOnly in Archive works').waitFor();
    await marked('eu-central-1');
    await press('Enter');
    await step('Add Profile for old-acme (2/3)');
    await marked('Skip');
    await press('Enter');
    await step('Add Profile for old-acme (3/3)');
    assert.equal(await quickInput.value(), 'archive-ReadOnly');
    await press('Enter');
    // Another profile is active: it stays so until the button is pressed.
    await workbench.notification('Added the profile archive-ReadOnly.').waitFor();
    await scene.status(`sandbox-Admin · ${new URL(aws.url).host}`);
    await workbench.dismissNotifications();
  });
});
