import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Cancelled } from '../../src/lib/errors.ts';
import { realSystem } from '../../src/lib/system.ts';
import type { CallSettings } from '../../src/sso/call-settings.ts';
import { type LoginFlow, login } from '../../src/sso/login.ts';
import type { SsoSession } from '../../src/sso/session.ts';
import { TokenCache } from '../../src/sso/token-cache.ts';
import type { Operation } from '../local-aws/messages.ts';
import { startLocalAws } from '../local-aws/server.ts';
import { outFolder, printProgress } from '../vscode/project.ts';
import { milliseconds, printRow } from './print.ts';
import { median } from './rounds.ts';

/*
 * From the click on Cancel until the login is over, at the points where a login spends its time: a call that gets no
 * answer, the wait between two polls, the wait for the browser. With the real clock, against AWS as `local-aws` plays it.
 */

const ROUNDS = 40;
const AIM_MS = 100;

/** Where a login is when it is called off: in a call that hangs, or at its prompt. */
const POINTS: readonly (readonly [flow: LoginFlow, at: Operation | 'prompt', name: string])[] = [
  ['device', 'RegisterClient', 'device flow: registering'],
  ['device', 'StartDeviceAuthorization', 'device flow: asking for the code'],
  ['device', 'prompt', 'device flow: between two polls'],
  ['device', 'CreateToken', 'device flow: polling'],
  ['browser', 'RegisterClient', 'browser flow: registering'],
  ['browser', 'prompt', 'browser flow: waiting for the browser'],
  ['browser', 'CreateToken', 'browser flow: exchanging the code'],
];

const home = join(outFolder, 'bench', 'signing-in');

/** Milliseconds from the abort to the rejection. */
async function cancelOnce(flow: LoginFlow, at: Operation | 'prompt'): Promise<number> {
  await rm(home, { recursive: true, force: true });
  await mkdir(home, { recursive: true });
  await using aws = await startLocalAws({ settings: { autoApprove: true } });
  const system = { ...realSystem(), env: {}, home };
  const tokens = new TokenCache({ system });
  const session: SsoSession = {
    id: 'acme',
    kind: 'session',
    startUrl: 'https://acme.awsapps.com/start',
    region: 'eu-west-1',
    scopes: [],
    place: { file: 'config', line: 1 },
    profiles: [],
  };
  const settings: CallSettings = {
    endpoints: { sso_oidc: aws.url },
    fips: false,
    dualstack: false,
    caBundle: undefined,
  };
  const stop = new AbortController();
  const prompted = Promise.withResolvers<void>();
  const visits: Promise<unknown>[] = [];
  if (at !== 'prompt') {
    aws.faults.add(at, { kind: 'hang' });
  }
  const running = login({
    system,
    version: '1',
    tokens,
    session,
    settings,
    signal: stop.signal,
    flow,
    onPrompt: prompt => {
      if (prompt.flow === 'browser' && at !== 'prompt') {
        visits.push(fetch(prompt.url));
      }
      prompted.resolve();
    },
  });
  const over = running.then(
    () => Number.NaN,
    (error: unknown) => (error instanceof Cancelled ? performance.now() : Number.NaN),
  );
  await (at === 'prompt' ? prompted.promise : aws.requests.seen(at));
  const start = performance.now();
  stop.abort();
  const end = await over;
  await Promise.all(visits);
  tokens.dispose();
  if (Number.isNaN(end)) {
    throw new Error(`The login was not called off at ${at}.`);
  }
  return end - start;
}

printProgress(`\nA login called off, from the click to its end (median of ${ROUNDS})`);
for (const [flow, at, name] of POINTS) {
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    times.push(await cancelOnce(flow, at));
  }
  const value = median(times);
  const aim = { limit: AIM_MS, value, text: `≤ ${AIM_MS} ms` };
  printRow(name, milliseconds(value), aim);
  printRow('  the longest', milliseconds(Math.max(...times)));
}
await rm(home, { recursive: true });
