import { maskedValue } from '../aws-files/schema.ts';
import type { Snapshot } from '../aws-files/snapshot.ts';
import { escapeMarkdown, visible } from '../lib/escape.ts';
import type { Account } from '../sso/portal.ts';
import { type SsoSession, shownSession } from '../sso/session.ts';
import type { TokenState } from '../sso/token-cache.ts';
import { type ProblemsByRow, problemsOf } from './problem-index.ts';
import { paragraphs, placeText, problemCount, problemMark, problemText } from './problem-words.ts';
import type { Row } from './row.ts';
import { clockTime, count, groupAccountId, shortPath, spanInWords } from './words.ts';

/** What a row of the view stands for. Commands get it as their first argument. */
export type SessionNode =
  | { readonly kind: 'session'; readonly session: SsoSession }
  | { readonly kind: 'account'; readonly session: SsoSession; readonly account: Account }
  | {
      readonly kind: 'role';
      readonly session: SsoSession;
      readonly account: Account;
      readonly role: string;
    }
  /** A line instead of rows: why there are none. */
  | {
      readonly kind: 'note';
      readonly session: SsoSession;
      /** The account whose roles it stands for; without one, it stands for the accounts. */
      readonly account?: Account;
      readonly text: string;
    };

export type SessionTreeState = {
  readonly snapshot: Snapshot;
  readonly problems: ProblemsByRow;
  readonly tokens: ReadonlyMap<string, TokenState>;
  /** Sessions with a login under way, by id. */
  readonly pending: ReadonlySet<string>;
  readonly now: number;
  readonly home: string;
};

/** How a session is called in rows and messages: its name, or the start URL without what all of them share. */
export function sessionName(session: SsoSession): string {
  const name = shownSession(session);
  return session.kind === 'session' ? name : name.replace(/^https:\/\//, '');
}

export function sessionRow(node: SessionNode, state: SessionTreeState): Row {
  switch (node.kind) {
    case 'session':
      return rowOfSession(node.session, state);
    case 'account':
      return rowOfAccount(node.session, node.account);
    case 'role':
      return rowOfRole(node, state.snapshot);
    case 'note':
      return {
        id: `note:${node.session.kind}:${node.session.id}\u0000${node.account?.id ?? ''}`,
        label: visible(node.text),
        icon: { id: 'info' },
        context: 'note',
        collapsible: 'none',
        accessibleLabel: visible(node.text),
      };
  }
}

function rowOfSession(session: SsoSession, state: SessionTreeState): Row {
  const token = state.tokens.get(session.id);
  const name = visible(sessionName(session));
  const pending = state.pending.has(session.id);
  const status = pending ? 'logging in…' : tokenWords(token, state.now);
  const legacy = session.kind === 'legacy';
  const problems = legacy ? [] : problemsOf(state.problems, 'session', session.id);
  const mark = problemMark(problems);
  return {
    id: `session:${session.kind}:${session.id}`,
    label: name,
    description: `${mark === '' ? '' : `${mark}  `}${legacy ? 'legacy · ' : ''}${status}`,
    icon: pending ? { id: 'sync~spin' } : tokenIcon(token),
    context: [
      'session',
      legacy ? 'legacy' : 'section',
      token?.kind === 'valid' ? 'signedIn' : 'needsLogin',
      token === undefined || token.kind === 'signedOut' ? '' : 'hasToken',
      problems.length > 0 ? 'withProblems' : '',
    ]
      .filter(word => word !== '')
      .join(' '),
    collapsible: token?.kind === 'valid' ? 'collapsed' : 'none',
    accessibleLabel: [`SSO session ${name}`, status, problemCount(problems)]
      .filter(part => part !== '')
      .join(', '),
  };
}

function tokenIcon(token: TokenState | undefined): Row['icon'] {
  switch (token?.kind) {
    case 'valid':
      return { id: 'pass', color: 'charts.green' };
    case 'expired':
      return { id: 'history' };
    case 'broken':
      return { id: 'warning', color: 'list.warningForeground' };
    default:
      return { id: 'circle-outline' };
  }
}

/** `signed in · 7 h 12 min`, `signed in · renews itself`, `expired at 14:05`, `signed out`. */
export function tokenWords(token: TokenState | undefined, now: number): string {
  switch (token?.kind) {
    case 'valid':
      return token.renews ? 'signed in · renews itself' : `signed in · ${spanInWords(token.expiresAt - now)}`;
    case 'expired':
      return token.renews
        ? `renews when used · token ended ${clockTime(token.expiresAt, now)}`
        : `expired ${clockTime(token.expiresAt, now)}`;
    case 'broken':
      return `signed out · ${visible(token.reason)}`;
    default:
      return 'signed out';
  }
}

/** The name of an account, or its grouped id where the list tells no name. */
export function accountLabel(account: Account): string {
  return account.name === undefined || account.name === '' ? groupAccountId(account.id) : account.name;
}

function rowOfAccount(session: SsoSession, account: Account): Row {
  const label = visible(accountLabel(account));
  const id = groupAccountId(account.id);
  return {
    id: `account:${session.kind}:${session.id}\u0000${account.id}`,
    label,
    description: label === id ? '' : id,
    icon: { id: 'organization' },
    context: 'account',
    collapsible: 'collapsed',
    accessibleLabel: `account ${label}, ${id}`,
  };
}

function rowOfRole(node: Extract<SessionNode, { kind: 'role' }>, snapshot: Snapshot): Row {
  const { session, account } = node;
  const role = visible(node.role);
  const profile = profileForRole(snapshot, session, account.id, node.role);
  const saved = profile === undefined ? '' : `profile ${visible(profile)}`;
  return {
    id: `role:${session.kind}:${session.id}\u0000${account.id}\u0000${node.role}`,
    label: role,
    description: saved,
    icon: { id: profile === undefined ? 'person' : 'account' },
    context: profile === undefined ? 'role' : 'savedRole',
    collapsible: 'none',
    accessibleLabel: profile === undefined ? `role ${role}` : `role ${role}, ${saved}`,
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

/** What the hover of a row says, as Markdown with everything foreign escaped. */
export function sessionTooltip(node: SessionNode, state: SessionTreeState): string | undefined {
  if (node.kind === 'account') {
    const { account } = node;
    return [account.name, groupAccountId(account.id), account.email]
      .flatMap(part => (part === undefined ? [] : [escapeMarkdown(part)]))
      .join('\n\n');
  }
  if (node.kind !== 'session') {
    return undefined;
  }
  const { session } = node;
  const token = state.tokens.get(session.id);
  const parts = [
    `**${escapeMarkdown(sessionName(session))}** · ${escapeMarkdown(tokenWords(token, state.now))}`,
    session.startUrl === undefined
      ? 'No start URL.'
      : `Start URL: ${escapeMarkdown(maskedValue('sso_start_url', session.startUrl).text)}`,
    session.region === undefined
      ? 'No region.'
      : `Region: ${escapeMarkdown(maskedValue('sso_region', session.region).text)}`,
    `Used by ${count(session.profiles.length, 'profile')}`,
    placeText(session.place, state.home),
    ...(token?.kind === 'broken'
      ? [escapeMarkdown(`${shortPath(token.file, state.home)}: ${token.reason}`)]
      : []),
    ...(session.kind === 'session' ? problemsOf(state.problems, 'session', session.id) : []).map(problem =>
      problemText(problem, state.home),
    ),
  ];
  return paragraphs(parts);
}
