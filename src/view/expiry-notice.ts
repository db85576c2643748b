import { type Expiry, endOf } from './expiry.ts';
import { aboutSpan, spanInWords } from './words.ts';

/** Logins whose turn comes within this time, in milliseconds, are told of together with one whose turn it is. */
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
 * @param logins when each session was signed in to, as far as that is known; milliseconds since the epoch.
 * @param before how long before an end, in milliseconds; 0: never. Of a login that is not twice as long the user is
 *   told when half of it is over, or each renewal would be followed by the next notice.
 */
export function planNotice(
  expiries: Iterable<readonly [string, Expiry]>,
  logins: ReadonlyMap<string, number>,
  before: number,
  now: number,
): NoticePlan {
  const ends = [...expiries].flatMap(([id, expiry]) => {
    const end = endOf(expiry);
    if (before <= 0 || end === undefined || end <= now) {
      return [];
    }
    const begin = logins.get(id) ?? Number.NEGATIVE_INFINITY;
    return [{ id, end, from: end - Math.min(before, Math.max(0, end - begin) / 2) }];
  });
  const isTime = ends.some(({ from }) => from <= now);
  const due = isTime ? ends.filter(({ from }) => from <= now + TOGETHER) : [];
  const later = ends.filter(each => !due.includes(each)).map(({ from }) => from);
  return {
    due: new Map(due.map(({ id, end }) => [id, end])),
    next: later.length === 0 ? undefined : Math.min(...later),
  };
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
