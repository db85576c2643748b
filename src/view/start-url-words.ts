import type { SsoSession } from '../sso/session.ts';

/** The sessions and legacy logins of the files that lead to the same access portal. */
export type PortalUses = { readonly sessions: readonly SsoSession[]; readonly legacy: readonly SsoSession[] };

/**
 * What the files have already for the portal of a start URL. `start`, `start/` and `start/#/` open one portal, though
 * AWS CLI keeps a login for each of them: whoever sets up a session means the portal.
 */
export function usesOfPortal(sessions: readonly SsoSession[], startUrl: string): PortalUses {
  const portal = portalOf(startUrl);
  const same = sessions.filter(
    session =>
      session.startUrl !== undefined && portal !== undefined && portalOf(session.startUrl) === portal,
  );
  return {
    sessions: same.filter(({ kind }) => kind === 'session'),
    legacy: same.filter(({ kind }) => kind === 'legacy'),
  };
}

/** The portal that a start URL opens: its host and path, without what makes no difference there. */
function portalOf(startUrl: string): string | undefined {
  const url = URL.parse(startUrl);
  return url === null ? undefined : `${url.host}${url.pathname.replace(/\/+$/, '')}`;
}

/** Identifiers that AWS gives to instances and directories: no name that anybody would know again. */
const IDENTIFIER = /^(d-[0-9a-f]{10}|ssoins-[0-9a-f]+|[0-9a-f]{12,}|\d+)$/i;

/** A region's id, as portals of one region have it in their host name. */
const REGION = /^[a-z]{2,}(-[a-z]+)+-\d$/;

/** Parts of host names that many organisations have in common. */
const COMMON: ReadonlySet<string> = new Set([
  ...[
    'aws',
    'sso',
    'start',
    'portal',
    'login',
    'signin',
    'auth',
    'access',
    'id',
    'idp',
    'apps',
    'cloud',
    'www',
  ],
  ...['home', 'us-gov-home', 'us-gov', 'identitycenter', 'console', 'my', 'accounts', 'app', 'api'],
  ...['co', 'com', 'org', 'net'],
]);

/**
 * A short name for the session of a start URL, of characters that every tool reads: `acme` of
 * `https://acme.awsapps.com/start` and of `https://start.home.awsapps.cn/directory/acme`; `sso` where the address has
 * nothing but AWS's own identifiers.
 */
export function suggestedSessionName(startUrl: string): string {
  const url = URL.parse(startUrl);
  const directory = /^\/directory\/([^/]+)/.exec(url?.pathname ?? '')?.[1];
  const host = url?.hostname.replace(
    /(\.portal)?(\.[a-z0-9-]+)?\.(app\.aws|awsapps\.c\w+)$|\.amazon(aws|webservices)\..*$/,
    '',
  );
  // The last part of a vanity host is its top-level domain.
  const labels = host === url?.hostname ? (host?.split('.').slice(0, -1) ?? []) : (host?.split('.') ?? []);
  const names = [directory, ...labels].map(label => label?.toLowerCase().replace(/[^a-z0-9_-]/g, '') ?? '');
  const isName = (text: string): boolean =>
    text !== '' && !COMMON.has(text) && !IDENTIFIER.test(text) && !REGION.test(text);
  return names.find(isName) ?? 'sso';
}

/** `acme`, else `acme-2` and so on: the first that `refuse` has nothing against. */
export function freeName(name: string, refuse: (name: string) => string | undefined): string {
  let free = name;
  for (let number = 2; name !== '' && refuse(free) !== undefined; number++) {
    free = `${name}-${number}`;
  }
  return free;
}
