import assert from 'node:assert/strict';
import { chmodSync } from 'node:fs';
import { type TestContext, test } from 'node:test';
import type { FileEdits } from '../../../src/aws-files/file-edits.ts';
import { deleteProfile, setProfileKey } from '../../../src/aws-files/profile-edits.ts';
import { UserError } from '../../../src/lib/errors.ts';
import { MemoryEditors, StoreScene } from './store-scene.ts';

const { signal } = new AbortController();

const CONFIG = '[profile a]\nregion = x\n';
const CREDENTIALS = '[a]\naws_access_key_id = AKIDEXAMPLE\n';
const UNSAVED = '# being written\n[profile a]\r\nregion = y\r\n';

async function open(context: TestContext, editors: MemoryEditors): Promise<StoreScene> {
  return StoreScene.make(context, { config: CONFIG, credentials: CREDENTIALS }, { editors });
}

test('edits the text of an unsaved editor and leaves the file as it is', async context => {
  const editors = new MemoryEditors();
  editors.open('config', UNSAVED);
  const scene = await open(context, editors);
  const { store } = scene;
  const planned = await store.plan(setProfileKey(store.snapshot, 'a', 'output', 'json'), signal);
  assert.equal(planned[0]?.before?.toString(), UNSAVED);
  assert.equal(editors.text('config'), UNSAVED);
  const { written, snapshot } = await store.apply(
    setProfileKey(store.snapshot, 'a', 'output', 'json'),
    signal,
  );
  assert.equal(editors.text('config'), `${UNSAVED}output = json\r\n`);
  assert.equal(scene.read('config'), CONFIG);
  assert.deepEqual(
    written.map(({ file, inEditor, before, after }) => [
      file,
      inEditor,
      before?.toString(),
      after?.toString(),
    ]),
    [['config', true, UNSAVED, `${UNSAVED}output = json\r\n`]],
  );
  assert.equal(snapshot.profiles.get('a')?.get('output'), undefined);
  await store.undo(written, signal);
  assert.equal(editors.text('config'), UNSAVED);
});

/** In the order in which an editor's file comes first. */
const RENAME: FileEdits = {
  config: [{ type: 'rename', section: { kind: 'profile', name: 'a' }, name: 'b' }],
  credentials: [{ type: 'rename', section: { kind: 'profile', name: 'a' }, name: 'b' }],
};

test('changes one file on disk and the other in its editor, or neither', async context => {
  const editors = new MemoryEditors();
  editors.open('config', UNSAVED);
  const scene = await open(context, editors);
  const { store } = scene;
  editors.isStubborn = true;
  await assert.rejects(store.apply(RENAME, signal), /does not change/);
  assert.deepEqual([scene.read('credentials'), editors.text('config')], [CREDENTIALS, UNSAVED]);
  editors.isStubborn = false;
  chmodSync(scene.path('credentials'), 0o400);
  await assert.rejects(store.apply(RENAME, signal), /read-only/);
  assert.deepEqual([scene.read('credentials'), editors.text('config')], [CREDENTIALS, UNSAVED]);
  chmodSync(scene.path('credentials'), 0o600);
  let onDisk: string | undefined;
  editors.onReplace = () => {
    onDisk = scene.read('credentials');
  };
  const { written } = await store.apply(RENAME, signal);
  assert.equal(onDisk, CREDENTIALS.replace('[a]', '[b]'), 'the disk comes first');
  assert.equal(scene.read('credentials'), CREDENTIALS.replace('[a]', '[b]'));
  assert.equal(editors.text('config'), UNSAVED.replace('profile a', 'profile b'));
  await store.undo(written, signal);
  assert.deepEqual([scene.read('credentials'), editors.text('config')], [CREDENTIALS, UNSAVED]);
});

test('does not touch an editor whose bytes a save would change', async context => {
  const editors = new MemoryEditors();
  editors.open('config', UNSAVED);
  editors.trouble = 'It has line ends of two kinds, which a save would make one.';
  const scene = await open(context, editors);
  const { store } = scene;
  await assert.rejects(store.apply(deleteProfile(store.snapshot, 'a'), signal), (error: unknown) => {
    assert.ok(error instanceof UserError);
    assert.match(error.message, /open with unsaved changes.*two kinds/);
    return true;
  });
  assert.deepEqual(
    [scene.read('config'), scene.read('credentials'), editors.text('config')],
    [CONFIG, CREDENTIALS, UNSAVED],
  );
});

test('undoes on disk what was saved from an editor since', async context => {
  const editors = new MemoryEditors();
  editors.open('config', UNSAVED);
  const scene = await open(context, editors);
  const { store } = scene;
  const { written } = await store.apply(setProfileKey(store.snapshot, 'a', 'region', 'z'), signal);
  scene.write('config', `${editors.text('config')}[profile b]\r\n`);
  const saved = new MemoryEditors();
  const other = await StoreScene.make(context, { config: scene.read('config') ?? '' }, { editors: saved });
  await other.store.undo(written, signal);
  assert.equal(other.read('config'), `${UNSAVED}[profile b]\r\n`);
});
