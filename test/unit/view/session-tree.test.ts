import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { listSessions } from '../../../src/sso/session.ts';
import type { TokenState } from '../../../src/sso/token-cache.ts';
import { indexProblems } from '../../../src/view/problem-index.ts';
import {
  type SessionNode,
  type SessionTreeState,
  sessionRow,
  sessionTooltip,
  tokenPhrase,
  tokenWords,
} from '../../../src/view/session-tree.ts';
import { readFiles } from './files.ts';

const CONFIG = `[sso-session acme]
sso_start_url = https://acme.awsapps.com/start
sso_region = eu-west-1
[profile dev]
sso_session = acme
sso_account_id = 123456789012
sso_role_name = Admin
[profile old]
sso_start_url = https://old.awsapps.com/start#/
sso_region = eu-west-1
sso_account_id = 123456789012
sso_role_name = Admin
`;
const NOW = Date.UTC(2026, 10, 21, 12);
const HOUR = 3_600_000;

async function rows(tokens: readonly [string, TokenState][], pending: readonly string[] = []) {
  const snapshot = await readFiles(CONFIG);
  const state: SessionTreeState = {
    snapshot,
    problems: indexProblems(snapshot),
    tokens: new Map(tokens),
    pending: new Set(pending),
    now: NOW,
    home: '/home/dev',
  };
  const nodes = listSessions(snapshot).map(session => ({ kind: 'session', session }) as const);
  return { state, nodes, rows: nodes.map(node => sessionRow(node, state)) };
}

test('sections and legacy start URLs each have a row', async () => {
  const { rows: shown } = await rows([]);
  assert.deepEqual(
    shown.map(row => [row.label, row.description]),
    [
      ['acme', 'signed out'],
      ['old.awsapps.com/start#/', 'legacy · signed out'],
    ],
  );
});

describe('the state of a login in words', () => {
  const valid = (hours: number, renews: boolean): TokenState => ({
    kind: 'valid',
    expiresAt: NOW + hours * HOUR,
    renews,
  });
  const cases: readonly [TokenState | undefined, number | undefined, RegExp, RegExp][] = [
    [
      valid(7.2, false),
      undefined,
      /^signed in · 7 h 12 min$/,
      /^signed in, 7 h 12 min left, until \d\d:\d\d$/,
    ],
    [valid(1, true), undefined, /^signed in · renews itself$/, /^signed in, renews itself$/],
    [
      valid(1, true),
      NOW + 3 * HOUR,
      /^signed in · about 3 h, estimated$/,
      /^signed in, renews itself, about 3 h left, estimated$/,
    ],
    [valid(1, true), NOW - HOUR, /^signed in · renews itself$/, /^signed in, renews itself$/],
    [valid(0, false), undefined, /^expired \d\d:\d\d$/, /^expired \d\d:\d\d$/],
    [
      { kind: 'expired', expiresAt: NOW - HOUR, renews: true },
      NOW + 3 * HOUR,
      /^renews when used · token ended \d\d:\d\d$/,
      /^renews when used, token ended \d\d:\d\d$/,
    ],
    [{ kind: 'expired', expiresAt: NOW - HOUR, renews: false }, undefined, /^expired /, /^expired /],
    [
      { kind: 'refused', expiresAt: NOW - HOUR },
      NOW + 3 * HOUR,
      /^signed out · AWS did not renew the login$/,
      /^signed out, AWS did not renew the login$/,
    ],
    [
      { kind: 'broken', reason: 'no JSON', file: '/f' },
      undefined,
      /^signed out · no JSON$/,
      /^signed out, no JSON$/,
    ],
    [undefined, undefined, /^signed out$/, /^signed out$/],
  ];
  for (const [token, end, words, phrase] of cases) {
    test(words.source, () => {
      assert.match(tokenWords(token, NOW, end), words);
      assert.match(tokenPhrase(token, NOW, end), phrase);
    });
  }

  test('the hover of an estimate says what it stands on', async () => {
    const { state, nodes } = await rows([['acme', valid(1, true)]]);
    const [node = assert.fail()] = nodes;
    const hover = (end?: number): string =>
      sessionTooltip(node, end === undefined ? state : { ...state, loginEnds: new Map([['acme', end]]) }) ??
      '';
    assert.match(hover(NOW + 3 * HOUR), /about 3 h left, estimated\n\nEstimated from your last login/);
    assert.doesNotMatch(hover(), /[Ee]stimated/);
    assert.doesNotMatch(hover(NOW - 1), /[Ee]stimated/);
  });
});

test('the icon tells the last minutes of a login, where a narrow row has no room for the words', async () => {
  const icon = async (minutes: number, renews: boolean, end?: number): Promise<string | undefined> => {
    const token: TokenState = { kind: 'valid', expiresAt: NOW + minutes * 60_000, renews };
    const { state, nodes } = await rows([['acme', token]]);
    const [node = assert.fail()] = nodes;
    return sessionRow(node, end === undefined ? state : { ...state, loginEnds: new Map([['acme', end]]) })
      .icon?.id;
  };
  assert.equal(await icon(9, false), 'clock');
  assert.equal(await icon(11, false), 'pass');
  assert.equal(await icon(9, true), 'pass');
  assert.equal(await icon(50, true, NOW + 9 * 60_000), 'clock');
});

test('a session opens when signed in, offers a login when not, a logout when there is a token', async () => {
  const valid: TokenState = { kind: 'valid', expiresAt: NOW + HOUR, renews: false };
  const [signedIn, legacy] = (await rows([['acme', valid]])).rows;
  assert.equal(signedIn?.collapsible, 'collapsed');
  assert.match(signedIn?.context ?? '', /\bhasToken\b/);
  assert.doesNotMatch(signedIn?.context ?? '', /\bneedsLogin\b/);
  assert.equal(legacy?.collapsible, 'none');
  assert.match(legacy?.context ?? '', /\bneedsLogin\b/);
});

test('a login under way shows', async () => {
  const [acme] = (await rows([], ['acme'])).rows;
  assert.equal(acme?.description, 'logging in…');
});

test('a role that a profile stands for leads to it, another can be saved', async () => {
  const { state, nodes } = await rows([]);
  const [node] = nodes;
  assert.ok(node);
  const role = (name: string): SessionNode => ({
    kind: 'role',
    session: node.session,
    account: { id: '123456789012', name: 'Sandbox', email: undefined },
    role: name,
  });
  assert.equal(sessionRow(role('Admin'), state).description, 'profile dev');
  assert.equal(sessionRow(role('Admin'), state).context, 'savedRole');
  assert.equal(sessionRow(role('ReadOnly'), state).context, 'role');
});

test('notes under one session are rows of their own', async () => {
  const { state, nodes } = await rows([]);
  const [{ session } = assert.fail()] = nodes;
  const account = (id: string) => ({ id, name: undefined, email: undefined });
  const notes: readonly SessionNode[] = [
    { kind: 'note', session, text: 'offline' },
    { kind: 'note', session, account: account('111111111111'), text: 'offline' },
    { kind: 'note', session, account: account('222222222222'), text: 'offline' },
  ];
  assert.equal(new Set(notes.map(note => sessionRow(note, state).id)).size, 3);
});

test('a session is marked for what is wrong with it, with the place in its hover', async () => {
  const snapshot = await readFiles('[sso-session acme]\nsso_start_url = https://acme.awsapps.com/start\n');
  const state: SessionTreeState = {
    snapshot,
    problems: indexProblems(snapshot),
    tokens: new Map(),
    pending: new Set(),
    now: NOW,
    home: '/home/dev',
  };
  const [session = assert.fail()] = listSessions(snapshot);
  const shown = sessionRow({ kind: 'session', session }, state);
  assert.equal(shown.description, '⚠ 1  signed out');
  assert.equal(shown.accessibleLabel, 'SSO session acme, signed out, 1 problem');
  assert.match(sessionTooltip({ kind: 'session', session }, state) ?? '', /⚠ .*config:1\)$/);
});
