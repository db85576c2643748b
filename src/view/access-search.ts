import type { KnownAccess } from '../sso/access-lists.ts';
import type { Account } from '../sso/portal-calls.ts';
import type { SsoSession } from '../sso/session.ts';
import { type AccessNode, accountLabel } from './account-rows.ts';
import { groupAccountId } from './words.ts';

/** Something that can be found: an account, or a role in one. */
export type AccessEntry = {
  readonly node: Exclude<AccessNode, { kind: 'note' }>;
  /** What typing is compared with, in small letters: label, account, its id in both forms, session. */
  readonly text: string;
  readonly label: string;
};

/** `Account 2` before `Account 10`; capitals make no difference. One collator for all, since making one takes long. */
const NATURAL = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' });

/** Accounts by name, in natural order; those without a name by their ids, after the others. */
export function sortedAccounts(accounts: readonly Account[]): readonly Account[] {
  return accounts.toSorted(
    (one, other) =>
      Number(one.name === undefined) - Number(other.name === undefined) ||
      NATURAL.compare(one.name ?? '', other.name ?? '') ||
      one.id.localeCompare(other.id),
  );
}

export function sortedRoles(names: readonly string[]): readonly string[] {
  return names.toSorted(NATURAL.compare);
}

function accountText({ id, name }: Account): string {
  return `${name ?? ''}\n${id}\n${groupAccountId(id)}`.toLowerCase();
}

function wordsOf(query: string): readonly string[] {
  return query
    .toLowerCase()
    .split(/\s+/)
    .filter(word => word !== '');
}

/** Those accounts that have each word of `query` in their name, their id (dashed or not) or one of their roles. */
export function filterAccounts(
  accounts: readonly Account[],
  roles: KnownAccess['roles'],
  query: string,
): readonly Account[] {
  const words = wordsOf(query);
  return words.length === 0
    ? accounts
    : accounts.filter(account => {
        const names = roles.get(account.id)?.names.join('\n').toLowerCase() ?? '';
        const text = `${accountText(account)}\n${names}`;
        return words.every(word => text.includes(word));
      });
}

/** All that is known of the sessions, in the order of their rows: each account, then its roles. */
export function accessEntries(
  sessions: readonly { readonly session: SsoSession; readonly name: string; readonly known: KnownAccess }[],
): readonly AccessEntry[] {
  return sessions.flatMap(({ session, name, known: { accounts, roles } }) => {
    const sessionText = name.toLowerCase();
    return sortedAccounts(accounts?.accounts ?? []).flatMap(account => {
      const text = `${accountText(account)}\n${sessionText}`;
      const label = accountLabel(account);
      const ofRoles = sortedRoles(roles.get(account.id)?.names ?? []).map(
        (role): AccessEntry => ({
          node: { kind: 'role', session, account, role },
          label: role,
          text: `${role.toLowerCase()}\n${text}`,
        }),
      );
      return [{ node: { kind: 'account', session, account }, label, text }, ...ofRoles];
    });
  });
}

/**
 * The entries that have each word of `query`, at most `limit` of them, and how many more there are: first those whose
 * label begins with what was typed, then those whose label has it. Nothing typed: the accounts.
 */
export function searchEntries(
  entries: readonly AccessEntry[],
  query: string,
  limit: number,
): { readonly found: readonly AccessEntry[]; readonly more: number } {
  const words = wordsOf(query);
  const typed = query.trim().toLowerCase();
  const fits =
    words.length === 0
      ? entries.filter(({ node }) => node.kind === 'account')
      : entries.filter(({ text }) => words.every(word => text.includes(word)));
  const rank = (entry: AccessEntry): number => {
    const at = entry.label.toLowerCase().indexOf(typed);
    return at === 0 ? 0 : at > 0 ? 1 : 2;
  };
  const groups =
    words.length === 0 ? [fits] : [0, 1, 2].map(wanted => fits.filter(each => rank(each) === wanted));
  const found = groups.flat().slice(0, limit);
  return { found, more: fits.length - found.length };
}
