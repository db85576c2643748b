import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { basename } from 'node:path';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { AccessFile, accessText, parseAccess } from '../../../src/sso/access-file.ts';
import { type KnownAccess, mergeAccess, NOTHING_KNOWN } from '../../../src/sso/known-access.ts';
import type { SsoSession } from '../../../src/sso/session.ts';
import { makeHome } from './home.ts';

const NOW = Date.UTC(2026, 10, 21, 12);
const HOUR = 3_600_000;

const id = fc.integer({ min: 0, max: 5 }).map(n => String(100_000_000_000 + n));
const moment = fc.integer({ min: 1, max: 5 }).map(n => NOW - n * HOUR);
const name = fc.string({ minLength: 1, maxLength: 40 });
const account = fc.record({
  id,
  name: fc.option(name, { nil: undefined }),
  email: fc.constant(undefined),
});
const known: fc.Arbitrary<KnownAccess> = fc.record({
  accounts: fc.option(
    fc.record({
      accounts: fc.uniqueArray(account, { selector: each => each.id, maxLength: 5 }),
      listedAt: moment,
      isComplete: fc.boolean(),
    }),
    { nil: undefined },
  ),
  roles: fc
    .array(fc.tuple(id, fc.record({ names: fc.array(name, { maxLength: 3 }), listedAt: moment })), {
      maxLength: 5,
    })
    .map(entries => new Map(entries)),
});

suite('the text of a list', () => {
  test('says what was written, whatever the names are', () => {
    fc.assert(
      fc.property(known, each => assert.deepEqual(parseAccess(accessText(each), NOW), structuredClone(each))),
    );
  });

  test('is never taken for another thing, and no text is too odd to be looked at', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), text => assert.equal(parseAccess(text, NOW), undefined)),
    );
  });

  test('cut off anywhere counts as nothing', () => {
    fc.assert(
      fc.property(known, fc.nat(), (each, at) => {
        const text = accessText(each).trimEnd();
        assert.equal(parseAccess(text.slice(0, at % text.length), NOW), undefined);
      }),
    );
  });

  test('does not hold mail addresses', () => {
    const list = { accounts: [{ id: '100000000000', name: 'One', email: 'one@example.com' }] };
    const text = accessText({
      accounts: { ...list, listedAt: NOW, isComplete: true },
      roles: new Map(),
    });
    assert.ok(!text.includes('example'));
  });
});

suite('what two windows know together', () => {
  test('is the same, whoever tells it, and telling it twice adds nothing', () => {
    fc.assert(
      fc.property(known, known, (one, other) => {
        const both = mergeAccess(one, other);
        assert.equal(mergeAccess(both, one), both);
        assert.equal(mergeAccess(both, other), both);
        assert.equal(mergeAccess(NOTHING_KNOWN, NOTHING_KNOWN), NOTHING_KNOWN);
      }),
    );
  });

  test('never has fewer accounts than a complete list, nor roles of accounts that it lacks', () => {
    fc.assert(
      fc.property(known, known, (one, other) => {
        const { accounts, roles } = mergeAccess(one, other);
        const complete = [one, other].filter(each => each.accounts?.isComplete === true);
        assert.equal(accounts?.isComplete ?? false, complete.length > 0);
        if (accounts?.isComplete === true) {
          const newest = Math.max(...complete.map(each => each.accounts?.listedAt ?? 0));
          assert.equal(accounts.listedAt, newest);
          const ids = new Set(accounts.accounts.map(each => each.id));
          assert.ok([...roles.keys()].every(each => ids.has(each)));
        }
        for (const [key, { listedAt }] of roles) {
          const times = [one, other].map(each => each.roles.get(key)?.listedAt ?? 0);
          assert.equal(listedAt, Math.max(...times));
        }
      }),
    );
  });
});

suite('the file of a list', () => {
  test('is gone after it was removed, also where it was just being written', async () => {
    await using home = await makeHome();
    const session: SsoSession = {
      id: 'acme',
      kind: 'session',
      startUrl: undefined,
      region: undefined,
      scopes: [],
      place: { file: '', line: 1 },
      profiles: [],
    };
    const { signal } = new AbortController();
    const file = new AccessFile(home.folder, session, () => NOW);
    await file.add(NOTHING_KNOWN, signal);
    assert.deepEqual(await readdir(home.folder), [basename(file.path)]);
    const writing = [file.add(NOTHING_KNOWN, signal), file.add(NOTHING_KNOWN, signal)];
    await file.remove();
    await Promise.all(writing);
    assert.deepEqual(await readdir(home.folder), []);
  });
});
