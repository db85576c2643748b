import { setImmediate as nextTurn } from 'node:timers/promises';
import { Cancelled } from '../../../src/lib/errors.ts';

type Timer = { readonly at: number; readonly wake: () => void };

/** A clock whose time goes on only in `run`, from one timer to the next, when nothing else is left to do. */
export class VirtualClock {
  #time = 0;
  #timers: Timer[] = [];

  readonly now = (): number => this.#time;

  readonly sleep = (ms: number, signal: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      if (signal.aborted) {
        reject(new Cancelled());
        return;
      }
      const leave = (): void => {
        this.#timers = this.#timers.filter(each => each !== timer);
        reject(new Cancelled());
      };
      const timer: Timer = {
        at: this.#time + ms,
        wake: () => {
          signal.removeEventListener('abort', leave);
          resolve();
        },
      };
      signal.addEventListener('abort', leave, { once: true });
      this.#timers.push(timer);
    });

  /** The waits that nobody ended yet. */
  get pending(): number {
    return this.#timers.length;
  }

  /** Lets time go by until `work` is done. Rejects when it never will be, as nothing is left to wait for. */
  async run<T>(work: Promise<T>): Promise<T> {
    let isDone = false;
    const settle = (): void => {
      isDone = true;
    };
    work.then(settle, settle);
    for (;;) {
      await nextTurn();
      if (isDone) {
        return work;
      }
      this.#step();
    }
  }

  /** Lets `ms` milliseconds go by. */
  async pass(ms: number): Promise<void> {
    await this.run(this.sleep(ms, new AbortController().signal));
  }

  #step(): void {
    const [first, ...rest] = this.#timers.toSorted((one, other) => one.at - other.at);
    if (first === undefined) {
      throw new Error('Nothing is left that time could bring.');
    }
    this.#timers = rest;
    this.#time = Math.max(this.#time, first.at);
    first.wake();
  }
}
