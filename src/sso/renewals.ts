import { Cancelled, throwIfAborted } from '../lib/errors.ts';
import { isOvertaken, type Token } from './token-file.ts';

type Kept = {
  /** What the file held when it was renewed; AWS may no longer take its refresh token. */
  readonly base: Token;
  readonly token: Token;
};

type Flight = { readonly done: Promise<Token | undefined>; readonly stop: AbortController; waiting: number };

/**
 * What one process knows of the renewals of its tokens: those under way, those that AWS refused, those that failed
 * just now, and tokens that came but could not be written. In memory only; all of it by the session's id.
 */
export class Renewals {
  readonly #refused = new Map<string, string>();
  readonly #failedAt = new Map<string, number>();
  readonly #kept = new Map<string, Kept>();
  readonly #flights = new Map<string, Flight>();

  /** Whether AWS refused to renew this very token; a later one of the session is another matter. */
  isRefused(id: string, token: Token): boolean {
    return token.refreshToken !== undefined && this.#refused.get(id) === token.refreshToken;
  }

  refuse(id: string, token: Token): void {
    this.#refused.set(id, token.refreshToken ?? '');
  }

  /** When the last renewal failed, in milliseconds since the epoch; undefined when it did not. */
  failedAt(id: string): number | undefined {
    return this.#failedAt.get(id);
  }

  noteFailure(id: string, now: number): void {
    this.#failedAt.set(id, now);
  }

  noteSuccess(id: string): void {
    this.#failedAt.delete(id);
  }

  /** Keeps a token that could not be written over `base`. */
  keep(id: string, base: Token, token: Token): void {
    this.#kept.set(id, { base: this.#kept.get(id)?.base ?? base, token });
  }

  /** What is to be written yet, and over what. */
  kept(id: string): Kept | undefined {
    return this.#kept.get(id);
  }

  drop(id: string): void {
    this.#kept.delete(id);
  }

  /** The kept token, while the file still holds the one that it came of, or nothing that can be read. */
  unsaved(id: string, inFile: Token | undefined): Token | undefined {
    const kept = this.#kept.get(id);
    if (kept !== undefined && inFile !== undefined && isOvertaken(kept.base, kept.token, inFile)) {
      this.drop(id);
      return undefined;
    }
    return kept?.token;
  }

  /** The session was logged in to, or out of. */
  forget(id: string): void {
    this.#refused.delete(id);
    this.#failedAt.delete(id);
    this.#kept.delete(id);
  }

  /**
   * Joins the renewal under way for a session, else starts one. It is called off when nobody waits for it any more;
   * `run` says how far that goes.
   * @throws what `run` throws; Cancelled as soon as `signal` is aborted.
   */
  async join(
    id: string,
    signal: AbortSignal,
    run: (stop: AbortSignal) => Promise<Token | undefined>,
  ): Promise<Token | undefined> {
    throwIfAborted(signal);
    const flight = this.#flights.get(id) ?? this.#start(id, run);
    flight.waiting += 1;
    const left = Promise.withResolvers<never>();
    const onAbort = (): void => left.reject(new Cancelled());
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      return await Promise.race([flight.done, left.promise]);
    } finally {
      signal.removeEventListener('abort', onAbort);
      flight.waiting -= 1;
      if (flight.waiting === 0) {
        flight.stop.abort();
        this.#land(id, flight);
      }
    }
  }

  #start(id: string, run: (stop: AbortSignal) => Promise<Token | undefined>): Flight {
    const stop = new AbortController();
    const flight: Flight = { done: run(stop.signal), stop, waiting: 0 };
    // Should everybody leave, its end is nobody's.
    flight.done.then(
      () => this.#land(id, flight),
      () => this.#land(id, flight),
    );
    this.#flights.set(id, flight);
    return flight;
  }

  #land(id: string, flight: Flight): void {
    if (this.#flights.get(id) === flight) {
      this.#flights.delete(id);
    }
  }
}
