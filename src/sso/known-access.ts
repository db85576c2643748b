import type { Account } from './portal-calls.ts';

/** The accounts of a session as far as they are known. `listedAt` in milliseconds since the epoch. */
export type AccountList = {
  readonly accounts: readonly Account[];
  readonly listedAt: number;
  /** False while they are being listed for the first time, and when that was broken off. */
  readonly isComplete: boolean;
};

/** The names of the roles in one account. `listedAt` in milliseconds since the epoch. */
export type RoleList = { readonly names: readonly string[]; readonly listedAt: number };

/** What is known of a session without asking AWS. `roles`: by the account's id. */
export type KnownAccess = {
  readonly accounts: AccountList | undefined;
  readonly roles: ReadonlyMap<string, RoleList>;
};

export const NOTHING_KNOWN: KnownAccess = { accounts: undefined, roles: new Map() };

/** The better one of two lists: a complete one, then the one with more, then the newer. */
function betterAccounts(
  one: AccountList | undefined,
  other: AccountList | undefined,
): AccountList | undefined {
  if (one === undefined || other === undefined) {
    return one ?? other;
  }
  if (one.isComplete !== other.isComplete) {
    return one.isComplete ? one : other;
  }
  if (!one.isComplete && one.accounts.length !== other.accounts.length) {
    return one.accounts.length > other.accounts.length ? one : other;
  }
  return other.listedAt > one.listedAt ? other : one;
}

/**
 * What two parties know together. Of each list the newer one counts; roles of accounts that a complete list does not
 * name are gone.
 * @returns `one` itself when `other` adds nothing.
 */
export function mergeAccess(one: KnownAccess, other: KnownAccess): KnownAccess {
  const accounts = betterAccounts(one.accounts, other.accounts);
  const ids =
    accounts?.isComplete === true ? new Set(accounts.accounts.map(account => account.id)) : undefined;
  const roles = new Map<string, RoleList>();
  let isSame = accounts === one.accounts;
  for (const [id, list] of one.roles) {
    if (ids === undefined || ids.has(id)) {
      roles.set(id, list);
    } else {
      isSame = false;
    }
  }
  for (const [id, list] of other.roles) {
    const present = roles.get(id);
    if ((ids === undefined || ids.has(id)) && (present === undefined || present.listedAt < list.listedAt)) {
      roles.set(id, list);
      isSame = false;
    }
  }
  return isSame ? one : { accounts, roles };
}
