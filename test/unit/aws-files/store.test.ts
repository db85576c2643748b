import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import {
  createProfile,
  createSession,
  deleteProfile,
  duplicateProfile,
  renameProfile,
  renameSession,
  setProfileKey,
} from '../../../src/aws-files/profile-edits.ts';
import type { Snapshot } from '../../../src/aws-files/snapshot.ts';
import { Store } from '../../../src/aws-files/store.ts';
import { Cancelled, UserError } from '../../../src/lib/errors.ts';
import { realSystem } from '../../../src/lib/system.ts';
import { temporaryFolder } from '../lib/temporary-folder.ts';
import { valuesOf } from './read.ts';

const { signal } = new AbortController();

function storeIn(context: TestContext, home: string): Store {
  const store = new Store({ system: { ...realSystem(), env: {}, home } });
  context.after(() => store.dispose());
  return store;
}

function homeWith(
  context: TestContext,
  files: { config?: string | Buffer; credentials?: string | Buffer },
): string {
  const home = temporaryFolder(context);
  mkdirSync(join(home, '.aws'));
  for (const [name, text] of Object.entries(files)) {
    writeFileSync(join(home, '.aws', name), text, { mode: 0o600 });
  }
  return home;
}

function read(home: string, name: string): string {
  return readFileSync(join(home, '.aws', name), 'utf8');
}

test('starts empty, loads what is there, and says what is missing', async context => {
  const home = homeWith(context, { config: '[profile a]\nregion = eu-west-1\n' });
  const store = storeIn(context, home);
  assert.equal(store.snapshot.profiles.size, 0);
  let changes = 0;
  store.onDidChange(() => {
    changes += 1;
  });
  const snapshot = await store.load();
  assert.equal(snapshot, store.snapshot);
  assert.deepEqual([...snapshot.profiles.keys()], ['a']);
  assert.equal(snapshot.files.config.status, 'read');
  assert.equal(snapshot.files.credentials.status, 'missing');
  assert.deepEqual(snapshot.problems, []);
  assert.equal(changes, 0);
});

test('fires only when bytes changed', async context => {
  const home = homeWith(context, { config: '[profile a]\n' });
  const path = join(home, '.aws', 'config');
  const store = storeIn(context, home);
  const first = await store.load();
  const seen: Snapshot[] = [];
  store.onDidChange(snapshot => seen.push(snapshot));
  assert.equal(await store.refresh(), first);
  const now = new Date();
  utimesSync(path, now, now);
  writeFileSync(path, '[profile a]\n');
  assert.equal(await store.refresh(), first);
  assert.equal(seen.length, 0);
  writeFileSync(path, '[profile b]\n');
  const next = await store.refresh();
  assert.deepEqual(seen, [next]);
  assert.deepEqual([...next.profiles.keys()], ['b']);
  assert.deepEqual([...first.profiles.keys()], ['a']);
});

test('goes on when a file is a folder, a pipe, a loop, too large, binary, or not readable', async context => {
  const credentials = '[a]\naws_access_key_id = x\naws_secret_access_key = y\n';
  const home = homeWith(context, { credentials });
  const path = join(home, '.aws', 'config');
  const store = storeIn(context, home);
  const check = async (status: string, message: RegExp): Promise<void> => {
    const snapshot = await store.refresh();
    assert.equal(snapshot.files.config.status, status);
    assert.deepEqual([...snapshot.profiles.keys()], ['a']);
    assert.match(snapshot.problems.map(problem => problem.message).join('\n'), message);
    assert.equal(snapshot.problems[0]?.place.file, path);
  };
  const { rmSync } = await import('node:fs');
  mkdirSync(path);
  await check('unreadable', /folder/);
  rmSync(path, { recursive: true });
  symlinkSync('config', path);
  await check('unreadable', /circle/);
  rmSync(path);
  writeFileSync(path, '');
  truncateSync(path, 65 * 1024 * 1024);
  await check('unreadable', /too large/);
  writeFileSync(path, Buffer.from([0, 1, 2, 0xff, 0x5b, 0]));
  await check('read', /binary/);
  rmSync(path);
  const mkfifo = spawn('mkfifo', [path]);
  assert.equal((await once(mkfifo, 'exit'))[0], 0);
  await check('unreadable', /not an ordinary file/);
});

test('follows other programs within a second', { timeout: 20_000 }, async context => {
  const home = temporaryFolder(context);
  const store = storeIn(context, home);
  await store.load();
  const watch = store.watch(error => assert.fail(String(error)));
  context.after(() => watch.dispose());
  const wait = (): Promise<Snapshot> =>
    new Promise(resolve => {
      const listening = store.onDidChange(snapshot => {
        listening.dispose();
        resolve(snapshot);
      });
    });
  const made = wait();
  mkdirSync(join(home, '.aws'));
  writeFileSync(join(home, '.aws', 'config'), '[profile a]\n');
  assert.deepEqual([...(await made).profiles.keys()], ['a']);
  const moved = wait();
  writeFileSync(join(home, 'other'), '[profile moved]\n');
  await store.setPaths({ config: join(home, 'other') });
  assert.deepEqual([...(await moved).profiles.keys()], ['moved']);
  const changed = wait();
  writeFileSync(join(home, 'other'), '[profile again]\n');
  assert.deepEqual([...(await changed).profiles.keys()], ['again']);
});

test('creates, edits, renames, duplicates and deletes profiles in both files', async context => {
  const home = temporaryFolder(context);
  const store = storeIn(context, home);
  await store.load();
  await store.apply(
    createProfile(store.snapshot, 'base', {
      region: 'eu-west-1',
      aws_access_key_id: 'AKIDEXAMPLE',
      aws_secret_access_key: 'secret/+=',
    }),
    signal,
  );
  assert.equal(read(home, 'config'), '[profile base]\nregion = eu-west-1\n');
  assert.equal(
    read(home, 'credentials'),
    '[base]\naws_access_key_id = AKIDEXAMPLE\naws_secret_access_key = secret/+=\n',
  );
  assert.equal(statSync(join(home, '.aws')).mode & 0o777, 0o700);
  assert.equal(statSync(join(home, '.aws', 'credentials')).mode & 0o777, 0o600);
  await store.apply(
    createProfile(store.snapshot, 'role', {
      role_arn: 'arn:aws:iam::123456789012:role/R',
      source_profile: 'base',
    }),
    signal,
  );
  await store.apply(setProfileKey(store.snapshot, 'role', 's3.addressing_style', 'path'), signal);
  await store.apply(renameProfile(store.snapshot, 'base', 'root'), signal);
  assert.equal(store.snapshot.profiles.get('role')?.get('source_profile'), 'root');
  assert.equal(store.snapshot.profiles.has('base'), false);
  await store.apply(duplicateProfile(store.snapshot, 'root', 'copy'), signal);
  assert.deepEqual(
    valuesOf(store.snapshot.profiles.get('copy')),
    valuesOf(store.snapshot.profiles.get('root')),
  );
  await store.apply(deleteProfile(store.snapshot, 'root'), signal);
  await store.apply(setProfileKey(store.snapshot, 'copy', 'region', null), signal);
  assert.equal(
    read(home, 'config'),
    '[profile role]\nrole_arn = arn:aws:iam::123456789012:role/R\nsource_profile = root\n' +
      's3 =\n    addressing_style = path\n\n[profile copy]\n',
  );
  assert.deepEqual([...store.snapshot.profiles.keys()], ['role', 'copy']);
  assert.match(store.snapshot.problems.map(problem => problem.message).join('\n'), /does not exist: root/);
});

test('creates and renames sessions, references follow', async context => {
  const home = homeWith(context, { config: '[profile a]\nsso_session = acme # ours\n' });
  const store = storeIn(context, home);
  await store.load();
  await store.apply(createSession(store.snapshot, 'acme', { sso_region: 'eu-west-1' }), signal);
  await store.apply(renameSession(store.snapshot, 'acme', 'corp'), signal);
  assert.equal(
    read(home, 'config'),
    '[profile a]\nsso_session = corp # ours\n\n[sso-session corp]\nsso_region = eu-west-1\n',
  );
  assert.equal(existsSync(join(home, '.aws', 'credentials')), false);
});

test('applies an edit to the file as another program left it', async context => {
  const home = homeWith(context, { config: '[profile a]\nregion = a\n' });
  const store = storeIn(context, home);
  const snapshot = await store.load();
  writeFileSync(
    join(home, '.aws', 'config'),
    '# new\n[profile b]\n\n[profile a]\noutput = json\nregion = b\n',
  );
  await store.apply(setProfileKey(snapshot, 'a', 'region', 'c'), signal);
  assert.equal(read(home, 'config'), '# new\n[profile b]\n\n[profile a]\noutput = json\nregion = c\n');
  writeFileSync(join(home, '.aws', 'config'), '');
  await assert.rejects(
    store.apply(setProfileKey(snapshot, 'a', 'region', 'd'), signal),
    /not there any more/,
  );
  assert.equal(read(home, 'config'), '');
});

test('puts the first file back when the second cannot be written', async context => {
  const home = homeWith(context, { config: '[profile a]\n', credentials: '[a]\naws_access_key_id = x\n' });
  const store = storeIn(context, home);
  await store.load();
  chmodSync(join(home, '.aws', 'credentials'), 0o400);
  await assert.rejects(store.apply(renameProfile(store.snapshot, 'a', 'b'), signal), (error: unknown) => {
    assert.ok(error instanceof UserError);
    assert.match(error.message, /credentials is read-only/);
    return true;
  });
  assert.equal(read(home, 'config'), '[profile a]\n');
  assert.deepEqual([...store.snapshot.profiles.keys()], ['a']);
  assert.deepEqual(readdirSync(join(home, '.aws')).sort(), ['config', 'credentials']);
});

test('writes nothing when one of the edits is refused or it is called off', async context => {
  const home = homeWith(context, { config: '[profile a]\n', credentials: '[a]\n' });
  const store = storeIn(context, home);
  await store.load();
  const section = { kind: 'profile', name: 'a' } as const;
  const bad = {
    config: [{ type: 'set', section, key: 'region', value: 'x' }],
    credentials: [{ type: 'set', section, key: 'aws_session_token', value: 'two\nlines' }],
  } as const;
  await assert.rejects(store.apply(bad, signal), (error: unknown) => {
    assert.ok(error instanceof UserError);
    assert.doesNotMatch(error.message + error.hint, /two/);
    return true;
  });
  await assert.rejects(store.apply(deleteProfile(store.snapshot, 'a'), AbortSignal.abort()), Cancelled);
  assert.equal(read(home, 'config') + read(home, 'credentials'), '[profile a]\n[a]\n');
});

test('several processes edit at once and lose nothing', { timeout: 60_000 }, async context => {
  const home = homeWith(context, { config: '[profile shared]\nregion = eu-west-1\n' });
  const worker = fileURLToPath(new URL('store-worker.ts', import.meta.url));
  const names = ['a', 'b', 'c', 'd'];
  const workers = names.map(name =>
    spawn(process.execPath, [worker, home, name, '10'], { stdio: 'inherit' }),
  );
  const codes = await Promise.all(workers.map(async process => (await once(process, 'exit'))[0]));
  assert.deepEqual(codes, [0, 0, 0, 0]);
  const store = storeIn(context, home);
  const { profiles } = await store.load();
  assert.equal(profiles.size, 41);
  for (const name of names) {
    for (let index = 0; index < 10; index++) {
      assert.equal(profiles.get(`${name}-${index}`)?.get('output'), 'json');
    }
  }
});
