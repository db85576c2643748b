import assert from 'node:assert/strict';
import { test } from 'node:test';
import { realSystem } from '../../../src/lib/system.ts';
import type { TokenState } from '../../../src/sso/token-cache.ts';
import { SessionModel } from '../../../src/view/session-model.ts';
import { readFiles } from './files.ts';

const SIGNED_OUT: TokenState = { kind: 'signedOut' };

test('a reading that is overtaken does not swallow the change of the sessions', async () => {
  const readings: PromiseWithResolvers<TokenState>[] = [];
  const state = (): Promise<TokenState> => {
    const reading = Promise.withResolvers<TokenState>();
    readings.push(reading);
    return reading.promise;
  };
  const model = new SessionModel({ state }, realSystem());
  const text = (region: string): string => `[sso-session s]\nsso_region = ${region}\n`;
  const first = model.update(await readFiles(text('eu-west-1')));
  readings[0]?.resolve(SIGNED_OUT);
  await first;
  let fired = 0;
  model.onDidChange(() => fired++);
  const update = model.update(await readFiles(text('eu-west-2')));
  const refresh = model.refreshTokens();
  readings[2]?.resolve(SIGNED_OUT);
  await refresh;
  assert.equal(fired, 1);
  assert.equal(model.sessions[0]?.region, 'eu-west-2');
  readings[1]?.resolve(SIGNED_OUT);
  await update;
  const again = model.refreshTokens();
  readings[3]?.resolve(SIGNED_OUT);
  await again;
  assert.equal(fired, 1);
});
