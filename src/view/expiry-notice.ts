import { type Expiry, endOf } from './expiry.ts';
import { aboutSpan, spanInWords } from './words.ts';

/** Logins that end within this time, in milliseconds, of one that is due are told of together with it. */
const TOGETHER = 5 * 60_000;

/** The most names that a notice lists. */
const MOST_NAMES = 3;

/** The sessions to tell of at one time, with their ends, and the moment at which there may be more to tell. */
export type NoticePlan = {
  /** Ends by the session's id, in milliseconds since the epoch. */
  readonly due: ReadonlyMap<string, number>;
  /** In milliseconds since the epoch; undefined while nothing counts down. */
  readonly next: number | undefined;
};

/**
 * Which ends of logins the user is to be told of now.
 * @param before how long before an end, in milliseconds; 0: never.
 */
export function planNotice(
  expiries: Iterable<readonly [string, Expiry]>,
  before: number,
  now: number,
): NoticePlan {
  const ends = [...expiries].flatMap(([id, expiry]) => {
    const end = endOf(expiry);
    return before > 0 && end !== undefined && end > now ? [[id, end] as const] : [];
  });
  const first = ends.filter(([, end]) => end - before <= now);
  const last = Math.max(...first.map(([, end]) => end)) + TOGETHER;
  const due = new Map(first.length === 0 ? [] : ends.filter(([, end]) => end <= last));
  const later = ends.flatMap(([id, end]) => (due.has(id) ? [] : [end - before]));
  return { due, next: later.length === 0 ? undefined : Math.min(...later) };
}

/**
 * The notice in plain text: `The SSO login to acme ends in 9 min.`
 * @param logins at least one; `name` as rows show it, `left` in milliseconds.
 */
export function noticeText(
  logins: readonly { readonly name: string; readonly left: number; readonly estimated: boolean }[],
): string {
  const names = logins.map(login => login.name);
  const rest = names.length - MOST_NAMES;
  const shown = rest > 1 ? [...names.slice(0, MOST_NAMES), `${rest} more`] : names;
  const list = shown.length > 1 ? `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}` : shown.join('');
  const left = Math.min(...logins.map(login => login.left));
  const estimated = logins.some(login => login.estimated && login.left === left);
  const when = estimated ? `${aboutSpan(left)}, as estimated` : spanInWords(left);
  return logins.length === 1
    ? `The SSO login to ${list} ends in ${when}.`
    : `The SSO logins to ${list} end in ${when}.`;
}
