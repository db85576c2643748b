import type { KnownAccess, ListProgress } from '../sso/access-lists.ts';
import type { Account } from '../sso/portal-calls.ts';
import type { SsoSession } from '../sso/session.ts';
import { filterAccounts, sortedAccounts, sortedRoles } from './access-search.ts';
import type { AccessNode, AccessNote } from './account-rows.ts';
import { count } from './words.ts';

/** What the rows below a session are made of. */
export type AccountListState = {
  readonly known: KnownAccess;
  /** They are being listed; undefined while they are not. */
  readonly progress: ListProgress | undefined;
  /** Why the last listing ended without all of them; undefined when it did not. */
  readonly failure: string | undefined;
  /** Only accounts with these words are shown; empty shows all. */
  readonly filter: string;
};

/** Lists older than this, in milliseconds, are listed anew when their row is opened. */
const OLD_MS = 24 * 3_600_000;

/** Whether a list that is about to be shown should be made anew: the user logged in since then, or it is a day old. */
export function isOldList(listedAt: number, now: number, loggedInAt: number): boolean {
  return now - listedAt > OLD_MS || listedAt < loggedInAt;
}

/** `212 of 400 accounts`, `200 accounts…`, `Listing the accounts…` */
export function progressWords({ done, of }: ListProgress): string {
  if (done === 0) {
    return 'Listing the accounts…';
  }
  // There may be more than the last time.
  return of !== undefined && done <= of ? `${done} of ${count(of, 'account')}` : `${count(done, 'account')}…`;
}

/** What the row of a session says of its list; undefined when there is nothing to say. */
export function listingWords(
  progress: ListProgress | undefined,
  failure: string | undefined,
): string | undefined {
  if (progress !== undefined) {
    return progress.done === 0 ? 'listing accounts…' : progressWords(progress);
  }
  return failure === undefined ? undefined : 'accounts not listed';
}

/** What stands below a session: its accounts, with a word on why these are not all. */
export function accountNodes(session: SsoSession, state: AccountListState): readonly AccessNode[] {
  const { known, progress, failure, filter } = state;
  const accounts = known.accounts?.accounts ?? [];
  const shown = sortedAccounts(filterAccounts(accounts, known.roles, filter));
  const rows = shown.map((account): AccessNode => ({ kind: 'account', session, account }));
  const note = (text: string, more?: AccessNote['state']): AccessNote =>
    more === undefined ? { kind: 'note', session, text } : { kind: 'note', session, text, state: more };
  if (progress !== undefined) {
    return [...rows, note(progressWords(progress), 'busy')];
  }
  if (failure !== undefined) {
    return [note(failure, 'retry'), ...rows];
  }
  if (known.accounts?.isComplete === false) {
    return [note(`Listed only ${count(accounts.length, 'account')} so far.`, 'retry'), ...rows];
  }
  if (accounts.length === 0) {
    return [note('No accounts are assigned to you here.')];
  }
  return rows.length > 0 ? rows : [note(`No account fits the filter “${filter}”.`)];
}

/** What stands below an account; `failure`: why its roles could not be listed. */
export function roleNodes(
  session: SsoSession,
  account: Account,
  names: readonly string[],
  failure: string | undefined,
): readonly AccessNode[] {
  const rows = sortedRoles(names).map((role): AccessNode => ({ kind: 'role', session, account, role }));
  if (failure !== undefined) {
    return [{ kind: 'note', session, account, text: failure, state: 'retry' }, ...rows];
  }
  return rows.length > 0
    ? rows
    : [{ kind: 'note', session, account, text: 'No roles are assigned to you here.' }];
}
