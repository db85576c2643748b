import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { KnownAccess } from '../../../src/sso/access-lists.ts';
import type { SsoSession } from '../../../src/sso/session.ts';
import {
  type AccountListState,
  accountNodes,
  isOldList,
  listingWords,
  progressWords,
  roleNodes,
} from '../../../src/view/account-list.ts';
import { accessRow, listAge, listWords } from '../../../src/view/account-rows.ts';
import { indexProblems } from '../../../src/view/problem-index.ts';
import { sessionRow } from '../../../src/view/session-tree.ts';
import { readFiles } from './files.ts';

const session: SsoSession = {
  id: 'acme',
  kind: 'session',
  startUrl: 'https://acme.awsapps.com/start',
  region: 'eu-west-1',
  scopes: [],
  place: { file: 'config', line: 1 },
  profiles: [],
};
const NOW = Date.UTC(2026, 10, 21, 12);
const HOUR = 3_600_000;

function known(names: readonly string[], isComplete = true): KnownAccess {
  const accounts = names.map((name, index) => ({
    id: String(100_000_000_000 + index),
    name,
    email: undefined,
  }));
  return {
    accounts: { accounts, listedAt: NOW - 3 * HOUR, isComplete },
    roles: new Map([['100000000000', { names: ['B', 'A'], listedAt: NOW }]]),
  };
}

function words(state: Partial<AccountListState>): readonly string[] {
  const whole = { known: known([]), progress: undefined, failure: undefined, filter: '', ...state };
  return accountNodes(session, whole).map(node =>
    node.kind === 'note'
      ? `${node.state ?? ''}: ${node.text}`
      : node.kind === 'account'
        ? (node.account.name ?? '')
        : '',
  );
}

suite('the rows below a session', () => {
  test('are its accounts', () => {
    assert.deepEqual(words({ known: known(['b 10', 'b 9', 'A']) }), ['A', 'b 9', 'b 10']);
    assert.deepEqual(words({}), [': No accounts are assigned to you here.']);
  });

  test('count while they come, after those that are there', () => {
    assert.deepEqual(words({ known: known(['a'], false), progress: { done: 1, of: undefined } }), [
      'a',
      'busy: 1 account…',
    ]);
    assert.deepEqual(progressWords({ done: 212, of: 400 }), '212 of 400 accounts');
    assert.deepEqual(progressWords({ done: 500, of: 400 }), '500 accounts…');
    assert.deepEqual(progressWords({ done: 0, of: 400 }), 'Listing the accounts…');
  });

  test('and the row of the session says how far that is', () => {
    assert.equal(listingWords({ done: 0, of: undefined }, undefined), 'listing accounts…');
    assert.equal(listingWords({ done: 200, of: 400 }, 'No network.'), '200 of 400 accounts');
    assert.equal(listingWords(undefined, 'No network.'), 'accounts not listed');
    assert.equal(listingWords(undefined, undefined), undefined);
  });

  test('say first why they are not all, and offer to list again', () => {
    assert.deepEqual(words({ known: known(['a'], false), failure: 'No network.' }), [
      'retry: No network.',
      'a',
    ]);
    assert.deepEqual(words({ known: known(['a'], false) }), ['retry: Listed only 1 account so far.', 'a']);
  });

  test('are those that fit the filter', () => {
    assert.deepEqual(words({ known: known(['prod', 'dev']), filter: 'PR' }), ['prod']);
    assert.deepEqual(words({ known: known(['prod', 'dev']), filter: 'x' }), [
      ': No account fits the filter “x”.',
    ]);
  });
});

test('an account says how many roles it has once that is known; a retry is a click away', async () => {
  const snapshot = await readFiles('');
  const [one, two] = accountNodes(session, {
    known: known(['one', 'two']),
    progress: undefined,
    failure: undefined,
    filter: '',
  });
  assert.ok(one && two);
  assert.equal(accessRow(one, snapshot, known([])).description, '1000-0000-0000 · 2 roles');
  assert.equal(accessRow(two, snapshot, known([])).description, '1000-0000-0001');
  const note = { kind: 'note', session, text: 'No network.', state: 'retry' } as const;
  const row = accessRow(note, snapshot, undefined);
  assert.deepEqual(row.command?.arguments, [note]);
  assert.match(row.accessibleLabel, /Press Enter/);
});

test('roles are sorted; an account without any says so', () => {
  const account = { id: '100000000000', name: 'a', email: undefined };
  const labels = (names: readonly string[], failure?: string): readonly string[] =>
    roleNodes(session, account, names, failure).map(node =>
      node.kind === 'role' ? node.role : node.kind === 'note' ? node.text : '',
    );
  assert.deepEqual(labels(['Role10', 'Role9']), ['Role9', 'Role10']);
  assert.deepEqual(labels([]), ['No roles are assigned to you here.']);
  assert.deepEqual(labels(['A'], 'No network.'), ['No network.', 'A']);
});

test('the age of a list is told: on the row when it is old, in the hover always', () => {
  assert.equal(listAge(known([]), NOW), 'listed 3 h ago');
  assert.equal(listAge(known([]), NOW - 2.5 * HOUR), undefined);
  assert.equal(listWords(known(['a', 'b']), NOW), '2 accounts, listed 3 h ago');
  assert.equal(listWords(known(['a'], false), NOW), '1 account so far, listed 3 h ago');
  assert.equal(listWords(undefined, NOW), undefined);
  assert.equal(isOldList(NOW - 25 * HOUR, NOW, 0), true);
  assert.equal(isOldList(NOW - HOUR, NOW, 0), false);
  assert.equal(isOldList(NOW - HOUR, NOW, NOW - 1), true);
  assert.equal(isOldList(NOW, NOW, NOW - 1), false);
});

test('the row of a session says first that its accounts are listed, and last how old the list is', async () => {
  const snapshot = await readFiles('');
  const row = (listing: string | undefined): readonly [string | undefined, string] => {
    const { description, accessibleLabel } = sessionRow(
      { kind: 'session', session },
      {
        snapshot,
        problems: indexProblems(snapshot),
        tokens: new Map([['acme', { kind: 'valid', expiresAt: NOW + HOUR, renews: false }]]),
        pending: new Set(),
        now: NOW,
        home: '/home/dev',
        known: () => known(['a']),
        listing: () => listing,
      },
    );
    return [description, accessibleLabel];
  };
  assert.equal(row(undefined)[0], 'signed in · 1 h · listed 3 h ago');
  assert.equal(row('accounts not listed')[0], 'accounts not listed · signed in · 1 h');
  assert.match(row('accounts not listed')[1], /^SSO session acme, .*, accounts not listed$/);
});
