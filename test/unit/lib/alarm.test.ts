import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Alarm } from '../../../src/lib/alarm.ts';
import { Cancelled } from '../../../src/lib/errors.ts';

/** A clock of which each timer is rung by hand. */
class HandClock {
  time = 1_000_000;
  readonly timers = new Map<() => void, number>();

  readonly now = (): number => this.time;

  readonly sleep = (ms: number, signal: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      const ring = (): void => {
        this.timers.delete(ring);
        resolve();
      };
      this.timers.set(ring, ms);
      signal.addEventListener('abort', () => {
        this.timers.delete(ring);
        reject(new Cancelled());
      });
    });

  /** Lets the one timer there is go off, after as long as it was asked to wait and `late` milliseconds. */
  async ring(late = 0): Promise<number> {
    const [[timer, ms] = assert.fail('no timer')] = this.timers;
    assert.equal(this.timers.size, 1);
    this.time += ms + late;
    timer();
    await new Promise(resolve => setImmediate(resolve));
    return ms;
  }
}

function scene() {
  const clock = new HandClock();
  const rung: number[] = [];
  const alarm = new Alarm(clock, () => rung.push(clock.time));
  return { clock, rung, alarm };
}

test('there is no timer until a moment is set, after it rang, and after it was taken back', async () => {
  const { clock, rung, alarm } = scene();
  assert.equal(clock.timers.size, 0);
  alarm.set(clock.time + 5000);
  await clock.ring();
  assert.deepEqual([rung.length, clock.timers.size], [1, 0]);
  alarm.set(clock.time + 5000);
  alarm.set(undefined);
  await new Promise(resolve => setImmediate(resolve));
  assert.deepEqual([rung.length, clock.timers.size], [1, 0]);
  alarm.set(clock.time + 5000);
  alarm.dispose();
  assert.equal(clock.timers.size, 0);
});

test('a long wait looks at the clock in between, so that hours asleep cost half a minute at most', async () => {
  const { clock, rung, alarm } = scene();
  alarm.set(clock.time + 3_600_000);
  assert.equal(await clock.ring(), 30_000);
  assert.equal(rung.length, 0);
  await clock.ring(8 * 3_600_000);
  assert.equal(rung.length, 1);
});

test('a window that comes to the front rings at once when the moment has passed, and once only', async () => {
  const { clock, rung, alarm } = scene();
  alarm.set(clock.time + 60_000);
  alarm.check();
  assert.equal(rung.length, 0);
  clock.time += 3_600_000;
  alarm.check();
  alarm.check();
  assert.deepEqual([rung.length, clock.timers.size], [1, 0]);
});

test('the same moment again keeps its timer, another one takes its place', async () => {
  const { clock, rung, alarm } = scene();
  alarm.set(clock.time + 20_000);
  const [first] = clock.timers.keys();
  alarm.set(clock.time + 20_000);
  assert.equal(clock.timers.keys().next().value, first);
  alarm.set(clock.time + 10_000);
  assert.deepEqual([...clock.timers.values()], [10_000]);
  await clock.ring();
  assert.equal(rung.length, 1);
});

test('a moment that has passed rings, though not before the caller is done', async () => {
  const { clock, rung, alarm } = scene();
  alarm.set(clock.time - 1);
  assert.equal(rung.length, 0);
  assert.equal(await clock.ring(), 0);
  assert.equal(rung.length, 1);
});
