import { formatDate, parseDate } from './dates.ts';
import { type Json, pythonJson } from './python-json.ts';

/** An access token of IAM Identity Center, as AWS CLI v2 keeps it on disk. */
export type Token = {
  readonly accessToken: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
  readonly startUrl?: string;
  readonly region?: string;
  readonly clientId?: string;
  readonly clientSecret?: string;
  /** Milliseconds since the epoch. */
  readonly registrationExpiresAt?: number;
  readonly refreshToken?: string;
  /** Fields of the file that Rolecall does not know, kept when it is written again. */
  readonly other: Readonly<Record<string, Json>>;
};

/** Whether a token can be renewed at `now`. botocore asks for the same four fields. */
export function canRenew(token: Token, now: number): boolean {
  return (
    token.refreshToken !== undefined &&
    token.clientId !== undefined &&
    token.clientSecret !== undefined &&
    token.registrationExpiresAt !== undefined &&
    token.registrationExpiresAt > now
  );
}

/**
 * Whether `token`, which came of renewing `base`, is of no use any more where a file holds `present`: somebody logged
 * in meanwhile; or renewed it too, later, where AWS gives out no new refresh token.
 */
export function isOvertaken(base: Token, token: Token, present: Token): boolean {
  return (
    present.refreshToken !== base.refreshToken ||
    (present.accessToken !== base.accessToken && present.expiresAt > token.expiresAt)
  );
}

/** The token in the fields of a file, or why there is none. The reason names no content. */
export function readToken(fields: Readonly<Record<string, Json>>): Token | string {
  const {
    accessToken,
    expiresAt,
    startUrl,
    region,
    clientId,
    clientSecret,
    registrationExpiresAt,
    refreshToken,
    ...other
  } = fields;
  // Anything else could not travel in a header.
  if (typeof accessToken !== 'string' || !/^[\x21-\x7e]+$/.test(accessToken)) {
    return 'It holds no access token.';
  }
  const end = parseDate(expiresAt);
  if (end === undefined) {
    return 'Its expiresAt is missing or no date.';
  }
  const texts = { startUrl, region, clientId, clientSecret, refreshToken };
  const known = Object.entries(texts).filter(([, value]) => typeof value === 'string' && value !== '');
  const registered = parseDate(registrationExpiresAt);
  return {
    accessToken,
    expiresAt: end,
    ...Object.fromEntries(known),
    ...(registered === undefined ? {} : { registrationExpiresAt: registered }),
    other,
  };
}

/** A token as AWS CLI v2 writes it: these fields in this order, then those of others. */
export function tokenText(token: Token): string {
  const { startUrl, region, clientId, clientSecret, registrationExpiresAt, refreshToken } = token;
  return pythonJson({
    ...(startUrl === undefined ? {} : { startUrl }),
    ...(region === undefined ? {} : { region }),
    accessToken: token.accessToken,
    expiresAt: formatDate(token.expiresAt),
    ...(clientId === undefined ? {} : { clientId }),
    ...(clientSecret === undefined ? {} : { clientSecret }),
    ...(registrationExpiresAt === undefined
      ? {}
      : { registrationExpiresAt: formatDate(registrationExpiresAt) }),
    ...(refreshToken === undefined ? {} : { refreshToken }),
    ...token.other,
  });
}
