import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
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

/** A model over tokens that the test sets, with a record in memory that other windows may write as well. */
async function watched(first: TokenState) {
  const scene = {
    token: first,
    now: Date.UTC(2026, 10, 21, 9),
    hours: 8,
    logins: new Map<string, number>(),
    canWrite: true,
  };
  const write = async (run: () => void): Promise<void> => {
    if (!scene.canWrite) {
      throw new Error('read-only');
    }
    run();
  };
  const model = new SessionModel(
    { state: async () => scene.token },
    { now: () => scene.now },
    {
      record: {
        read: async () => ({ logins: new Map(scene.logins), noticed: new Map() }),
        noteLogin: (id, at) => write(() => scene.logins.set(id, at)),
        move: (from, to) =>
          write(() => {
            scene.logins.set(to, scene.logins.get(from) ?? 0);
            scene.logins.delete(from);
          }),
      },
      hours: () => scene.hours,
    },
  );
  await model.update(await readFiles('[sso-session s]\nsso_region = eu-west-1\n'));
  return { scene, model };
}

const HOUR = 3_600_000;

describe('when a login ends', () => {
  const renewing = (now: number): TokenState => ({ kind: 'valid', expiresAt: now + HOUR, renews: true });

  test('is not guessed where nobody saw it begin', async () => {
    const { scene, model } = await watched(renewing(Date.UTC(2026, 10, 21, 9)));
    scene.now += HOUR;
    scene.token = renewing(scene.now);
    await model.refreshTokens();
    assert.deepEqual(model.expiries.get('s'), { kind: 'renews' });
    assert.equal(scene.logins.size, 0);
  });

  test('counts from a login of this window, also where it cannot be written down', async () => {
    for (const canWrite of [true, false]) {
      const { scene, model } = await watched(SIGNED_OUT);
      scene.canWrite = canWrite;
      scene.token = renewing(scene.now);
      await model.noteLogin('s');
      assert.equal(model.loginEnds.get('s'), scene.now + 8 * HOUR);
      assert.equal(scene.logins.has('s'), canWrite);
    }
  });

  test('counts from another program’s login that Rolecall looked on at', async () => {
    const { scene, model } = await watched(SIGNED_OUT);
    scene.now += HOUR;
    scene.token = renewing(scene.now);
    await model.refreshTokens();
    assert.equal(scene.logins.get('s'), scene.now);
    const end = scene.now + 8 * HOUR;
    scene.now += HOUR;
    scene.token = renewing(scene.now);
    await model.refreshTokens();
    assert.deepEqual(model.expiries.get('s'), { kind: 'ends', at: end, estimated: true, act: 'login' });
  });

  test('is told by other windows, and again when the hours are set', async () => {
    const { scene, model } = await watched(renewing(Date.UTC(2026, 10, 21, 9)));
    let fired = 0;
    model.onDidChange(() => fired++);
    scene.logins.set('s', scene.now);
    await model.refreshTokens();
    assert.equal(model.loginEnds.get('s'), scene.now + 8 * HOUR);
    scene.hours = 12;
    await model.refreshTokens();
    assert.equal(model.loginEnds.get('s'), scene.now + 12 * HOUR);
    scene.hours = 0;
    await model.refreshTokens();
    assert.equal(model.loginEnds.size, 0);
    await model.refreshTokens();
    assert.equal(fired, 3);
  });

  test('goes along with a new name', async () => {
    const { scene, model } = await watched(renewing(Date.UTC(2026, 10, 21, 9)));
    await model.noteLogin('s');
    await model.moveLogin('s', 't');
    assert.deepEqual([...scene.logins], [['t', scene.now]]);
    assert.deepEqual([...model.loginEnds.keys()], ['t']);
  });
});
