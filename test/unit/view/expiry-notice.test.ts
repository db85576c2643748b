import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Expiry } from '../../../src/view/expiry.ts';
import { noticeText, planNotice } from '../../../src/view/expiry-notice.ts';

const NOW = Date.UTC(2026, 10, 21, 12);
const MINUTE = 60_000;

/** In minutes from now; `since`: how many minutes ago each was signed in to. */
function plan(
  ends: Readonly<Record<string, number | 'renews'>>,
  before: number,
  since: Readonly<Record<string, number>> = {},
) {
  const expiries = Object.entries(ends).map(([id, minutes]): [string, Expiry] => [
    id,
    minutes === 'renews'
      ? { kind: 'renews' }
      : { kind: 'ends', at: NOW + minutes * MINUTE, estimated: false, act: 'login' },
  ]);
  const logins = new Map(Object.entries(since).map(([id, minutes]) => [id, NOW - minutes * MINUTE]));
  const { due, next } = planNotice(expiries, logins, before * MINUTE, NOW);
  return { due: [...due.keys()], next: next === undefined ? undefined : (next - NOW) / MINUTE };
}

describe('whom to tell of, and when', () => {
  const cases: readonly [string, Parameters<typeof plan>, ReturnType<typeof plan>][] = [
    ['off', [{ a: 5 }, 0], { due: [], next: undefined }],
    ['nothing ends', [{ a: 'renews' }, 10], { due: [], next: undefined }],
    ['later', [{ a: 45, b: 60 }, 10], { due: [], next: 35 }],
    ['now', [{ a: 10 }, 10], { due: ['a'], next: undefined }],
    ['it has ended', [{ a: 0, b: -5 }, 10], { due: [], next: undefined }],
    [
      'those that end soon after are told of together',
      [{ a: 10, b: 15, c: 16 }, 10],
      { due: ['a', 'b'], next: 6 },
    ],
    ['a short login, renewed just now', [{ a: 9 }, 30, { a: 0 }], { due: [], next: 4.5 }],
    ['a short login, half over', [{ a: 4.5 }, 30, { a: 4.5 }], { due: ['a'], next: undefined }],
    ['a long login', [{ a: 30 }, 30, { a: 450 }], { due: ['a'], next: undefined }],
    ['several that are due', [{ a: 2, b: 9, c: 13, d: 40 }, 10], { due: ['a', 'b', 'c'], next: 30 }],
  ];
  for (const [name, given, expected] of cases) {
    test(name, () => assert.deepEqual(plan(...given), expected));
  }
});

describe('the notice', () => {
  const login = (name: string, minutes: number, estimated = false) => ({
    name,
    left: minutes * MINUTE,
    estimated,
  });
  const cases: readonly [Parameters<typeof noticeText>[0], string][] = [
    [[login('acme', 9.5)], 'The SSO login to acme ends in 9 min.'],
    [[login('acme', 9, true)], 'The SSO login to acme ends in about 9 min, as estimated.'],
    [[login('acme', 9), login('partner', 12, true)], 'The SSO logins to acme and partner end in 9 min.'],
    [
      [login('a', 9), login('b', 9), login('c', 9), login('d', 9)],
      'The SSO logins to a, b, c and d end in 9 min.',
    ],
    [
      [login('a', 9), login('b', 9), login('c', 9), login('d', 9), login('e', 9)],
      'The SSO logins to a, b, c and 2 more end in 9 min.',
    ],
  ];
  for (const [logins, expected] of cases) {
    test(expected, () => assert.equal(noticeText(logins), expected));
  }
});
