import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  lstatSync,
  lutimesSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Cancelled } from '../../../src/lib/errors.ts';
import { acquireLock } from '../../../src/lib/file-lock.ts';
import { temporaryFolder } from './temporary-folder.ts';

const { signal } = new AbortController();
const LOCK = new URL('../../../src/lib/file-lock.ts', import.meta.url).href;

/** The text of a lock that this process would make; `change` makes it another's. */
async function lockText(folder: string, change: (text: string) => string = text => text): Promise<string> {
  const path = join(folder, 'sample');
  const lock = await acquireLock(path, { signal });
  const text = readlinkSync(path);
  await lock.release();
  return change(text);
}

const dead = (text: string): string => text.replace(/^\d+/, '4194304');
const elsewhere = (text: string): string => text.replace(/ [0-9a-f]{10} /, ' 0123456789 ');

function age(path: string, seconds: number): void {
  const then = Date.now() / 1000 - seconds;
  lutimesSync(path, then, then);
}

async function assertFree(path: string): Promise<void> {
  await (await acquireLock(path, { signal })).release();
}

/** Gives it more than one look. */
async function assertHeld(path: string): Promise<void> {
  await assert.rejects(acquireLock(path, { signal: AbortSignal.timeout(50) }), Cancelled);
}

test('a lock is one short link that leads nowhere', async context => {
  const folder = temporaryFolder(context);
  const path = join(folder, 'lock');
  const lock = await acquireLock(path, { signal });
  assert.match(readlinkSync(path), new RegExp(`^${process.pid} \\d+ [0-9a-f]{10} ${lock.token}$`));
  // Linux keeps so short a link in the folder's own record: it can be made on a full disk.
  assert.ok(readlinkSync(path).length < 60);
  assert.equal(await lock.isHeld(), true);
  await lock.release();
  assert.equal(await lock.isHeld(), false);
  assert.deepEqual(readdirSync(folder), []);
});

test('a lock is left behind when its process ended or its number is another process’s', async context => {
  const folder = temporaryFolder(context);
  const path = join(folder, 'lock');
  symlinkSync(await lockText(folder, dead), path);
  await assertFree(path);
  symlinkSync(await lockText(folder, text => text.replace(/ \d+ /, ' 1 ')), path);
  await assertFree(path);
  symlinkSync(await lockText(folder), path);
  age(path, 3600);
  await assertHeld(path);
});

test('of another machine, and of nobody, only the age tells', async context => {
  const folder = temporaryFolder(context);
  for (const [text, seconds] of [
    [await lockText(folder, elsewhere), 60],
    ['somebody', 10],
  ] as const) {
    const path = join(folder, `lock-${seconds}`);
    symlinkSync(text, path);
    age(path, seconds - 5);
    await assertHeld(path);
    age(path, seconds + 5);
    await assertFree(path);
  }
});

test('a lock that is held for long shows that its holder lives, and never touches another’s', async context => {
  const path = join(temporaryFolder(context), 'lock');
  const lock = await acquireLock(path, { signal });
  age(path, 700);
  await lock.touch();
  assert.ok(Date.now() - lstatSync(path).mtimeMs < 60_000);
  assert.equal(await lock.isHeld(), true);
  await lock.release();
  const other = await acquireLock(path, { signal });
  age(path, 700);
  await lock.touch();
  assert.ok(Date.now() - lstatSync(path).mtimeMs > 600_000);
  await other.release();
  await other.touch();
});

test('who waits for a lock that is held says how long', async context => {
  const path = join(temporaryFolder(context), 'lock');
  await acquireLock(path, { signal });
  const stop = new AbortController();
  const patient = assert.rejects(acquireLock(path, { signal: stop.signal, patienceMs: 60_000 }), Cancelled);
  await assert.rejects(acquireLock(path, { signal, patienceMs: 0 }), { name: 'UserError' });
  stop.abort();
  await patient;
});

test('a lock may be a file where links cannot be made', async context => {
  const folder = temporaryFolder(context);
  const path = join(folder, 'lock');
  writeFileSync(path, await lockText(folder));
  await assertHeld(path);
  writeFileSync(path, await lockText(folder, dead));
  await assertFree(path);
  assert.deepEqual(readdirSync(folder), []);
});

test('one at a time takes over what was left behind', async context => {
  const folder = temporaryFolder(context);
  const path = join(folder, 'lock');
  const text = await lockText(folder, dead);
  symlinkSync(text, path);
  // Also the one who was about to take it over died.
  symlinkSync(text, `${path}.${text.split(' ').at(-1)}`);
  let holders = 0;
  await Promise.all(
    Array.from({ length: 12 }, async () => {
      const lock = await acquireLock(path, { signal });
      holders += 1;
      assert.equal(holders, 1);
      await new Promise(resolve => setImmediate(resolve));
      assert.equal(await lock.isHeld(), true);
      holders -= 1;
      await lock.release();
    }),
  );
  assert.deepEqual(readdirSync(folder), []);
});

test('a process that ended counts as ended also where nobody asks how', async context => {
  if (process.platform !== 'linux') {
    context.skip('only Linux tells');
    return;
  }
  const folder = temporaryFolder(context);
  const path = join(folder, 'lock');
  const program = `import { acquireLock } from ${JSON.stringify(LOCK)};
    await acquireLock(process.argv[1], { signal: new AbortController().signal });
    process.kill(process.pid, 'SIGKILL');`;
  // The shell becomes a program that waits for none of its children.
  const parent = spawn(
    'sh',
    ['-c', '"$0" --input-type=module -e "$1" "$2" & exec cat', process.execPath, program, path],
    { stdio: ['pipe', 'ignore', 'inherit'] },
  );
  context.after(() => parent.stdin.end());
  await once(parent, 'spawn');
  const state = (): string | undefined => {
    try {
      const pid = readlinkSync(path).split(' ')[0];
      return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.charAt(0);
    } catch {
      return undefined;
    }
  };
  while (state() !== 'Z') {
    assert.equal(parent.exitCode, null);
    await new Promise(resolve => setImmediate(resolve));
  }
  await assertFree(path);
});
