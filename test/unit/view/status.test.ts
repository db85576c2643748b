import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import type { Snapshot } from '../../../src/aws-files/snapshot.ts';
import { ChainError, type ChainFailure, type Identity } from '../../../src/credentials/credentials.ts';
import type { Act, Expiry } from '../../../src/view/expiry.ts';
import { statusItem } from '../../../src/view/status.ts';
import type { StatusInput } from '../../../src/view/status-input.ts';
import { readFiles } from './files.ts';

const NOW = Date.UTC(2026, 10, 21, 12, 0, 0);
const MINUTE = 60_000;

const IDENTITY: Identity = {
  account: '123456789012',
  arn: 'arn:aws:sts::123456789012:assumed-role/AWSReservedSSO_Admin_0123456789abcdef/me',
  userId: 'AROAEXAMPLE:me',
  profile: 'dev',
  source: 'sso-session acme',
  region: 'eu-west-1',
  expiresAt: NOW + 45 * MINUTE,
  foreignHost: undefined,
};

let snapshot: Snapshot;
before(async () => {
  snapshot = await readFiles('[profile dev]\nregion = eu-west-1\n[profile prod]\nregion = eu-west-1\n');
});

function input(more: Partial<StatusInput> = {}): StatusInput {
  return {
    active: { profile: 'dev', from: 'user' },
    snapshot,
    identity: { kind: 'known', identity: IDENTITY, at: NOW },
    token: undefined,
    loginEnd: undefined,
    expiry: undefined,
    shadowedBy: undefined,
    defaultSource: undefined,
    accountNames: new Map([['123456789012', 'Sandbox']]),
    now: NOW,
    home: '/home/dev',
    ...more,
  };
}

function ends(more: { readonly at: number; readonly estimated?: boolean; readonly act?: Act }): Expiry {
  return { kind: 'ends', estimated: false, act: 'login', ...more };
}

function refused(kind: ChainFailure, source = 'AssumeRole'): StatusInput['identity'] {
  const links = [{ source, outcome: 'failed' as const, reason: 'AccessDenied' }];
  return {
    kind: 'refused',
    error: new ChainError(kind, 'It failed.', { profile: 'dev', links }, { hint: 'Do this.' }),
    last: undefined,
  };
}

describe('each state of the status bar', () => {
  const cases: readonly [string, Partial<StatusInput>, string, string | undefined, string][] = [
    [
      'no profile',
      { active: { profile: null, from: 'none' }, identity: { kind: 'unknown' } },
      '$(account) AWS: no profile',
      undefined,
      'switchProfile',
    ],
    [
      'default chain',
      { active: { profile: null, from: 'none' }, identity: { kind: 'unknown' }, defaultSource: 'legacy' },
      '$(account) default chain: legacy',
      undefined,
      'switchProfile',
    ],
    ['checking', { identity: { kind: 'checking' } }, '$(sync~spin) dev', undefined, 'switchProfile'],
    ['fine', {}, '$(account) dev · Sandbox · Admin', undefined, 'switchProfile'],
    [
      'fine, no name',
      { accountNames: new Map() },
      '$(account) dev · 1234-5678-9012 · Admin',
      undefined,
      'switchProfile',
    ],
    [
      'not AWS',
      { identity: { kind: 'known', identity: { ...IDENTITY, foreignHost: 'localhost:4566' }, at: NOW } },
      '$(server) dev · localhost:4566',
      undefined,
      'switchProfile',
    ],
    [
      'last minutes',
      { expiry: ends({ at: NOW + 8.5 * MINUTE }) },
      '$(clock) dev · 8 min',
      'warning',
      'login',
    ],
    [
      'last minutes, by an estimate',
      { expiry: ends({ at: NOW + 8.5 * MINUTE, estimated: true }) },
      '$(clock) dev · about 8 min',
      'warning',
      'login',
    ],
    [
      'last minutes of what a code was typed for',
      { expiry: ends({ at: NOW + 30_000, act: 'mfa' }) },
      '$(clock) dev · less than a minute',
      'warning',
      'identity',
    ],
    [
      'last minutes of a profile that was not checked',
      { identity: { kind: 'unknown' }, expiry: ends({ at: NOW + 8 * MINUTE }) },
      '$(clock) dev · 8 min',
      'warning',
      'login',
    ],
    [
      'just before the last minutes',
      { expiry: ends({ at: NOW + 10 * MINUTE }) },
      '$(account) dev · Sandbox · Admin',
      undefined,
      'switchProfile',
    ],
    [
      'last minutes of what renews itself',
      {
        token: { kind: 'valid', expiresAt: NOW + 8 * MINUTE, renews: true },
        expiry: { kind: 'renews' },
        identity: { kind: 'known', identity: { ...IDENTITY, expiresAt: NOW + 3 * MINUTE }, at: NOW },
      },
      '$(account) dev · Sandbox · Admin',
      undefined,
      'switchProfile',
    ],
    [
      'a renewal was refused',
      { token: { kind: 'refused', expiresAt: NOW - MINUTE }, expiry: { kind: 'ended' } },
      '$(sign-in) dev: signed out',
      'warning',
      'login',
    ],
    [
      'a renewal was refused, and the check says why',
      {
        token: { kind: 'refused', expiresAt: NOW - MINUTE },
        expiry: { kind: 'ended' },
        identity: refused('login'),
      },
      '$(sign-in) dev: log in',
      'warning',
      'login',
    ],
    [
      'not yet checked',
      { identity: { kind: 'unknown' } },
      '$(account) dev · not checked',
      undefined,
      'identity',
    ],
    [
      'not checked',
      { identity: refused('unchecked') },
      '$(account) dev · not checked',
      undefined,
      'identity',
    ],
    ['MFA needed', { identity: refused('mfa') }, '$(key) dev: MFA needed', 'warning', 'identity'],
    [
      'shadowed',
      { shadowedBy: 'AWS_ACCESS_KEY_ID' },
      '$(warning) dev: shadowed by AWS_ACCESS_KEY_ID',
      'warning',
      'explain',
    ],
    ['needs login', { identity: refused('login') }, '$(sign-in) dev: log in', 'warning', 'login'],
    ['role refused', { identity: refused('failed') }, '$(error) dev: role not assumed', 'error', 'explain'],
    [
      'keys refused',
      { identity: refused('failed', 'GetCallerIdentity') },
      '$(error) dev: credentials refused',
      'error',
      'explain',
    ],
    ['offline', { identity: refused('offline') }, '$(cloud) dev · offline', undefined, 'identity'],
    [
      'gone',
      { active: { profile: 'other', from: 'user' } },
      '$(error) other: not in your AWS files',
      'error',
      'switchProfile',
    ],
  ];
  for (const [name, more, text, color, command] of cases) {
    test(name, () => {
      const item = statusItem(input(more));
      assert.deepEqual([item.text, item.color, item.command], [text, color, command]);
      assert.match(item.accessibleLabel, /^AWS: \w/);
    });
  }
});

test('a login in the last minutes is forced, because the token is still valid', () => {
  const item = statusItem(input({ expiry: ends({ at: NOW + MINUTE }) }));
  assert.deepEqual(item.argument, { from: 'link', profile: 'dev', force: true });
});

test('a token that AWS no longer takes is not taken for a login', () => {
  const identity = refused('login');
  const valid = { kind: 'valid', expiresAt: NOW + 300 * MINUTE, renews: false } as const;
  assert.equal(statusItem(input({ identity, token: valid })).argument.force, true);
  assert.equal(statusItem(input({ identity, token: { kind: 'signedOut' } })).argument.force, undefined);
});

test('the hover leads to the file that the profile stands in', async () => {
  const files = await readFiles('[profile dev]\n', '[keys]\naws_access_key_id = AKIA\n');
  const hover = (profile: string): string =>
    statusItem(input({ snapshot: files, active: { profile, from: 'user' } })).tooltip;
  assert.match(hover('dev'), /command:rolecall\.openConfig\?/);
  assert.match(hover('keys'), /command:rolecall\.openCredentials\?/);
  assert.doesNotMatch(hover('keys'), /openConfig/);
});

test('offline keeps what was seen last', () => {
  const item = statusItem(
    input({
      identity: {
        ...refused('offline'),
        last: { identity: IDENTITY, at: NOW - MINUTE },
      } as StatusInput['identity'],
    }),
  );
  assert.match(item.text, /^\$\(cloud\) dev · last seen \d\d:\d\d$/);
  assert.match(item.tooltip, /assumed/);
});

test('the hover says who, where from and until when, and what is wrong', () => {
  const { tooltip } = statusItem(input());
  for (const part of [
    'Sandbox',
    '1234\\-5678\\-9012',
    'eu\\-west\\-1',
    '45 min left',
    'sso\\-session acme',
  ]) {
    assert.ok(tooltip.includes(part), `${part} in ${tooltip}`);
  }
  const failed = statusItem(input({ identity: refused('failed') })).tooltip;
  assert.ok(failed.includes('It failed\\.') && failed.includes('Do this\\.'));
});

test('a name never becomes an icon or a link', () => {
  const name = '$(trash)[x](command:y)';
  const item = statusItem(input({ active: { profile: name, from: 'user' }, snapshot: undefined }));
  assert.ok(item.text.includes('\\$(trash)'));
  assert.doesNotMatch(item.tooltip, /(?<!\\)\[x/);
});

describe('the end in words', () => {
  const label = (more: Partial<StatusInput>): string => statusItem(input(more)).accessibleLabel;
  const token = { kind: 'valid', expiresAt: NOW + 55 * MINUTE, renews: true } as const;

  test('the bar reads as a sentence', () => {
    assert.equal(
      label({ expiry: ends({ at: NOW + 8 * MINUTE, estimated: true }) }),
      'AWS: profile dev, the SSO login ends in about 8 min, estimated',
    );
    assert.equal(
      label({ expiry: ends({ at: NOW + 8 * MINUTE, act: 'mfa' }) }),
      'AWS: profile dev, an MFA code is needed in 8 min',
    );
    assert.equal(
      label({ token: { kind: 'refused', expiresAt: NOW } }),
      'AWS: profile dev, signed out because AWS did not renew the SSO login, log in needed',
    );
  });

  const hovers: readonly [string, Partial<StatusInput>, RegExp][] = [
    ['login that renews', { token, expiry: { kind: 'renews' } }, /SSO login \| signed in, renews itself \|/],
    [
      'estimate',
      { token, loginEnd: NOW + 180 * MINUTE, expiry: ends({ at: NOW + 180 * MINUTE, estimated: true }) },
      /SSO login \| signed in, renews itself, about 3 h left, estimated \|/,
    ],
    [
      'credentials that renew',
      { token, expiry: { kind: 'renews' } },
      /45 min left, until \S+, then renewed \|/,
    ],
    [
      'credentials after a code',
      { expiry: ends({ at: NOW + 45 * MINUTE, act: 'mfa' }) },
      /45 min left, until \S+, then an MFA code is needed \|/,
    ],
    [
      'pasted token',
      {
        expiry: { kind: 'unknown' },
        identity: { kind: 'known', identity: { ...IDENTITY, expiresAt: undefined }, at: NOW },
      },
      /Credentials \| nobody knows until when \|/,
    ],
    [
      'access key',
      {
        expiry: { kind: 'never' },
        identity: { kind: 'known', identity: { ...IDENTITY, expiresAt: undefined }, at: NOW },
      },
      /Credentials \| do not expire \|/,
    ],
  ];
  for (const [name, more, pattern] of hovers) {
    test(`hover: ${name}`, () => assert.match(statusItem(input(more)).tooltip, pattern));
  }
});
