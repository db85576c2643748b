import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  closeSync,
  ftruncateSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import fsPromises from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { type Change, replaceFile } from '../../../src/lib/atomic-file.ts';
import { UserError } from '../../../src/lib/errors.ts';
import { temporaryFolder } from './temporary-folder.ts';

const { signal } = new AbortController();
const isRoot = process.getuid?.() === 0;
const NOBODY = 65534;
const WORKER = fileURLToPath(new URL('edit-worker.ts', import.meta.url));

/** Adds a line. */
const addLine: Change = bytes => Buffer.from(`${bytes ?? ''}ours\n`);

async function refusedBecause(path: string, message: RegExp, change: Change = addLine): Promise<void> {
  await assert.rejects(replaceFile(path, change, { signal }), (error: unknown) => {
    assert.ok(error instanceof UserError, String(error));
    assert.match(error.message, message);
    assert.ok(error.hint !== undefined && error.hint !== '');
    return true;
  });
}

/** Runs a command that only root may run; false, and the test is skipped, where it cannot be run. */
function asRoot(context: TestContext, command: string, args: readonly string[]): boolean {
  const done = isRoot && spawnSync(command, [...args]).status === 0;
  if (!done) {
    context.skip(`${command} is for root, or not to be had here`);
  }
  return done;
}

/** Runs `body` between two commands of root's, the second of which undoes the first. */
async function between(
  context: TestContext,
  first: readonly [string, ...string[]],
  last: readonly [string, ...string[]],
  body: () => Promise<void>,
): Promise<void> {
  const [command, ...args] = first;
  if (asRoot(context, command, args)) {
    try {
      await body();
    } finally {
      const [undo, ...rest] = last;
      assert.equal(spawnSync(undo, rest).status, 0, `${undo} ${rest.join(' ')}`);
    }
  }
}

/** A small file system in memory. */
function onSmallDisk(context: TestContext, folder: string, body: () => Promise<void>): Promise<void> {
  const mount = ['mount', '-t', 'tmpfs', '-o', 'size=256k', 'rolecall', folder] as const;
  return between(context, mount, ['umount', folder], body);
}

/** What a process of another user, or under a tracer, says when it adds a line. */
async function workerSays(
  path: string,
  options: { uid?: number; tracer?: readonly string[] },
): Promise<string> {
  const [command = '', ...args] = [...(options.tracer ?? []), process.execPath, WORKER, path, 'ours', '1'];
  const worker = spawn(command, args, {
    stdio: ['ignore', 'ignore', 'pipe'],
    // One thread makes all the calls, so that the tracer can count them.
    env: { ...process.env, UV_THREADPOOL_SIZE: '1' },
    ...(options.uid === undefined ? {} : { uid: options.uid, gid: options.uid }),
  });
  const texts: string[] = [];
  worker.stderr.on('data', data => texts.push(String(data)));
  await once(worker, 'close');
  return texts.join('');
}

test('a full disk: the file stays, and can still be removed', async context => {
  const folder = temporaryFolder(context);
  await onSmallDisk(context, folder, async () => {
    const path = join(folder, 'config');
    writeFileSync(path, 'theirs\n');
    assert.throws(() => writeFileSync(join(folder, 'filler'), Buffer.alloc(1024 * 1024)), /ENOSPC/);
    await refusedBecause(path, /config was not written: the disk is full/);
    assert.equal(readFileSync(path, 'utf8'), 'theirs\n');
    assert.deepEqual(readdirSync(folder).sort(), ['config', 'filler']);
    await replaceFile(path, () => null, { signal });
    assert.deepEqual(readdirSync(folder), ['filler']);
  });
});

test('a read-only file system', async context => {
  const folder = temporaryFolder(context);
  const link = join(temporaryFolder(context), 'link');
  await onSmallDisk(context, folder, async () => {
    const path = join(folder, 'config');
    writeFileSync(path, 'theirs\n');
    assert.equal(spawnSync('mount', ['-o', 'remount,ro', folder]).status, 0);
    await refusedBecause(path, /config was not written: the file system is read-only/);
    await refusedBecause(join(folder, 'new'), /new was not written: the file system is read-only/);
    symlinkSync(path, link);
    await refusedBecause(
      link,
      /link \(which leads to .*config\) was not written: the file system is read-only/,
    );
    assert.equal(readFileSync(path, 'utf8'), 'theirs\n');
    assert.deepEqual(readdirSync(folder), ['config']);
  });
});

test('a file system that goes read-only while the file is being written', async context => {
  const folder = temporaryFolder(context);
  await onSmallDisk(context, folder, async () => {
    const path = join(folder, 'config');
    writeFileSync(path, 'theirs\n');
    await refusedBecause(path, /config was not written: the file system is read-only/, bytes => {
      assert.equal(spawnSync('mount', ['-o', 'remount,ro', folder]).status, 0);
      return addLine(bytes);
    });
    assert.equal(readFileSync(path, 'utf8'), 'theirs\n');
  });
});

test("somebody else's file, and a file that may only be read", async context => {
  const folder = temporaryFolder(context);
  if (!isRoot) {
    context.skip('only root can give a file away');
    return;
  }
  chmodSync(folder, 0o777);
  const path = join(folder, 'config');
  writeFileSync(path, 'theirs\n', { mode: 0o644 });
  assert.match(await workerSays(path, { uid: NOBODY }), /config was not written: you may not write it/);
  chmodSync(path, 0o666);
  assert.match(await workerSays(path, { uid: NOBODY }), /config belongs to another user/);
  chownSync(path, NOBODY, NOBODY);
  chmodSync(path, 0o200);
  assert.match(await workerSays(path, { uid: NOBODY }), /config was not written: you may not read it/);
  assert.equal(readFileSync(path, 'utf8'), 'theirs\n');
  assert.deepEqual(readdirSync(folder), ['config']);
});

test('a file that the system protects', async context => {
  const folder = temporaryFolder(context);
  const path = join(folder, 'config');
  writeFileSync(path, 'theirs\n');
  await between(context, ['chattr', '+i', path], ['chattr', '-i', path], async () => {
    await refusedBecause(path, /config was not written: it is protected against changes/);
    assert.deepEqual(readdirSync(folder), ['config']);
  });
});

test('a file that is mounted by itself, as containers do', async context => {
  const folder = temporaryFolder(context);
  const path = join(folder, 'config');
  const source = join(folder, 'source');
  writeFileSync(path, '');
  writeFileSync(source, 'theirs\n');
  await between(context, ['mount', '--bind', source, path], ['umount', path], async () => {
    await refusedBecause(
      path,
      /config was not written: another program holds it, or it is mounted by itself/,
    );
    assert.equal(readFileSync(source, 'utf8'), 'theirs\n');
    assert.deepEqual(readdirSync(folder).sort(), ['config', 'source']);
  });
});

test('what the system reports of a quota or of the disk, before and after the file is replaced', async context => {
  if (spawnSync('strace', ['-V']).status !== 0) {
    context.skip('there is no strace here');
    return;
  }
  const folder = temporaryFolder(context);
  const path = join(folder, 'config');
  writeFileSync(path, 'theirs\n');
  const trace = (inject: string): Promise<string> => {
    const tracer = [
      'strace',
      '-f',
      '-qq',
      '-o',
      '/dev/null',
      '-e',
      'trace=fsync',
      '-e',
      `inject=fsync:${inject}`,
    ];
    return workerSays(path, { tracer });
  };
  assert.match(await trace('error=EDQUOT:when=1'), /config was not written: your disk quota is used up/);
  assert.equal(readFileSync(path, 'utf8'), 'theirs\n');
  assert.match(await trace('error=EIO:when=1'), /config was not written: the disk reported a fault/);
  assert.equal(readFileSync(path, 'utf8'), 'theirs\n');
  assert.match(await trace('error=EIO:when=2'), /config was written, but the disk reported a fault/);
  assert.equal(readFileSync(path, 'utf8'), 'theirs\nours-0\n');
  assert.deepEqual(readdirSync(folder), ['config']);
});

test('a second name is not parted from the file unasked', async context => {
  const folder = temporaryFolder(context);
  const path = join(folder, 'config');
  writeFileSync(join(folder, 'dotfile'), 'theirs\n');
  linkSync(join(folder, 'dotfile'), path);
  await refusedBecause(path, /config has a second name \(a hard link\) and was not changed/);
  assert.equal(readFileSync(path, 'utf8'), 'theirs\n');
  await replaceFile(path, addLine, { signal, hardLinks: 'part' });
  assert.equal(readFileSync(path, 'utf8'), 'theirs\nours\n');
  assert.equal(readFileSync(join(folder, 'dotfile'), 'utf8'), 'theirs\n');
});

test('what is no file: a folder, a pipe, a device', async context => {
  const folder = temporaryFolder(context);
  const path = join(folder, 'config');
  mkdirSync(path);
  await refusedBecause(path, /is a folder, not a file/);
  const pipe = join(folder, 'pipe');
  assert.equal(spawnSync('mkfifo', [pipe]).status, 0);
  await refusedBecause(pipe, /pipe is not an ordinary file/);
  if (isRoot && spawnSync('mknod', [join(folder, 'null'), 'c', '1', '3']).status === 0) {
    await refusedBecause(join(folder, 'null'), /null is not an ordinary file/);
    assert.ok(lstatSync(join(folder, 'null')).isCharacterDevice());
  }
});

test('a file that becomes a folder, and a folder that goes, while they are edited', async context => {
  const folder = join(temporaryFolder(context), '.aws');
  mkdirSync(folder);
  const path = join(folder, 'config');
  writeFileSync(path, 'theirs\n');
  let rounds = 0;
  await refusedBecause(path, /is a folder, not a file/, bytes => {
    rounds += 1;
    unlinkSync(path);
    mkdirSync(path);
    return addLine(bytes);
  });
  assert.equal(rounds, 1);
  assert.deepEqual(readdirSync(folder), ['config']);
  rmSync(path, { recursive: true });
  await refusedBecause(path, /config was not written: its folder, .* was taken away/, bytes => {
    rmSync(folder, { recursive: true });
    return addLine(bytes);
  });
  assert.throws(() => readdirSync(folder), /ENOENT/);
});

test('links through linked folders, as dotfile managers make them', async context => {
  const home = temporaryFolder(context);
  mkdirSync(join(home, 'store', 'aws'), { recursive: true });
  mkdirSync(join(home, 'store', 'files'));
  writeFileSync(join(home, 'store', 'files', 'config'), 'theirs\n');
  // Seen from where the folder really is; from `.aws` it would lead to `files` in the home folder.
  symlinkSync(join('..', 'files', 'config'), join(home, 'store', 'aws', 'config'));
  symlinkSync(join('..', 'files', 'new'), join(home, 'store', 'aws', 'credentials'));
  symlinkSync(join('store', 'aws'), join(home, '.aws'));
  await replaceFile(join(home, '.aws', 'config'), addLine, { signal });
  assert.equal(readFileSync(join(home, 'store', 'files', 'config'), 'utf8'), 'theirs\nours\n');
  await replaceFile(join(home, '.aws', 'credentials'), addLine, { signal });
  assert.equal(readFileSync(join(home, 'store', 'files', 'new'), 'utf8'), 'ours\n');
  assert.deepEqual(readdirSync(home).sort(), ['.aws', 'store']);
  assert.ok(lstatSync(join(home, 'store', 'aws', 'config')).isSymbolicLink());
  // A link to a folder that is not there yet.
  symlinkSync(join('later', 'aws'), join(home, 'other'));
  await replaceFile(join(home, 'other', 'config'), addLine, { signal });
  assert.equal(readFileSync(join(home, 'later', 'aws', 'config'), 'utf8'), 'ours\n');
});

test('a link that leads elsewhere while the file is edited', async context => {
  const folder = temporaryFolder(context);
  const path = join(folder, 'config');
  writeFileSync(join(folder, 'one'), 'one\n');
  writeFileSync(join(folder, 'two'), 'two\n');
  symlinkSync('one', path);
  await replaceFile(
    path,
    bytes => {
      unlinkSync(path);
      symlinkSync('two', path);
      return addLine(bytes);
    },
    { signal },
  );
  assert.equal(readFileSync(join(folder, 'one'), 'utf8'), 'one\n');
  assert.equal(readFileSync(join(folder, 'two'), 'utf8'), 'two\nours\n');
  assert.deepEqual(readdirSync(folder).sort(), ['config', 'one', 'two']);
});

test('a change of mode counts as a change', async context => {
  const path = join(temporaryFolder(context), 'config');
  writeFileSync(path, 'theirs\n', { mode: 0o644 });
  let rounds = 0;
  await replaceFile(
    path,
    bytes => {
      rounds += 1;
      if (rounds === 1) {
        chmodSync(path, 0o600);
      }
      return addLine(bytes);
    },
    { signal },
  );
  assert.equal(statSync(path).mode & 0o777, 0o600);
  assert.equal(rounds, 2);
});

test('the temporary file is never more open to others than the file', async context => {
  const folder = temporaryFolder(context);
  for (const mode of [0o600, 0o640, 0o644]) {
    const path = join(folder, `config-${mode}`);
    writeFileSync(path, 'theirs\n', { mode });
    const modes: number[] = [];
    await replaceFile(path, addLine, {
      signal,
      beforeWrite: async (before, after) => {
        assert.deepEqual([String(before), String(after)], ['theirs\n', 'theirs\nours\n']);
        for (const name of readdirSync(folder).filter(each => each.endsWith('.tmp'))) {
          modes.push(statSync(join(folder, name)).mode & 0o777);
        }
      },
    });
    assert.ok(modes.length > 0);
    assert.ok(modes.every(each => (each & ~mode) === 0));
    assert.equal(statSync(path).mode & 0o777, mode);
  }
});

test('what is done before the write keeps the file as it is when it fails', async context => {
  const folder = temporaryFolder(context);
  const path = join(folder, 'config');
  writeFileSync(path, 'theirs\n');
  const failing = replaceFile(path, addLine, {
    signal,
    beforeWrite: async () => {
      throw new UserError('not now');
    },
  });
  await assert.rejects(failing, { message: 'not now' });
  assert.equal(readFileSync(path, 'utf8'), 'theirs\n');
  assert.deepEqual(readdirSync(folder), ['config']);
});

/** Does something once, just after the next operation of that name: another program's timing, made certain. */
function justAfter(context: TestContext, name: 'rename', act: () => void): void {
  const original = fsPromises[name];
  const restore = (): void => {
    fsPromises[name] = original;
    syncBuiltinESMExports();
  };
  fsPromises[name] = async (from, to) => {
    restore();
    await original(from, to);
    act();
  };
  syncBuiltinESMExports();
  context.after(restore);
}

test('a program that had the file open and writes into it while it is replaced', async context => {
  const folder = temporaryFolder(context);
  const path = join(folder, 'config');
  writeFileSync(path, 'theirs\n');
  const foreign = openSync(path, 'r+');
  justAfter(context, 'rename', () => {
    ftruncateSync(foreign);
    writeSync(foreign, 'theirs, later\n', 0);
    closeSync(foreign);
  });
  const kept: string[] = [];
  await replaceFile(path, addLine, {
    signal,
    beforeWrite: async before => {
      kept.push(String(before));
    },
  });
  assert.equal(readFileSync(path, 'utf8'), 'theirs, later\nours\n');
  assert.deepEqual(kept, ['theirs\n', 'theirs, later\n']);
  assert.deepEqual(readdirSync(folder), ['config']);
});

test('what such a program wrote stays also where the edit cannot be made on it', async context => {
  const path = join(temporaryFolder(context), 'config');
  writeFileSync(path, 'theirs\n');
  const foreign = openSync(path, 'r+');
  justAfter(context, 'rename', () => {
    writeSync(foreign, 'others\n', 0);
    closeSync(foreign);
  });
  const change: Change = bytes => {
    if (bytes?.toString() === 'others\n') {
      throw new UserError('no place for it');
    }
    return addLine(bytes);
  };
  await assert.rejects(replaceFile(path, change, { signal }), { message: 'no place for it' });
  assert.equal(readFileSync(path, 'utf8'), 'others\n');
});

test('a file that another program has emptied to fill it again', async context => {
  const path = join(temporaryFolder(context), 'config');
  writeFileSync(path, 'theirs\n');
  const foreign = openSync(path, 'w');
  const seen: string[] = [];
  const edit = replaceFile(
    path,
    bytes => {
      seen.push(String(bytes));
      return addLine(bytes);
    },
    { signal },
  );
  // Each of these is later than the first look, and earlier than the end of its patience.
  for (let turn = 0; turn < 50; turn++) {
    await new Promise(resolve => setImmediate(resolve));
  }
  writeSync(foreign, 'theirs, ');
  writeSync(foreign, 'whole\n');
  closeSync(foreign);
  await edit;
  assert.deepEqual(seen, ['theirs, whole\n']);
  assert.equal(readFileSync(path, 'utf8'), 'theirs, whole\nours\n');
});

test('a refusal is made anew on a file that changed meanwhile', async context => {
  const path = join(temporaryFolder(context), 'config');
  writeFileSync(path, 'half\n');
  await replaceFile(
    path,
    bytes => {
      if (bytes?.toString() === 'half\n') {
        writeFileSync(`${path}.new`, 'whole\n');
        renameSync(`${path}.new`, path);
        throw new UserError('not there any more');
      }
      return addLine(bytes);
    },
    { signal },
  );
  assert.equal(readFileSync(path, 'utf8'), 'whole\nours\n');
});
