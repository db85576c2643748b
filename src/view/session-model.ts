import type { Snapshot } from '../aws-files/snapshot.ts';
import type { Disposable } from '../lib/disposable.ts';
import { Emitter } from '../lib/emitter.ts';
import type { System } from '../lib/system.ts';
import type { Account } from '../sso/portal.ts';
import { listSessions, type SsoSession } from '../sso/session.ts';
import type { TokenCache, TokenState } from '../sso/token-cache.ts';

/**
 * The sessions of the files with the state of their tokens, the logins under way in this window, and the names
 * of accounts that lists told. One change event, fired only when something differs.
 */
export class SessionModel implements Disposable {
  readonly #tokenCache: Pick<TokenCache, 'state'>;
  readonly #system: System;
  readonly #changes = new Emitter<void>();
  readonly #pending = new Set<string>();
  readonly #accountNames = new Map<string, string>();
  #sessions: readonly SsoSession[] = [];
  #tokens: ReadonlyMap<string, TokenState> = new Map();
  /** Numbers the readings of tokens, so that a late one does not overwrite a newer one. */
  #reading = 0;
  /** Whether the sessions themselves are new; a reading that was overtaken leaves it to the one after. */
  #mustFire = false;

  readonly onDidChange = this.#changes.event;

  constructor(tokens: Pick<TokenCache, 'state'>, system: System) {
    this.#tokenCache = tokens;
    this.#system = system;
  }

  get sessions(): readonly SsoSession[] {
    return this.#sessions;
  }

  /** The state of each session's token, by the session's id. */
  get tokens(): ReadonlyMap<string, TokenState> {
    return this.#tokens;
  }

  get pending(): ReadonlySet<string> {
    return this.#pending;
  }

  get accountNames(): ReadonlyMap<string, string> {
    return this.#accountNames;
  }

  /** Takes the sessions of a snapshot and reads their tokens. */
  async update(snapshot: Snapshot): Promise<void> {
    this.#sessions = listSessions(snapshot);
    await this.#read(true);
  }

  /** Reads the tokens again: a file changed, or time went on. */
  async refreshTokens(): Promise<void> {
    await this.#read(false);
  }

  setPending(id: string, pending: boolean): void {
    const changed = pending ? !this.#pending.has(id) : this.#pending.delete(id);
    if (pending) {
      this.#pending.add(id);
    }
    if (changed) {
      this.#changes.fire();
    }
  }

  learnAccounts(accounts: readonly Account[]): void {
    let changed = false;
    for (const { id, name } of accounts) {
      if (name !== undefined && name !== '' && this.#accountNames.get(id) !== name) {
        this.#accountNames.set(id, name);
        changed = true;
      }
    }
    if (changed) {
      this.#changes.fire();
    }
  }

  dispose(): void {
    this.#changes.dispose();
  }

  async #read(fireAlways: boolean): Promise<void> {
    this.#mustFire ||= fireAlways;
    this.#reading += 1;
    const reading = this.#reading;
    const now = this.#system.now();
    const states = await Promise.all(
      this.#sessions.map(async ({ id }) => [id, await this.#tokenCache.state(id, now)] as const),
    );
    if (reading !== this.#reading) {
      return;
    }
    const tokens = new Map(states);
    const changed = JSON.stringify([...tokens]) !== JSON.stringify([...this.#tokens]);
    this.#tokens = tokens;
    if (changed || this.#mustFire) {
      this.#mustFire = false;
      this.#changes.fire();
    }
  }
}
