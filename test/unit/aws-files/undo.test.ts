import assert from 'node:assert/strict';
import { chmodSync } from 'node:fs';
import { test } from 'node:test';
import type { FileEdits } from '../../../src/aws-files/file-edits.ts';
import {
  createProfile,
  deleteProfile,
  duplicateProfile,
  renameProfile,
  setProfileKey,
} from '../../../src/aws-files/profile-edits.ts';
import type { Snapshot } from '../../../src/aws-files/snapshot.ts';
import { UserError } from '../../../src/lib/errors.ts';
import { StoreScene } from './store-scene.ts';

const { signal } = new AbortController();

const CONFIG =
  '# top\n\n[default]\nregion = x # home\n\n# about a\n[profile a]\nregion = y\n\n[profile b]\nsource_profile = a\r\nregion = y';
const CREDENTIALS =
  '[a]\naws_access_key_id = AKIDEXAMPLE\naws_secret_access_key = secret\n\n[z]\naws_access_key_id = AKIDZ\n';

const EDITS: readonly [string, (snapshot: Snapshot) => FileEdits][] = [
  ['a value', snapshot => setProfileKey(snapshot, 'a', 'region', 'z')],
  ['a new key', snapshot => setProfileKey(snapshot, 'b', 'output', 'json')],
  ['a nested key', snapshot => setProfileKey(snapshot, 'b', 's3.addressing_style', 'path')],
  ['a removed key', snapshot => setProfileKey(snapshot, 'a', 'region', null)],
  ['a profile that was made', snapshot => createProfile(snapshot, 'new', { region: 'x' })],
  ['a copy', snapshot => duplicateProfile(snapshot, 'a', 'c')],
  ['a deletion', snapshot => deleteProfile(snapshot, 'a')],
  ['a rename', snapshot => renameProfile(snapshot, 'a', 'c')],
];

for (const [name, edit] of EDITS) {
  test(`undoes ${name}, and its undo`, async context => {
    const scene = await StoreScene.make(context, { config: CONFIG, credentials: CREDENTIALS });
    const { store } = scene;
    const { written } = await store.apply(edit(store.snapshot), signal);
    const after = scene.texts();
    assert.notDeepEqual(after, [CONFIG, CREDENTIALS]);
    const undone = await store.undo(written, signal);
    assert.deepEqual(scene.texts(), [CONFIG, CREDENTIALS]);
    assert.equal(undone.snapshot, store.snapshot);
    await store.undo(undone.written, signal);
    assert.deepEqual(scene.texts(), after);
  });
}

test('removes a file that it made, unless somebody wrote into it', async context => {
  const scene = await StoreScene.make(context, {});
  const { store } = scene;
  const made = await store.apply(createProfile(store.snapshot, 'a', { region: 'x' }), signal);
  await store.undo(made.written, signal);
  assert.equal(scene.read('config'), undefined);
  const again = await store.apply(createProfile(store.snapshot, 'a', { region: 'x' }), signal);
  scene.write('config', `${scene.read('config')}\n[profile b]\nregion = y\n`);
  await store.undo(again.written, signal);
  assert.equal(scene.read('config'), '\n[profile b]\nregion = y\n');
});

test('keeps what others changed elsewhere', async context => {
  const scene = await StoreScene.make(context, { config: CONFIG });
  const { store } = scene;
  const { written } = await store.apply(renameProfile(store.snapshot, 'a', 'c'), signal);
  const text = scene.read('config') ?? '';
  scene.write(
    'config',
    `${text.replace('# top', '# new top').replace('[profile c]\n', '[profile c]\noutput = json\n')}\r\n[profile d]\n`,
  );
  await store.undo(written, signal);
  assert.equal(
    scene.read('config'),
    `${CONFIG.replace('# top', '# new top').replace('[profile a]\n', '[profile a]\noutput = json\n')}\r\n[profile d]\n`,
  );
});

const REFUSED: readonly [string, (snapshot: Snapshot) => FileEdits, (text: string) => string][] = [
  [
    'a value that changed again',
    snapshot => setProfileKey(snapshot, 'a', 'region', 'z'),
    text => text.replace('region = z', 'region = w'),
  ],
  [
    'a line whose section has another name now',
    snapshot => setProfileKey(snapshot, 'a', 'region', 'z'),
    text => text.replace('[profile a]', '[profile d]'),
  ],
  [
    'a line that is gone',
    snapshot => setProfileKey(snapshot, 'a', 'region', 'z'),
    text => text.replace('region = z\n', ''),
  ],
  [
    'a line that went to another section',
    snapshot => setProfileKey(snapshot, 'a', 'region', 'z'),
    text => `${text.replace('region = z\n', '')}\n[profile e]\nregion = z\n`,
  ],
  [
    'a place with another line in it',
    snapshot => deleteProfile(snapshot, 'a'),
    text => text.replace('[profile b]', '# new\n[profile b]'),
  ],
  [
    'a profile that is there again',
    snapshot => deleteProfile(snapshot, 'a'),
    text => `${text}\n[profile a]\nregion = new\n`,
  ],
  [
    'a name that changed again',
    snapshot => renameProfile(snapshot, 'a', 'c'),
    text => text.replace('[profile c]', '[profile d]'),
  ],
];

for (const [name, edit, change] of REFUSED) {
  test(`does not undo ${name}`, async context => {
    const scene = await StoreScene.make(context, { config: CONFIG });
    const { store } = scene;
    const { written } = await store.apply(edit(store.snapshot), signal);
    const changed = change(scene.read('config') ?? '');
    scene.write('config', changed);
    await assert.rejects(store.undo(written, signal), (error: unknown) => {
      assert.ok(error instanceof UserError);
      assert.match(error.message, /not undone/);
      return true;
    });
    assert.equal(scene.read('config'), changed);
  });
}

test('takes the same line of another section for no line of its own', async context => {
  const scene = await StoreScene.make(context, {
    config: '[profile a]\nregion = x\n[profile b]\nregion = y\n',
  });
  const { store } = scene;
  const { written } = await store.apply(setProfileKey(store.snapshot, 'b', 'region', 'x'), signal);
  scene.write('config', '[profile a]\nregion = x\n');
  await assert.rejects(store.undo(written, signal), /not undone/);
  assert.equal(scene.read('config'), '[profile a]\nregion = x\n');
});

test('undoes both files or none', async context => {
  const scene = await StoreScene.make(context, { config: CONFIG, credentials: CREDENTIALS });
  const { store } = scene;
  const { written } = await store.apply(deleteProfile(store.snapshot, 'a'), signal);
  const deleted = scene.texts();
  chmodSync(scene.path('credentials'), 0o400);
  await assert.rejects(store.undo(written, signal), /read-only/);
  assert.deepEqual(scene.texts(), deleted);
  chmodSync(scene.path('credentials'), 0o600);
  scene.write('credentials', '[a]\naws_access_key_id = other\n');
  await assert.rejects(store.undo(written, signal), /not undone/);
  assert.equal(scene.read('config'), deleted[0]);
});
