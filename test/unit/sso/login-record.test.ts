import assert from 'node:assert/strict';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { LoginRecordFile } from '../../../src/sso/login-record.ts';
import { temporaryFolder } from '../lib/temporary-folder.ts';

const NOW = Date.UTC(2026, 10, 21, 9);
const HOUR = 3_600_000;
const { signal } = new AbortController();

test('a login is known to every window, and the newest counts', async context => {
  const path = join(temporaryFolder(context), 'storage', 'logins.json');
  const [one, other] = [new LoginRecordFile(path), new LoginRecordFile(path)];
  assert.equal((await one.read()).logins.size, 0);
  await one.noteLogin('acme', NOW, signal);
  await one.noteLogin('__proto__', NOW, signal);
  await other.noteLogin('acme', NOW + HOUR, signal);
  assert.deepEqual(
    [...(await one.read()).logins],
    [
      ['acme', NOW + HOUR],
      ['__proto__', NOW],
    ],
  );
  assert.equal((await stat(path)).mode & 0o777, 0o600);
});

test('windows that saw the same login write it once', async context => {
  const path = join(temporaryFolder(context), 'logins.json');
  const record = new LoginRecordFile(path);
  await record.noteLogin('acme', NOW, signal);
  const before = await stat(path, { bigint: true });
  await Promise.all(
    Array.from({ length: 8 }, (_, i) => new LoginRecordFile(path).noteLogin('acme', NOW + i, signal)),
  );
  const after = await stat(path, { bigint: true });
  assert.equal(after.ino, before.ino);
  assert.equal((await record.read()).logins.get('acme'), NOW);
});

test('of eight windows one tells of an end; of a later end one tells again', async context => {
  const path = join(temporaryFolder(context), 'logins.json');
  const claim = (end: number) => new LoginRecordFile(path).claimNotice(new Map([['acme', end]]), signal);
  const first = await Promise.all(Array.from({ length: 8 }, (_, i) => claim(NOW + i)));
  assert.deepEqual(first.flat(), ['acme']);
  assert.deepEqual(await claim(NOW), []);
  assert.deepEqual(await claim(NOW + 8 * HOUR), ['acme']);
  const both = new Map([
    ['acme', NOW + 8 * HOUR],
    ['partner', NOW + 8 * HOUR],
  ]);
  assert.deepEqual(await new LoginRecordFile(path).claimNotice(both, signal), ['partner']);
});

test('a renamed session takes its login time along', async context => {
  const record = new LoginRecordFile(join(temporaryFolder(context), 'logins.json'));
  await record.noteLogin('old', NOW, signal);
  await record.move('old', 'new', signal);
  await record.move('nobody', 'somebody', signal);
  assert.deepEqual([...(await record.read()).logins], [['new', NOW]]);
});

test('what is older than any session goes', async context => {
  const path = join(temporaryFolder(context), 'logins.json');
  const record = new LoginRecordFile(path);
  await record.noteLogin('old', NOW - 91 * 24 * HOUR, signal);
  await record.noteLogin('acme', NOW, signal);
  assert.deepEqual([...(await record.read()).logins.keys()], ['acme']);
});

test('a file that is none, half of one or another one counts as nothing known and is replaced', async context => {
  const path = join(temporaryFolder(context), 'logins.json');
  const record = new LoginRecordFile(path);
  for (const text of [
    '',
    '{"logins":{"ac',
    'null',
    '[]',
    '{"logins":7}',
    '{"logins":{"acme":"soon"},"noticed":[]}',
  ]) {
    await writeFile(path, text);
    assert.equal((await record.read()).logins.size, 0, text);
    await record.noteLogin('acme', NOW, signal);
    assert.deepEqual(JSON.parse(await readFile(path, 'utf8')), { logins: { acme: NOW }, noticed: {} });
  }
});
