import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { Cancelled } from '../../../src/lib/errors.ts';
import { AwsError } from '../../../src/sso/aws-error.ts';
import { Pacing, Rate } from '../../../src/sso/pacing.ts';
import { VirtualClock } from './virtual-clock.ts';

const { signal: always } = new AbortController();

function refusal(): AwsError {
  return new AwsError('throttled', 'Too many requests.', {});
}

/** A server that answers as a token bucket permits, after `latency` milliseconds; the limit is a matter of time. */
class Server {
  readonly answeredAt: number[] = [];
  readonly askedAt: number[] = [];
  refused = 0;
  inFlight = 0;
  mostInFlight = 0;
  readonly #clock: VirtualClock;
  readonly #perSecond: (now: number) => number;
  readonly #burst: number;
  readonly #latency: number;
  #tokens: number;
  #filledAt = 0;

  constructor(clock: VirtualClock, perSecond: (now: number) => number, burst: number, latency = 120) {
    this.#clock = clock;
    this.#perSecond = perSecond;
    this.#burst = burst;
    this.#latency = latency;
    this.#tokens = burst;
  }

  readonly call = async (): Promise<void> => {
    this.inFlight += 1;
    this.mostInFlight = Math.max(this.mostInFlight, this.inFlight);
    this.askedAt.push(this.#clock.now());
    await this.#clock.sleep(this.#latency, always);
    this.inFlight -= 1;
    const now = this.#clock.now();
    // Small steps, as the limit may change in between.
    for (; this.#filledAt < now; this.#filledAt += 1) {
      this.#tokens = Math.min(this.#burst, this.#tokens + this.#perSecond(this.#filledAt) / 1000);
    }
    if (this.#tokens < 1) {
      this.refused += 1;
      throw refusal();
    }
    this.#tokens -= 1;
    this.answeredAt.push(now);
  };
}

/** How many calls of `count` the server answered, in relation to what it permitted in that time, at most 20 a second. */
async function utilisation(
  server: Server,
  clock: VirtualClock,
  count: number,
  perSecond: (now: number) => number,
): Promise<number> {
  using pacing = disposable(new Pacing(clock));
  await clock.run(Promise.all(Array.from({ length: count }, () => pacing.value.run(server.call, always))));
  assert.equal(server.answeredAt.length, count);
  const end = clock.now();
  let permitted = 0;
  for (let now = 0; now < end; now += 1) {
    permitted += Math.min(20, perSecond(now)) / 1000;
  }
  return count / permitted;
}

function disposable<T extends { dispose(): void }>(value: T): Disposable & { readonly value: T } {
  return { value, [Symbol.dispose]: () => value.dispose() };
}

suite('pacing', () => {
  test('starts at ten a second and rises to twenty, never above', async () => {
    const clock = new VirtualClock();
    const server = new Server(clock, () => 1000, 1000);
    await utilisation(server, clock, 300, () => 20);
    const within = (from: number, to: number): number =>
      server.askedAt.filter(at => at >= from && at < to).length;
    // The burst and the first of those that follow.
    assert.ok(within(0, 200) <= 6, `${within(0, 200)} at once`);
    for (let from = 3000; from + 1000 < clock.now(); from += 1000) {
      assert.ok(within(from, from + 1000) <= 21, `${within(from, from + 1000)} from ${from} ms on`);
      assert.ok(within(from, from + 1000) >= 19, `${within(from, from + 1000)} from ${from} ms on`);
    }
    assert.equal(server.refused, 0);
  });

  const limits = [
    { name: 'twenty a second', count: 404, least: 0.95, perSecond: () => 20 },
    { name: 'twelve a second', count: 404, least: 0.95, perSecond: () => 12 },
    { name: 'five a second', count: 404, least: 0.95, perSecond: () => 5 },
    { name: 'one a second', count: 200, least: 0.95, perSecond: () => 1 },
    {
      name: 'twenty, then five',
      count: 404,
      least: 0.95,
      perSecond: (now: number) => (now < 10_000 ? 20 : 5),
    },
    // That more is permitted again can only be found out step by step.
    {
      name: 'twenty, five for ten seconds, then twenty',
      count: 404,
      least: 0.85,
      perSecond: (now: number) => (now < 10_000 || now > 20_000 ? 20 : 5),
    },
  ];
  for (const burst of [5, 20, 40]) {
    for (const { name, count, least, perSecond } of limits) {
      test(`uses ${least * 100} % of ${name} with bursts of ${burst}, and never fails`, async () => {
        const clock = new VirtualClock();
        const server = new Server(clock, perSecond, burst);
        const used = await utilisation(server, clock, count, perSecond);
        assert.ok(used >= least, `${used}`);
        assert.ok(server.mostInFlight <= 10);
        assert.ok(server.refused < count / 4, `${server.refused} refused`);
      });
    }
  }

  test('a cancel ends every wait at once: in line, for a slow answer, after a failure', async () => {
    const clock = new VirtualClock();
    using pacing = disposable(new Pacing(clock));
    const stop = new AbortController();
    const server = new Server(clock, () => 1000, 1000, 60_000);
    const calls = Array.from({ length: 30 }, () =>
      pacing.value.run(() => Promise.race([server.call(), aborted(stop.signal)]), stop.signal),
    );
    const failing = pacing.value.run(() => Promise.reject(new AwsError('server', 'No.', {})), stop.signal);
    const all = Promise.allSettled([...calls, failing]);
    await clock.pass(700);
    const asked = server.askedAt.length;
    stop.abort();
    for (const { status, reason } of (await all) as PromiseRejectedResult[]) {
      assert.equal(status, 'rejected');
      assert.ok(reason instanceof Cancelled);
    }
    assert.ok(asked > 0 && asked < 30, `${asked}`);
    assert.equal(server.askedAt.length, asked);
    // What the server itself still waits for is all that is left.
    assert.equal(clock.pending, asked);
  });

  test('a clock that is set back stops nothing', () => {
    const rate = new Rate();
    const hour = 3_600_000;
    rate.refused(2 * hour);
    const before = rate.at(2 * hour);
    assert.ok(rate.at(hour) >= before);
    rate.refused(hour);
    assert.ok(rate.at(hour) < before);
    assert.ok(rate.at(hour + 60_000) > before);
  });

  test('one that gives up leaves the others in line', async () => {
    const clock = new VirtualClock();
    using pacing = disposable(new Pacing(clock));
    const server = new Server(clock, () => 1000, 1000, 10);
    const stop = new AbortController();
    const calls = Array.from({ length: 20 }, (_, index) =>
      pacing.value.run(server.call, index === 10 ? stop.signal : always),
    );
    stop.abort();
    const outcome = await clock.run(Promise.allSettled(calls));
    assert.deepEqual(
      outcome.flatMap(({ status }, index) => (status === 'rejected' ? [index] : [])),
      [10],
    );
    assert.equal(server.answeredAt.length, 19);
    assert.equal(clock.pending, 0);
  });

  test('lets a login go first', async () => {
    const clock = new VirtualClock();
    using pacing = disposable(new Pacing(clock));
    const server = new Server(clock, () => 1000, 1000, 10);
    const work = Promise.all(Array.from({ length: 20 }, () => pacing.value.run(server.call, always)));
    await clock.pass(300);
    const login = pacing.value.hold();
    const refresh = pacing.value.hold();
    const asked = server.askedAt.length;
    await clock.pass(5000);
    login.dispose();
    await clock.pass(5000);
    assert.equal(server.askedAt.length, asked);
    refresh.dispose();
    await clock.run(work);
    assert.equal(server.askedAt.length, 20);
  });

  test('tries again when the server fails or the connection breaks, three times; never when it is refused', async () => {
    const clock = new VirtualClock();
    using pacing = disposable(new Pacing(clock));
    for (const [failure, tries] of [
      ['server', 4],
      ['offline', 4],
      ['unauthorized', 1],
      ['stranger', 1],
    ] as const) {
      let count = 0;
      const call = (): Promise<never> => {
        count += 1;
        return Promise.reject(new AwsError(failure, 'No.', {}));
      };
      await clock.run(assert.rejects(pacing.value.run(call, always), { failure }));
      assert.equal(count, tries);
    }
    let left = 3;
    const call = async (): Promise<string> => {
      left -= 1;
      if (left >= 0) {
        throw new AwsError('server', 'No.', {});
      }
      return 'there';
    };
    assert.equal(await clock.run(pacing.value.run(call, always)), 'there');
  });
});

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) =>
    signal.addEventListener('abort', () => reject(new Cancelled()), { once: true }),
  );
}
