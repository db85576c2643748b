import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CredentialsCache } from '../../../src/credentials/cache.ts';
import type { Credentials } from '../../../src/credentials/credentials.ts';
import { Cancelled } from '../../../src/lib/errors.ts';

const KEYS: Credentials = { accessKeyId: 'AKIA', secretAccessKey: 'secret' };

/** A source that is slow to notice that it was called off. */
function slowSource() {
  const loads: PromiseWithResolvers<Credentials>[] = [];
  return {
    loads,
    load: (): Promise<Credentials> => {
      const load = Promise.withResolvers<Credentials>();
      loads.push(load);
      return load.promise;
    },
  };
}

function request(load: () => Promise<Credentials>, signal: AbortSignal) {
  return { key: 'k', owners: ['profile dev'], quiet: true, signal, load };
}

test('who comes after the last one left starts anew', async () => {
  const cache = new CredentialsCache(() => 0);
  const { loads, load } = slowSource();
  const left = new AbortController();
  const first = cache.get(request(load, left.signal));
  await Promise.resolve();
  left.abort();
  await assert.rejects(first, Cancelled);
  const second = cache.get(request(load, new AbortController().signal));
  await new Promise(setImmediate);
  assert.equal(loads.length, 2);
  loads[0]?.reject(new Cancelled());
  loads[1]?.resolve(KEYS);
  assert.equal(await second, KEYS);
  assert.equal(cache.peek('k'), KEYS);
});

test('several who ask at the same time share one load, and one may leave', async () => {
  const cache = new CredentialsCache(() => 0);
  const { loads, load } = slowSource();
  const left = new AbortController();
  const first = cache.get(request(load, left.signal));
  const second = cache.get(request(load, new AbortController().signal));
  await new Promise(setImmediate);
  left.abort();
  await assert.rejects(first, Cancelled);
  assert.equal(loads.length, 1);
  loads[0]?.resolve(KEYS);
  assert.equal(await second, KEYS);
});
