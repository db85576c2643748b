import type { Disposable } from './disposable.ts';
import { Cancelled } from './errors.ts';
import type { System } from './system.ts';

/**
 * The longest sleep, in milliseconds. A timer stands still while the computer sleeps, so that a long one would
 * ring hours late.
 */
const LONGEST_SLEEP = 30_000;

/** Runs something at a moment of the clock. While no moment is set there is no timer. */
export class Alarm implements Disposable {
  readonly #system: Pick<System, 'now' | 'sleep'>;
  readonly #ring: () => void;
  #at: number | undefined;
  #sleep: AbortController | undefined;

  constructor(system: Pick<System, 'now' | 'sleep'>, ring: () => void) {
    this.#system = system;
    this.#ring = ring;
  }

  /**
   * Rings once at `at`, in milliseconds since the epoch, instead of at the moment set before; at once when that has
   * passed, though never before this returns. Undefined: not at all.
   */
  set(at: number | undefined): void {
    if (at === this.#at) {
      return;
    }
    this.#at = at;
    this.#sleep?.abort();
    this.#sleep = undefined;
    if (at !== undefined) {
      this.#sleep = new AbortController();
      void this.#wait(at, this.#sleep.signal);
    }
  }

  /** Rings now when the moment has passed meanwhile: for a computer that woke up. */
  check(): void {
    if (this.#at !== undefined && this.#at <= this.#system.now()) {
      this.set(undefined);
      this.#ring();
    }
  }

  dispose(): void {
    this.set(undefined);
  }

  async #wait(at: number, signal: AbortSignal): Promise<void> {
    try {
      do {
        const left = Math.max(0, at - this.#system.now());
        await this.#system.sleep(Math.min(left, LONGEST_SLEEP), signal);
      } while (at > this.#system.now());
    } catch (error) {
      if (error instanceof Cancelled) {
        return;
      }
      throw error;
    }
    if (!signal.aborted) {
      this.check();
    }
  }
}
