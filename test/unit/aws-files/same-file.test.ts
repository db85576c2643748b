import assert from 'node:assert/strict';
import { link, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import type { PathOverrides } from '../../../src/aws-files/location.ts';
import { isSameFile } from '../../../src/aws-files/same-file.ts';
import { Store } from '../../../src/aws-files/store.ts';
import { type Environment, realSystem } from '../../../src/lib/system.ts';
import { temporaryFolder } from '../lib/temporary-folder.ts';

const { signal } = new AbortController();
const TEXT = '[default]\nregion = eu-west-1\n\n[profile a]\nregion = eu-west-2\n';

function makeStore(home: string, paths: PathOverrides, env: Environment = {}): Store {
  return new Store({ system: { ...realSystem(), env, home }, paths });
}

describe('one file for both', () => {
  test('is known by its name, a symbolic link and a hard link', async t => {
    const folder = temporaryFolder(t);
    const path = (name: string): string => join(folder, name);
    await writeFile(path('one'), TEXT);
    await writeFile(path('copy'), TEXT);
    await symlink(path('one'), path('soft'));
    await link(path('one'), path('hard'));
    for (const other of ['one', 'soft', 'hard']) {
      assert.equal(await isSameFile(path('one'), path(other)), true, other);
    }
    assert.equal(await isSameFile(path('one'), path('copy')), false);
    assert.equal(await isSameFile(path('none'), path('none')), true);
    assert.equal(await isSameFile(path('none'), path('neither')), false);
    assert.equal(await isSameFile(path('one'), path('none')), false);
  });

  test('is read as AWS does, is a problem, and is never changed', async t => {
    const folder = temporaryFolder(t);
    const config = join(folder, 'config');
    await writeFile(config, TEXT);
    await symlink(config, join(folder, 'credentials'));
    const store = makeStore(folder, { config, credentials: join(folder, 'credentials') });
    const snapshot = await store.load();
    assert.ok(snapshot.profiles.has('a'));
    assert.equal(snapshot.profiles.get('default')?.places.length, 2);
    const [problem] = snapshot.problems;
    assert.deepEqual(
      [problem?.rule, problem?.severity, problem?.place, problem?.subject],
      ['conflict', 'error', { file: config, line: 1 }, undefined],
    );
    const edits = { config: [{ type: 'remove', section: { kind: 'profile', name: 'a' } }] } as const;
    await assert.rejects(store.apply(edits, signal), { name: 'UserError', message: /one and the same file/ });
    await assert.rejects(store.plan(edits, signal), { name: 'UserError' });
    assert.equal(await readFile(config, 'utf8'), TEXT);
  });

  test('is over as soon as there are two', async t => {
    const folder = temporaryFolder(t);
    const config = join(folder, 'config');
    await writeFile(config, TEXT);
    const store = makeStore(folder, { config, credentials: config });
    assert.equal((await store.load()).problems[0]?.rule, 'conflict');
    const snapshot = await store.setPaths({ config, credentials: join(folder, 'credentials') });
    assert.deepEqual(snapshot.problems, []);
  });

  test('is no fault where both are /dev/null', { skip: process.platform === 'win32' }, async t => {
    const env = { AWS_CONFIG_FILE: '/dev/null', AWS_SHARED_CREDENTIALS_FILE: '/dev/null' };
    const store = makeStore(temporaryFolder(t), {}, env);
    const snapshot = await store.load();
    assert.deepEqual([snapshot.problems, snapshot.profiles.size], [[], 0]);
  });
});

describe('problems', () => {
  const BROKEN = '[profile a]\nsso_session = none\nrole_arn = arn:aws:iam::123456789012:role/x\n';

  test('leave out the checks that are off, at once and from then on', async t => {
    const folder = temporaryFolder(t);
    const config = join(folder, 'config');
    await writeFile(config, BROKEN);
    const store = makeStore(folder, { config });
    const rules = (): string[] => [...new Set(store.snapshot.problems.map(each => each.rule))].sort();
    await store.load();
    const all = rules();
    assert.ok(all.length >= 1);
    const [first] = store.snapshot.problems;
    assert.ok(first !== undefined);
    let changes = 0;
    store.onDidChange(() => {
      changes += 1;
    });
    store.leaveOut(new Set([first.rule]));
    assert.deepEqual([rules(), changes], [all.filter(rule => rule !== first.rule), 1]);
    await writeFile(config, `${BROKEN}region = x\n`);
    await store.refresh();
    assert.ok(!rules().includes(first.rule));
    store.leaveOut(new Set());
    assert.deepEqual(rules(), all);
  });

  test('of a text that is not saved are those of that text beside the other file', async t => {
    const folder = temporaryFolder(t);
    const config = join(folder, 'config');
    const credentials = join(folder, 'credentials');
    await writeFile(config, `\ufeff${BROKEN}`);
    await writeFile(credentials, '[base]\naws_access_key_id = AKIAEXAMPLE\naws_secret_access_key = x\n');
    const store = makeStore(folder, { config, credentials });
    await store.load();
    const mended = '[profile a]\nrole_arn = arn:aws:iam::123456789012:role/x\nsource_profile = base\n';
    const unsaved = store.snapshotWith({ config: mended });
    assert.deepEqual(
      unsaved.problems.filter(each => each.subject !== undefined),
      [],
    );
    assert.equal(unsaved.profiles.get('a')?.setting('source_profile')?.place.line, 3);
    assert.ok(store.snapshot.problems.length > 0);
    const broken = store.snapshotWith({ config: mended.replace('base', 'nobody') });
    assert.match(broken.problems.map(each => each.message).join('\n'), /nobody/);
  });
});
