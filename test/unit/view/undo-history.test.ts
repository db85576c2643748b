import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type DoneEdit, UndoHistory } from '../../../src/view/undo-history.ts';

/** An edit whose two versions of the file have so many bytes together. */
function edit(done: string, bytes = 2): DoneEdit {
  const half = Buffer.alloc(bytes / 2);
  return { done, written: [{ file: 'config', path: 'config', before: half, after: half, inEditor: false }] };
}

/** What would be undone, one after the other. */
function order(history: UndoHistory): readonly string[] {
  const names: string[] = [];
  for (let last = history.last; last !== undefined; last = history.last) {
    names.push(last.done);
    history.remove(last);
  }
  return names;
}

describe('the edits that can be undone', () => {
  it('are given back last first', () => {
    const history = new UndoHistory();
    assert.equal(history.last, undefined);
    history.add(edit('a'));
    history.add(edit('b'));
    assert.deepEqual(order(history), ['b', 'a']);
  });

  it('are told apart though they say the same', () => {
    const history = new UndoHistory();
    const [one, other] = [edit('a'), edit('a')];
    history.add(one);
    history.add(other);
    history.remove(one);
    assert.ok(!history.has(one) && history.has(other));
    history.remove(one);
    assert.equal(history.last, other);
  });

  it('are the last fifty', () => {
    const history = new UndoHistory();
    for (let index = 0; index < 60; index++) {
      history.add(edit(String(index)));
    }
    const names = order(history);
    assert.equal(names.length, 50);
    assert.deepEqual([names[0], names.at(-1)], ['59', '10']);
  });

  it('are as many as fit, and one however large it is', () => {
    const history = new UndoHistory();
    const megabytes = 1024 * 1024;
    for (const name of ['a', 'b', 'c', 'd']) {
      history.add(edit(name, 10 * megabytes));
    }
    history.add(edit('small'));
    assert.deepEqual(order(history), ['small', 'd', 'c', 'b']);
    history.add(edit('before'));
    history.add(edit('large', 40 * megabytes));
    assert.deepEqual(order(history), ['large']);
  });

  it('are forgotten when the window closes', () => {
    const history = new UndoHistory();
    history.add(edit('a'));
    history.clear();
    assert.equal(history.last, undefined);
  });
});
