import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Locator } from 'playwright-core';
import { sampleUsers } from '../local-aws/sample-data.ts';
import { openScene, type Scene } from './scene.ts';

/**
 * What comes before an edit is written, and after. Where the keyboard goes back to the sidebar, that is waited for:
 * it would close a palette or a menu. The tests go on from each other's state.
 */
describe('edits with preview and Undo', { timeout: 240_000 }, () => {
  let scene: Scene;
  let config = '';
  let credentials = '';
  before(async () => {
    // In a browser VS Code saves by itself unless told not to.
    scene = await openScene({ settings: { 'files.autoSave': 'off' } });
    await scene.profiles.waitFor('dev');
    config = await scene.config();
    credentials = await scene.credentials();
  });
  after(() => scene.close());

  const diff = (): Locator =>
    scene.page.locator('.part.editor .monaco-diff-editor').filter({ visible: true });
  const tabs = (): Promise<readonly string[]> =>
    scene.page.locator('.part.editor .tab .label-name').allInnerTexts();

  async function isAsBefore(): Promise<void> {
    assert.equal(await scene.config(), config);
    assert.equal(await scene.credentials(), credentials);
  }

  test('a deletion is shown for each file, secrets as dots, and can be discarded', async () => {
    const { workbench, profiles, page } = scene;
    await profiles.chooseFromMenu('legacy', 'Delete Profile…');
    await workbench
      .notification(
        'Delete the profile legacy? It goes from ~/.aws/config, line 87 and ~/.aws/credentials, line 6. ' +
          '1 profile stands on it: pipeline.',
      )
      .waitFor();
    // The change is in sight, far down as it is.
    await diff().locator('.original .view-line', { hasText: '[profile legacy]' }).waitFor();
    const other = page.locator('.part.editor .tab', { hasText: 'credentials: Delete the profile legacy' });
    await other.waitFor();
    await page
      .locator('.part.editor .tab.active', { hasText: 'config: Delete the profile legacy' })
      .waitFor();
    await workbench.screenshot('preview-config');
    await other.click();
    await diff()
      .locator('.original .view-line', { hasText: 'aws_secret_access_key = ••••••••' })
      .first()
      .waitFor();
    await workbench.screenshot('preview-credentials');
    const { ci, dana } = sampleUsers();
    const shown = await page.content();
    assert.ok(!shown.includes(ci.secretAccessKey) && !shown.includes(dana.secretAccessKey));
    await workbench.clickEditorAction('Discard');
    await workbench.notification('Delete the profile legacy?').waitFor({ state: 'detached' });
    assert.deepEqual(await tabs(), []);
    assert.deepEqual(await workbench.notifications(), []);
    await isAsBefore();
  });

  test('is applied from the editor’s title, and undone from the message', async () => {
    const { workbench, profiles } = scene;
    await profiles.chooseFromMenu('legacy', 'Delete Profile…');
    await diff().waitFor();
    await workbench.clickEditorAction('Apply');
    await profiles.waitForGone('legacy');
    assert.ok(!(await scene.credentials()).includes('[legacy]'));
    await workbench.notification('Deleted the profile legacy.').waitFor();
    assert.deepEqual(await tabs(), []);
    await workbench.screenshot('preview-applied');
    await workbench.answerNotification('Deleted the profile legacy.', 'Undo');
    await profiles.waitFor('legacy');
    await isAsBefore();
  });

  test('is answered by the links of the notification, and by its button', async () => {
    const { workbench, profiles } = scene;
    for (const answer of ['Discard', 'Cancel']) {
      await profiles.chooseFromMenu('dev', 'Delete Profile…');
      await workbench.answerNotification('Delete the profile dev?', answer);
      await workbench.notification('Delete the profile dev?').waitFor({ state: 'detached' });
      await profiles.waitForFocus(/^dev,/);
      await isAsBefore();
    }
    await profiles.chooseFromMenu('dev', 'Delete Profile…');
    await workbench.answerNotification('Delete the profile dev?', 'Apply');
    await profiles.waitForGone('dev');
    await workbench.answerNotification('Deleted the profile dev.', 'Undo');
    await profiles.waitFor('dev');
    await isAsBefore();
  });

  test('is answered with the keyboard, which is in the sidebar again afterwards', async () => {
    const { workbench, profiles, page } = scene;
    await profiles.select('archive');
    await page.keyboard.press('Delete');
    await diff().waitFor();
    await page.keyboard.press('ControlOrMeta+Backspace');
    await diff().waitFor({ state: 'detached' });
    await profiles.waitForFocus(/^archive,/);
    await page.keyboard.press('Delete');
    await diff().waitFor();
    await page.keyboard.press('ControlOrMeta+Enter');
    await profiles.waitForGone('archive');
    await profiles.waitForFocus(/^deploy,/);
    await page.keyboard.press('ControlOrMeta+z');
    await profiles.waitFor('archive');
    await isAsBefore();
    await workbench.dismissNotifications();
  });

  test('has its commands in the palette only while it is in front', async () => {
    const { workbench, profiles } = scene;
    const offered = async (text: string): Promise<boolean> => {
      await scene.page.keyboard.press('F1');
      await workbench.quickInput.waitForOpen();
      await workbench.quickInput.type(`>${text}`);
      const labels = (await workbench.quickInput.items()).map(item => item.label);
      await workbench.quickInput.cancel();
      return labels.includes(text);
    };
    assert.equal(await offered('AWS Profiles: Apply'), false);
    await profiles.chooseFromMenu('dev', 'Delete Profile…');
    await diff().waitFor();
    assert.equal(await offered('AWS Profiles: Apply'), true);
    await workbench.runCommand('AWS Profiles: Discard');
    await diff().waitFor({ state: 'detached' });
    await isAsBefore();
  });

  test('one key is changed without a question, and the status bar offers Undo', async () => {
    const { workbench, profiles, page } = scene;
    await profiles.expand('dev');
    await profiles.clickAction('output', 'Remove Profile Key');
    const offer = workbench.statusItem('rolecall.rolecall.rolecall.undo');
    await offer.filter({ hasText: 'Removed output from the profile dev · Undo' }).waitFor();
    assert.notEqual(await scene.config(), config);
    assert.deepEqual(await workbench.notifications(), []);
    await workbench.screenshot('undo-offer');
    await offer.locator('a').click();
    await profiles.waitFor('output');
    await isAsBefore();
    await offer.waitFor({ state: 'detached' });
    await profiles.collapse('dev');
    assert.equal(await page.locator('.monaco-dialog-box').count(), 0);
  });

  test('Undo says why it does nothing where others changed the lines', async () => {
    const { workbench, profiles } = scene;
    await profiles.expand('dev');
    await profiles.clickAction('output', 'Remove Profile Key');
    await profiles.waitForFocus(/^region, eu-west-1$/);
    const theirs = (await scene.config()).replace(
      /(\[profile dev\][^[]*)region = eu-west-1\n/,
      '$1region = eu-west-2\n',
    );
    await writeFile(scene.configFile, theirs);
    await workbench.runCommand('AWS Profiles: Undo Last Edit of the AWS Files');
    await workbench.notification('not undone').waitFor();
    assert.equal(await scene.config(), theirs);
    await workbench.dismissNotifications();
    await writeFile(scene.configFile, config);
    await profiles.waitFor('output');
    await profiles.collapse('dev');
  });

  test('a rename is shown first when more than three profiles follow', async () => {
    const { workbench, profiles } = scene;
    const rename = async (from: string, to: string): Promise<void> => {
      await profiles.chooseFromMenu(from, 'Rename Profile…');
      await workbench.quickInput.waitForOpen(`Rename Profile ${from}`);
      await workbench.quickInput.enter(to);
    };
    await rename('deploy', 'roll-out');
    await workbench.answerNotification('Renamed the profile deploy to roll-out.', 'Undo');
    await profiles.waitFor('deploy');
    await isAsBefore();
    const users = ['a', 'b', 'c'].map(
      name => `\n[profile ${name}]\nrole_arn = arn:aws:iam::111122223333:role/R\nsource_profile = dev\n`,
    );
    await writeFile(scene.configFile, config + users.join(''));
    await profiles.waitFor('c');
    await rename('dev', 'main');
    await workbench
      .notification('Rename the profile dev to main? 4 profiles that stand on it follow.')
      .waitFor();
    assert.ok((await scene.config()).includes('[profile dev]'));
    await workbench.clickEditorAction('Apply');
    await profiles.waitForFocus(/^main,/);
    assert.equal((await scene.config()).match(/source_profile = main\n/g)?.length, 4);
    await workbench.dismissNotifications();
    await writeFile(scene.configFile, config);
    await profiles.waitFor('dev');
  });

  test('a file that is open and saved follows an edit without a question', async () => {
    const { workbench, profiles, page } = scene;
    await workbench.runCommand('AWS Profiles: Open Config File');
    const text = page.locator('.part.editor .editor-instance .view-lines');
    await text.locator('.view-line', { hasText: 'sso_role_name = Developer' }).first().waitFor();
    await profiles.expand('platform');
    await profiles.clickAction('sso_role_name', 'Remove Profile Key');
    await profiles.waitForGone('sso_role_name');
    const now = await scene.config();
    await text
      .locator('.view-line', { hasText: 'sso_role_name = Developer' })
      .first()
      .waitFor({ state: 'detached' });
    await text.locator('.view-line', { hasText: 'The wiki has' }).first().click();
    await page.keyboard.press('ControlOrMeta+Home');
    await page.keyboard.type('# typed\n');
    await page.keyboard.press('ControlOrMeta+s');
    await page.locator('.part.editor .tab.active:not(.dirty)').waitFor();
    assert.equal(await scene.config(), `# typed\n${now}`);
    assert.equal(await workbench.dialog.count(), 0);
    assert.deepEqual(await workbench.notifications(), []);
  });

  test('a file that is open and not saved is edited there, and saved on a click', async () => {
    const { workbench, profiles, page } = scene;
    const saved = await scene.config();
    await page.keyboard.type('# not saved\n');
    await page.locator('.part.editor .tab.active.dirty').waitFor();
    await profiles.clickAction('region', 'Remove Profile Key');
    const message =
      'Removed region from the profile platform. config is open with unsaved changes: the edit is in the editor, not yet saved.';
    await workbench.notification(message).waitFor();
    await workbench.screenshot('unsaved-editor');
    assert.equal(await scene.config(), saved);
    await workbench.answerNotification(message, 'Save');
    await profiles.waitForGone('region');
    assert.equal(
      await scene.config(),
      saved
        .replace('# typed\n', '# typed\n# not saved\n')
        .replace(/(\[profile platform\][^[]*)region = eu-west-1\n/, '$1'),
    );
    await workbench.runCommand('View: Close All Editors');
  });

  test('a program’s edits show nothing', async () => {
    const { workbench, profiles, page, code } = scene;
    // A key that runs commands with arguments stands for another extension.
    const keys = join(code.sandbox.folder, 'user', 'User', 'keybindings.json');
    const commands = [
      { command: 'rolecall.deleteProfile', args: ['experiments', true] },
      { command: 'rolecall.setProfileKey', args: ['platform', 'region', 'eu-north-1'] },
    ];
    await writeFile(
      keys,
      JSON.stringify([{ key: 'ctrl+alt+k', command: 'runCommands', args: { commands } }]),
    );
    await code.reload();
    await profiles.waitFor('experiments');
    await page.keyboard.press('Control+Alt+k');
    await profiles.waitForGone('experiments');
    await profiles.expand('platform');
    await profiles.waitFor('region', 'eu-north-1');
    assert.match(await readFile(scene.configFile, 'utf8'), /region = eu-north-1/);
    assert.deepEqual(await workbench.notifications(), []);
    assert.deepEqual(await tabs(), []);
    assert.equal(await workbench.statusItem('rolecall.rolecall.rolecall.undo').count(), 0);
  });
});
