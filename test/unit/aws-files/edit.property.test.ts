import assert from 'node:assert/strict';
import { test } from 'node:test';
import { editsAsAsked, editsAtOnceAsInTurn, undoesEdits } from './edit-properties.ts';

test('an edit does what was asked and nothing else, in every dialect, or is refused', () => {
  const outcomes = editsAsAsked({ numRuns: 3000 });
  for (const type of ['set', 'unset', 'renameKey', 'add', 'remove', 'rename', 'copy', 'retarget']) {
    assert.ok((outcomes.get(`${type} made`) ?? 0) > 5, `${type} was tried: ${JSON.stringify([...outcomes])}`);
  }
});

test('undo of an edit gives the former bytes, and keeps the lines of others', () => {
  undoesEdits({ numRuns: 1500 });
});

test('several edits at once give what they give one after the other', () => {
  editsAtOnceAsInTurn({ numRuns: 1500 });
});
