import { maskedValue } from '../aws-files/schema.ts';
import type { Snapshot } from '../aws-files/snapshot.ts';
import { escapeMarkdown, visible } from '../lib/escape.ts';
import type { KnownAccess } from '../sso/access-lists.ts';
import { type SsoSession, shownSession } from '../sso/session.ts';
import type { TokenState } from '../sso/token-cache.ts';
import { type AccessNode, accessRow, accountTooltip, listAge, listWords } from './account-rows.ts';
import { expiryPhrase, isNear, sessionExpiry, timeLeft } from './expiry.ts';
import { type ProblemsByRow, problemsOf } from './problem-index.ts';
import { paragraphs, placeText, problemCount, problemMark, problemText } from './problem-words.ts';
import type { RoleInUse } from './role-in-use.ts';
import type { Row } from './row.ts';
import { clockTime, count, shortPath } from './words.ts';

/** What a row of the view stands for. Commands get it as their first argument. */
export type SessionNode = { readonly kind: 'session'; readonly session: SsoSession } | AccessNode;

export type SessionTreeState = {
  readonly snapshot: Snapshot;
  readonly problems: ProblemsByRow;
  readonly tokens: ReadonlyMap<string, TokenState>;
  /** The estimated ends of logins, by the session's id, where their begin was seen; milliseconds since the epoch. */
  readonly loginEnds?: ReadonlyMap<string, number>;
  /** Sessions with a login under way, by id. */
  readonly pending: ReadonlySet<string>;
  readonly now: number;
  readonly home: string;
  /** What is known of a session's accounts and roles, where somebody can tell. */
  readonly known?: (session: SsoSession) => KnownAccess;
  /** How far a listing of accounts is, or that it failed; undefined while there is nothing to say. */
  readonly listing?: (session: SsoSession) => string | undefined;
  /** The role that this window uses without a profile. */
  readonly used?: RoleInUse | undefined;
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
    default:
      return accessRow(node, state.snapshot, state.known?.(node.session), state.used);
  }
}

function rowOfSession(session: SsoSession, state: SessionTreeState): Row {
  const token = state.tokens.get(session.id);
  const end = state.loginEnds?.get(session.id);
  const name = visible(sessionName(session));
  const pending = state.pending.has(session.id);
  const status = pending ? 'logging in…' : tokenWords(token, state.now, end);
  const legacy = session.kind === 'legacy';
  const problems = legacy ? [] : problemsOf(state.problems, 'session', session.id);
  const mark = problemMark(problems);
  const isOpen = token?.kind === 'valid';
  // Said first: a narrow side bar cuts the rest off.
  const listing = isOpen ? state.listing?.(session) : undefined;
  const age = isOpen && listing === undefined ? listAge(state.known?.(session), state.now) : undefined;
  const words = [listing, legacy ? 'legacy' : undefined, status, age].filter(word => word !== undefined);
  return {
    id: `session:${session.kind}:${session.id}`,
    label: name,
    description: `${mark === '' ? '' : `${mark}  `}${words.join(' · ')}`,
    icon: pending ? { id: 'sync~spin' } : tokenIcon(token, state.now, end),
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
    accessibleLabel: [
      `SSO session ${name}`,
      pending ? 'logging in' : tokenPhrase(token, state.now, end),
      listing ?? age ?? '',
      problemCount(problems),
    ]
      .filter(part => part !== '')
      .join(', '),
  };
}

function tokenIcon(token: TokenState | undefined, now: number, end: number | undefined): Row['icon'] {
  switch (token?.kind) {
    case 'valid':
      // A long name leaves no room for the words.
      return isNear(sessionExpiry(token, end, now), now)
        ? { id: 'clock', color: 'list.warningForeground' }
        : { id: 'pass', color: 'charts.green' };
    case 'expired':
      return { id: 'history' };
    case 'broken':
      return { id: 'warning', color: 'list.warningForeground' };
    default:
      return { id: 'circle-outline' };
  }
}

/**
 * The state of a login in a few words, for a row: `signed in · 7 h 12 min`, `signed in · renews itself`,
 * `signed in · about 3 h, estimated`, `expired 14:05`, `signed out`.
 * @param end the estimated end of a login that renews itself, in milliseconds since the epoch.
 */
export function tokenWords(token: TokenState | undefined, now: number, end?: number): string {
  switch (token?.kind) {
    case 'valid': {
      const expiry = sessionExpiry(token, end, now);
      if (expiry.kind === 'ends') {
        return `signed in · ${timeLeft(expiry, now)}${expiry.estimated ? ', estimated' : ''}`;
      }
      return expiry.kind === 'renews'
        ? 'signed in · renews itself'
        : `expired ${clockTime(token.expiresAt, now)}`;
    }
    case 'expired':
      return token.renews
        ? `renews when used · token ended ${clockTime(token.expiresAt, now)}`
        : `expired ${clockTime(token.expiresAt, now)}`;
    case 'refused':
      return 'signed out · AWS did not renew the login';
    case 'broken':
      return `signed out · ${visible(token.reason)}`;
    default:
      return 'signed out';
  }
}

/** The same as a phrase that can be read aloud and says all: `signed in, 7 h 12 min left, until 18:42`. */
export function tokenPhrase(token: TokenState | undefined, now: number, end?: number): string {
  if (token?.kind === 'valid') {
    const expiry = sessionExpiry(token, end, now);
    return expiry.kind === 'ended' ? tokenWords(token, now) : `signed in, ${expiryPhrase(expiry, now)}`;
  }
  return tokenWords(token, now).replaceAll(' · ', ', ');
}

/** What the hover of a row says, as Markdown with everything foreign escaped. */
export function sessionTooltip(node: SessionNode, state: SessionTreeState): string | undefined {
  if (node.kind === 'account') {
    return accountTooltip(node.account);
  }
  if (node.kind !== 'session') {
    return undefined;
  }
  const { session } = node;
  const token = state.tokens.get(session.id);
  const end = state.loginEnds?.get(session.id);
  const expiry = token?.kind === 'valid' ? sessionExpiry(token, end, state.now) : undefined;
  const isEstimate = expiry?.kind === 'ends' && expiry.estimated;
  const listed = listWords(state.known?.(session), state.now);
  const parts = [
    `**${escapeMarkdown(sessionName(session))}** · ${escapeMarkdown(tokenPhrase(token, state.now, end))}`,
    isEstimate
      ? escapeMarkdown('Estimated from your last login and the setting rolecall.sso.sessionHours.')
      : '',
    session.startUrl === undefined
      ? 'No start URL.'
      : `Start URL: ${escapeMarkdown(maskedValue('sso_start_url', session.startUrl).text)}`,
    session.region === undefined
      ? 'No region.'
      : `Region: ${escapeMarkdown(maskedValue('sso_region', session.region).text)}`,
    `Used by ${count(session.profiles.length, 'profile')}`,
    ...(listed === undefined ? [] : [listed]),
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
