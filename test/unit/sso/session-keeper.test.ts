import assert from 'node:assert/strict';
import { chmod, readFile } from 'node:fs/promises';
import { suite, test } from 'node:test';
import { Cancelled } from '../../../src/lib/errors.ts';
import type { System } from '../../../src/lib/system.ts';
import { RETRY_PAUSE } from '../../../src/sso/refresh.ts';
import { SessionKeeper } from '../../../src/sso/session-keeper.ts';
import { type SignedIn, START, signedIn } from './session-bed.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

type Sleeper = { readonly ms: number; readonly end: () => void };

/** A clock on the wall that the test moves, and timers that end when the test says so. */
class Timers {
  readonly asleep = new Set<Sleeper>();
  /** The most timers at one time. */
  most = 0;
  #waiting: (() => void)[] = [];

  readonly sleep = (ms: number, signal: AbortSignal): Promise<void> => {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const over = (settle: () => void): void => {
      this.asleep.delete(sleeper);
      signal.removeEventListener('abort', onAbort);
      settle();
    };
    const onAbort = (): void => over(() => reject(new Cancelled()));
    const sleeper: Sleeper = { ms, end: () => over(resolve) };
    if (signal.aborted) {
      reject(new Cancelled());
      return promise;
    }
    signal.addEventListener('abort', onAbort, { once: true });
    this.asleep.add(sleeper);
    this.most = Math.max(this.most, this.asleep.size);
    for (const go of this.#waiting.splice(0)) {
      go();
    }
    return promise;
  };

  /** The timer that is there, once there is one. */
  async next(): Promise<Sleeper> {
    while (this.asleep.size === 0) {
      await new Promise<void>(resolve => this.#waiting.push(resolve));
    }
    const [first] = this.asleep;
    assert.ok(first);
    return first;
  }
}

type Bed = SignedIn & {
  readonly timers: Timers;
  readonly keeper: SessionKeeper;
  readonly reports: string[];
  /** Lets the time pass, ends the timer, and waits for the next one. */
  pass(ms: number): Promise<Sleeper>;
};

async function keeping(session: string, settings = {}): Promise<Bed> {
  const bed = await signedIn(session, settings);
  const timers = new Timers();
  const system: System = { ...bed.home.system, sleep: timers.sleep };
  const reports: string[] = [];
  const keeper = new SessionKeeper({
    system,
    tokens: bed.home.tokens,
    requestFor: found => ({ ...bed.request(found.id), system }),
    report: (found, outcome) =>
      reports.push(`${found.id}: ${outcome === 'renewed' ? outcome : String(outcome.error)}`),
  });
  return {
    ...bed,
    timers,
    keeper,
    reports,
    pass: async ms => {
      const sleeper = await timers.next();
      bed.home.clock.time += ms;
      sleeper.end();
      return timers.next();
    },
    [Symbol.asyncDispose]: async () => {
      keeper.dispose();
      await bed[Symbol.asyncDispose]();
    },
  };
}

function asked(bed: SignedIn): number {
  return bed.aws.requests.of('CreateToken').length;
}

suite('keeping sessions fresh', () => {
  test('renews when the time has come, again and again, with one timer', async () => {
    await using bed = await keeping('acme');
    bed.keeper.keep([bed.request('acme').session]);
    for (let round = 1; round <= 3; round++) {
      const { expiresAt = 0 } = (await bed.home.tokens.read('acme')) ?? {};
      assert.ok((await bed.timers.next()).ms <= MINUTE);
      await bed.pass(expiresAt - 15 * MINUTE - bed.home.clock.time);
      assert.equal(asked(bed), round - 1);
      await bed.pass(1000);
      assert.equal(asked(bed), round);
    }
    assert.equal(bed.timers.most, 1);
    assert.deepEqual(bed.reports, []);
  });

  test('renews after a sleep over the end of the token', async () => {
    await using bed = await keeping('acme');
    bed.keeper.keep([bed.request('acme').session]);
    await bed.pass(5 * HOUR);
    assert.equal(asked(bed), 1);
    const state = await bed.home.tokens.state('acme', bed.home.clock.time);
    assert.equal(state.kind, 'valid');
  });

  test('does nothing and has no timer without a session in use, or with one that cannot be renewed', async () => {
    await using bed = await keeping(START);
    await bed.logIn('twin');
    bed.home.clock.time += 20 * HOUR;
    bed.keeper.keep([bed.request(START).session]);
    const told = Promise.withResolvers<void>();
    const listener = bed.home.tokens.onDidChange(() => told.resolve());
    await bed.logIn(START, []);
    await told.promise;
    listener.dispose();
    bed.keeper.keep([]);
    assert.equal(bed.timers.most, 0);
    assert.equal(bed.aws.requests.all.length, 0);
  });

  test('follows a login: a session that could not be renewed can', async () => {
    await using bed = await keeping('acme', { registrationSeconds: 1800 });
    bed.home.clock.time += HOUR;
    bed.keeper.keep([bed.request('acme').session]);
    bed.aws.state.settings.registrationSeconds = 90 * 24 * 3600;
    await bed.logIn('acme');
    await bed.pass(50 * MINUTE);
    assert.equal(asked(bed), 1);
  });

  test('pauses longer and longer in trouble, says so once, and goes on when it is over', async () => {
    await using bed = await keeping('acme');
    const fault = bed.aws.faults.add('CreateToken', { kind: 'html' });
    bed.keeper.keep([bed.request('acme').session]);
    await bed.pass(50 * MINUTE);
    assert.equal(fault.used, 1);
    await bed.pass(RETRY_PAUSE - 1);
    assert.equal(fault.used, 1);
    await bed.pass(1);
    assert.equal(fault.used, 2);
    await bed.pass(2 * MINUTE - 1);
    assert.equal(fault.used, 2);
    for (let hour = 0; hour < 3; hour++) {
      await bed.pass(HOUR);
    }
    assert.equal(fault.used, 5);
    fault.dispose();
    await bed.pass(5 * MINUTE);
    assert.equal((await bed.home.tokens.state('acme', bed.home.clock.time)).kind, 'valid');
    assert.deepEqual(
      bed.reports.map(text => text.replace(/: \w+: .*/, ': failed')),
      ['acme: failed', 'acme: renewed'],
    );
  });

  test('leaves a refused one alone until somebody logs in', async () => {
    await using bed = await keeping('acme');
    bed.aws.state.sso.revokeLogins();
    const told = Promise.withResolvers<void>();
    const listener = bed.home.tokens.onDidChange(() => {
      void bed.home.tokens.state('acme', bed.home.clock.time).then(state => {
        if (state.kind === 'refused') {
          told.resolve();
        }
      });
    });
    bed.keeper.keep([bed.request('acme').session]);
    const timer = await bed.timers.next();
    bed.home.clock.time += 2 * HOUR;
    timer.end();
    // It looks for the token of a faster tool before it takes the answer for a refusal.
    while ((await bed.home.tokens.state('acme', bed.home.clock.time)).kind !== 'refused') {
      const [waiting] = bed.timers.asleep;
      waiting?.end();
      await new Promise(resolve => setImmediate(resolve));
    }
    await told.promise;
    listener.dispose();
    assert.equal(asked(bed), 1);
    await bed.logIn('acme');
    await bed.pass(50 * MINUTE);
    assert.equal(asked(bed), 2);
    assert.deepEqual(bed.reports, []);
  });

  test('writes what could not be written, as soon as it can', async () => {
    await using bed = await keeping('acme');
    const hanging = bed.aws.faults.add('CreateToken', { kind: 'hang' }, 1);
    bed.keeper.keep([bed.request('acme').session]);
    const timer = await bed.timers.next();
    bed.home.clock.time += 50 * MINUTE;
    timer.end();
    await bed.aws.requests.seen('CreateToken');
    const told: string[] = [];
    const listener = bed.home.tokens.onDidKeepUnsaved(({ id, error }) => told.push(`${id} ${error}`));
    await chmod(bed.home.tokens.fileOf('acme'), 0o400);
    hanging.release();
    await bed.timers.next();
    const kept = bed.aws.state.sso.logins[0]?.refreshToken;
    listener.dispose();
    assert.match(told[0] ?? '', /^acme UserError: .*read-only and was not changed/);
    await chmod(bed.home.tokens.fileOf('acme'), 0o600);
    await bed.pass(MINUTE);
    assert.equal(JSON.parse(await readFile(bed.home.tokens.fileOf('acme'), 'utf8')).refreshToken, kept);
    assert.equal(asked(bed), 1);
    assert.deepEqual(bed.reports, ['acme: renewed']);
  });

  test('ends with no timer, and sends nothing more', async () => {
    await using bed = await keeping('acme');
    bed.keeper.keep([bed.request('acme').session]);
    await bed.timers.next();
    bed.home.clock.time += 2 * HOUR;
    bed.keeper.dispose();
    assert.equal(bed.timers.asleep.size, 0);
    await bed.home.tokens.exclusively('acme', new AbortController().signal, async () => undefined);
    assert.equal(bed.aws.requests.all.length, 0);
  });
});
