import assert from 'node:assert/strict';
import { mkdirSync, renameSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { disposeAll, onDispose } from '../../../src/lib/disposable.ts';
import { watchFiles, watchFolder } from '../../../src/lib/watch.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** Counts calls, and waits for the next one after something was done. */
class Calls {
  count = 0;
  #wake: () => void = () => undefined;

  readonly listener = (): void => {
    this.count += 1;
    this.#wake();
  };

  /** Resolves when the listener is called after `act`; the runner's own time-out ends a wait in vain. */
  async after(act: () => void): Promise<void> {
    await this.#settle();
    const called = new Promise<void>(resolve => {
      this.#wake = resolve;
    });
    act();
    await called;
  }

  /** Late events of what was done before must not be taken for the next one's. */
  async #settle(): Promise<void> {
    for (let seen = -1; seen !== this.count; ) {
      seen = this.count;
      await new Promise(resolve => setTimeout(resolve, 300));
    }
  }
}

function watchIn(context: TestContext, start: (listener: () => void) => { dispose(): void }): Calls {
  const calls = new Calls();
  const watch = start(calls.listener);
  context.after(() => watch.dispose());
  return calls;
}

const options = { timeout: 20_000 };

test('sees files made, rewritten in place, replaced and removed', options, async context => {
  const folder = temporaryFolder(context);
  const path = join(folder, 'config');
  const calls = watchIn(context, listener => watchFiles([path, join(folder, 'credentials')], listener));
  await calls.after(() => writeFileSync(path, 'a'));
  await calls.after(() => writeFileSync(path, 'b'));
  await calls.after(() => {
    writeFileSync(join(folder, 'new'), 'c');
    renameSync(join(folder, 'new'), path);
  });
  await calls.after(() => writeFileSync(join(folder, 'credentials'), 'd'));
  await calls.after(() => unlinkSync(path));
});

test('sees files whose folder comes, goes and comes again', options, async context => {
  const folder = join(temporaryFolder(context), 'deep', '.aws');
  const path = join(folder, 'config');
  const calls = watchIn(context, listener => watchFiles([path], listener));
  await calls.after(() => {
    mkdirSync(folder, { recursive: true });
    writeFileSync(path, 'a');
  });
  await calls.after(() => writeFileSync(path, 'ab'));
  await calls.after(() => rmSync(folder, { recursive: true }));
  await calls.after(() => {
    mkdirSync(folder);
    writeFileSync(path, 'abc');
  });
  await calls.after(() => writeFileSync(path, 'abcd'));
});

test('sees what symbolic links lead to, and where they lead next', options, async context => {
  const folder = temporaryFolder(context);
  for (const name of ['one', 'two', '.aws']) {
    mkdirSync(join(folder, name));
  }
  writeFileSync(join(folder, 'one', 'config'), 'a');
  writeFileSync(join(folder, 'two', 'config'), 'a');
  const path = join(folder, '.aws', 'config');
  symlinkSync(join('..', 'one', 'config'), path);
  const calls = watchIn(context, listener => watchFiles([path], listener));
  await calls.after(() => writeFileSync(join(folder, 'one', 'config'), 'b'));
  await calls.after(() => {
    unlinkSync(path);
    symlinkSync(join('..', 'two', 'config'), path);
  });
  await calls.after(() => writeFileSync(join(folder, 'two', 'config'), 'b'));
});

test('sees where a linked folder leads, and links in it', options, async context => {
  const folder = temporaryFolder(context);
  for (const name of ['one', 'two', 'files']) {
    mkdirSync(join(folder, name));
  }
  writeFileSync(join(folder, 'files', 'config'), 'a');
  writeFileSync(join(folder, 'two', 'config'), 'a');
  // Read from where the folder is, not from where its link is.
  symlinkSync(join('..', 'files', 'config'), join(folder, 'one', 'config'));
  symlinkSync('one', join(folder, '.aws'));
  const calls = watchIn(context, listener => watchFiles([join(folder, '.aws', 'config')], listener));
  await calls.after(() => writeFileSync(join(folder, 'files', 'config'), 'b'));
  await calls.after(() => {
    unlinkSync(join(folder, '.aws'));
    symlinkSync('two', join(folder, '.aws'));
  });
  await calls.after(() => writeFileSync(join(folder, 'two', 'config'), 'b'));
});

test('does not call for other files of the folder', options, async context => {
  const folder = temporaryFolder(context);
  const path = join(folder, 'config');
  const calls = watchIn(context, listener => watchFiles([path], listener));
  await calls.after(() => writeFileSync(path, 'a'));
  const before = calls.count;
  writeFileSync(join(folder, 'other'), 'a');
  await calls.after(() => writeFileSync(path, 'b'));
  assert.ok(calls.count <= before + 2);
});

test(
  'sees the files of a folder that is not there yet, rewrites in place included',
  options,
  async context => {
    const folder = join(temporaryFolder(context), 'sso', 'cache');
    const calls = watchIn(context, listener => watchFolder(folder, listener));
    await calls.after(() => {
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, 'token.json'), '1');
    });
    await calls.after(() => writeFileSync(join(folder, 'token.json'), '2'));
    await calls.after(() => unlinkSync(join(folder, 'token.json')));
  },
);

test('leaves no watcher and no timer behind', options, async context => {
  const folder = temporaryFolder(context);
  const count = (): readonly number[] =>
    ['FSEventWrap', 'Timeout'].map(
      kind => process.getActiveResourcesInfo().filter(name => name === kind).length,
    );
  // The watchers of the tests before are gone some turns after they were closed.
  while (count()[0] !== 0) {
    await new Promise(resolve => setImmediate(resolve));
  }
  const [watchersBefore = 0, timersBefore = 0] = count();
  const calls = new Calls();
  const watches = [
    watchFiles([join(folder, 'config')], calls.listener),
    watchFiles([join(folder, 'missing', 'config')], calls.listener),
    watchFolder(folder, calls.listener),
  ];
  const end = onDispose(() => disposeAll(watches));
  context.after(() => end.dispose());
  await calls.after(() => writeFileSync(join(folder, 'config'), 'a'));
  assert.equal(count()[0], watchersBefore + 2);
  end.dispose();
  while (count()[0] !== watchersBefore) {
    await new Promise(resolve => setImmediate(resolve));
  }
  assert.deepEqual(count(), [watchersBefore, timersBefore]);
});
