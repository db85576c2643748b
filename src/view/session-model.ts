import type { Snapshot } from '../aws-files/snapshot.ts';
import type { Disposable } from '../lib/disposable.ts';
import { Emitter } from '../lib/emitter.ts';
import type { System } from '../lib/system.ts';
import { runInTurns } from '../lib/turns.ts';
import type { LoginRecordFile } from '../sso/login-record.ts';
import type { Account } from '../sso/portal.ts';
import { findSessions, listSessions, type SsoSession } from '../sso/session.ts';
import type { TokenCache, TokenState } from '../sso/token-cache.ts';
import { type Expiry, isNewLogin, loginEnd, sessionExpiry } from './expiry.ts';

/** When users signed in, and how many hours a login lasts (0: not known). */
export type LoginTimes = {
  readonly record: Pick<LoginRecordFile, 'read' | 'noteLogin' | 'move'>;
  readonly hours: () => number;
};

/**
 * The sessions of the files with the state of their tokens, when each was signed in to as far as that was seen, the
 * logins under way in this window, and the names of accounts that lists told. One change event, fired only when
 * something differs.
 */
export class SessionModel implements Disposable {
  readonly #tokenCache: Pick<TokenCache, 'state'>;
  readonly #system: Pick<System, 'now'>;
  readonly #times: LoginTimes | undefined;
  readonly #closing = new AbortController();
  readonly #changes = new Emitter<void>();
  readonly #pending = new Set<string>();
  readonly #accountNames = new Map<string, string>();
  #snapshot: Snapshot | undefined;
  /** Those of the snapshot, as soon as somebody asked or they were looked for. */
  #sessions: readonly SsoSession[] | undefined;
  #tokens: ReadonlyMap<string, TokenState> = new Map();
  #logins: ReadonlyMap<string, number> = new Map();
  #hours = 0;
  /** Logins of this window, which count also where the record cannot be written. */
  readonly #ownLogins = new Map<string, number>();
  /** Numbers the readings of tokens, so that a late one does not overwrite a newer one. */
  #reading = 0;
  /** Whether the sessions themselves are new; a reading that was overtaken leaves it to the one after. */
  #mustFire = false;

  readonly onDidChange = this.#changes.event;

  /** Without `times` nothing is known of when a refreshable login ends. */
  constructor(tokens: Pick<TokenCache, 'state'>, system: Pick<System, 'now'>, times?: LoginTimes) {
    this.#tokenCache = tokens;
    this.#system = system;
    this.#times = times;
  }

  get sessions(): readonly SsoSession[] {
    this.#sessions ??= this.#snapshot === undefined ? [] : listSessions(this.#snapshot);
    return this.#sessions;
  }

  /** The state of each session's token, by the session's id. */
  get tokens(): ReadonlyMap<string, TokenState> {
    return this.#tokens;
  }

  /** When each session was signed in to, by its id, where that was seen; milliseconds since the epoch. */
  get logins(): ReadonlyMap<string, number> {
    return this.#logins;
  }

  /** The estimated end of each login whose begin was seen, by the session's id; milliseconds since the epoch. */
  get loginEnds(): ReadonlyMap<string, number> {
    const ends = new Map<string, number>();
    for (const [id, at] of this.#logins) {
      const end = loginEnd(at, this.#hours);
      if (end !== undefined) {
        ends.set(id, end);
      }
    }
    return ends;
  }

  /** When the user must sign in to each session again, by the session's id. */
  get expiries(): ReadonlyMap<string, Expiry> {
    const ends = this.loginEnds;
    const now = this.#system.now();
    return new Map([...this.#tokens].map(([id, token]) => [id, sessionExpiry(token, ends.get(id), now)]));
  }

  get pending(): ReadonlySet<string> {
    return this.#pending;
  }

  get accountNames(): ReadonlyMap<string, string> {
    return this.#accountNames;
  }

  /** Takes the sessions of a snapshot and reads their tokens. */
  async update(snapshot: Snapshot): Promise<void> {
    this.#snapshot = snapshot;
    this.#sessions = undefined;
    // In turns, because every profile is looked at; who asks meanwhile gets them at once.
    const sessions = await runInTurns(findSessions(snapshot));
    if (this.#snapshot === snapshot) {
      this.#sessions ??= sessions;
    }
    await this.#read(true);
  }

  /** Reads the tokens again: a file or a setting changed, or time went on. */
  async refreshTokens(): Promise<void> {
    await this.#read(false);
  }

  /**
   * Remembers that the user signed in to a session just now, from which the estimated end of the login counts.
   * Call it once the token is written. Never rejects: a login that nobody remembers is as good as any other.
   */
  async noteLogin(id: string): Promise<void> {
    this.#ownLogins.set(id, this.#system.now());
    await this.#remember(id, this.#system.now());
    await this.#read(false);
  }

  /** A renamed session keeps its login time. Never rejects. */
  async moveLogin(from: string, to: string): Promise<void> {
    const own = this.#ownLogins.get(from);
    if (own !== undefined) {
      this.#ownLogins.delete(from);
      this.#ownLogins.set(to, own);
    }
    try {
      await this.#times?.record.move(from, to, this.#closing.signal);
    } catch {
      // Only an estimate is lost.
    }
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
    this.#closing.abort();
    this.#changes.dispose();
  }

  async #remember(id: string, at: number): Promise<void> {
    try {
      await this.#times?.record.noteLogin(id, at, this.#closing.signal);
    } catch {
      // A folder that cannot be written to: this window knows all the same.
    }
  }

  /** All that the rows say of tokens and logins, to see whether it changed. */
  #known(): string {
    return JSON.stringify([[...this.#tokens], [...this.#logins], this.#hours]);
  }

  /** Logins that another program made while Rolecall looked on. */
  #noteOthers(tokens: ReadonlyMap<string, TokenState>, at: number): void {
    for (const [id, token] of tokens) {
      if (isNewLogin(this.#tokens.get(id), token)) {
        this.#ownLogins.set(id, at);
        void this.#remember(id, at);
      }
    }
  }

  async #read(fireAlways: boolean): Promise<void> {
    this.#mustFire ||= fireAlways;
    this.#reading += 1;
    const reading = this.#reading;
    const now = this.#system.now();
    const [states, recorded] = await Promise.all([
      Promise.all(this.sessions.map(async ({ id }) => [id, await this.#tokenCache.state(id, now)] as const)),
      this.#times?.record.read(),
    ]);
    if (reading !== this.#reading) {
      return;
    }
    const tokens = new Map(states);
    this.#noteOthers(tokens, now);
    const logins = new Map(recorded?.logins);
    for (const [id, at] of this.#ownLogins) {
      logins.set(id, Math.max(at, logins.get(id) ?? 0));
    }
    const before = this.#known();
    this.#tokens = tokens;
    this.#logins = logins;
    this.#hours = this.#times?.hours() ?? 0;
    const changed = this.#known() !== before;
    if (changed || this.#mustFire) {
      this.#mustFire = false;
      this.#changes.fire();
    }
  }
}
