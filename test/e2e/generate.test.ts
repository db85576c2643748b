import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Locator } from 'playwright-core';
import { manyAccounts } from '../local-aws/data.ts';
import { openScene, type Scene } from './scene.ts';

const START_URL = 'https://acme.awsapps.com/start';
const TITLE = 'Generate Profiles for acme';

/** Puts a token where AWS CLI would: who signs in is not what these tests are about. */
async function signIn({ aws, home }: Scene): Promise<ReturnType<typeof aws.state.sso.issueLogin>> {
  const login = aws.state.sso.issueLogin(START_URL);
  const folder = join(home, '.aws', 'sso', 'cache');
  const text = (time: number): string => new Date(time).toISOString().replace(/\.\d+Z$/, 'Z');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await writeFile(
    join(folder, `${createHash('sha1').update('acme').digest('hex')}.json`),
    JSON.stringify({
      startUrl: START_URL,
      region: 'eu-west-1',
      accessToken: login.accessToken,
      expiresAt: text(login.expiresAt),
      clientId: login.client.clientId,
      clientSecret: login.client.clientSecret,
      registrationExpiresAt: text(login.client.expiresAt),
      refreshToken: login.refreshToken,
    }),
    { mode: 0o600 },
  );
  return login;
}

/** The whole way from the roles of a session to profiles, and to a role that is used without one. */
describe('from roles to their use', { timeout: 240_000 }, () => {
  let scene: Scene;
  let login: Awaited<ReturnType<typeof signIn>>;
  before(async () => {
    scene = await openScene();
    await scene.profiles.waitFor('dev');
    login = await signIn(scene);
    await scene.sessions.waitFor('acme', /^signed in/);
  });
  after(() => scene.close());

  const diff = (): Locator =>
    scene.page.locator('.part.editor .monaco-diff-editor').filter({ visible: true });

  async function generate(): Promise<void> {
    await scene.sessions.chooseFromMenu('acme', 'Generate Profiles…');
  }

  /** Applies what the preview shows: the config file before and after, without digests. */
  async function applied(): Promise<readonly [before: string, after: string]> {
    const plain = (text: string): string => text.replaceAll(/ \([0-9a-f]{8}\)$/gm, '');
    const before = await scene.config();
    await scene.workbench.clickEditorAction('Apply');
    await scene.workbench.notification(/(Added|Removed) .* of acme\./).waitFor();
    await scene.workbench.dismissNotifications();
    return [plain(before), plain(await scene.config())];
  }

  test('roles are chosen from those without a profile', async () => {
    const { workbench, page } = scene;
    await generate();
    await workbench.quickInput.waitForOpen(`${TITLE}: 4 roles without a profile`);
    const labels = (await workbench.quickInput.items()).map(({ label }) => label);
    assert.deepEqual(labels, [
      'Platform · ReadOnly',
      'Sandbox · ReadOnly',
      'Production · Support',
      '777788889999 · Billing',
    ]);
    await workbench.quickInput.type('readonly');
    await page.locator('.quick-input-list .monaco-list-row[aria-setsize="2"]').first().waitFor();
    await workbench.quickInput.widget.locator('.quick-input-header .monaco-checkbox').click();
    await workbench.screenshot('generate-roles');
    await workbench.quickInput.accept();
  });

  test('names show as the template is typed, and say where it is wrong or not unique', async () => {
    const { quickInput } = scene.workbench;
    await quickInput.waitForOpen(new RegExp(`^${TITLE} \\(1/3\\)`));
    assert.equal(await quickInput.value(), '{account:kebab}-{role}');
    await quickInput.waitForMessage('platform-ReadOnly, sandbox-ReadOnly.');
    await scene.workbench.screenshot('generate-names');
    await quickInput.type('{acount}');
    await quickInput.waitForMessage('Character 2: There is no field {acount}.');
    await quickInput.type('{role}');
    await quickInput.waitForMessage(
      '2 names are taken or not unique and get the account ID, such as ReadOnly-',
    );
    await quickInput.enter('{account:kebab}-{role:lower}');
  });

  test('defaults follow, then a diff, and Apply writes the profiles', async () => {
    const { workbench } = scene;
    await workbench.quickInput.waitForOpen(new RegExp(`^${TITLE} \\(2/3\\)`));
    await workbench.quickInput.accept();
    await workbench.quickInput.waitForOpen(new RegExp(`^${TITLE} \\(3/3\\)`));
    await workbench.quickInput.choose('Skip');
    await workbench.notification('Add 2 profiles of acme?').waitFor();
    await diff().locator('.modified .view-line', { hasText: '123456789012/ReadOnly (' }).waitFor();
    await workbench.screenshot('generate-diff');
    const [was, is] = await applied();
    assert.equal(
      is,
      `${was}
# rolecall: generated from sso-session acme, 111122223333/ReadOnly
[profile platform-readonly]
sso_session = acme
sso_account_id = 111122223333
sso_role_name = ReadOnly
region = eu-west-1

# rolecall: generated from sso-session acme, 123456789012/ReadOnly
[profile sandbox-readonly]
sso_session = acme
sso_account_id = 123456789012
sso_role_name = ReadOnly
region = eu-west-1
`,
    );
    await scene.profiles.waitFor('sandbox-readonly');
  });

  test('the next run adds what is new and removes what is gone in two clicks, and leaves the edited alone', async () => {
    const { workbench } = scene;
    await writeFile(
      scene.configFile,
      (await scene.config()).replace('sso_role_name = ReadOnly\nregion = eu-west-1\n\n# r', (text: string) =>
        text.replace('eu-west-1', 'eu-west-2'),
      ),
    );
    for (const account of login.instance.accounts) {
      if (account.accountName === 'Platform' || account.accountName === 'Sandbox') {
        account.roles = account.roles.filter(role => role !== 'ReadOnly');
      }
      if (account.accountName === 'Production') {
        account.roles = [...account.roles, 'Auditor'];
      }
    }
    await generate();
    await workbench.quickInput.waitForOpen(TITLE);
    assert.deepEqual(
      (await workbench.quickInput.items()).map(({ label }) => label),
      [
        'Add 1 new profile, remove 1 whose role is gone',
        'Add 1 new profile',
        'Remove 1 whose role is gone',
        'Choose roles, names and defaults…',
      ],
    );
    await workbench.screenshot('generate-again');
    await workbench.quickInput.accept();
    await workbench
      .notification(
        'Add 1 profile and remove 1 profile of acme? Kept because somebody edited them: platform-readonly.',
      )
      .waitFor();
    await workbench.screenshot('generate-again-diff');
    const [was, is] = await applied();
    const block = (account: string, role: string, name: string): string =>
      `# rolecall: generated from sso-session acme, ${account}/${role}\n[profile ${name}]\n` +
      `sso_session = acme\nsso_account_id = ${account}\nsso_role_name = ${role}\nregion = eu-west-1\n`;
    const gone = block('123456789012', 'ReadOnly', 'sandbox-readonly');
    assert.ok(was.endsWith(gone));
    assert.equal(is, was.replace(gone, block('444455556666', 'Auditor', 'production-auditor')));
    await scene.profiles.waitFor('production-auditor');
    assert.match(await scene.config(), /\[profile platform-readonly\]/);
  });

  test('with nothing new, what was left out is offered and nothing is written', async () => {
    const { workbench } = scene;
    const before = await scene.config();
    await generate();
    await workbench.quickInput.waitForOpen(TITLE);
    assert.deepEqual(
      (await workbench.quickInput.items()).map(({ label }) => label),
      ['Choose roles, names and defaults…'],
    );
    await workbench.quickInput.cancel();
    assert.equal(await scene.config(), before);
  });

  test('a role is used once: identity and terminals, and no file is changed', async () => {
    const { workbench, sessions } = scene;
    const before = [await scene.config(), await scene.credentials()];
    await sessions.expand('acme');
    await sessions.expand('Production');
    await sessions.clickAction('Support', 'Use Role Once…');
    const host = new URL(scene.aws.url).host;
    await scene.status(`once-production-Support · ${host}`);
    await workbench.screenshot('use-once');
    await workbench.runCommand('Terminal: Create New Terminal');
    await workbench.waitForTerminal(/\$$/);
    await workbench.typeInTerminal('echo "is <$AWS_PROFILE>"', /^is <once-production-Support>$/m);
    await workbench.typeInTerminal('grep -c "profile $AWS_PROFILE" "$AWS_CONFIG_FILE"', /^1$/m);
    const text = await workbench.typeInTerminal(
      'echo > "$AWS_CONFIG_FILE"; stat -c "mode %a" "$AWS_CONFIG_FILE"',
      /^mode 400$/m,
    );
    assert.ok(text.length > 0);
    await workbench.screenshot('use-once-terminal');
    assert.deepEqual([await scene.config(), await scene.credentials()], before);
  });

  test('it is still in use after the window was opened anew', async () => {
    const { workbench } = scene;
    await scene.code.reload();
    await scene.status('once-production-Support');
    // What is open comes back by itself, and a click too early would close it.
    await scene.profiles.waitFor('dev');
    await workbench.runCommand('Terminal: Kill All Terminals');
    await workbench.runCommand('Terminal: Create New Terminal');
    await workbench.waitForTerminal(/\$$/);
    await workbench.typeInTerminal('grep -c "profile $AWS_PROFILE" "$AWS_CONFIG_FILE"', /^1$/m);
    await workbench.typeInTerminal('echo "$AWS_CONFIG_FILE" > "$HOME/where"; echo done', /^done$/m);
  });

  test('it becomes a profile by one command, and its private file goes', async () => {
    const { workbench, profiles } = scene;
    const file = (await readFile(join(scene.home, 'where'), 'utf8')).trim();
    await stat(file);
    await workbench.runCommand('AWS Profiles: Save Role as Profile…');
    await workbench.quickInput.waitForOpen(/^Save Support in Production as Profile/);
    assert.equal(await workbench.quickInput.value(), 'production-support');
    await workbench.quickInput.accept();
    await profiles.waitFor('production-support');
    await scene.status('production-support');
    await assert.rejects(stat(file), /ENOENT/);
  });
});

/** Ten thousand roles in a light window with a narrow side bar. */
describe('many roles', { timeout: 240_000 }, () => {
  let scene: Scene;
  before(async () => {
    scene = await openScene({ theme: 'light', size: { width: 900, height: 700 } });
    await scene.profiles.waitFor('dev');
    const { instance } = await signIn(scene);
    instance.accounts.splice(0, Number.POSITIVE_INFINITY, ...manyAccounts(START_URL, 200, 50).accounts);
    await scene.sessions.waitFor('acme', /^signed in/);
  });
  after(() => scene.close());

  test('are listed with progress, which can be called off', async () => {
    const { workbench, sessions } = scene;
    await workbench.resizeSidebar(220);
    await sessions.chooseFromMenu('acme', 'Generate Profiles…');
    await workbench.notification(/Listing the roles of acme: \d+ of 200 accounts/).waitFor();
    await workbench.screenshot('generate-light-progress');
    await workbench.answerNotification('Listing the roles of acme', 'Cancel');
    await workbench.notification('Listing the roles of acme').waitFor({ state: 'detached' });
    assert.deepEqual(await workbench.notifications(), []);
  });

  test('are all there, and found by typing', async () => {
    const { workbench, sessions, page } = scene;
    await sessions.chooseFromMenu('acme', 'Generate Profiles…');
    await workbench.quickInput.waitForOpen(`${TITLE}: 10000 roles without a profile`);
    assert.equal(await workbench.quickInput.count(), 10_000);
    await workbench.quickInput.type('100000000042');
    await page.locator('.quick-input-list .monaco-list-row[aria-setsize="50"]').first().waitFor();
    await workbench.screenshot('generate-light-roles');
    await workbench.quickInput.cancel();
  });
});
