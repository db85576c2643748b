import { type CacheFile, sha1 } from './cache-files.ts';
import { formatDate, parseDate } from './dates.ts';
import { pythonJson } from './python-json.ts';
import type { CompleteSession } from './session.ts';

/** The scope that lists accounts and roles and gets their credentials. */
export const ACCOUNT_ACCESS = 'sso:account:access';

/** A registered OAuth client. */
export type Registration = {
  readonly clientId: string;
  readonly clientSecret: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
  /** The scopes that it was registered with; undefined when none were named. */
  readonly scopes?: readonly string[];
  /** With `authorization_code` it is of the browser flow and not for a device login. */
  readonly grantTypes?: readonly string[];
};

/** What the registration is for: a session and one of the two flows, which AWS CLI never mixes. */
export type RegistrationRequest = { readonly session: CompleteSession; readonly flow: 'device' | 'browser' };

/** A registration is used again while more than this remains, in milliseconds; AWS CLI's own limit. */
const SPARE_TIME = 15 * 60_000;

/**
 * The name of the cache file, as AWS CLI computes it. In it the scopes are those of the file, null when the
 * session sets none, even where others are asked for.
 */
export function registrationFile({ session }: RegistrationRequest): string {
  const key = {
    tool: 'botocore',
    startUrl: session.startUrl,
    region: session.region,
    scopes: session.scopes.length === 0 ? null : session.scopes,
    session_name: session.kind === 'session' ? session.id : null,
  };
  return `${sha1(pythonJson(key, { sortKeys: true }))}.json`;
}

/**
 * The scopes to ask for. A session that names none gets account access, without which no refresh token comes;
 * a legacy login has none.
 */
export function wantedScopes(session: CompleteSession): readonly string[] {
  return session.kind === 'session' && session.scopes.length === 0 ? [ACCOUNT_ACCESS] : session.scopes;
}

function strings(value: unknown): readonly string[] | undefined {
  return Array.isArray(value) ? value.filter(item => typeof item === 'string') : undefined;
}

/** The registration in a cache file, when it fits the request and lives long enough. */
export function readRegistration(
  file: CacheFile,
  request: RegistrationRequest,
  now: number,
): Registration | undefined {
  if (file.kind !== 'read' || 'accessToken' in file.fields) {
    return undefined;
  }
  const { clientId, clientSecret, expiresAt } = file.fields;
  const end = parseDate(expiresAt);
  const scopes = strings(file.fields['scopes']);
  const grantTypes = strings(file.fields['grantTypes']);
  const flow = grantTypes?.includes('authorization_code') === true ? 'browser' : 'device';
  const covered = wantedScopes(request.session).every(scope => scopes?.includes(scope) === true);
  if (
    typeof clientId !== 'string' ||
    typeof clientSecret !== 'string' ||
    end === undefined ||
    end - now <= SPARE_TIME ||
    flow !== request.flow ||
    !covered
  ) {
    return undefined;
  }
  return {
    clientId,
    clientSecret,
    expiresAt: end,
    ...(scopes === undefined ? {} : { scopes }),
    ...(grantTypes === undefined ? {} : { grantTypes }),
  };
}

/** The text of the cache file, in AWS CLI's order of fields. */
export function registrationText(registration: Registration): string {
  const { clientId, clientSecret, expiresAt, scopes, grantTypes } = registration;
  return pythonJson({
    clientId,
    clientSecret,
    expiresAt: formatDate(expiresAt),
    ...(scopes === undefined || scopes.length === 0 ? {} : { scopes }),
    ...(grantTypes === undefined || grantTypes.length === 0 ? {} : { grantTypes }),
  });
}
