import type { Account } from './portal.ts';
import type { SsoRequest } from './request.ts';
import type { SsoSession } from './session.ts';

/**
 * The accounts and roles that a session gives access to, asked for when they are wanted and kept in memory until
 * they are forgotten: a view that repaints asks nobody. A list that failed is asked for again.
 */
export class AccessLists {
  readonly #requestFor: (session: SsoSession) => SsoRequest;
  readonly #accounts = new Map<string, Promise<readonly Account[]>>();
  readonly #roles = new Map<string, Promise<readonly string[]>>();

  constructor(requestFor: (session: SsoSession) => SsoRequest) {
    this.#requestFor = requestFor;
  }

  /** Every account, all pages. @throws UserError, Cancelled */
  accounts(session: SsoSession): Promise<readonly Account[]> {
    return keep(this.#accounts, session.id, async () => {
      const { listAccounts } = await import('./portal.ts');
      const accounts: Account[] = [];
      for await (const page of listAccounts(this.#requestFor(session))) {
        accounts.push(...page);
      }
      return accounts;
    });
  }

  /** The names of the roles in one account. @throws UserError, Cancelled */
  roles(session: SsoSession, accountId: string): Promise<readonly string[]> {
    return keep(this.#roles, `${session.id}\n${accountId}`, async () => {
      const { listRoles } = await import('./portal.ts');
      return listRoles(this.#requestFor(session), accountId);
    });
  }

  /** Drops the lists of the sessions that `isGone` names. */
  forget(isGone: (id: string) => boolean): void {
    for (const id of [...this.#accounts.keys()].filter(isGone)) {
      this.#accounts.delete(id);
    }
    for (const key of [...this.#roles.keys()].filter(each => isGone(each.slice(0, each.lastIndexOf('\n'))))) {
      this.#roles.delete(key);
    }
  }
}

async function keep<T>(lists: Map<string, Promise<T>>, key: string, ask: () => Promise<T>): Promise<T> {
  const list = lists.get(key) ?? ask();
  lists.set(key, list);
  try {
    return await list;
  } catch (error) {
    if (lists.get(key) === list) {
      lists.delete(key);
    }
    throw error;
  }
}
