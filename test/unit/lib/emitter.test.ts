import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Emitter } from '../../../src/lib/emitter.ts';

test('a disposed listener hears nothing more', () => {
  const emitter = new Emitter<number>();
  const heard: number[] = [];
  const subscription = emitter.event(value => heard.push(value));
  emitter.fire(1);
  subscription.dispose();
  emitter.fire(2);
  assert.deepEqual(heard, [1]);
});

test('a listener that throws does not keep the value from the others', () => {
  const emitter = new Emitter<string>();
  const heard: string[] = [];
  emitter.event(() => {
    throw new Error('first');
  });
  emitter.event(value => heard.push(value));
  assert.throws(() => emitter.fire('x'), /first/);
  assert.deepEqual(heard, ['x']);
});
