import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { removeFile, replaceFile } from '../../../src/lib/atomic-file.ts';
import { Cancelled, UserError } from '../../../src/lib/errors.ts';
import { acquireLock } from '../../../src/lib/file-lock.ts';
import { lockPath } from '../../../src/lib/temporary-file.ts';
import { temporaryFolder } from './temporary-folder.ts';

const { signal } = new AbortController();
const isRoot = process.getuid?.() === 0;
const WORKER = fileURLToPath(new URL('edit-worker.ts', import.meta.url));

function write(path: string, text: string, mode?: number): Promise<void> {
  return replaceFile(path, () => Buffer.from(text), { signal, ...(mode === undefined ? {} : { mode }) });
}

function modeOf(path: string): string {
  return (statSync(path).mode & 0o777).toString(8);
}

function startWorker(path: string, name: string, count: number): ChildProcess {
  return spawn(process.execPath, [WORKER, path, name, String(count)], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

test('makes a file and its folders for the user alone', async context => {
  const folder = join(temporaryFolder(context), '.aws', 'sso');
  const path = join(folder, 'token');
  await write(path, 'a');
  assert.equal(readFileSync(path, 'utf8'), 'a');
  assert.equal(modeOf(path), '600');
  assert.equal(modeOf(folder), '700');
  assert.deepEqual(readdirSync(folder), ['token']);
});

test('keeps the mode and the owner of a file', async context => {
  const path = join(temporaryFolder(context), 'file');
  writeFileSync(path, 'a');
  chmodSync(path, 0o640);
  if (isRoot) {
    chownSync(path, 1234, 4321);
  }
  await write(path, 'b', 0o600);
  assert.equal(modeOf(path), '640');
  const { uid, gid } = statSync(path);
  assert.deepEqual([uid, gid], isRoot ? [1234, 4321] : [process.getuid?.(), process.getgid?.()]);
});

test('follows symbolic links, one after the other, and also where nothing is yet', async context => {
  const folder = temporaryFolder(context);
  mkdirSync(join(folder, 'dotfiles'));
  writeFileSync(join(folder, 'dotfiles', 'real'), 'a');
  symlinkSync('real', join(folder, 'dotfiles', 'link'));
  symlinkSync(join('dotfiles', 'link'), join(folder, 'config'));
  await write(join(folder, 'config'), 'b');
  assert.ok(lstatSync(join(folder, 'config')).isSymbolicLink());
  assert.ok(lstatSync(join(folder, 'dotfiles', 'link')).isSymbolicLink());
  assert.equal(readFileSync(join(folder, 'dotfiles', 'real'), 'utf8'), 'b');

  symlinkSync(join('new', 'target'), join(folder, 'dangling'));
  await write(join(folder, 'dangling'), 'c');
  assert.ok(lstatSync(join(folder, 'dangling')).isSymbolicLink());
  assert.equal(readFileSync(join(folder, 'new', 'target'), 'utf8'), 'c');
});

test('leaves the file alone when there is nothing to change or the change throws', async context => {
  const folder = temporaryFolder(context);
  const path = join(folder, 'file');
  await replaceFile(path, () => undefined, { signal });
  assert.equal(existsSync(path), false);
  writeFileSync(path, 'a');
  const { ino } = statSync(path);
  await write(path, 'a');
  assert.equal(statSync(path).ino, ino);
  const refused = replaceFile(
    path,
    () => {
      throw new UserError('no');
    },
    { signal },
  );
  await assert.rejects(refused, { message: 'no' });
  assert.equal(readFileSync(path, 'utf8'), 'a');
  assert.deepEqual(readdirSync(folder), ['file']);
});

test('reads again when another program writes in between', async context => {
  const path = join(temporaryFolder(context), 'file');
  writeFileSync(path, 'a');
  const seen: string[] = [];
  await replaceFile(
    path,
    bytes => {
      seen.push(String(bytes));
      if (seen.length === 1) {
        writeFileSync(path, 'foreign');
      }
      return Buffer.from(`${bytes}+`);
    },
    { signal },
  );
  assert.deepEqual(seen, ['a', 'foreign']);
  assert.equal(readFileSync(path, 'utf8'), 'foreign+');
});

test('says why a file cannot be written, and leaves it and its folder as they were', async context => {
  const folder = temporaryFolder(context);
  const readOnly = join(folder, 'read-only');
  writeFileSync(readOnly, 'a', { mode: 0o444 });
  await assert.rejects(write(readOnly, 'b'), (error: unknown) => {
    assert.ok(error instanceof UserError);
    assert.match(error.message, /read-only is read-only/);
    return true;
  });
  assert.equal(readFileSync(readOnly, 'utf8'), 'a');
  mkdirSync(join(folder, 'folder'));
  await assert.rejects(write(join(folder, 'folder'), 'b'), /is a folder/);
  await assert.rejects(write(join(readOnly, 'below'), 'b'), UserError);
  symlinkSync('loop', join(folder, 'loop'));
  await assert.rejects(write(join(folder, 'loop'), 'b'), /circle/);
  assert.deepEqual(readdirSync(folder).sort(), ['folder', 'loop', 'read-only']);
});

test('says so when the folder may not be written', async context => {
  const folder = temporaryFolder(context);
  const path = join(folder, 'file');
  writeFileSync(path, 'a', { mode: 0o666 });
  chmodSync(folder, 0o555);
  // Root may write anywhere, so the write is somebody else's.
  const worker = spawn(process.execPath, [WORKER, path, 'a', '1'], {
    stdio: ['ignore', 'ignore', 'pipe'],
    ...(isRoot ? { uid: 65534, gid: 65534 } : {}),
  });
  const errors: string[] = [];
  worker.stderr.on('data', data => errors.push(String(data)));
  await once(worker, 'close');
  chmodSync(folder, 0o700);
  assert.match(errors.join(''), /file was not written: you may not write there/);
  assert.equal(readFileSync(path, 'utf8'), 'a');
  assert.deepEqual(readdirSync(folder), ['file']);
});

test('says so when the disk is full', async context => {
  const folder = temporaryFolder(context);
  const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'rolecall', folder]);
  if (status !== 0) {
    context.skip('a small file system can be mounted by root only');
    return;
  }
  try {
    const path = join(folder, 'file');
    writeFileSync(path, 'a');
    await assert.rejects(write(path, 'b'.repeat(100_000)), /file was not written: the disk is full/);
    assert.equal(readFileSync(path, 'utf8'), 'a');
    assert.deepEqual(readdirSync(folder), ['file']);
  } finally {
    spawnSync('umount', [folder]);
  }
});

test('removes a file, and the link that led to it', async context => {
  const folder = temporaryFolder(context);
  const path = join(folder, 'file');
  assert.equal(await removeFile(path, { signal }), false);
  writeFileSync(path, 'a');
  symlinkSync('file', join(folder, 'link'));
  assert.equal(await removeFile(join(folder, 'link'), { signal }), true);
  assert.deepEqual(readdirSync(folder), []);
});

test('waits for a lock and gives up on abort', async context => {
  const path = join(temporaryFolder(context), 'file');
  const lock = await acquireLock(lockPath(path), { signal });
  const controller = new AbortController();
  const waiting = replaceFile(path, () => Buffer.from('a'), { signal: controller.signal });
  controller.abort();
  await assert.rejects(waiting, Cancelled);
  assert.equal(existsSync(path), false);
  const next = write(path, 'b');
  assert.equal(await lock.isHeld(), true);
  await lock.release();
  await next;
  assert.equal(readFileSync(path, 'utf8'), 'b');
});

test('takes over the lock of a process that died, its temporary file removed', async context => {
  const folder = temporaryFolder(context);
  const path = join(folder, 'file');
  writeFileSync(path, 'a');
  const holder = spawn(
    process.execPath,
    [
      '--input-type=module',
      '-e',
      `import { acquireLock } from ${JSON.stringify(new URL('../../../src/lib/file-lock.ts', import.meta.url).href)};
       import { writeFileSync } from 'node:fs';
       const lock = await acquireLock(${JSON.stringify(lockPath(path))}, { signal: new AbortController().signal });
       writeFileSync(${JSON.stringify(folder)} + '/.file.rolecall.' + lock.token + '.tmp', 'half');
       console.log('held');
       setInterval(() => undefined, 1000);`,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  await once(holder.stdout, 'data');
  assert.equal(readdirSync(folder).length, 3);
  holder.kill('SIGKILL');
  await once(holder, 'exit');
  await Promise.all([write(path, 'b'), write(path, 'b'), write(path, 'b')]);
  assert.equal(readFileSync(path, 'utf8'), 'b');
  assert.deepEqual(readdirSync(folder), ['file']);
});

test('loses no edit of several processes that write at once', async context => {
  const folder = temporaryFolder(context);
  const path = join(folder, 'file');
  const workers = ['a', 'b', 'c', 'd'].map(name => startWorker(path, name, 25));
  const codes = await Promise.all(workers.map(async worker => (await once(worker, 'exit'))[0]));
  assert.deepEqual(codes, [0, 0, 0, 0]);
  const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
  assert.equal(lines.length, 100);
  assert.equal(new Set(lines).size, 100);
  assert.deepEqual(readdirSync(folder), ['file']);
});

test('leaves a whole file when the writer is killed, and others go on', async context => {
  const folder = temporaryFolder(context);
  const path = join(folder, 'file');
  for (let round = 0; round < 6; round++) {
    const worker = startWorker(path, `r${round}`, 100_000);
    const before = existsSync(path) ? statSync(path).size : 0;
    while (!existsSync(path) || statSync(path).size === before) {
      assert.equal(worker.exitCode, null);
      await new Promise(resolve => setImmediate(resolve));
    }
    worker.kill('SIGKILL');
    await once(worker, 'exit');
    assert.match(readFileSync(path, 'utf8'), /^(r\d-\d+\n)+$/);
  }
  const size = readFileSync(path).length;
  await replaceFile(path, bytes => Buffer.concat([bytes ?? Buffer.alloc(0), Buffer.from('end\n')]), {
    signal,
  });
  assert.equal(readFileSync(path).length, size + 4);
  assert.deepEqual(readdirSync(folder), ['file']);
});
