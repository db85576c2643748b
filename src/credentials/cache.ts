import { Cancelled, throwIfAborted } from '../lib/errors.ts';
import type { Credentials } from './credentials.ts';

type Entry = {
  readonly credentials: Credentials;
  /** Milliseconds since the epoch until which they are used without asking again. */
  readonly goodUntil: number;
  readonly owners: Set<string>;
};

type Flight = {
  readonly done: Promise<Credentials>;
  readonly stop: AbortController;
  readonly owners: Set<string>;
  waiting: number;
  /** Forgotten while under way: whoever waits gets the result, the cache does not. */
  forgotten: boolean;
};

export type CacheRequest = {
  /** A hash of all that determines the credentials. */
  readonly key: string;
  /** Whom `forget` may name: `profile dev`, `session acme`. */
  readonly owners: readonly string[];
  /** What may be asked for differs, so a quiet request never rides on one that is not, nor the reverse. */
  readonly quiet: boolean;
  readonly signal: AbortSignal;
  readonly load: (signal: AbortSignal) => Promise<Credentials>;
};

/** Credentials are got anew when less than this remains, in milliseconds; the SDK for JavaScript's own window. */
const RENEW_BEFORE = 5 * 60_000;

/** How long, in milliseconds, those are kept that name no end. */
const UNLIMITED = 15 * 60_000;

/** Credentials that were asked for, in memory only. However many ask at the same time, AWS is asked once. */
export class CredentialsCache {
  readonly #entries = new Map<string, Entry>();
  readonly #flights = new Map<string, Flight>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Credentials that are good for a while yet. */
  peek(key: string): Credentials | undefined {
    const entry = this.#entries.get(key);
    return entry !== undefined && entry.goodUntil > this.#now() ? entry.credentials : undefined;
  }

  /**
   * Kept credentials, or those that `load` gets. When it fails, kept ones that have not ended yet serve on.
   * @throws what `load` throws; Cancelled.
   */
  async get(request: CacheRequest): Promise<Credentials> {
    const kept = this.peek(request.key);
    if (kept !== undefined) {
      this.#own(request);
      return kept;
    }
    try {
      return await this.#join(request);
    } catch (error) {
      const last = this.#entries.get(request.key)?.credentials;
      if (error instanceof Cancelled || last?.expiration === undefined || last.expiration <= this.#now()) {
        throw error;
      }
      return last;
    }
  }

  /** Drops one entry, such as credentials that AWS refuses. */
  drop(key: string): void {
    this.#entries.delete(key);
  }

  /** Drops what belongs to an owner; without one, everything. */
  forget(owner?: string): void {
    for (const [key, entry] of this.#entries) {
      if (owner === undefined || entry.owners.has(owner)) {
        this.#entries.delete(key);
      }
    }
    for (const [key, flight] of this.#flights) {
      if (owner === undefined || flight.owners.has(owner)) {
        flight.forgotten = true;
        this.#flights.delete(key);
      }
    }
  }

  #own(request: CacheRequest): void {
    const entry = this.#entries.get(request.key);
    for (const owner of request.owners) {
      entry?.owners.add(owner);
    }
  }

  async #join(request: CacheRequest): Promise<Credentials> {
    const { signal } = request;
    throwIfAborted(signal);
    const name = `${request.key} ${request.quiet}`;
    const flight = this.#flights.get(name) ?? this.#start(name, request);
    flight.waiting++;
    for (const owner of request.owners) {
      flight.owners.add(owner);
    }
    const left = Promise.withResolvers<never>();
    const onAbort = (): void => left.reject(new Cancelled());
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      return await Promise.race([flight.done, left.promise]);
    } finally {
      signal.removeEventListener('abort', onAbort);
      flight.waiting--;
      if (flight.waiting === 0) {
        flight.stop.abort();
        // Whoever comes now starts anew instead of sharing an end that it did not ask for.
        if (this.#flights.get(name) === flight) {
          this.#flights.delete(name);
        }
      }
    }
  }

  #start(name: string, request: CacheRequest): Flight {
    const stop = new AbortController();
    const run = async (): Promise<Credentials> => {
      try {
        const credentials = await request.load(stop.signal);
        if (!flight.forgotten) {
          const end = credentials.expiration;
          const goodUntil = end === undefined ? this.#now() + UNLIMITED : end - RENEW_BEFORE;
          this.#entries.set(request.key, { credentials, goodUntil, owners: flight.owners });
        }
        return credentials;
      } finally {
        if (this.#flights.get(name) === flight) {
          this.#flights.delete(name);
        }
      }
    };
    const started = Promise.resolve().then(run);
    const flight: Flight = { done: started, stop, owners: new Set(), waiting: 0, forgotten: false };
    this.#flights.set(name, flight);
    return flight;
  }
}
