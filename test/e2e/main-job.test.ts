import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { appendFile, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { sampleUsers } from '../local-aws/sample-data.ts';
import { writeSampleHome } from '../local-aws/sample-home.ts';
import { openScene, type Scene, STATUS } from './scene.ts';
import { answerSteps } from './steps.ts';

const MISSPELT = 'local/misspelt+secret/Key1234567890EXAMPLE';

/** The job that Rolecall is for, in one window on the sample home. The tests go on from each other's state. */
describe('the main job', { timeout: 240_000 }, () => {
  let scene: Scene;
  before(async () => {
    scene = await openScene({
      write: async ({ home }) => {
        const { configFile } = await writeSampleHome(home, 'http://127.0.0.1:9');
        await appendFile(configFile, `\n[profile typo]\naws_secret_acess_key = ${MISSPELT}\n`);
      },
    });
  });
  after(() => scene.close());

  describe('the sidebar', () => {
    test('lists every profile of both files with what the files tell', async () => {
      await scene.profiles.waitFor('dev');
      const rows = await scene.profiles.readRows();
      assert.deepEqual(
        rows.map(row => row.label),
        [
          ...['default', 'dev', 'platform', 'acme-prod', 'partner-data', 'archive', 'deploy', 'release'],
          ...['pipeline', 'operations', 'legacy', 'tools', 'experiments', 'typo', 'rotated'],
        ],
      );
      const told = new Map(rows.map(row => [row.label, row]));
      assert.match(told.get('dev')?.description ?? '', /^Admin · 1234-5678-9012/);
      assert.match(told.get('release')?.description ?? '', /Release.*via deploy/);
      assert.match(told.get('legacy')?.description ?? '', /^keys …MPLE in credentials/);
      assert.equal(told.get('tools')?.description, 'process vault-credentials');
      assert.match(told.get('dev')?.ariaLabel ?? '', /^dev, SSO, .*login needed$/);
    });

    test('lists the SSO sessions, legacy ones by their start URL', async () => {
      assert.deepEqual(
        (await scene.sessions.readRows()).map(row => [row.label, row.description]),
        [
          ['acme', 'signed out'],
          ['partner', 'signed out'],
          ['old-acme.awsapps.com/start', 'legacy · signed out'],
        ],
      );
      await scene.workbench.screenshot('sidebar-signed-out');
    });

    test('opens a profile into its keys, secrets as dots', async () => {
      await scene.profiles.expand('legacy');
      const keys = (await scene.profiles.readRows()).filter(row => row.level === 2);
      assert.deepEqual(
        keys.map(row => [row.label, row.description]),
        [
          ['region', 'eu-central-1'],
          ['s3.addressing_style', 'path'],
          ['s3.max_concurrent_requests', '20'],
          ['aws_access_key_id', '••••MPLE'],
          ['aws_secret_access_key', '••••••••'],
        ],
      );
      await scene.profiles.collapse('legacy');
    });

    test('masks the value of a key that nobody knows', async () => {
      await scene.profiles.expand('typo');
      const row = (await scene.profiles.readRows()).find(each => each.label === 'aws_secret_acess_key');
      assert.equal(row?.description, '••••••••');
      assert.ok(!(await scene.page.content()).includes(MISSPELT));
      await scene.profiles.collapse('typo');
    });

    test('shows the program of a credential_process, not its arguments', async () => {
      await scene.profiles.expand('tools');
      const row = (await scene.profiles.readRows()).find(each => each.label === 'credential_process');
      assert.equal(row?.description, `${join(scene.home, 'bin', 'vault-credentials')} ••••••••`);
      await scene.profiles.collapse('tools');
    });

    test('leads from a role to the profile that it stands on', async () => {
      await scene.profiles.expand('release');
      const row = await scene.profiles.waitFor('stands on', 'profile deploy');
      await row.locator('.label-name').click();
      const deploy = await scene.profiles.waitFor('deploy');
      await deploy.and(scene.page.locator('.selected')).waitFor();
      await scene.profiles.collapse('release');
      await scene.profiles.collapse('deploy');
    });
  });

  describe('switching', () => {
    test('from a row changes the status bar and new terminals', async () => {
      const { workbench, profiles } = scene;
      await profiles.clickAction('legacy', 'Switch Profile…');
      // Who answers here is not AWS, and the bar says so.
      const host = new URL(scene.aws.url).host;
      assert.equal(await scene.status(`legacy · ${host}`), `legacy · ${host}`);
      await profiles.row('legacy').and(scene.page.locator('[aria-label^="legacy, active,"]')).waitFor();
      await workbench.runCommand('Terminal: Create New Terminal');
      await workbench.waitForTerminal(/\$$/);
      await workbench.typeInTerminal('echo "is <$AWS_PROFILE> <$AWS_REGION>"', /^is <legacy> <>$/m);
      await workbench.screenshot('switched');
      await workbench.runCommand('Terminal: Kill All Terminals');
    });

    test('from the quick pick, recent ones first', async () => {
      const { workbench } = scene;
      await workbench.runCommand('AWS Profiles: Switch Profile…');
      await workbench.quickInput.waitForOpen('Switch Profile');
      const labels = (await workbench.quickInput.items()).map(item => item.label);
      assert.deepEqual(labels.slice(0, 3), ['No profile', 'legacy', 'default']);
      await workbench.screenshot('switch-pick');
      await workbench.quickInput.choose('tools');
      await scene.status('tools · not checked');
    });

    test('asks nobody and runs nothing until a click does', async () => {
      scene.aws.requests.clear();
      await scene.status('tools · not checked');
      assert.deepEqual(scene.aws.requests.all, []);
      await scene.workbench.statusItem(STATUS).locator('a').click();
      await scene.status(`tools · ${new URL(scene.aws.url).host}`);
      assert.equal(scene.aws.requests.of('GetCallerIdentity').length, 1);
      await scene.workbench.notification(/tools is user\/machines\/tools in 1111-2222-3333/).waitFor();
      await scene.workbench.dismissNotifications();
    });

    test('search finds an account by its plain number and shows the row', async () => {
      const { workbench, profiles, page } = scene;
      await profiles.clickTitleAction('Search Profiles…');
      await workbench.quickInput.waitForOpen('Search Profiles');
      await workbench.quickInput.type('555555555555');
      await page.locator('.quick-input-list .monaco-list-row[aria-setsize="1"]').waitFor();
      await workbench.quickInput.choose('partner-data');
      await profiles.row('partner-data').and(page.locator('.selected')).waitFor();
      await profiles.collapse('partner-data');
    });

    test('clear leaves terminals what they inherit and says so', async () => {
      const { workbench } = scene;
      await workbench.runCommand('AWS Profiles: Clear Active Profile');
      await workbench
        .notification('No profile is active in this window. New terminals use the default chain.')
        .waitFor();
      assert.equal(await scene.status('default chain'), 'default chain: default');
      await workbench.runCommand('Terminal: Create New Terminal');
      await workbench.waitForTerminal(/\$$/);
      await workbench.typeInTerminal('env | grep -c ^AWS_PROFILE=', /^0$/m);
      await workbench.runCommand('Terminal: Kill All Terminals');
      await workbench.dismissNotifications();
    });
  });

  describe('login', () => {
    test('opens the page that the server named, and nothing else', async () => {
      const { workbench, sessions, profiles, aws, code } = scene;
      await profiles.clickAction('dev', 'Switch Profile…');
      await scene.status('dev: log in');
      const page = await workbench.followLink(() => sessions.clickAction('acme', 'Log In to SSO…'));
      const signIn = aws.state.sso.pending.at(-1);
      assert.ok(signIn !== undefined);
      assert.deepEqual(code.openedUrls, [`${aws.url}/device?user_code=${signIn.userCode}`]);
      assert.equal(await page.getByTestId('user-code').textContent(), signIn.userCode);
      const toast = workbench.notification(`Confirm the code ${signIn.userCode} in your browser`);
      await toast.waitFor();
      assert.deepEqual(await toast.locator('a[href]').allTextContents(), [
        'Open again',
        'Copy link',
        'Copy code',
      ]);
      await sessions.waitFor('acme', 'logging in…');
      await workbench.screenshot('login-progress');

      await page.getByRole('button', { name: 'Allow' }).click();
      await page.getByText('You can close this window').waitFor();
      await page.close();
      await sessions.waitFor('acme', /^signed in/);
      await toast.waitFor({ state: 'detached' });
      await scene.status(`dev · ${new URL(aws.url).host}`);
      await workbench.screenshot('logged-in');
    });

    test('leaves the token where AWS CLI looks for it, as AWS CLI writes it', async () => {
      const name = `${createHash('sha1').update('acme').digest('hex')}.json`;
      const file = join(scene.home, '.aws', 'sso', 'cache', name);
      assert.equal((await stat(file)).mode & 0o777, 0o600);
      const text = await readFile(file, 'utf8');
      const token: Record<string, unknown> = JSON.parse(text);
      assert.deepEqual(Object.keys(token), [
        ...['startUrl', 'region', 'accessToken', 'expiresAt', 'clientId', 'clientSecret'],
        ...['registrationExpiresAt', 'refreshToken'],
      ]);
      assert.equal(token['startUrl'], 'https://acme.awsapps.com/start');
      assert.equal(token['region'], 'eu-west-1');
      assert.match(String(token['expiresAt']), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
      assert.ok(scene.aws.state.sso.findLogin(String(token['accessToken'])) !== undefined);
    });

    test('copies link and code only when asked to', async () => {
      const { workbench, sessions, aws } = scene;
      await workbench.writeClipboard('mine');
      const page = await workbench.followLink(() => sessions.clickAction('partner', 'Log In to SSO…'));
      const signIn = aws.state.sso.pending.at(-1);
      assert.ok(signIn !== undefined);
      // A window behind another page is drawn but now and then, and has no clipboard.
      await page.close();
      assert.equal(await workbench.clipboard(), 'mine');
      await workbench.answerNotification(signIn.userCode, 'Copy code');
      await waitForClipboard(signIn.userCode);
      await workbench.answerNotification(signIn.userCode, 'Copy link');
      await waitForClipboard(`${aws.url}/device?user_code=${signIn.userCode}`);

      aws.state.sso.deny(signIn.userCode);
      await workbench.notification('denied').waitFor();
      await sessions.waitFor('partner', 'signed out');
      assert.deepEqual(await workbench.notifications(), [
        'The request was denied in the browser. Start the login again.',
      ]);
      await workbench.screenshot('login-denied');
      const second = await workbench.followLink(() => workbench.answerNotification('denied', 'Try Again'));
      await second.close();
      await workbench.answerNotification(/Confirm the code/, 'Cancel');
      await sessions.waitFor('partner', 'signed out');
    });

    test('says nothing when it is called off', async () => {
      const { workbench, sessions, aws } = scene;
      const page = await workbench.followLink(() => sessions.clickAction('partner', 'Log In to SSO…'));
      const signIn = aws.state.sso.pending.at(-1);
      assert.ok(signIn !== undefined);
      await page.close();
      await workbench.answerNotification(signIn.userCode, 'Cancel');
      await sessions.waitFor('partner', 'signed out');
      assert.deepEqual(await workbench.notifications(), []);
    });

    test('hands the links of AWS’s own portals on character for character', async () => {
      const { workbench, sessions, aws, code } = scene;
      // A link to loopback is another matter: VS Code in a browser sends it through a proxy of its own.
      const meant =
        'https://acme.awsapps.com/start/#/device?user_code=WDJB-MJHT&relay=a%2Bb%26c%3Dd%23e&to=%2Fhome';
      const fault = aws.faults.add('StartDeviceAuthorization', {
        kind: 'answer',
        status: 200,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          deviceCode: 'local-device-code',
          userCode: 'WDJB-MJHT',
          verificationUri: 'https://acme.awsapps.com/start/#/device',
          verificationUriComplete: meant,
          expiresIn: 600,
          interval: 60,
        }),
      });
      const page = await workbench.followLink(() => sessions.clickAction('partner', 'Log In to SSO…'));
      fault.dispose();
      assert.equal(code.openedUrls.at(-1), meant);
      await page.close();
      await workbench.answerNotification('WDJB-MJHT', 'Copy link');
      await waitForClipboard(meant);
      await workbench.answerNotification('WDJB-MJHT', 'Cancel');
      await sessions.waitFor('partner', 'signed out');
    });
  });

  describe('accounts and roles', () => {
    test('a session opens into its accounts, an account into its roles', async () => {
      const { sessions } = scene;
      await sessions.expand('acme');
      await sessions.expand('Platform');
      const rows = (await sessions.readRows()).filter(row => row.level > 1);
      assert.deepEqual(
        rows.map(row => [row.level, row.label, row.description]),
        [
          [2, 'Platform', '1111-2222-3333'],
          [3, 'Developer', 'profile platform'],
          [3, 'ReadOnly', ''],
          [2, 'Production', '4444-5555-6666'],
          [2, 'Sandbox', '1234-5678-9012'],
          [2, '7777-8888-9999', ''],
        ],
      );
      await scene.workbench.screenshot('accounts');
    });

    test('a role is saved as a profile, in exactly one new section', async () => {
      const { workbench, sessions, profiles } = scene;
      const before = await scene.config();
      await sessions.clickAction('ReadOnly', 'Save Role as Profile…');
      await workbench.quickInput.waitForOpen(/^Save ReadOnly in Platform as Profile/);
      assert.equal(await workbench.quickInput.value(), 'platform-ReadOnly');
      await workbench.quickInput.accept();
      await profiles.waitFor('platform-ReadOnly', /ReadOnly · Platform/);
      assert.equal(
        await scene.config(),
        `${before}\n[profile platform-ReadOnly]\nsso_session = acme\nsso_account_id = 111122223333\nsso_role_name = ReadOnly\n`,
      );
      await sessions.waitFor('ReadOnly', 'profile platform-ReadOnly');
      await sessions.collapse('acme');
    });
  });

  describe('exports', () => {
    const { ci } = sampleUsers();

    test('for the user’s shell are offered first and are exact on the clipboard', async () => {
      const { workbench, profiles } = scene;
      await profiles.clickAction('legacy', 'Copy Environment Exports…');
      await workbench.quickInput.waitForOpen('Copy Environment Exports');
      const [first] = await workbench.quickInput.items();
      assert.deepEqual(first, { label: 'bash, zsh, sh', description: 'your shell' });
      await workbench.screenshot('copy-exports');
      await workbench.quickInput.accept();
      await waitForClipboard(
        'unset AWS_PROFILE AWS_DEFAULT_PROFILE AWS_SESSION_TOKEN AWS_SECURITY_TOKEN AWS_CREDENTIAL_EXPIRATION ' +
          'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI AWS_CONTAINER_CREDENTIALS_FULL_URI ' +
          'AWS_CONTAINER_AUTHORIZATION_TOKEN AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE\n' +
          `export AWS_ACCESS_KEY_ID=${ci.accessKeyId}\nexport AWS_SECRET_ACCESS_KEY=${ci.secretAccessKey}\n`,
      );
    });

    test('for others are a choice away', async () => {
      const { workbench, profiles } = scene;
      await profiles.chooseFromMenu('legacy', 'Copy Environment Exports…');
      await workbench.quickInput.waitForOpen('Copy Environment Exports');
      await workbench.quickInput.choose('.env file');
      await waitForClipboard(
        `AWS_ACCESS_KEY_ID=${ci.accessKeyId}\nAWS_SECRET_ACCESS_KEY=${ci.secretAccessKey}\n`,
      );
    });

    test('work in the terminal that they are pasted into', async () => {
      const { workbench, profiles } = scene;
      await profiles.chooseFromMenu('dev', 'Copy Environment Exports…');
      await workbench.quickInput.waitForOpen('Copy Environment Exports');
      await workbench.writeClipboard('');
      await workbench.quickInput.accept();
      const text = await waitForClipboard(/export AWS_SESSION_TOKEN=/);
      const keyId = /AWS_ACCESS_KEY_ID=(\S+)/.exec(text)?.[1] ?? '';
      assert.match(keyId, /^ASIA/);
    });

    test('the account ID is copied plain', async () => {
      await scene.profiles.chooseFromMenu('dev', 'Copy Account ID');
      await waitForClipboard('123456789012');
    });
  });

  describe('MFA', () => {
    test('a quiet check never asks for a code', async () => {
      await scene.profiles.clickAction('operations', 'Switch Profile…');
      await scene.status('operations: MFA needed');
      assert.equal(await scene.workbench.quickInput.widget.count(), 0);
      await scene.workbench.screenshot('mfa-needed');
    });

    test('a click asks, a wrong code asks again, the right one says who', async () => {
      const { workbench, aws } = scene;
      await workbench.statusItem(STATUS).locator('a').click();
      await workbench.quickInput.waitForOpen('MFA code for profile operations');
      await workbench.quickInput.waitForMessage('arn:aws:iam::111122223333:mfa/dana');
      await workbench.screenshot('mfa-code');
      await workbench.quickInput.enter('000000');
      await workbench.quickInput.waitForMessage(/invalid MFA/);
      await workbench.quickInput.enter('123456');
      await scene.status(`operations · ${new URL(aws.url).host}`);
      await workbench.notification('operations is Operations in Production 4444-5555-6666').waitFor();
      await workbench.dismissNotifications();
    });
  });

  describe('editing', () => {
    test('a region in the tree changes one line of the file', async () => {
      const { workbench, profiles } = scene;
      const before = await scene.config();
      await profiles.expand('dev');
      await profiles.clickAction('region', 'Set Profile Key…');
      await answerSteps(workbench.quickInput, 'Edit Profile dev', [{ pick: 'eu-central-1' }]);
      await profiles.waitFor('region', 'eu-central-1');
      assert.equal(
        await scene.config(),
        before.replace(/(\[profile dev\][^[]*?region = )eu-west-1/, '$1eu-central-1'),
      );
      await workbench.screenshot('edited');
    });

    test('a key is removed by a click', async () => {
      const { profiles } = scene;
      const before = await scene.config();
      await profiles.clickAction('output', 'Remove Profile Key');
      await profiles.waitForGone('output');
      assert.equal(await scene.config(), before.replace(/(\[profile dev\][^[]*?)output = json\n/, '$1'));
      await profiles.collapse('dev');
    });

    test('a rename takes the references along', async () => {
      const { workbench, profiles } = scene;
      const before = await scene.config();
      await profiles.chooseFromMenu('deploy', 'Rename Profile…');
      await workbench.quickInput.waitForOpen('Rename Profile deploy');
      await workbench.quickInput.enter('dev');
      await workbench.quickInput.waitForMessage('There is a profile dev already.');
      await workbench.quickInput.enter('roll-out');
      await profiles.waitFor('roll-out');
      assert.equal(
        await scene.config(),
        before
          .replace('[profile deploy]', '[profile roll-out]')
          .replace('source_profile = deploy', 'source_profile = roll-out'),
      );
      await profiles.waitFor('release', /via roll-out/);
      // The keyboard goes to the row under its new name, and would close a menu.
      await profiles.waitForFocus(/^roll-out,/);
    });

    test('a deletion shows what goes, and happens only when it is applied', async () => {
      const { workbench, profiles } = scene;
      const before = await scene.credentials();
      await profiles.chooseFromMenu('rotated', 'Delete Profile…');
      await workbench
        .notification('Delete the profile rotated? It goes from ~/.aws/credentials, line')
        .waitFor();
      await workbench.clickEditorAction('Discard');
      await workbench.notification('Delete the profile rotated?').waitFor({ state: 'detached' });
      await profiles.waitForFocus(/^rotated,/);
      assert.equal(await scene.credentials(), before);
      await profiles.chooseFromMenu('rotated', 'Delete Profile…');
      await workbench.notification('Delete the profile rotated?').waitFor();
      await workbench.clickEditorAction('Apply');
      await profiles.waitForGone('rotated');
      await workbench.notification('Deleted the profile rotated.').waitFor();
      // The keyboard goes on with the next row, and would close a palette.
      await profiles.waitForFocus(/^platform-ReadOnly,/);
      const now = await scene.credentials();
      assert.ok(before.startsWith(now.trimEnd()));
      assert.ok(!now.includes('[rotated]') && !now.includes('AKIAROTATED'));
      await workbench.dismissNotifications();
    });
  });

  describe('the explanation', () => {
    test('shows each link of the chain', async () => {
      const { workbench, profiles } = scene;
      await profiles.chooseFromMenu('release', 'Why This Identity?');
      const view = workbench.view('Why This Identity');
      // The view is low: the others make room for it.
      await view.waitFor('profile release');
      for (const title of ['Profiles', 'SSO Sessions']) {
        await workbench.view(title).pane.locator('.pane-header').click();
      }
      await view.waitFor('GetCallerIdentity');
      assert.deepEqual(
        (await view.readRows()).map(row => row.label),
        [
          ...['AWS_ACCESS_KEY_ID', 'profile release', 'profile roll-out', 'profile dev', 'sso-session acme'],
          ...['GetRoleCredentials', 'AssumeRole', 'AssumeRole', 'GetCallerIdentity'],
        ],
      );
      await workbench.screenshot('why');
      // A new check of the active profile does not take it away.
      const checks = scene.aws.requests.of('GetCallerIdentity').length;
      await workbench.runCommand('AWS Profiles: Check Identity');
      await scene.aws.requests.seen('GetCallerIdentity', checks + 1, AbortSignal.timeout(10_000));
      await workbench.notification('operations is Operations').waitFor();
      await view.waitFor('profile release');
      await workbench.dismissNotifications();
      for (const title of ['Profiles', 'SSO Sessions']) {
        await workbench.view(title).open();
      }
    });
  });

  describe('the end', () => {
    test('logs out from the row', async () => {
      await scene.profiles.clickAction('dev', 'Switch Profile…');
      await scene.status(`dev · ${new URL(scene.aws.url).host}`);
      await scene.sessions.clickAction('acme', 'Log Out of SSO…');
      await scene.sessions.waitFor('acme', 'signed out');
      assert.equal(scene.aws.requests.of('Logout').length, 1);
      await scene.status('dev: log in');
      await scene.workbench.screenshot('logged-out');
    });
  });

  async function waitForClipboard(text: string | RegExp): Promise<string> {
    const end = Date.now() + 10_000;
    for (;;) {
      const now = await scene.workbench.clipboard();
      if (typeof text === 'string' ? now === text : text.test(now)) {
        return now;
      }
      assert.ok(Date.now() < end, `the clipboard is ${JSON.stringify(now)}`);
    }
  }
});
