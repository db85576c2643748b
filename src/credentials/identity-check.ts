import type { Snapshot } from '../aws-files/snapshot.ts';
import type { Disposable } from '../lib/disposable.ts';
import { Emitter } from '../lib/emitter.ts';
import { Cancelled } from '../lib/errors.ts';
import type { System } from '../lib/system.ts';
import { type AskMfaCode, ChainError, type Identity, type Trace } from './credentials.ts';
import type { Resolver } from './resolve.ts';

/** What is known of who a profile is. Times are milliseconds since the epoch. */
export type IdentityState =
  | { readonly kind: 'unknown' }
  | { readonly kind: 'checking' }
  | { readonly kind: 'known'; readonly identity: Identity; readonly at: number }
  | { readonly kind: 'refused'; readonly error: ChainError; readonly last: LastSeen | undefined };

/** An earlier answer for the same profile. */
export type LastSeen = { readonly identity: Identity; readonly at: number };

/** Whom a check asks about: a profile of a snapshot, or (undefined) the default chain. */
export type Subject = { readonly snapshot: Snapshot; readonly profile: string | undefined };

/**
 * `quiet`: nobody asked; `asked`: the user did, so processes may start and a code may be asked for;
 * `renew`: nobody asked now, but the user asked in this window before, so processes may start again.
 */
export type CheckMode = 'quiet' | 'renew' | 'asked';

/**
 * Keeps what is known of the identity of one profile at a time: the active one. A new check ends the one before
 * it, and a late answer is dropped.
 */
export class IdentityCheck implements Disposable {
  readonly #resolver: () => Promise<Pick<Resolver, 'identity'>>;
  readonly #system: System;
  readonly #changes = new Emitter<IdentityState>();
  /** Profiles whose chain ran in this window because the user asked. */
  readonly #asked = new Set<string | undefined>();
  #state: IdentityState = { kind: 'unknown' };
  #trace: Trace | undefined;
  #profile: string | undefined;
  #last: LastSeen | undefined;
  #running: AbortController | undefined;

  readonly onDidChange = this.#changes.event;

  /** `resolver` gives the chain when it is needed: a window that asks nobody never loads it. */
  constructor(resolver: () => Promise<Pick<Resolver, 'identity'>>, system: System) {
    this.#resolver = resolver;
    this.#system = system;
  }

  get state(): IdentityState {
    return this.#state;
  }

  /** How the last finished check went, link by link. */
  get trace(): Trace | undefined {
    return this.#trace;
  }

  /** Whether the user asked for this profile's chain in this window. */
  wasAsked(profile: string | undefined): boolean {
    return this.#asked.has(profile);
  }

  /** Forgets what is known and ends a running check. */
  reset(): void {
    this.#running?.abort();
    this.#running = undefined;
    this.#last = undefined;
    this.#trace = undefined;
    this.#become({ kind: 'unknown' });
  }

  /**
   * Runs the chain and asks STS. The state follows.
   * @throws ChainError, or Cancelled when `signal` or a newer check ended it.
   */
  async check(
    subject: Subject,
    mode: CheckMode,
    options: { readonly signal: AbortSignal; readonly askMfaCode?: AskMfaCode },
  ): Promise<Identity> {
    this.#running?.abort();
    const running = new AbortController();
    this.#running = running;
    if (subject.profile !== this.#profile) {
      this.#profile = subject.profile;
      this.#last = undefined;
      this.#trace = undefined;
    }
    const before = this.#state.kind === 'checking' ? ({ kind: 'unknown' } as const) : this.#state;
    if (this.#last === undefined) {
      this.#become({ kind: 'checking' });
    }
    try {
      const resolver = await this.#resolver();
      const { identity, trace } = await resolver.identity(subject.snapshot, subject.profile, {
        quiet: mode === 'quiet',
        signal: AbortSignal.any([running.signal, options.signal]),
        ...(mode === 'asked' && options.askMfaCode !== undefined ? { askMfaCode: options.askMfaCode } : {}),
      });
      if (this.#running === running) {
        if (mode === 'asked') {
          this.#asked.add(subject.profile);
        }
        this.#trace = trace;
        this.#last = { identity, at: this.#system.now() };
        this.#become({ kind: 'known', ...this.#last });
      }
      return identity;
    } catch (error) {
      if (this.#running === running) {
        if (error instanceof ChainError) {
          this.#trace = error.trace;
          this.#become({ kind: 'refused', error, last: this.#last });
        } else {
          this.#become(error instanceof Cancelled ? before : { kind: 'unknown' });
        }
      }
      throw error;
    } finally {
      if (this.#running === running) {
        this.#running = undefined;
      }
    }
  }

  dispose(): void {
    this.#running?.abort();
    this.#running = undefined;
    this.#changes.dispose();
  }

  #become(state: IdentityState): void {
    this.#state = state;
    this.#changes.fire(state);
  }
}
