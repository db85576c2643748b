import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { Identity } from '../../../src/credentials/credentials.ts';
import type { IdentityState } from '../../../src/credentials/identity-check.ts';
import type { TokenState } from '../../../src/sso/token-cache.ts';
import {
  type Expiry,
  expiryPhrase,
  isNear,
  isNewLogin,
  loginEnd,
  nextChange,
  profileExpiry,
  sessionExpiry,
  timeLeft,
} from '../../../src/view/expiry.ts';
import { readFiles } from './files.ts';

const NOW = Date.UTC(2026, 10, 21, 12);
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

const VALID: TokenState = { kind: 'valid', expiresAt: NOW + 30 * MINUTE, renews: false };
const RENEWS: TokenState = { kind: 'valid', expiresAt: NOW + 30 * MINUTE, renews: true };
const EXPIRED: TokenState = { kind: 'expired', expiresAt: NOW - MINUTE, renews: false };
const STALE: TokenState = { kind: 'expired', expiresAt: NOW - MINUTE, renews: true };
const REFUSED: TokenState = { kind: 'refused', expiresAt: NOW - MINUTE };
const OUT: TokenState = { kind: 'signedOut' };
const BROKEN: TokenState = { kind: 'broken', reason: 'It is no JSON.', file: '/f' };

function ends(at: number, more: { estimated?: boolean; act?: 'login' | 'mfa' } = {}): Expiry {
  return { kind: 'ends', at, estimated: false, act: 'login', ...more };
}

describe('the end of a login', () => {
  const cases: readonly [string, TokenState | undefined, number | undefined, Expiry][] = [
    ['a token that cannot be renewed', VALID, undefined, ends(NOW + 30 * MINUTE)],
    ['its end is known, whatever is estimated', VALID, NOW + HOUR, ends(NOW + 30 * MINUTE)],
    ['a token that renews itself', RENEWS, undefined, { kind: 'renews' }],
    ['until the login ends', RENEWS, NOW + 3 * HOUR, ends(NOW + 3 * HOUR, { estimated: true })],
    ['an estimate that was wrong', RENEWS, NOW, { kind: 'renews' }],
    ['ended, to be renewed when used', STALE, undefined, { kind: 'renews' }],
    ['expired', EXPIRED, NOW + HOUR, { kind: 'ended' }],
    ['expired since it was read', { ...VALID, expiresAt: NOW }, undefined, { kind: 'ended' }],
    ['a renewal was refused', REFUSED, NOW + HOUR, { kind: 'ended' }],
    ['signed out', OUT, NOW + HOUR, { kind: 'ended' }],
    ['broken', BROKEN, NOW + HOUR, { kind: 'ended' }],
    ['not known', undefined, undefined, { kind: 'ended' }],
  ];
  for (const [name, token, end, expected] of cases) {
    test(name, () => assert.deepEqual(sessionExpiry(token, end, NOW), expected));
  }

  test('is estimated only where the login was seen and its length is known', () => {
    assert.equal(loginEnd(NOW, 8), NOW + 8 * HOUR);
    assert.equal(loginEnd(NOW, 0.25), NOW + 15 * MINUTE);
    assert.equal(loginEnd(undefined, 8), undefined);
    assert.equal(loginEnd(NOW, 0), undefined);
    assert.equal(loginEnd(NOW, -1), undefined);
    assert.equal(loginEnd(NOW, 1e12), NOW + 90 * 24 * HOUR);
  });
});

test('another program’s login is one only where no token could be used before', () => {
  const seen = (before: TokenState | undefined, after: TokenState): boolean => isNewLogin(before, after);
  for (const before of [OUT, EXPIRED, REFUSED, BROKEN]) {
    assert.ok(seen(before, RENEWS), before.kind);
    assert.ok(!seen(before, STALE), before.kind);
  }
  assert.ok(!seen(OUT, VALID));
  // A renewal looks the same as a login here, and of the first look nobody knows how old the token is.
  assert.ok(!seen(STALE, RENEWS));
  assert.ok(!seen(RENEWS, { ...RENEWS, expiresAt: NOW + 2 * HOUR }));
  assert.ok(!seen(undefined, RENEWS));
});

const IDENTITY: Identity = {
  account: '123456789012',
  arn: 'arn:aws:sts::123456789012:assumed-role/Admin/me',
  userId: 'AROAEXAMPLE:me',
  profile: 'p',
  source: 'AssumeRole',
  region: undefined,
  expiresAt: NOW + 20 * MINUTE,
  foreignHost: undefined,
};
const KNOWN: IdentityState = { kind: 'known', identity: IDENTITY, at: NOW };

const KEYS = 'aws_access_key_id = AKIAEXAMPLE\naws_secret_access_key = x\n';

describe('what counts for a profile', () => {
  const cases: readonly [string, string, Expiry | undefined, IdentityState, Expiry][] = [
    ['keys', `[profile p]\n${KEYS}`, undefined, KNOWN, { kind: 'never' }],
    [
      'keys with a pasted session token',
      `[profile p]\n${KEYS}aws_session_token = t\n`,
      undefined,
      KNOWN,
      { kind: 'unknown' },
    ],
    [
      'keys with a session token under its old name',
      `[profile p]\n${KEYS}aws_security_token = t\n`,
      undefined,
      KNOWN,
      { kind: 'unknown' },
    ],
    [
      'role credentials of a session renew silently',
      '[profile p]\nsso_session = s\nsso_account_id = 1\nsso_role_name = A\n',
      { kind: 'renews' },
      KNOWN,
      { kind: 'renews' },
    ],
    [
      'the session ends',
      '[profile p]\nsso_session = s\nsso_account_id = 1\nsso_role_name = A\n',
      ends(NOW + HOUR),
      KNOWN,
      ends(NOW + HOUR),
    ],
    [
      'a role over keys is assumed again',
      `[profile p]\nrole_arn = r\nsource_profile = k\n[profile k]\n${KEYS}`,
      undefined,
      KNOWN,
      { kind: 'renews' },
    ],
    [
      'a role over keys with a pasted session token',
      `[profile p]\nrole_arn = r\nsource_profile = k\n[profile k]\n${KEYS}aws_session_token = t\n`,
      undefined,
      KNOWN,
      { kind: 'unknown' },
    ],
    [
      'a role that is its own source',
      `[profile p]\nrole_arn = r\nsource_profile = p\n${KEYS}`,
      undefined,
      KNOWN,
      { kind: 'renews' },
    ],
    [
      'a role with MFA',
      `[profile p]\nrole_arn = r\nsource_profile = k\nmfa_serial = m\n[profile k]\n${KEYS}`,
      undefined,
      KNOWN,
      ends(NOW + 20 * MINUTE, { act: 'mfa' }),
    ],
    [
      'MFA further down the chain',
      `[profile p]\nrole_arn = r\nsource_profile = q\n[profile q]\nrole_arn = r\nmfa_serial = m\nsource_profile = k\n[profile k]\n${KEYS}`,
      undefined,
      KNOWN,
      ends(NOW + 20 * MINUTE, { act: 'mfa' }),
    ],
    [
      'MFA before anybody asked',
      `[profile p]\nrole_arn = r\nsource_profile = k\nmfa_serial = m\n[profile k]\n${KEYS}`,
      undefined,
      { kind: 'unknown' },
      { kind: 'unknown' },
    ],
    [
      'the session ends before the MFA credentials',
      '[profile p]\nrole_arn = r\nsource_profile = s\nmfa_serial = m\n[profile s]\nsso_session = s\n',
      ends(NOW + 5 * MINUTE),
      KNOWN,
      ends(NOW + 5 * MINUTE),
    ],
    [
      'the MFA credentials end before the session',
      '[profile p]\nrole_arn = r\nsource_profile = s\nmfa_serial = m\n[profile s]\nsso_session = s\n',
      ends(NOW + 5 * HOUR, { estimated: true }),
      KNOWN,
      ends(NOW + 20 * MINUTE, { act: 'mfa' }),
    ],
    [
      'a signed-out session under a role with MFA',
      '[profile p]\nrole_arn = r\nsource_profile = s\nmfa_serial = m\n[profile s]\nsso_session = s\n',
      { kind: 'ended' },
      KNOWN,
      { kind: 'ended' },
    ],
    ['a process', '[profile p]\ncredential_process = x\n', undefined, KNOWN, { kind: 'renews' }],
    [
      'a web identity',
      '[profile p]\nrole_arn = r\nweb_identity_token_file = /f\n',
      undefined,
      KNOWN,
      { kind: 'renews' },
    ],
    ['aws login', '[profile p]\nlogin_session = arn\n', undefined, KNOWN, { kind: 'unknown' }],
    ['nothing', '[profile p]\nregion = eu-west-1\n', undefined, KNOWN, { kind: 'unknown' }],
    ['no such profile', '[profile q]\n', undefined, KNOWN, { kind: 'unknown' }],
    [
      'a circle of sources',
      '[profile p]\nrole_arn = r\nsource_profile = q\n[profile q]\nrole_arn = r\nsource_profile = p\n',
      undefined,
      KNOWN,
      { kind: 'unknown' },
    ],
  ];
  for (const [name, config, session, identity, expected] of cases) {
    test(name, async () => {
      const snapshot = await readFiles(config);
      assert.deepEqual(profileExpiry(snapshot, 'p', { identity, session, now: NOW }), expected);
    });
  }
});

describe('the time left in words', () => {
  const cases: readonly [number, string, string][] = [
    [30_000, 'less than a minute', 'less than a minute'],
    [8.9 * MINUTE, '8 min', 'about 8 min'],
    [34 * MINUTE, '34 min', 'about 30 min'],
    [114 * MINUTE, '1 h 54 min', 'about 1 h 50 min'],
    [118 * MINUTE, '1 h 58 min', 'about 2 h'],
    [3 * HOUR + 20 * MINUTE, '3 h 20 min', 'about 3 h'],
    [7 * HOUR + 59 * MINUTE, '7 h 59 min', 'about 8 h'],
    [5 * 24 * HOUR + HOUR, '5 days', 'about 5 days'],
  ];
  for (const [left, exact, about] of cases) {
    test(exact, () => {
      assert.equal(timeLeft(ends(NOW + left), NOW), exact);
      assert.equal(timeLeft(ends(NOW + left, { estimated: true }), NOW), about);
    });
  }

  test('as a phrase', () => {
    const phrase = (expiry: Expiry): string => expiryPhrase(expiry, NOW);
    assert.match(phrase(ends(NOW + HOUR)), /^1 h left, until \d\d:\d\d$/);
    assert.equal(
      phrase(ends(NOW + 3 * HOUR, { estimated: true })),
      'renews itself, about 3 h left, estimated',
    );
    assert.deepEqual(
      (['never', 'unknown', 'renews', 'ended'] as const).map(kind => phrase({ kind })),
      ['does not expire', 'unknown', 'renews itself', 'ended'],
    );
    assert.equal(timeLeft({ kind: 'renews' }, NOW), '');
  });
});

test('only an end within ten minutes is near', () => {
  assert.ok(isNear(ends(NOW + 10 * MINUTE - 1), NOW));
  assert.ok(!isNear(ends(NOW + 10 * MINUTE), NOW));
  assert.ok(!isNear(ends(NOW), NOW));
  assert.ok(!isNear({ kind: 'renews' }, NOW));
  assert.ok(!isNear(undefined, NOW));
});

test('the words are right from one change to the next, and nothing is due where nothing ends', () => {
  assert.equal(nextChange([], NOW), undefined);
  assert.equal(nextChange([undefined, NOW - 1], NOW), undefined);
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 * 24 * HOUR }), left => {
      const end = NOW + left;
      const next = nextChange([undefined, end], NOW);
      assert.ok(next !== undefined && next > NOW && next <= NOW + MINUTE);
      assert.equal(timeLeft(ends(end), next - 1), timeLeft(ends(end), NOW));
    }),
  );
});
