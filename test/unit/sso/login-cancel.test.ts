import assert from 'node:assert/strict';
import { subscribe } from 'node:diagnostics_channel';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Cancelled } from '../../../src/lib/errors.ts';
import type { System } from '../../../src/lib/system.ts';
import { callSettings } from '../../../src/sso/call-settings.ts';
import { type LoginFlow, login } from '../../../src/sso/login.ts';
import { listSessions } from '../../../src/sso/session.ts';
import type { Token } from '../../../src/sso/token-cache.ts';
import { startLocalAws } from '../../local-aws/server.ts';
import { makeHome } from './home.ts';

const CONFIG = `[sso-session acme]
sso_start_url = https://acme.awsapps.com/start
sso_region = eu-west-1
`;

/** How a login that was called off at some point came out. */
type Outcome = {
  readonly result: Token | Cancelled;
  /** The point was reached before the login was over. */
  readonly isAborted: boolean;
};

/** Calls the login off at the n-th point; the n-th of what is up to `arm`. */
type Arm = (stop: AbortController, n: number) => () => boolean;

/** At the n-th time that anything looks at the signal or listens to it: right behind the look. */
const atLook: Arm = (stop, n) => {
  const { signal } = stop;
  let looks = 0;
  let isDone = false;
  const count = (): void => {
    looks += 1;
    if (looks === n) {
      queueMicrotask(() => {
        isDone = true;
        stop.abort();
      });
    }
  };
  let prototype: object | null = signal;
  let getter: PropertyDescriptor | undefined;
  while (prototype !== null && getter === undefined) {
    getter = Object.getOwnPropertyDescriptor(prototype, 'aborted');
    prototype = Object.getPrototypeOf(prototype);
  }
  const listen = signal.addEventListener.bind(signal);
  Object.defineProperty(signal, 'aborted', {
    get: () => {
      count();
      return getter?.get?.call(signal);
    },
  });
  Object.defineProperty(signal, 'addEventListener', {
    value: (...args: Parameters<AbortSignal['addEventListener']>) => {
      count();
      listen(...args);
    },
  });
  return () => isDone;
};

/** After n turns of the event loop. */
const atTurn: Arm = (stop, n) => {
  let isDone = false;
  const turn = async (): Promise<void> => {
    for (let left = n; left > 0; left -= 1) {
      await nextTurn();
    }
    isDone = true;
    stop.abort();
  };
  void turn();
  return () => isDone;
};

/** The requests that were started in this process by `node:http`: the AWS SDK's, not those of `fetch`. */
let started = 0;
subscribe('http.client.request.start', () => {
  started += 1;
});

/** Sleeps until it is called off. */
function asleep(signal: AbortSignal): Promise<void> {
  return new Promise((_, reject) => {
    const leave = (): void => reject(new Cancelled());
    if (signal.aborted) {
      leave();
    }
    signal.addEventListener('abort', leave, { once: true });
  });
}

async function filesOf(folder: string): Promise<readonly (readonly [name: string, text: string])[]> {
  const names = await readdir(folder).catch(() => []);
  return Promise.all(
    names.toSorted().map(async name => [name, await readFile(join(folder, name), 'utf8')] as const),
  );
}

/** One login that is called off at the n-th point, and all that may be said of what it leaves behind. */
async function cancelAt(flow: LoginFlow, arm: Arm, n: number): Promise<Outcome> {
  await using home = await makeHome();
  await using aws = await startLocalAws({ now: home.clock.now, settings: { autoApprove: true } });
  // One answer of each kind that keeps a login waiting.
  aws.faults.add('CreateToken', { kind: 'error', code: 'InternalServerException' }, 1);
  const snapshot = await home.write(CONFIG);
  const [session] = listSessions(snapshot);
  assert.ok(session);
  const stop = new AbortController();
  let sleeping = 0;
  const system: System = {
    ...home.system,
    sleep: async (ms, signal) => {
      sleeping += 1;
      try {
        await (ms < 600_000 ? home.clock.sleep(ms, signal) : asleep(signal));
        // Whoever sleeps on while the login is called off would keep the user waiting.
        if (stop.signal.aborted) {
          await asleep(signal);
        }
      } finally {
        sleeping -= 1;
      }
    },
  };
  const visits: Promise<unknown>[] = [];
  const isDone = arm(stop, n);
  let prompts = 0;
  const running = login({
    system,
    version: '1',
    tokens: home.tokens,
    session,
    settings: callSettings(snapshot, aws.env, undefined),
    signal: stop.signal,
    flow,
    externalRedirect: loopback => Promise.resolve(loopback),
    onPrompt: prompt => {
      prompts += 1;
      if (prompt.flow === 'browser') {
        visits.push(fetch(prompt.url).catch(() => undefined));
      }
    },
  });
  const result = await running.catch((error: unknown) => {
    assert.ok(error instanceof Cancelled, String(error));
    return error;
  });
  const isAborted = isDone();
  await nextTurn();
  assert.equal(sleeping, 0, 'no timer is left');
  stop.abort();

  const asked = started;
  const files = await filesOf(home.tokens.folder);
  const shown = prompts;
  // The browser is nobody's to stop.
  await Promise.all(visits);
  for (let turn = 0; turn < 20; turn += 1) {
    await nextTurn();
  }
  assert.deepEqual(await filesOf(home.tokens.folder), files, 'no file follows');
  assert.equal(started, asked, 'no request follows');
  assert.equal(prompts, shown, 'nothing is shown any more');
  assert.ok(
    files.every(([name]) => name.endsWith('.json')),
    'nothing half done is left',
  );
  // A login that says that it was called off has left no token; one that has one says so.
  const isSignedIn = (await home.tokens.read('acme')) !== undefined;
  assert.equal(isSignedIn, !(result instanceof Cancelled));
  return { result, isAborted };
}

suite('a login that is called off', () => {
  const unhandled: unknown[] = [];
  const note = (error: unknown): void => {
    unhandled.push(error);
  };
  before(() => {
    process.on('unhandledRejection', note);
  });
  after(() => {
    process.off('unhandledRejection', note);
    assert.deepEqual(unhandled, []);
  });

  for (const flow of ['device', 'browser'] as const) {
    // Who has not looked does not know: each look is every point there is. The turns of the loop try the waits between.
    for (const [where, arm, next] of [
      ['each look at the signal', atLook, (n: number) => n + 1],
      ['turns of the event loop', atTurn, (n: number) => n + 1 + Math.floor(n / 8)],
    ] as const) {
      test(`${flow} flow, at ${where}: nothing follows`, async () => {
        const before = started;
        let cancelled = 0;
        for (let n = 1; ; n = next(n)) {
          const { result, isAborted } = await cancelAt(flow, arm, n);
          cancelled += result instanceof Cancelled ? 1 : 0;
          if (!isAborted) {
            assert.ok(!(result instanceof Cancelled));
            break;
          }
          assert.ok(n < 1_000_000, 'the login never ends by itself');
        }
        assert.ok(cancelled > 10, `called off ${cancelled} times`);
        assert.ok(started > before, 'requests are counted');
      });
    }
  }
});
