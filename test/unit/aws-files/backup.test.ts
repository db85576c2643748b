import assert from 'node:assert/strict';
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { BackupFolder, backUp } from '../../../src/aws-files/backup.ts';
import type { FileEdits } from '../../../src/aws-files/file-edits.ts';
import type { UserError } from '../../../src/lib/errors.ts';
import { temporaryPath } from '../../../src/lib/temporary-file.ts';
import { temporaryFolder } from '../lib/temporary-folder.ts';
import { MemoryEditors, StoreScene } from './store-scene.ts';

const { signal } = new AbortController();

type Scene = {
  readonly path: string;
  readonly storage: string;
  readonly folder: string;
  readonly troubles: unknown[];
  readonly backups: BackupFolder;
  /** What an edit does. */
  write(text: string): Promise<void>;
  kept(): Promise<string | undefined>;
};

function scene(context: TestContext, text: string): Scene {
  const home = temporaryFolder(context);
  const path = join(home, 'config');
  const storage = join(home, 'storage');
  writeFileSync(path, text);
  const troubles: unknown[] = [];
  const backups = new BackupFolder({
    folder: storage,
    now: () => 1000,
    onTrouble: error => troubles.push(error),
    onSecretLeft: error => assert.fail(error.message),
  });
  return {
    path,
    storage,
    folder: join(storage, 'backups'),
    troubles,
    backups,
    write: async next => {
      await backUp(backups, path, readFileSync(path), Buffer.from(next), signal);
      writeFileSync(path, next);
    },
    kept: async () => (await backups.read(path))?.bytes.toString(),
  };
}

test('keeps the last version that Rolecall did not write', async context => {
  const { backups, path, write, kept, troubles } = scene(context, 'foreign 1');
  assert.equal(await kept(), undefined);
  await write('ours 1');
  assert.deepEqual(await backups.read(path), { bytes: Buffer.from('foreign 1'), when: 1000 });
  await write('ours 2');
  await write('ours 3');
  assert.equal(await kept(), 'foreign 1');
  writeFileSync(path, 'foreign 2');
  await write('ours 4');
  assert.equal(await kept(), 'foreign 2');
  assert.deepEqual(troubles, []);
});

test('takes no text of its own for a foreign one when a write never came', async context => {
  const { backups, path, write, kept } = scene(context, 'foreign');
  await write('ours 1');
  for (const next of ['never 1', 'never 2', 'never 3']) {
    await backups.keep(path, readFileSync(path), signal);
    await backups.noteWritten(path, Buffer.from(next), signal);
  }
  await write('ours 2');
  await write('ours 3');
  assert.equal(await kept(), 'foreign');
});

test('is for the eyes of the user alone, also where the folder was open', async context => {
  const { write, folder, storage } = scene(context, 'foreign');
  mkdirSync(folder, { recursive: true });
  chmodSync(folder, 0o755);
  chmodSync(storage, 0o755);
  await write('ours');
  assert.equal(statSync(folder).mode & 0o777, 0o700);
  const names = readdirSync(folder).sort();
  assert.equal(names.length, 2);
  for (const name of names) {
    assert.match(name, /^config-[0-9a-f]{16}\.(backup|notes)$/);
    assert.equal(statSync(join(folder, name)).mode & 0o777, 0o600);
  }
});

test('knows a file by its real path, and every file by itself', async context => {
  const { path, write, backups, kept } = scene(context, 'foreign');
  const link = join(path, '..', 'link');
  symlinkSync('config', link);
  const other = join(path, '..', 'other');
  writeFileSync(other, 'other');
  await write('ours');
  await backups.keep(other, readFileSync(other), signal);
  assert.equal((await backups.read(link))?.bytes.toString(), 'foreign');
  assert.equal((await backups.read(other))?.bytes.toString(), 'other');
  assert.equal(await kept(), 'foreign');
});

test('forgets a secret that is removed, and what a killed writer left of it', async context => {
  const { backups, path, write, kept, folder } = scene(
    context,
    '[a]\naws_access_key_id = AKID\naws_secret_access_key = hidden/+=text\nregion = b\n',
  );
  await write('[a]\nregion = b\n');
  assert.equal(await kept(), '[a]\nregion = b\n');
  const [backup = ''] = readdirSync(folder).filter(name => name.endsWith('.backup'));
  const left = temporaryPath(join(folder, backup), '0123456789abcdef01234567');
  writeFileSync(left, 'hidden/+=text');
  await backups.forget(path, ['hidden/+=text'], signal);
  assert.deepEqual(
    readdirSync(folder).filter(name => name.includes('tmp')),
    [],
  );
  const all = readdirSync(folder).map(name => readFileSync(join(folder, name), 'latin1'));
  assert.ok(!all.join('').includes('hidden'));
  assert.equal((await backups.read(path))?.when, 1000);
});

test('gives the whole backup up rather than leave a secret in it', async context => {
  const { backups, path, kept, folder } = scene(context, '[a]\naws_secret_access_key = hidden-text\n');
  await backups.keep(path, readFileSync(path), signal);
  const [backup = ''] = readdirSync(folder).filter(name => name.endsWith('.backup'));
  chmodSync(join(folder, backup), 0o400);
  await backups.forget(path, ['hidden-text'], signal);
  assert.equal(await kept(), undefined);
  await backups.forget(path, ['hidden-text'], signal);
  assert.deepEqual(
    readdirSync(folder).filter(name => !name.endsWith('.notes')),
    [],
  );
});

test('tells the user of a secret that cannot be taken out', async context => {
  const { backups, path, folder, storage } = scene(context, '[a]\naws_secret_access_key = hidden-text\n');
  const told: UserError[] = [];
  const watched = new BackupFolder({
    folder: storage,
    now: () => 1,
    onTrouble: () => undefined,
    onSecretLeft: error => told.push(error),
  });
  await backups.keep(path, readFileSync(path), signal);
  const [backup = ''] = readdirSync(folder).filter(name => name.endsWith('.backup'));
  rmSync(join(folder, backup));
  mkdirSync(join(folder, backup));
  await watched.forget(path, ['hidden-text'], signal);
  assert.equal(told.length, 1);
  assert.match(told[0]?.message ?? '', /config is still in its backup/);
});

test('a storage that cannot be written keeps nobody from editing, and is told', async context => {
  const { write, storage, troubles, kept, path } = scene(context, 'foreign');
  writeFileSync(storage, 'a file, not a folder');
  await write('ours');
  assert.equal(readFileSync(path, 'utf8'), 'ours');
  assert.equal(troubles.length, 2);
  rmSync(storage);
  assert.equal(await kept(), undefined);
  await write('ours 2');
  assert.equal(await kept(), 'ours');
});

test('several windows share it', async context => {
  const { backups, path, folder } = scene(context, 'foreign');
  const contents = Array.from({ length: 12 }, (_, index) => Buffer.from(`foreign ${index}`));
  await Promise.all(
    contents.map(async bytes => {
      const window = new BackupFolder({
        folder: join(folder, '..'),
        now: () => 5,
        onTrouble: error => assert.fail(String(error)),
        onSecretLeft: error => assert.fail(error.message),
      });
      await window.keep(path, bytes, signal);
    }),
  );
  const found = await backups.read(path);
  assert.ok(contents.some(bytes => found?.bytes.equals(bytes)));
  assert.equal(readdirSync(folder).length, 2);
});

const KEYS = '[a]\naws_access_key_id = AKIDEXAMPLE\naws_secret_access_key = hidden/+=text\n';
const unset: FileEdits = {
  credentials: [{ type: 'unset', section: { kind: 'profile', name: 'a' }, key: 'aws_secret_access_key' }],
};

function quietBackups(context: TestContext): BackupFolder {
  const fail = (error: unknown): never => assert.fail(String(error));
  return new BackupFolder({
    folder: temporaryFolder(context),
    now: () => 1,
    onTrouble: fail,
    onSecretLeft: fail,
  });
}

test('the store keeps a foreign version before it writes, and undoing it makes no new one', async context => {
  const backups = quietBackups(context);
  const scene = await StoreScene.make(context, { config: '[profile a]\n' }, { backups });
  const section = { kind: 'profile', name: 'a' } as const;
  const set: FileEdits = { config: [{ type: 'set', section, key: 'region', value: 'eu-west-1' }] };
  const { written } = await scene.store.apply(set, signal);
  await scene.store.undo(written, signal);
  await scene.store.apply(set, signal);
  assert.equal((await backups.read(scene.path('config')))?.bytes.toString(), '[profile a]\n');
  assert.equal(await backups.read(scene.path('credentials')), undefined);
});

test('a secret that the store removes is in no backup', async context => {
  const backups = quietBackups(context);
  const scene = await StoreScene.make(context, { credentials: KEYS }, { backups });
  await scene.store.apply(unset, signal);
  const rest = '[a]\naws_access_key_id = AKIDEXAMPLE\n';
  assert.equal(scene.read('credentials'), rest);
  assert.equal((await backups.read(scene.path('credentials')))?.bytes.toString(), rest);
});

test('nor is one that it removes in an editor, before that is saved', async context => {
  const backups = quietBackups(context);
  const editors = new MemoryEditors();
  const scene = await StoreScene.make(context, { credentials: KEYS }, { backups, editors });
  const path = scene.path('credentials');
  await backups.keep(path, Buffer.from(KEYS), signal);
  editors.open('credentials', `${KEYS}region = eu-west-1\n`);
  await scene.store.apply(unset, signal);
  assert.ok(!editors.text('credentials')?.includes('hidden'));
  assert.equal((await backups.read(path))?.bytes.toString(), '[a]\naws_access_key_id = AKIDEXAMPLE\n');
});
