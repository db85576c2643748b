import { maskedValue } from '../aws-files/schema.ts';
import type { Place, Profile, Section, Snapshot } from '../aws-files/snapshot.ts';
import { UserError } from '../lib/errors.ts';
import { runAtOnce, type Turns } from '../lib/turns.ts';
import { isLoopback } from './call-settings.ts';

/** An `[sso-session]` section, or the legacy profiles that share one `sso_start_url`. */
export type SsoSession = {
  /** The text whose SHA-1 names the token file: the section's name, or the start URL as it is written. */
  readonly id: string;
  readonly kind: 'session' | 'legacy';
  readonly startUrl: string | undefined;
  readonly region: string | undefined;
  /** `sso_registration_scopes`, split at commas; empty when the key is not set. */
  readonly scopes: readonly string[];
  readonly place: Place;
  /** The profiles that use it, in file order. */
  readonly profiles: readonly string[];
};

/** A session that says all that a login or a call needs. */
export type CompleteSession = SsoSession & { readonly startUrl: string; readonly region: string };

function placeOf(section: Section): Place {
  return section.places[0] ?? { file: '', line: 1 };
}

function splitScopes(text: string | undefined): readonly string[] {
  return (text ?? '')
    .split(',')
    .map(scope => scope.trim())
    .filter(scope => scope !== '');
}

function sectionSession(section: Section, profiles: readonly string[]): SsoSession {
  return {
    id: section.name,
    kind: 'session',
    startUrl: section.get('sso_start_url') || undefined,
    region: section.get('sso_region') || undefined,
    scopes: splitScopes(section.get('sso_registration_scopes')),
    place: placeOf(section),
    profiles,
  };
}

function legacySession(startUrl: string, users: readonly Profile[]): SsoSession | undefined {
  const [first] = users;
  return (
    first && {
      id: startUrl,
      kind: 'legacy',
      startUrl,
      region: users.map(user => user.get('sso_region')).find(region => region) || undefined,
      scopes: [],
      place: first.setting('sso_start_url')?.place ?? placeOf(first),
      profiles: users.map(user => user.name),
    }
  );
}

/** Adds `value` to the list under `key`. */
function add<V>(lists: Map<string, V[]>, key: string, value: V): void {
  const list = lists.get(key);
  if (list === undefined) {
    lists.set(key, [value]);
  } else {
    list.push(value);
  }
}

/** A few milliseconds' work. */
const PROFILES_A_TURN = 500;

/**
 * Every session of the files: sections in file order, then legacy start URLs. Start URLs are compared as
 * they are written, since AWS CLI names the token file so: `start` and `start/#` are two sessions.
 */
export function listSessions(snapshot: Snapshot): readonly SsoSession[] {
  return runAtOnce(findSessions(snapshot));
}

/** As `listSessions`, in turns: every profile is looked at. */
export function* findSessions(snapshot: Snapshot): Turns<readonly SsoSession[]> {
  const users = new Map<string, string[]>();
  const legacy = new Map<string, Profile[]>();
  let looked = 0;
  for (const profile of snapshot.profiles.values()) {
    looked += 1;
    if (looked % PROFILES_A_TURN === 0) {
      yield;
    }
    const { sso_session: session, sso_start_url: startUrl } = profile.pick(['sso_session', 'sso_start_url']);
    if (session) {
      add(users, session, profile.name);
    } else if (startUrl) {
      add(legacy, startUrl, profile);
    }
  }
  return [
    ...[...snapshot.sessions.values()].map(section => sectionSession(section, users.get(section.name) ?? [])),
    ...[...legacy].flatMap(([startUrl, profiles]) => legacySession(startUrl, profiles) ?? []),
  ];
}

/**
 * The session that a profile's own keys name; undefined when it names none, or one that has no section.
 * Looks at no other profile: `profiles` holds this one only, and the region of a legacy session is its own.
 */
export function sessionOfProfile(snapshot: Snapshot, name: string): SsoSession | undefined {
  const profile = snapshot.profiles.get(name);
  const session = profile?.get('sso_session');
  const startUrl = profile?.get('sso_start_url');
  if (profile === undefined || session) {
    const section = session ? snapshot.sessions.get(session) : undefined;
    return section && sectionSession(section, [name]);
  }
  return startUrl ? legacySession(startUrl, [profile]) : undefined;
}

/** The session that a user means: an `[sso-session]` by name, else a profile's, else a legacy start URL. */
export function findSession(snapshot: Snapshot, target: string): SsoSession | undefined {
  const sessions = listSessions(snapshot);
  const find = (kind: SsoSession['kind'], id: string): SsoSession | undefined =>
    sessions.find(session => session.kind === kind && session.id === id);
  const named = find('session', target);
  if (named !== undefined) {
    return named;
  }
  const own = sessionOfProfile(snapshot, target);
  const shared = own && find(own.kind, own.id);
  return own ? { ...own, ...shared, region: own.region ?? shared?.region } : find('legacy', target);
}

/** How a session is called in rows and messages: its name, or the start URL as far as it may be shown. */
export function shownSession(session: SsoSession): string {
  return session.kind === 'session' ? session.id : maskedValue('sso_start_url', session.id).text;
}

function where(session: SsoSession): string {
  const name = shownSession(session);
  return session.kind === 'session' ? `SSO session "${name}"` : `The SSO login of ${name}`;
}

/**
 * The session, when it says all that a call needs.
 * @param endpoint the endpoint that was configured for SSO OIDC, if any: only when it is on loopback may the
 *   start URL be plain http on loopback too. AWS CLI demands https for start URLs.
 * @throws UserError with file and line when the start URL or the region is missing or cannot be used.
 */
export function completeSession(session: SsoSession, endpoint?: string): CompleteSession {
  const { startUrl, region, place } = session;
  if (startUrl === undefined) {
    throw new UserError(`${where(session)} has no sso_start_url (${place.file}:${place.line}).`, {
      hint: 'Add the start URL of your AWS access portal to the section.',
      ...place,
    });
  }
  if (region === undefined) {
    throw new UserError(`${where(session)} has no sso_region (${place.file}:${place.line}).`, {
      hint: 'Add the region of your IAM Identity Center, such as us-east-1.',
      ...place,
    });
  }
  const url = URL.parse(startUrl);
  const loopback = url?.protocol === 'http:' && isLoopback(startUrl) && isLoopback(endpoint);
  // A URL is read without its line breaks: one that has any is not what stands in the file.
  if (url === null || /\s/.test(startUrl) || (url.protocol !== 'https:' && !loopback)) {
    throw new UserError(
      `${where(session)} has a start URL that is not https (${place.file}:${place.line}).`,
      {
        hint: 'Set sso_start_url to the https address of your AWS access portal.',
        ...place,
      },
    );
  }
  // The region becomes part of a host name.
  if (!/^[A-Za-z0-9-]{1,63}$/.test(region)) {
    throw new UserError(
      `${where(session)} has an sso_region that is no region (${place.file}:${place.line}).`,
      {
        hint: 'Set sso_region to the region of your IAM Identity Center, such as us-east-1.',
        ...place,
      },
    );
  }
  return { ...session, startUrl, region };
}
