import { type Disposable, disposeAll, onDispose } from '../lib/disposable.ts';
import { Cancelled } from '../lib/errors.ts';
import type { System } from '../lib/system.ts';
import { REFRESH_WINDOW, RETRY_PAUSE, renewToken } from './refresh.ts';
import type { SsoRequest } from './request.ts';
import { completeSession, type SsoSession } from './session.ts';
import type { TokenCache } from './token-cache.ts';
import { canRenew } from './token-file.ts';

/** The clock on the wall is looked at this often, in milliseconds: timers stand still while a computer sleeps. */
const LOOK_AGAIN = 60_000;

/** The longest pause after failures, in milliseconds. */
const MAX_PAUSE = 5 * 60_000;

export type KeeperOptions = {
  readonly system: System;
  readonly tokens: TokenCache;
  /** What a call for a session needs, but for the signal. */
  readonly requestFor: (session: SsoSession) => Omit<SsoRequest, 'signal'>;
  /** Where failures are told: the first of a row of them, and what ends it. Holds no secrets. */
  readonly report: (session: SsoSession, outcome: { readonly error: unknown } | 'renewed') => void;
};

type Trial = { failures: number; nextAt: number };

/**
 * Keeps the tokens of the sessions in use fresh: each is renewed when its time comes, without a word to the user, and
 * in one of however many windows. With no session in use it does nothing, and has no timer; else it has one.
 */
export class SessionKeeper implements Disposable {
  readonly #options: KeeperOptions;
  readonly #closing = new AbortController();
  readonly #parts: readonly Disposable[];
  readonly #trials = new Map<string, Trial>();
  #sessions: readonly SsoSession[] = [];
  #wake = new AbortController();
  #isRunning = false;

  constructor(options: KeeperOptions) {
    this.#options = options;
    this.#parts = [
      options.tokens.onDidChange(() => this.#look()),
      onDispose(() => this.#closing.abort()),
      onDispose(() => this.#wake.abort()),
    ];
  }

  /** Says which sessions are in use from now on. */
  keep(sessions: readonly SsoSession[]): void {
    this.#sessions = sessions;
    for (const id of [...this.#trials.keys()]) {
      if (!sessions.some(session => session.id === id)) {
        this.#trials.delete(id);
      }
    }
    this.#look();
  }

  dispose(): void {
    this.#sessions = [];
    disposeAll(this.#parts);
  }

  /** Looks at all tokens, now. */
  #look(): void {
    if (this.#isRunning) {
      this.#wake.abort();
    } else if (this.#sessions.length > 0) {
      this.#isRunning = true;
      void this.#run();
    }
  }

  /** Never rejects. */
  async #run(): Promise<void> {
    const { system } = this.#options;
    while (this.#sessions.length > 0) {
      const wake = new AbortController();
      this.#wake = wake;
      const moments = await Promise.all(this.#sessions.map(session => this.#tend(session)));
      const next = Math.min(...moments);
      try {
        if (next === Number.POSITIVE_INFINITY) {
          await woken(wake.signal);
        } else {
          await system.sleep(Math.max(0, Math.min(next - system.now(), LOOK_AGAIN)), wake.signal);
        }
      } catch {
        // Woken early.
      }
    }
    this.#isRunning = false;
  }

  /** Renews a token when that is due; resolves to when to look at it again. Never rejects. */
  async #tend(session: SsoSession): Promise<number> {
    const { tokens, system, report } = this.#options;
    const { id } = session;
    const before = await this.#dueAt(session);
    if (before > system.now()) {
      this.#trials.delete(id);
      return before;
    }
    const trial = this.#trials.get(id) ?? { failures: 0, nextAt: 0 };
    // A clock that was set back must not hold it up for long.
    if (trial.nextAt > system.now() && trial.nextAt - system.now() <= MAX_PAUSE) {
      return trial.nextAt;
    }
    try {
      const request = { ...this.#options.requestFor(session), signal: this.#closing.signal };
      await renewToken(request);
      if (trial.failures > 0) {
        report(session, 'renewed');
      }
      trial.failures = 0;
    } catch (error) {
      if (error instanceof Cancelled) {
        return Number.POSITIVE_INFINITY;
      }
      // A token that could not be written is told by the cache.
      if (trial.failures === 0 && tokens.renewals.kept(id) === undefined) {
        report(session, { error });
      }
      trial.failures += 1;
    }
    // Also a token that is due again at once is left alone for a while.
    const pause = Math.min(RETRY_PAUSE * 2 ** Math.max(0, trial.failures - 1), MAX_PAUSE);
    trial.nextAt = system.now() + pause;
    this.#trials.set(id, trial);
    const after = await this.#dueAt(session);
    return tokens.renewals.kept(id) === undefined ? Math.max(after, trial.nextAt) : trial.nextAt;
  }

  /** When a token is to be renewed, or written after all; infinity when there is nothing to wait for. */
  async #dueAt(session: SsoSession): Promise<number> {
    const { tokens, system, requestFor } = this.#options;
    const token = await tokens.read(session.id);
    if (tokens.renewals.kept(session.id) !== undefined) {
      return system.now();
    }
    const renews =
      token !== undefined &&
      canRenew(token, system.now()) &&
      !tokens.renewals.isRefused(session.id, token) &&
      isComplete(session, requestFor(session));
    // One millisecond more: at the window's very begin it is not due yet.
    return renews ? token.expiresAt - REFRESH_WINDOW + 1 : Number.POSITIVE_INFINITY;
  }
}

function woken(signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    if (signal.aborted) {
      resolve();
    } else {
      signal.addEventListener('abort', () => resolve(), { once: true });
    }
  });
}

/** A session that lacks something, or has a start URL that is none, is not asked for. Its row says what is wrong. */
function isComplete(session: SsoSession, { settings }: Omit<SsoRequest, 'signal'>): boolean {
  try {
    completeSession(session, settings.endpoints.sso_oidc);
    return true;
  } catch {
    return false;
  }
}
