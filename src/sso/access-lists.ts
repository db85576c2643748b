import type { Disposable } from '../lib/disposable.ts';
import { Emitter } from '../lib/emitter.ts';
import type { System } from '../lib/system.ts';
import type { Account } from './portal-calls.ts';
import type { SsoRequest } from './request.ts';
import type { SsoSession } from './session.ts';

/** The accounts of a session as far as they are known. `listedAt` in milliseconds since the epoch. */
export type AccountList = {
  readonly accounts: readonly Account[];
  readonly listedAt: number;
  /** False while they are being listed, and when that was broken off. */
  readonly isComplete: boolean;
};

/** The roles of a session's accounts, by the account's id. `listedAt`: when the oldest of them was. */
export type RoleLists = {
  readonly roles: ReadonlyMap<string, readonly string[]>;
  readonly listedAt: number;
  /** True when every account was asked and answered. */
  readonly isComplete: boolean;
};

/** What is known of a session without asking AWS. */
export type KnownAccess = {
  readonly accounts: AccountList | undefined;
  readonly roles: ReadonlyMap<string, RoleList>;
};

export type RoleList = { readonly names: readonly string[]; readonly listedAt: number };

export type ListOptions = {
  readonly signal: AbortSignal;
  /** Asks AWS although an answer is known. */
  readonly fresh?: boolean;
};

export type BulkOptions = ListOptions & {
  /** How many accounts are done, of how many that are known so far. */
  readonly onProgress?: (done: number, of: number) => void;
};

export type AccessListsOptions = {
  readonly system: System;
  readonly requestFor: (session: SsoSession) => Omit<SsoRequest, 'signal'>;
};

const NOTHING: KnownAccess = { accounts: undefined, roles: new Map() };

/**
 * The accounts and roles that a session gives access to, asked for when they are wanted and kept until they are
 * forgotten: a view that repaints asks nobody. A list that failed is asked for again.
 */
export class AccessLists implements Disposable {
  readonly #options: AccessListsOptions;
  readonly #known = new Map<string, KnownAccess>();
  readonly #changes = new Emitter<SsoSession>();

  /** Fires with the session of which more, or something else, is known. */
  readonly onDidChange = this.#changes.event;

  constructor(options: AccessListsOptions) {
    this.#options = options;
  }

  /** What is known of a session, without asking anybody. */
  known(session: SsoSession): KnownAccess {
    return this.#known.get(keyOf(session)) ?? NOTHING;
  }

  /** Every account, all pages. @throws LoginNeeded, AwsError, Cancelled */
  async accounts(session: SsoSession, { signal, fresh = false }: ListOptions): Promise<AccountList> {
    const known = this.known(session);
    if (!fresh && known.accounts?.isComplete === true) {
      return known.accounts;
    }
    const { listAccounts } = await import('./portal.ts');
    const accounts: Account[] = [];
    for await (const page of listAccounts({ ...this.#options.requestFor(session), signal })) {
      accounts.push(...page);
    }
    const list = { accounts, listedAt: this.#options.system.now(), isComplete: true };
    this.#learn(session, { ...this.known(session), accounts: list });
    return list;
  }

  /** The names of the roles in one account. @throws LoginNeeded, AwsError, Cancelled */
  async roles(
    session: SsoSession,
    accountId: string,
    { signal, fresh = false }: ListOptions,
  ): Promise<readonly string[]> {
    const present = this.known(session).roles.get(accountId);
    if (!fresh && present !== undefined) {
      return present.names;
    }
    const { listRoles } = await import('./portal.ts');
    const names = await listRoles({ ...this.#options.requestFor(session), signal }, accountId);
    const known = this.known(session);
    const list = { names, listedAt: this.#options.system.now() };
    this.#learn(session, { ...known, roles: new Map([...known.roles, [accountId, list]]) });
    return names;
  }

  /** The roles of every account. What came before a failure or a cancel stays known. @throws LoginNeeded, AwsError, Cancelled */
  async allRoles(session: SsoSession, options: BulkOptions): Promise<RoleLists> {
    const { accounts } = await this.accounts(session, options);
    for (const [done, { id }] of accounts.entries()) {
      options.onProgress?.(done, accounts.length);
      await this.roles(session, id, options);
    }
    options.onProgress?.(accounts.length, accounts.length);
    const { roles } = this.known(session);
    const listed = accounts.flatMap(({ id }) => {
      const list = roles.get(id);
      return list === undefined ? [] : [[id, list] as const];
    });
    return {
      roles: new Map(listed.map(([id, { names }]) => [id, names])),
      listedAt: Math.min(this.#options.system.now(), ...listed.map(([, { listedAt }]) => listedAt)),
      isComplete: listed.length === accounts.length,
    };
  }

  /** Drops the lists of the sessions that `isGone` names by their ids. */
  forget(isGone: (id: string) => boolean): void {
    for (const key of [...this.#known.keys()].filter(each => isGone(each.slice(each.indexOf(':') + 1)))) {
      this.#known.delete(key);
    }
  }

  dispose(): void {
    this.#changes.dispose();
  }

  #learn(session: SsoSession, known: KnownAccess): void {
    this.#known.set(keyOf(session), known);
    this.#changes.fire(session);
  }
}

function keyOf(session: SsoSession): string {
  return `${session.kind}:${session.id}`;
}
