import type { Snapshot } from '../aws-files/snapshot.ts';
import { escapeMarkdown, visible } from '../lib/escape.ts';
import type { KnownAccess } from '../sso/access-lists.ts';
import type { Account } from '../sso/portal-calls.ts';
import type { SsoSession } from '../sso/session.ts';
import { isRole, type RoleInUse } from './role-in-use.ts';
import type { Row } from './row.ts';
import { count, groupAccountId, spanInWords } from './words.ts';

/** A row below a session. Commands get it as their first argument. */
export type AccessNode =
  | { readonly kind: 'account'; readonly session: SsoSession; readonly account: Account }
  | {
      readonly kind: 'role';
      readonly session: SsoSession;
      readonly account: Account;
      readonly role: string;
    }
  | AccessNote;

/** A line instead of rows, or below them: why there are none, or not all. */
export type AccessNote = {
  readonly kind: 'note';
  readonly session: SsoSession;
  /** The account whose roles it stands for; without one, it stands for the accounts. */
  readonly account?: Account;
  readonly text: string;
  /** `busy`: more is being listed. `retry`: a click lists again. Else there is nothing to do. */
  readonly state?: 'busy' | 'retry';
};

/** Lists older than this, an hour in milliseconds, tell their age on the row. */
const AGE_SHOWN = 3_600_000;

/** The name of an account, or its grouped id where the list tells no name. */
export function accountLabel(account: Account): string {
  return account.name === undefined || account.name === '' ? groupAccountId(account.id) : account.name;
}

/** `known`: what is known of the session, where somebody can tell. `used`: the role that this window uses once. */
export function accessRow(
  node: AccessNode,
  snapshot: Snapshot,
  known: KnownAccess | undefined,
  used?: RoleInUse,
): Row {
  switch (node.kind) {
    case 'account':
      return rowOfAccount(node.session, node.account, known?.roles.get(node.account.id)?.names.length);
    case 'role':
      return rowOfRole(node, snapshot, used);
    case 'note':
      return rowOfNote(node);
  }
}

function rowOfAccount(session: SsoSession, account: Account, roles: number | undefined): Row {
  const label = visible(accountLabel(account));
  const id = groupAccountId(account.id);
  const words = roles === undefined ? [] : [count(roles, 'role')];
  return {
    id: `account:${session.kind}:${session.id}\u0000${account.id}`,
    label,
    description: [...(label === id ? [] : [id]), ...words].join(' · '),
    icon: { id: 'organization' },
    context: 'account',
    collapsible: 'collapsed',
    accessibleLabel: [`account ${label}`, id, ...words].join(', '),
  };
}

function rowOfRole(
  node: Extract<AccessNode, { kind: 'role' }>,
  snapshot: Snapshot,
  used: RoleInUse | undefined,
): Row {
  const { session, account } = node;
  const role = visible(node.role);
  const profile = profileForRole(snapshot, session, account.id, node.role);
  const saved = profile === undefined ? '' : `profile ${visible(profile)}`;
  const isUsed = used !== undefined && isRole(used, session.id, account.id, node.role);
  const words = [isUsed ? 'used once' : '', saved].filter(part => part !== '');
  return {
    id: `role:${session.kind}:${session.id}\u0000${account.id}\u0000${node.role}`,
    label: role,
    description: words.join(' · '),
    icon: isUsed
      ? { id: 'circle-filled', color: 'charts.green' }
      : { id: profile === undefined ? 'person' : 'account' },
    context: profile === undefined ? 'role' : 'savedRole',
    collapsible: 'none',
    accessibleLabel: [`role ${role}`, ...words].join(', '),
    ...(profile === undefined
      ? {}
      : {
          command: {
            id: 'rolecall.reveal',
            title: 'Show',
            arguments: [{ from: 'link', target: { kind: 'profile', name: profile } }],
          },
        }),
  };
}

function rowOfNote(node: AccessNote): Row {
  const { session, account, state } = node;
  const text = visible(node.text);
  return {
    id: `note:${session.kind}:${session.id}\u0000${account?.id ?? ''}`,
    label: text,
    icon: { id: state === 'busy' ? 'loading~spin' : state === 'retry' ? 'refresh' : 'info' },
    context: state === 'busy' ? 'note busy' : 'note',
    collapsible: 'none',
    accessibleLabel: state === 'retry' ? `${text} Press Enter to list again.` : text,
    ...(state === 'retry'
      ? { command: { id: 'rolecall.refreshAccounts', title: 'List Again', arguments: [node] } }
      : {}),
  };
}

/** The first profile of the files that is this role in this account through this session. */
export function profileForRole(
  snapshot: Snapshot,
  session: SsoSession,
  account: string,
  role: string,
): string | undefined {
  return session.profiles.find(name => {
    const profile = snapshot.profiles.get(name);
    return profile?.get('sso_account_id') === account && profile.get('sso_role_name') === role;
  });
}

/** What the hover of an account says, as Markdown with everything foreign escaped. */
export function accountTooltip(account: Account): string {
  return [account.name, groupAccountId(account.id), account.email]
    .flatMap(part => (part === undefined ? [] : [escapeMarkdown(part)]))
    .join('\n\n');
}

/** `listed 2 h ago`, in whole hours, for the row of a session whose list is old; undefined while it is not. */
export function listAge(known: KnownAccess | undefined, now: number): string | undefined {
  const { accounts } = known ?? {};
  const hours = Math.floor((now - (accounts?.listedAt ?? now)) / AGE_SHOWN);
  return hours > 0 ? `listed ${spanInWords(hours * AGE_SHOWN)} ago` : undefined;
}

/** `400 accounts, listed 2 h 5 min ago`, for the hover of a session; undefined while nothing is known. */
export function listWords(known: KnownAccess | undefined, now: number): string | undefined {
  const { accounts } = known ?? {};
  if (accounts === undefined) {
    return undefined;
  }
  const age = now - accounts.listedAt;
  const ago = age < 60_000 ? 'just now' : `${spanInWords(age)} ago`;
  const number = count(accounts.accounts.length, 'account');
  return accounts.isComplete ? `${number}, listed ${ago}` : `${number} so far, listed ${ago}`;
}
