import { profileKind } from '../aws-files/profile-kind.ts';
import type { Profile, Snapshot } from '../aws-files/snapshot.ts';
import type { IdentityState } from '../credentials/identity-check.ts';
import type { TokenState } from '../sso/token-cache.ts';
import { aboutSpan, clockTime, spanInWords } from './words.ts';

/**
 * When the user must act next: sign in again, or type a code. That alone is worth a countdown; what is renewed
 * without the user is not.
 */
export type Expiry =
  /** Nothing ends: an access key without a session token. */
  | { readonly kind: 'never' }
  /** Nobody knows: pasted keys with a session token, and whatever other programs hand out. */
  | { readonly kind: 'unknown' }
  /** Renewed without the user, nobody knows until when. */
  | { readonly kind: 'renews' }
  /** `at` is in milliseconds since the epoch. `estimated`: the end of a login whose length is a setting. */
  | { readonly kind: 'ends'; readonly at: number; readonly estimated: boolean; readonly act: Act }
  /** It is over already: signed out, expired, or refused by AWS. */
  | { readonly kind: 'ended' };

/** What the user has to do at the end. */
export type Act = 'login' | 'mfa';

/** The last minutes, in which the status bar shows the time left. */
const LAST_MINUTES = 10 * 60_000;

/** The most of a session's length that is believed, in hours: IAM Identity Center's own limit of 90 days. */
const MOST_HOURS = 90 * 24;

/**
 * When a login is over, in milliseconds since the epoch.
 * @param loginAt when the user signed in; undefined where nobody saw it, and then there is no estimate.
 * @param hours how long a session lasts, as the user set it; 0 or less: not known.
 */
export function loginEnd(loginAt: number | undefined, hours: number): number | undefined {
  return loginAt === undefined || hours <= 0 ? undefined : loginAt + Math.min(hours, MOST_HOURS) * 3_600_000;
}

/**
 * When the user must sign in to a session again.
 * @param end the estimated end of its login; one that has passed was wrong, since the token still renews.
 */
export function sessionExpiry(token: TokenState | undefined, end: number | undefined, now: number): Expiry {
  if (token?.kind !== 'valid' && token?.kind !== 'expired') {
    return { kind: 'ended' };
  }
  if (token.renews) {
    return end !== undefined && end > now
      ? { kind: 'ends', at: end, estimated: true, act: 'login' }
      : { kind: 'renews' };
  }
  return token.kind === 'valid' && token.expiresAt > now
    ? { kind: 'ends', at: token.expiresAt, estimated: false, act: 'login' }
    : { kind: 'ended' };
}

/**
 * Whether a login was made between two looks at a token, by whomever: there was none that could be used, and now there
 * is. Of one that cannot be renewed the end is known without that.
 */
export function isNewLogin(before: TokenState | undefined, after: TokenState): boolean {
  const wasOver =
    before !== undefined && before.kind !== 'valid' && !(before.kind === 'expired' && before.renews);
  return wasOver && after.kind === 'valid' && after.renews;
}

const SOURCE_KEYS = ['role_arn', 'source_profile', 'mfa_serial'] as const;

/** The profiles whose credentials a profile stands on, itself first; a circle ends where it closes. */
function chainOf(snapshot: Snapshot, name: string): readonly Profile[] {
  const chain: Profile[] = [];
  let profile = snapshot.profiles.get(name);
  while (profile !== undefined && !chain.includes(profile)) {
    chain.push(profile);
    const { role_arn, source_profile } = profile.pick(SOURCE_KEYS);
    profile = role_arn && source_profile ? snapshot.profiles.get(source_profile) : undefined;
  }
  return chain;
}

/**
 * When the user must act for a profile: the end of the session behind it, or of the credentials that a code was
 * typed for, whichever comes first.
 * @param session the expiry of the SSO session that the profile stands on, if any.
 */
export function profileExpiry(
  snapshot: Snapshot,
  name: string,
  facts: {
    readonly identity: IdentityState;
    readonly session: Expiry | undefined;
    readonly now: number;
  },
): Expiry {
  const { identity, session, now } = facts;
  const chain = chainOf(snapshot, name);
  const source = chain.at(-1);
  const base = session ?? (source === undefined ? { kind: 'unknown' as const } : sourceExpiry(source));
  const until = identity.kind === 'known' ? identity.identity.expiresAt : undefined;
  const typed = chain.some(profile => {
    const { role_arn, mfa_serial } = profile.pick(SOURCE_KEYS);
    return role_arn && mfa_serial;
  });
  if (typed) {
    const mfa: Expiry =
      until === undefined || until <= now
        ? { kind: 'unknown' }
        : { kind: 'ends', at: until, estimated: false, act: 'mfa' };
    return base.kind === 'ended' || (base.kind === 'ends' && mfa.kind === 'ends' && base.at < mfa.at)
      ? base
      : mfa;
  }
  // A role is assumed again from keys that do not end, and nobody notices.
  return base.kind === 'never' && chain.length > 1 ? { kind: 'renews' } : base;
}

function hasSessionToken(profile: Profile): boolean {
  const { aws_session_token, aws_security_token } = profile.pick(['aws_session_token', 'aws_security_token']);
  return Boolean(aws_session_token || aws_security_token);
}

/** What is known of the end of credentials that come from no SSO session. */
function sourceExpiry(profile: Profile): Expiry {
  switch (profileKind(profile)) {
    case 'keys':
      return hasSessionToken(profile) ? { kind: 'unknown' } : { kind: 'never' };
    case 'role':
      // Keys that stand beside the role serve as its source.
      return profile.get('aws_access_key_id') && !hasSessionToken(profile)
        ? { kind: 'renews' }
        : { kind: 'unknown' };
    case 'webIdentity':
    case 'process':
      return { kind: 'renews' };
    default:
      return { kind: 'unknown' };
  }
}

/** Whether the end is so near that the user should know without looking. */
export function isNear(expiry: Expiry | undefined, now: number): expiry is Extract<Expiry, { kind: 'ends' }> {
  return expiry?.kind === 'ends' && expiry.at > now && expiry.at - now < LAST_MINUTES;
}

/** The time left in a word or two, for rows and the bar: `7 h 12 min`, `about 3 h`; empty where nothing ends. */
export function timeLeft(expiry: Expiry, now: number): string {
  if (expiry.kind !== 'ends') {
    return '';
  }
  return expiry.estimated ? aboutSpan(expiry.at - now) : spanInWords(expiry.at - now);
}

/** The same as a phrase for a hover: `7 h 12 min left, until 18:42`, `about 3 h left, estimated`, `renews itself`. */
export function expiryPhrase(expiry: Expiry, now: number): string {
  switch (expiry.kind) {
    case 'never':
      return 'does not expire';
    case 'unknown':
      return 'unknown';
    case 'renews':
      return 'renews itself';
    case 'ended':
      return 'ended';
    case 'ends':
      return expiry.estimated
        ? `renews itself, ${timeLeft(expiry, now)} left, estimated`
        : `${timeLeft(expiry, now)} left, until ${clockTime(expiry.at, now)}`;
  }
}

/** The moment, in milliseconds since the epoch, to which there is a countdown; undefined where there is none. */
export function endOf(expiry: Expiry | undefined): number | undefined {
  return expiry?.kind === 'ends' ? expiry.at : undefined;
}

/**
 * The next moment at which the words for the time left until one of `ends` change: once a full minute is over, the
 * last one included. Undefined while nothing counts down. All in milliseconds since the epoch.
 */
export function nextChange(ends: Iterable<number | undefined>, now: number): number | undefined {
  const moments = [...ends].flatMap(end =>
    end !== undefined && end >= now ? [now + ((end - now) % 60_000) + 1] : [],
  );
  return moments.length === 0 ? undefined : Math.min(...moments);
}
