import assert from 'node:assert/strict';
import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { after, before, describe, test } from 'node:test';
import { openScene, type Scene } from './scene.ts';

const TOLD =
  'Another program wrote ~/.aws/config at the same moment: your last change is not in it any more.';

/** A program that read a file before an edit and writes it afterwards, as a whole. */
describe('an edit that another program wrote over', { timeout: 240_000 }, () => {
  let scene: Scene;
  before(async () => {
    scene = await openScene({ settings: { 'files.autoSave': 'off' } });
    await scene.profiles.waitFor('dev');
  });
  after(() => scene.close());

  async function deleteLegacy(): Promise<void> {
    await scene.profiles.chooseFromMenu('legacy', 'Delete Profile…');
    await scene.workbench.answerNotification('Delete the profile legacy?', 'Apply');
    while ((await scene.config()).includes('[profile legacy]')) {
      await new Promise(resolve => setImmediate(resolve));
    }
  }

  test('is told, and can be made again on what that program wrote', async () => {
    const { workbench, profiles, configFile } = scene;
    const stale = await readFile(configFile);
    await deleteLegacy();
    await writeFile(configFile, stale);
    await appendFile(configFile, '\n[profile foreign]\nregion = eu-west-1\n');
    await workbench.notification(TOLD).waitFor();
    await workbench.screenshot('lost-edit');
    await profiles.waitFor('foreign');
    await workbench.answerNotification(TOLD, 'Apply Again');
    await profiles.waitForGone('legacy');
    const config = await scene.config();
    assert.ok(!config.includes('[profile legacy]'));
    assert.ok(config.includes('[profile foreign]'));
  });
});
