import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { sampleUsers } from '../local-aws/sample-data.ts';
import { openScene, type Scene, STATUS } from './scene.ts';

const { tools } = sampleUsers();

/** A window that inherited keys and profiles. */
describe('an inherited environment', { timeout: 240_000 }, () => {
  let scene: Scene;
  before(async () => {
    scene = await openScene({
      env: {
        AWS_PROFILE: 'legacy',
        AWS_DEFAULT_PROFILE: 'default',
        AWS_ACCESS_KEY_ID: tools.accessKeyId,
        AWS_SECRET_ACCESS_KEY: tools.secretAccessKey,
      },
    });
  });
  after(() => scene.close());

  /** The `AWS_*` variables of a new terminal, but for those that lead to the played AWS. Never the secret key. */
  async function newTerminal(expected: RegExp): Promise<void> {
    const { workbench } = scene;
    await workbench.runCommand('Terminal: Create New Terminal');
    await workbench.waitForTerminal(/\$$/);
    await workbench.typeInTerminal(
      'echo "=$AWS_PROFILE=$AWS_DEFAULT_PROFILE=$AWS_ACCESS_KEY_ID=$(printf %s "$AWS_SECRET_ACCESS_KEY" | wc -c)=$AWS_REGION="',
      expected,
    );
    await workbench.runCommand('Terminal: Kill All Terminals');
  }

  test('starts with the inherited profile, shown as what terminals really use', async () => {
    assert.match(await scene.status('legacy'), /^legacy: shadowed by AWS_ACCESS_KEY_ID$/);
    await scene.profiles.row('legacy').and(scene.page.locator('[aria-label^="legacy, active,"]')).waitFor();
    await scene.workbench.screenshot('shadowed');
  });

  test('leaves terminals alone until the user switches', async () => {
    await newTerminal(
      new RegExp(`^=legacy=default=${tools.accessKeyId}=${tools.secretAccessKey.length}==$`, 'm'),
    );
  });

  test('a switch replaces both profile variables and blanks the keys', async () => {
    await scene.profiles.clickAction('rotated', 'Switch Profile…');
    await scene.status(/rotated: /);
    await newTerminal(/^=rotated=rotated==0==$/m);
    await scene.profiles.clickAction('legacy', 'Switch Profile…');
    await scene.status(`legacy · ${new URL(scene.aws.url).host}`);
    await newTerminal(/^=legacy=legacy==0==$/m);
  });

  test('a reload keeps the choice', async () => {
    await scene.profiles.clickAction('pipeline', 'Switch Profile…');
    await scene.status(/pipeline · /);
    await scene.code.reload();
    // The view comes back by itself.
    await scene.profiles.waitFor('pipeline');
    await scene.status(/pipeline · /);
  });

  test('with the setting off the keys stay and the bar says that they win', async () => {
    await scene.code.changeSettings({ 'rolecall.terminal.overrideKeys': false });
    await scene.status('pipeline: shadowed by AWS_ACCESS_KEY_ID');
    await newTerminal(
      new RegExp(`^=pipeline=pipeline=${tools.accessKeyId}=${tools.secretAccessKey.length}==$`, 'm'),
    );
    await scene.code.changeSettings({ 'rolecall.terminal.overrideKeys': true });
    await scene.status(/pipeline · /);
  });

  test('a clear gives terminals back what they inherit, and says what that is', async () => {
    await scene.workbench.runCommand('AWS Profiles: Clear Active Profile');
    await scene.workbench
      .notification('New terminals inherit AWS_ACCESS_KEY_ID from the environment.')
      .waitFor();
    await newTerminal(
      new RegExp(`^=legacy=default=${tools.accessKeyId}=${tools.secretAccessKey.length}==$`, 'm'),
    );
  });

  test('a reload keeps the clear, though AWS_PROFILE is inherited', async () => {
    await scene.code.reload();
    await scene.profiles.waitFor('legacy');
    await scene.status(/default chain: /);
    await scene.workbench.screenshot('default-chain');
  });

  test('a terminal as another profile leaves the active one as it is', async () => {
    const { workbench, profiles } = scene;
    await profiles.clickAction('legacy', 'Open Terminal');
    await workbench.waitForTerminal(/\$$/);
    await workbench.typeInTerminal(
      'echo "=$AWS_PROFILE=$AWS_DEFAULT_PROFILE=$AWS_ACCESS_KEY_ID="',
      /^=legacy===$/m,
    );
    await scene.status(/default chain: /);
    await workbench.screenshot('bound-terminal');
    await workbench.runCommand('Terminal: Kill All Terminals');
  });

  test('hiding the status bar item hides it', async () => {
    await scene.code.changeSettings({ 'rolecall.statusBar.show': false });
    await scene.profiles.waitFor('legacy');
    assert.equal(await scene.workbench.statusItem(STATUS).count(), 0);
  });
});
