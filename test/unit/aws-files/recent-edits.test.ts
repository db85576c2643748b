import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { EditWatch } from '../../../src/aws-files/edit-watch.ts';
import { RecentEdits } from '../../../src/aws-files/recent-edits.ts';
import { Store } from '../../../src/aws-files/store.ts';
import type { WrittenFile } from '../../../src/aws-files/write-edits.ts';
import { realSystem } from '../../../src/lib/system.ts';
import { temporaryFolder } from '../lib/temporary-folder.ts';

const PATH = '/home/config';

function written(before: string | undefined, after: string | undefined): WrittenFile {
  const bytes = (text: string | undefined): Buffer | undefined =>
    text === undefined ? undefined : Buffer.from(text);
  return {
    file: 'config',
    path: PATH,
    before: bytes(before),
    after: bytes(after),
    inEditor: false,
  };
}

/** What is lost when the file, after the edit, has `present` for long enough. */
function lost(edit: WrittenFile, present: string | undefined): number {
  const recent = new RecentEdits();
  recent.note([edit], 0);
  const bytes = present === undefined ? undefined : Buffer.from(present);
  recent.look(PATH, bytes, 100);
  return recent.look(PATH, bytes, 400).lost.length;
}

const SET = written('[a]\nregion = one\n[b]\n', '[a]\nregion = two\n[b]\n');

test('tells of an edit that another program wrote over', () => {
  assert.equal(lost(SET, '[a]\nregion = one\n[b]\noutput = json\n'), 1);
  assert.equal(lost(SET, '[a]\r\nregion = one\r\n[b]\r\n'), 1);
  assert.equal(lost(written(undefined, '[a]\n'), '[b]\n'), 1);
  assert.equal(lost(written('[a]\nx = 1\n', '[a]\n'), '[a]\nx = 1\ny = 2\n'), 1);
  assert.equal(lost(written('[a]\n', '[a]\n\n[b]\n'), '[a]\n\n[c]\n'), 1);
  assert.equal(lost(written('[a]\n', '[a]\n[b]\nx = 1\n'), '[a]\n[b]\ny = 2\n'), 1);
});

test('says nothing of an edit that stands, whatever else changed', () => {
  assert.equal(lost(SET, '[a]\nregion = two\n[b]\n'), 0);
  assert.equal(lost(SET, '[b]\n\n[a]\noutput = json\nregion = two\n'), 0);
  assert.equal(lost(SET, '[a]\nregion = three\n[b]\n'), 0);
  assert.equal(lost(SET, '[b]\n'), 0);
  assert.equal(lost(SET, undefined), 0);
  assert.equal(lost(SET, '\0\x01[a]\0'), 0);
  assert.equal(lost(written(undefined, '[a]\n'), undefined), 0);
  assert.equal(lost(written('[a]\nx = 1\n', '[a]\n'), '[a]\ny = 1\n'), 0);
  assert.equal(lost(written('a\nb\n', 'b\na\n'), 'a\nb\n'), 0);
});

test('waits until the file is filled again', () => {
  const recent = new RecentEdits();
  const add = written('[a]\n', '[a]\nregion = two\n');
  recent.note([add], 0);
  assert.deepEqual(recent.look(PATH, Buffer.alloc(0), 10), { lost: [], againMs: 150 });
  assert.deepEqual(recent.look(PATH, add.after, 20), { lost: [], againMs: 1980 });
  assert.deepEqual(recent.look(PATH, add.before, 30), { lost: [], againMs: 150 });
  assert.deepEqual(recent.look(PATH, add.before, 100), { lost: [], againMs: 80 });
  assert.deepEqual(recent.look(PATH, add.before, 180).lost, [add]);
  assert.deepEqual(recent.look(PATH, add.before, 190), { lost: [], againMs: undefined });
});

test('looks after an edit until it has stood for two seconds, however late that is seen', () => {
  const recent = new RecentEdits();
  recent.note([SET], 0);
  assert.deepEqual(recent.look('/home/credentials', SET.before, 10), { lost: [], againMs: undefined });
  assert.equal(recent.look(PATH, SET.before, 5000).againMs, 150);
  assert.deepEqual(recent.look(PATH, SET.before, 6000).lost, [SET]);
  recent.note([SET], 10_000);
  assert.equal(recent.look(PATH, SET.after, 12_000).againMs, undefined);
  assert.deepEqual(recent.look(PATH, SET.before, 13_000), { lost: [], againMs: undefined });
});

test('an edit that Rolecall itself took back is not lost', () => {
  const recent = new RecentEdits();
  recent.note([SET], 0);
  recent.note([{ ...SET, before: SET.after, after: SET.before }], 10);
  assert.deepEqual(recent.look(PATH, SET.before, 300).lost, []);
  assert.deepEqual(recent.look(PATH, SET.before, 600).lost, []);
  recent.note([{ ...SET, inEditor: true }], 700);
  assert.equal(recent.look(PATH, SET.before, 5000).againMs, undefined);
});

test('an edit that was lost before the next one is lost all the same', () => {
  const recent = new RecentEdits();
  recent.note([SET], 0);
  const next = written(String(SET.before), `${SET.before}[c]\n`);
  recent.note([next], 10);
  recent.look(PATH, next.after, 20);
  assert.deepEqual(recent.look(PATH, next.after, 200).lost, [SET]);
});

test('the watch looks by itself, and tells once', { timeout: 10_000 }, async context => {
  const path = join(temporaryFolder(context), 'config');
  const edit = { ...SET, path };
  let sleeps = 0;
  let now = 0;
  const system = {
    ...realSystem(),
    now: () => now,
    sleep: async (ms: number) => {
      sleeps += 1;
      now += ms;
    },
  };
  const watch = new EditWatch(system, error => assert.fail(String(error)));
  context.after(() => watch.dispose());
  writeFileSync(path, edit.before ?? '');
  const told = await new Promise<readonly WrittenFile[]>(resolve => {
    watch.onDidLoseEdits(resolve);
    watch.note([edit]);
  });
  assert.deepEqual(told, [edit]);
  assert.equal(sleeps, 1);
});

test('a lost edit can be made again on what the other program wrote', async context => {
  const home = temporaryFolder(context);
  mkdirSync(join(home, '.aws'));
  const path = join(home, '.aws', 'config');
  writeFileSync(path, '[profile a]\nregion = one\n');
  const store = new Store({ system: { ...realSystem(), env: {}, home } });
  context.after(() => store.dispose());
  const told: (readonly WrittenFile[])[] = [];
  store.onDidWrite(written => told.push(written));
  const section = { kind: 'profile', name: 'a' } as const;
  const { signal } = new AbortController();
  await store.apply({ config: [{ type: 'set', section, key: 'region', value: 'two' }] }, signal);
  const [[written]] = told as [[WrittenFile]];
  writeFileSync(path, `${written.before}output = json\n`);
  await store.undo([{ ...written, before: written.after, after: written.before }], signal);
  assert.equal(readFileSync(path, 'utf8'), '[profile a]\nregion = two\noutput = json\n');
});
