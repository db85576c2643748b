import type { Disposable } from '../lib/disposable.ts';
import { onDispose } from '../lib/disposable.ts';
import { Cancelled } from '../lib/errors.ts';
import type { System } from '../lib/system.ts';
import { AwsError } from './aws-error.ts';

/** Requests a second: AWS names 20 as what all of IAM Identity Center's calls share, and throttles some earlier. */
const FIRST_RATE = 10;
const MAX_RATE = 20;
const MIN_RATE = 0.5;
/** So many requests may go out at once after a pause. */
const BURST = 4;
/** So many may wait for their answers. */
const MAX_PARALLEL = 10;

/** A refusal within so many milliseconds of another one belongs to it. */
const ONE_REFUSAL_MS = 1000;
/** Between two refusals at most so far apart, in milliseconds, what was answered tells what is permitted. */
const TELLING_MS = 10_000;
/** What is left of the rate after a refusal that tells nothing more. */
const CUT = 0.6;
/** Just below what was seen to be permitted: full use, and a refusal only now and then. */
const BELOW = 0.97;
/** Seconds until the rate is back where it was refused; it rises slowly round there, and ever faster after that. */
const BACK_AFTER = 2;

/** How often a call is tried that failed for a reason that passes. Refusals for the rate do not count. */
const MAX_TRIES = 4;
/** The first pause after such a failure, in milliseconds; it doubles. */
const FIRST_PAUSE = 500;

type Clock = Pick<System, 'now' | 'sleep'>;

/** The rate at which requests may go out, learnt from what is answered and what is refused. Pure but for its own memory. */
export class Rate {
  /** What was refused last: when, and the rate that is thought to be permitted. */
  #refusal: { readonly at: number; readonly permitted: number } | undefined;
  #answeredSince = 0;
  #start = FIRST_RATE;

  /** Requests a second at `now`, in milliseconds. */
  at(now: number): number {
    if (this.#refusal === undefined) {
      return Math.min(MAX_RATE, this.#start);
    }
    const { at, permitted } = this.#refusal;
    // A clock may be set back.
    const seconds = Math.max(0, now - at) / 1000 - BACK_AFTER;
    const bend = (1 - BELOW) * (seconds / BACK_AFTER) ** 5;
    return Math.min(MAX_RATE, Math.max(MIN_RATE, permitted * (1 + bend)));
  }

  answered(): void {
    this.#answeredSince += 1;
    // Until the first refusal, each answer says that one more a second may do.
    this.#start = Math.min(MAX_RATE, this.#start + 1);
  }

  refused(now: number): void {
    const last = this.#refusal;
    const since = now - (last?.at ?? Number.NEGATIVE_INFINITY);
    if (since >= 0 && since < ONE_REFUSAL_MS) {
      return;
    }
    // Both times AWS had nothing left to give: what it answered in between is what it permits.
    const seen = (this.#answeredSince / since) * 1000;
    const permitted = since > 0 && since < TELLING_MS ? seen : this.at(now) * CUT;
    this.#refusal = { at: now, permitted: Math.min(MAX_RATE, Math.max(MIN_RATE, permitted)) };
    this.#answeredSince = 0;
  }
}

type Waiter = { readonly go: () => void; readonly signal: AbortSignal };

/**
 * Lets calls out at a rate that AWS accepts: 10 a second at first, up to 20, fewer when it refuses. At most ten wait
 * for their answers. A call that is refused for the rate is made again until it is answered. Every wait ends with
 * the signal of whoever waits, and no timer stays behind when nobody waits any more.
 */
export class Pacing implements Disposable {
  readonly #clock: Clock;
  readonly #rate = new Rate();
  readonly #queue: Waiter[] = [];
  #running = 0;
  #held = 0;
  #tokens = BURST;
  #filledAt: number;
  /** Ends the wait for the next token. */
  #timer: AbortController | undefined;
  readonly #closing = new AbortController();

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#filledAt = clock.now();
  }

  /** Nothing goes out until the result is disposed: a login or a refresh has its turn first. */
  hold(): Disposable {
    this.#held += 1;
    this.#timer?.abort();
    return onDispose(() => {
      this.#held -= 1;
      this.#next();
    });
  }

  /**
   * Makes a call in its turn, and again while AWS refuses it for the rate. A server that fails and a connection that
   * breaks off get three further tries.
   * @throws what the call throws at last; Cancelled.
   */
  async run<T>(call: () => Promise<T>, caller: AbortSignal): Promise<T> {
    const signal = AbortSignal.any([caller, this.#closing.signal]);
    for (let tries = 1; ; ) {
      await this.#turn(signal);
      let failure: unknown;
      try {
        const answer = await call();
        this.#rate.answered();
        return answer;
      } catch (error) {
        failure = error;
      } finally {
        this.#running -= 1;
        this.#next();
      }
      const kind = failure instanceof AwsError ? failure.failure : 'other';
      if (kind === 'throttled') {
        this.#rate.refused(this.#clock.now());
        // What was saved up for a burst was too much.
        this.#tokens = Math.min(this.#tokens, 0);
        this.#timer?.abort();
      } else if ((kind === 'server' || kind === 'offline') && tries < MAX_TRIES) {
        await this.#clock.sleep(FIRST_PAUSE * 2 ** (tries - 1), signal);
        tries += 1;
      } else {
        throw failure;
      }
    }
  }

  dispose(): void {
    this.#closing.abort();
  }

  /** Resolves when a call may go out; it counts as running from then on. */
  #turn(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) {
        reject(new Cancelled());
        return;
      }
      const leave = (): void => {
        this.#queue.splice(this.#queue.indexOf(waiter), 1);
        if (this.#queue.length === 0) {
          this.#timer?.abort();
        }
        reject(new Cancelled());
      };
      const waiter: Waiter = {
        signal,
        go: () => {
          signal.removeEventListener('abort', leave);
          this.#running += 1;
          resolve();
        },
      };
      signal.addEventListener('abort', leave, { once: true });
      this.#queue.push(waiter);
      this.#next();
    });
  }

  /** Lets out what may go out, and waits for the next token where somebody still stands in line. */
  #next(): void {
    if (this.#timer !== undefined && !this.#timer.signal.aborted) {
      return;
    }
    while (this.#queue.length > 0 && this.#held === 0 && this.#running < MAX_PARALLEL) {
      const missing = 1 - this.#fill();
      if (missing > 0) {
        this.#waitFor((missing / this.#rate.at(this.#clock.now())) * 1000);
        return;
      }
      this.#tokens -= 1;
      this.#queue.shift()?.go();
    }
  }

  #fill(): number {
    const now = this.#clock.now();
    const gained = (Math.max(0, now - this.#filledAt) / 1000) * this.#rate.at(now);
    this.#filledAt = now;
    this.#tokens = Math.min(BURST, this.#tokens + gained);
    return this.#tokens;
  }

  #waitFor(ms: number): void {
    const timer = new AbortController();
    this.#timer = timer;
    const done = (): void => {
      if (this.#timer === timer) {
        this.#timer = undefined;
      }
      this.#next();
    };
    // Rejected only when it is called off: then there is something else to do, or nothing.
    this.#clock.sleep(Math.max(1, Math.ceil(ms)), timer.signal).then(done, done);
  }
}
