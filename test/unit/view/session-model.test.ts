import assert from 'node:assert/strict';
import { test } from 'node:test';
import { realSystem } from '../../../src/lib/system.ts';
import type { TokenState } from '../../../src/sso/token-cache.ts';
import { SessionModel } from '../../../src/view/session-model.ts';
import { readFiles } from './files.ts';

const SIGNED_OUT: TokenState = { kind: 'signedOut' };

test('a reading that is overtaken does not swallow the change of the sessions', async () => {
  const readings: PromiseWithResolvers<TokenState>[] = [];
  let begun = Promise.withResolvers<void>();
  const state = (): Promise<TokenState> => {
    const reading = Promise.withResolvers<TokenState>();
    readings.push(reading);
    begun.resolve();
    return reading.promise;
  };
  const model = new SessionModel({ state }, realSystem());
  /** Resolves when the tokens are being read. */
  const begin = async (work: () => Promise<void>): Promise<{ readonly done: Promise<void> }> => {
    begun = Promise.withResolvers();
    const done = work();
    await begun.promise;
    return { done };
  };
  const text = (region: string): string => `[sso-session s]\nsso_region = ${region}\n`;
  const before = await readFiles(text('eu-west-1'));
  const first = await begin(() => model.update(before));
  readings[0]?.resolve(SIGNED_OUT);
  await first.done;
  let fired = 0;
  model.onDidChange(() => fired++);
  const after = await readFiles(text('eu-west-2'));
  const update = await begin(() => model.update(after));
  const refresh = await begin(() => model.refreshTokens());
  readings[2]?.resolve(SIGNED_OUT);
  await refresh.done;
  assert.equal(fired, 1);
  assert.equal(model.sessions[0]?.region, 'eu-west-2');
  readings[1]?.resolve(SIGNED_OUT);
  await update.done;
  const again = await begin(() => model.refreshTokens());
  readings[3]?.resolve(SIGNED_OUT);
  await again.done;
  assert.equal(fired, 1);
});

test('the sessions are those of the newest files at once, also while many profiles are looked at', async () => {
  const model = new SessionModel({ state: async () => SIGNED_OUT }, realSystem());
  const users = Array.from({ length: 2000 }, (_, index) => `[profile p${index}]\nsso_session = new\n`);
  const older = await readFiles('[sso-session old]\nsso_region = eu-west-1\n');
  const newer = await readFiles(`[sso-session new]\nsso_region = eu-west-1\n${users.join('')}`);
  const updates = [model.update(older), model.update(newer)];
  assert.deepEqual(
    model.sessions.map(({ id, profiles }) => [id, profiles.length]),
    [['new', 2000]],
  );
  updates.push(model.update(older));
  await Promise.all(updates);
  assert.deepEqual(
    model.sessions.map(({ id }) => id),
    ['old'],
  );
  assert.deepEqual([...model.tokens.keys()], ['old']);
});
