import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { openScene, type Scene } from './scene.ts';

/** The keys of a profile are edited with the keyboard alone. The tests go on from each other's state. */
describe('the keyboard in the sidebar', { timeout: 180_000 }, () => {
  let scene: Scene;
  let start = '';
  before(async () => {
    scene = await openScene();
    await scene.profiles.waitFor('platform');
    start = await scene.config();
  });
  after(() => scene.close());

  const press = async (...keys: readonly string[]): Promise<void> => {
    for (const key of keys) {
      await scene.page.keyboard.press(key);
    }
  };

  /** Waits until the row with that accessible label has the focus of the keyboard. */
  const focused = (label: RegExp): Promise<void> =>
    scene.profiles.rows.and(scene.page.locator('.focused')).and(scene.page.getByLabel(label)).waitFor();

  test('opens a profile, and Enter on a key asks for its value', async () => {
    const { workbench, page } = scene;
    await workbench.runCommand('AWS Profiles: Focus on Profiles View');
    await press('Home', 'ArrowDown', 'ArrowDown');
    await focused(/^platform,/);
    await press('Enter');
    await scene.profiles.waitFor('sso_role_name', 'Developer');
    await press('ArrowDown', 'ArrowDown', 'ArrowDown', 'ArrowDown');
    await focused(/^sso_role_name, Developer$/);
    await press('Enter');
    await workbench.quickInput.waitForOpen('Edit Profile platform');
    assert.equal(await workbench.quickInput.value(), 'Developer');
    await page.keyboard.type('ReadOnly');
    await press('Enter');
    await scene.profiles.waitFor('sso_role_name', 'ReadOnly');
    await focused(/^sso_role_name, ReadOnly$/);
    assert.equal(await scene.config(), start.replace('= Developer', '= ReadOnly'));
    await press('ControlOrMeta+z');
    await scene.profiles.waitFor('sso_role_name', 'Developer');
    assert.equal(await scene.config(), start);
  });

  test('adds a key from the list of AWS’s keys, refuses a wrong value, goes back', async () => {
    const { workbench, page, profiles } = scene;
    await press('Insert');
    await workbench.quickInput.waitForOpen('Add Key to platform (1/2)');
    await page.keyboard.type('max_att');
    await workbench.quickInput.row('max_att').waitFor();
    await workbench.quickInput.row('max_attempts').and(page.locator('.focused')).waitFor();
    await press('Enter');
    await workbench.quickInput.waitForOpen('Add Key to platform (2/2)');
    await page.keyboard.type('many');
    await workbench.quickInput.waitForMessage('Write a whole number of at least 1.');
    await press('Enter', 'Control+Alt+-');
    await workbench.quickInput.waitForOpen('Add Key to platform (1/2)');
    await workbench.quickInput.row('max_attempts').and(page.locator('.focused')).waitFor();
    await press('Enter');
    await workbench.quickInput.waitForOpen('Add Key to platform (2/2)');
    await page.keyboard.type('5');
    await press('Enter');
    await profiles.waitFor('max_attempts', '5');
    await focused(/^max_attempts, 5$/);
    assert.equal(
      await scene.config(),
      start.replace(/(\[profile platform\][^[]*?region = eu-west-1\n)/, '$1max_attempts = 5\n'),
    );
  });

  test('edits, removes and undoes on the row that has the focus, not on the one that is selected', async () => {
    const { workbench, page, profiles } = scene;
    const added = await scene.config();
    await press('ArrowUp');
    await focused(/^region, eu-west-1$/);
    await press('F2');
    await workbench.quickInput.waitForOpen('Edit Profile platform');
    await workbench.quickInput.row('eu-west-1').and(page.locator('.focused')).waitFor();
    await page.keyboard.type('stockholm');
    await workbench.quickInput.row('stockholm').waitFor();
    await workbench.quickInput.row('eu-north-1').and(page.locator('.focused')).waitFor();
    await press('Enter');
    await profiles.waitFor('region', 'eu-north-1');
    await focused(/^region, eu-north-1$/);
    await press('Delete');
    await profiles.waitForGone('region');
    await focused(/^max_attempts, 5$/);
    assert.equal(await scene.config(), added.replace(/(\[profile platform\][^[]*?)region = .*\n/, '$1'));
    await press('ControlOrMeta+z');
    await profiles.waitFor('region', 'eu-north-1');
    await press('ControlOrMeta+z');
    await profiles.waitFor('region', 'eu-west-1');
    assert.equal(await scene.config(), added);
    await press('ControlOrMeta+z');
    await profiles.waitForGone('max_attempts');
    assert.equal(await scene.config(), start);
  });

  test('renames a profile, and follows a link', async () => {
    const { workbench, page, profiles, sessions } = scene;
    await press('Home', 'ArrowDown', 'ArrowDown');
    await focused(/^platform,/);
    await press('F2');
    await workbench.quickInput.waitForOpen('Rename Profile platform');
    await page.keyboard.type('base');
    await press('Enter');
    await profiles.waitFor('base');
    await focused(/^base,/);
    await press('ControlOrMeta+z');
    await profiles.waitFor('platform');
    assert.equal(await scene.config(), start);
    await workbench.dismissNotifications();
    await workbench.runCommand('AWS Profiles: Focus on Profiles View');
    await press('Home', 'ArrowDown', 'ArrowDown');
    await focused(/^platform,/);
    await press('ArrowRight');
    await profiles.waitFor('stands on', 'sso-session acme');
    await press('Home', 'ArrowDown', 'ArrowDown', 'ArrowDown');
    await focused(/^stands on sso-session acme$/);
    await press('Enter');
    await sessions.rows
      .and(page.locator('.focused'))
      .and(page.getByLabel(/^SSO session acme/))
      .waitFor();
    assert.equal(await workbench.quickInput.widget.count(), 0);
    await press('F2');
    await workbench.quickInput.waitForOpen('Edit SSO Session acme');
    await press('Escape');
    await workbench.quickInput.waitForClosed();
    await workbench.runCommand('AWS Profiles: Focus on Profiles View');
  });

  test('takes no key from a box in which one types', async () => {
    const { page, profiles } = scene;
    await press('Home', 'ControlOrMeta+Alt+f');
    const box = profiles.pane.locator('.monaco-findInput input');
    await box.waitFor();
    await page.keyboard.type('deployx');
    await press('Home', 'Delete', 'F2', 'End', 'Backspace');
    assert.equal(await box.inputValue(), 'eploy');
    assert.equal(await scene.workbench.quickInput.widget.count(), 0);
    await press('Escape');
    assert.equal(await scene.config(), start);
  });
});
