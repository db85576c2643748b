import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import type { KnownAccess } from '../../../src/sso/access-lists.ts';
import type { Account } from '../../../src/sso/portal-calls.ts';
import type { SsoSession } from '../../../src/sso/session.ts';
import {
  accessEntries,
  filterAccounts,
  searchEntries,
  sortedAccounts,
} from '../../../src/view/access-search.ts';

const session: SsoSession = {
  id: 'acme',
  kind: 'session',
  startUrl: 'https://acme.awsapps.com/start',
  region: 'eu-west-1',
  scopes: [],
  place: { file: 'config', line: 1 },
  profiles: [],
};

function account(id: string, name?: string): Account {
  return { id, name, email: undefined };
}

const ACCOUNTS = [
  account('123456789012', 'Sandbox 10'),
  account('111122223333', 'Sandbox 2'),
  account('444455556666'),
  account('222222222222', 'production'),
];
const KNOWN: KnownAccess = {
  accounts: { accounts: ACCOUNTS, listedAt: 1, isComplete: true },
  roles: new Map([
    ['123456789012', { names: ['ReadOnly', 'Admin'], listedAt: 1 }],
    ['222222222222', { names: ['Admin', 'SandboxUser'], listedAt: 1 }],
  ]),
};
const ENTRIES = accessEntries([{ session, name: 'acme', known: KNOWN }]);

function find(query: string, limit = 100): readonly string[] {
  return searchEntries(ENTRIES, query, limit).found.map(({ node, label }) =>
    node.kind === 'role' ? `${label} in ${node.account.id}` : label,
  );
}

test('accounts are sorted as people count, those without a name last', () => {
  assert.deepEqual(
    sortedAccounts(ACCOUNTS).map(({ name, id }) => name ?? id),
    ['production', 'Sandbox 2', 'Sandbox 10', '444455556666'],
  );
});

suite('search', () => {
  test('finds names, ids with and without dashes, and roles', () => {
    assert.deepEqual(find('PROD'), ['production', 'Admin in 222222222222', 'SandboxUser in 222222222222']);
    assert.deepEqual(find('1234-5678'), ['Sandbox 10', 'Admin in 123456789012', 'ReadOnly in 123456789012']);
    assert.deepEqual(find('12345678'), find('1234-5678'));
    assert.deepEqual(find('admin'), ['Admin in 222222222222', 'Admin in 123456789012']);
    assert.deepEqual(find('admin sandbox'), ['Admin in 123456789012']);
    assert.deepEqual(find('nothing'), []);
  });

  test('puts labels that begin with it first, then those that have it', () => {
    assert.deepEqual(find('sandbox').slice(0, 3), ['SandboxUser in 222222222222', 'Sandbox 2', 'Sandbox 10']);
    assert.deepEqual(find('user'), ['SandboxUser in 222222222222']);
    assert.deepEqual(find('s').slice(0, 3), ['SandboxUser in 222222222222', 'Sandbox 2', 'Sandbox 10']);
    assert.deepEqual(find('o').slice(0, 2), ['production', 'SandboxUser in 222222222222']);
  });

  test('shows accounts before anything is typed, and counts what is left out', () => {
    assert.deepEqual(find(' '), ['production', 'Sandbox 2', 'Sandbox 10', '4444-5555-6666']);
    assert.deepEqual(searchEntries(ENTRIES, 'acme', 3).more, ENTRIES.length - 3);
  });

  test('more typing never finds more', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (one, more) => {
        fc.pre(one.trim() !== '');
        const few = new Set(searchEntries(ENTRIES, one + more, 100).found);
        const many = new Set(searchEntries(ENTRIES, one, 100).found);
        assert.ok([...few].every(entry => many.has(entry)));
      }),
    );
  });
});

test('a filter keeps accounts with each word in name, id or role', () => {
  const filter = (query: string): readonly string[] =>
    filterAccounts(ACCOUNTS, KNOWN.roles, query).map(({ id }) => id);
  assert.deepEqual(filter(''), [...ACCOUNTS.map(({ id }) => id)]);
  assert.deepEqual(filter('sandbox admin'), ['123456789012', '222222222222']);
  assert.deepEqual(filter('4444-5555'), ['444455556666']);
  assert.deepEqual(filter('44445555'), ['444455556666']);
  assert.deepEqual(filter('zzz'), []);
});
