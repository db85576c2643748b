import assert from 'node:assert/strict';
import { test } from 'node:test';
import { profileOf, readCall } from '../../../src/ui/call.ts';

test('a palette passes nothing: the user called', () => {
  assert.equal(readCall([]).by, 'user');
  assert.equal(readCall([undefined, undefined]).by, 'user');
});

test('a tree row passes its node, with or without the selection', () => {
  const node = { kind: 'profile', profile: 'dev' };
  for (const args of [[node], [node, undefined], [node, [node]]]) {
    const call = readCall(args);
    assert.equal(call.by, 'user');
    assert.equal(profileOf(call), 'dev');
  }
});

test('a link is a click with arguments', () => {
  const call = readCall([{ from: 'link', profile: 'dev' }]);
  assert.equal(call.by, 'user');
  assert.equal(profileOf(call), 'dev');
});

test('plain values come from a program', () => {
  assert.equal(readCall(['dev']).by, 'program');
  assert.equal(readCall([null]).by, 'program');
  assert.equal(readCall([undefined, 'bash']).by, 'program');
  assert.equal(readCall([undefined, { force: true }]).by, 'program');
  assert.equal(profileOf(readCall(['dev', 'bash'])), 'dev');
});
