import type { Snapshot } from '../aws-files/snapshot.ts';
import type { Disposable } from '../lib/disposable.ts';
import { Emitter } from '../lib/emitter.ts';
import { Cancelled, throwIfAborted } from '../lib/errors.ts';
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

export type CheckOptions = { readonly signal: AbortSignal; readonly askMfaCode?: AskMfaCode };

/**
 * Keeps what is known of the identity of one profile at a time: the active one. Of checks that nobody asked for a
 * new one ends the one before it; what was asked for goes to its end, and they wait for that. A late answer about
 * another profile changes nothing.
 */
export class IdentityCheck implements Disposable {
  readonly #resolver: () => Promise<Pick<Resolver, 'identity'>>;
  readonly #system: System;
  readonly #changes = new Emitter<IdentityState>();
  readonly #closing = new AbortController();
  /** Profiles whose chain ran in this window because the user asked, with the processes that it started. */
  readonly #asked = new Map<string | undefined, string>();
  /** The checks under way that were asked for. */
  readonly #asking = new Set<Promise<Identity>>();
  /** The check under way that nobody asked for. */
  #unasked: AbortController | undefined;
  /** Grows with every change of what is asked about. */
  #epoch = 0;
  #state: IdentityState = { kind: 'unknown' };
  #trace: Trace | undefined;
  #profile: string | undefined;
  #last: LastSeen | undefined;

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

  /** Whether the user asked for this profile's chain in this window, and it would start the same processes now. */
  async wasAsked(subject: Subject): Promise<boolean> {
    const processes = this.#asked.get(subject.profile);
    return processes !== undefined && processes === (await this.#processesOf(subject));
  }

  /** Forgets what is known and ends a check that nobody asked for. */
  reset(): void {
    this.#startOver(this.#profile);
    this.#become({ kind: 'unknown' });
  }

  /**
   * Runs the chain and asks STS. The state follows.
   * @throws ChainError, or Cancelled when `signal` or, of those that nobody asked for, a newer check ended it.
   */
  async check(subject: Subject, mode: CheckMode, options: CheckOptions): Promise<Identity> {
    if (subject.profile !== this.#profile) {
      this.#startOver(subject.profile);
    }
    const stop = new AbortController();
    this.#unasked?.abort();
    this.#unasked = mode === 'asked' ? undefined : stop;
    const signal = AbortSignal.any([stop.signal, this.#closing.signal, options.signal]);
    if (mode === 'asked') {
      const done = this.#run(subject, mode, { ...options, signal });
      this.#asking.add(done);
      try {
        return await done;
      } finally {
        this.#asking.delete(done);
      }
    }
    await Promise.allSettled([...this.#asking]);
    throwIfAborted(signal);
    return this.#run(subject, mode, { signal });
  }

  dispose(): void {
    this.#closing.abort();
    this.#changes.dispose();
  }

  async #run(subject: Subject, mode: CheckMode, options: CheckOptions): Promise<Identity> {
    const epoch = this.#epoch;
    const unasked = this.#unasked;
    const counts = (): boolean =>
      epoch === this.#epoch &&
      (mode === 'asked' || unasked === this.#unasked) &&
      !this.#closing.signal.aborted;
    const before = this.#state.kind === 'checking' ? ({ kind: 'unknown' } as const) : this.#state;
    if (this.#last === undefined) {
      this.#become({ kind: 'checking' });
    }
    try {
      const resolver = await this.#resolver();
      const { identity, trace } = await resolver.identity(subject.snapshot, subject.profile, {
        ...options,
        quiet: mode === 'quiet',
      });
      if (mode === 'asked') {
        this.#asked.set(subject.profile, await this.#processesOf(subject));
      }
      if (counts()) {
        this.#trace = trace;
        this.#last = { identity, at: this.#system.now() };
        this.#become({ kind: 'known', ...this.#last });
      }
      return identity;
    } catch (error) {
      if (counts() && error instanceof ChainError) {
        this.#trace = error.trace;
        this.#become({ kind: 'refused', error, last: this.#last });
      } else if (counts() && this.#asking.size <= 1) {
        this.#become(error instanceof Cancelled ? before : { kind: 'unknown' });
      }
      throw error;
    }
  }

  #startOver(profile: string | undefined): void {
    this.#epoch += 1;
    this.#unasked?.abort();
    this.#unasked = undefined;
    this.#asking.clear();
    this.#profile = profile;
    this.#last = undefined;
    this.#trace = undefined;
  }

  /** The commands that the chain would start: consent to one of them is none to another. */
  async #processesOf({ snapshot, profile }: Subject): Promise<string> {
    const { planChain } = await import('./plan.ts');
    const { links } = planChain(snapshot, this.#system.env, profile);
    return JSON.stringify(links.flatMap(({ action }) => (action.kind === 'process' ? [action.command] : [])));
  }

  #become(state: IdentityState): void {
    this.#state = state;
    this.#changes.fire(state);
  }
}
