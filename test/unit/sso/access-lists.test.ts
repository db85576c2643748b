import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Cancelled } from '../../../src/lib/errors.ts';
import { realSystem } from '../../../src/lib/system.ts';
import { sweepLists } from '../../../src/sso/access-file.ts';
import type { AccessLists } from '../../../src/sso/access-lists.ts';
import { LoginNeeded } from '../../../src/sso/portal.ts';
import { makeSignedIn, type SignedIn, START } from './listing-bed.ts';

const { signal } = new AbortController();

/** Resolves when `isSo` holds of what is known. */
function when(lists: AccessLists, isSo: () => boolean): Promise<void> {
  return new Promise(resolve => {
    const subscription = lists.onDidChange(() => {
      if (isSo()) {
        subscription.dispose();
        resolve();
      }
    });
  });
}

/** What is in the folder, but for hidden files. */
async function listFiles(bed: SignedIn): Promise<readonly string[]> {
  return (await readdir(bed.folder)).filter(name => !name.startsWith('.'));
}

suite('accounts', () => {
  test('2,000 come in twenty requests, page by page, and are asked for once', async () => {
    await using bed = await makeSignedIn({ accounts: 2000 });
    const lists = bed.openLists();
    const seen: (readonly [number, boolean])[] = [];
    lists.onDidChange(() => {
      const { accounts } = lists.known(bed.session);
      seen.push([accounts?.accounts.length ?? 0, accounts?.isComplete ?? false]);
    });
    const [list, same] = await Promise.all([
      lists.accounts(bed.session, { signal }),
      lists.accounts(bed.session, { signal }),
    ]);
    assert.equal(list.accounts.length, 2000);
    assert.equal(list.isComplete, true);
    assert.equal(same, list);
    assert.equal(await lists.accounts(bed.session, { signal }), list);
    assert.equal(bed.aws.requests.of('ListAccounts').length, 20);
    assert.equal(bed.aws.requests.of('ListAccountRoles').length, 0);
    for (let shown = 100; shown <= 2000; shown += 100) {
      assert.ok(
        seen.some(([length]) => length === shown),
        `${shown} were known at some time`,
      );
    }
    assert.ok(seen.every(([length, isComplete]) => !isComplete || length === 2000));
    assert.equal(lists.progress(bed.session), undefined);
    assert.deepEqual(bed.trouble, []);
  });

  test('are there at once in the next window, with their age, and asked for anew on demand', async () => {
    await using bed = await makeSignedIn({ accounts: 250 });
    const first = await bed.openLists().accounts(bed.session, { signal });
    bed.aws.requests.clear();
    bed.home.clock.time += 1_800_000;
    const lists = bed.openLists();
    const { accounts } = await lists.load(bed.session);
    assert.equal(accounts?.listedAt, first.listedAt);
    assert.equal(accounts?.isComplete, true);
    assert.deepEqual(
      accounts?.accounts.map(({ id, name }) => [id, name]),
      first.accounts.map(({ id, name }) => [id, name]),
    );
    assert.equal(await lists.accounts(bed.session, { signal }), accounts);
    assert.equal(bed.aws.requests.all.length, 0);
    const progress: unknown[] = [];
    lists.onDidChange(() => progress.push(lists.progress(bed.session)));
    bed.aws.state.data.sso[0]?.accounts.splice(0, 50);
    const fresh = await lists.accounts(bed.session, { signal, fresh: true });
    assert.equal(fresh.accounts.length, 200);
    assert.ok(fresh.listedAt >= first.listedAt + 1_800_000);
    assert.equal(bed.aws.requests.of('ListAccounts').length, 2);
    assert.deepEqual(progress[1], { done: 100, of: 250 });
  });

  test('that are listed anew replace the old ones only when all of them are there', async () => {
    await using bed = await makeSignedIn({ accounts: 250 });
    const lists = bed.openLists();
    const first = await lists.accounts(bed.session, { signal });
    bed.home.clock.time += 1000;
    bed.aws.faults.add('ListAccounts', { kind: 'error', code: 'InvalidRequestException' }, 1);
    await assert.rejects(lists.accounts(bed.session, { signal, fresh: true }), { failure: 'other' });
    assert.equal(lists.known(bed.session).accounts, first);
    assert.equal((await bed.openLists().load(bed.session)).accounts?.accounts.length, 250);
  });

  test('that came before a failure are kept, marked, and shown; the next one who asks gets all', async () => {
    await using bed = await makeSignedIn({ accounts: 250 });
    const lists = bed.openLists();
    const broken = when(lists, () => lists.known(bed.session).accounts?.accounts.length === 100).then(() =>
      bed.aws.faults.add('ListAccounts', { kind: 'error', code: 'UnauthorizedException' }, 1),
    );
    await assert.rejects(lists.accounts(bed.session, { signal }), { failure: 'unauthorized' });
    await broken;
    const { accounts } = await bed.openLists().load(bed.session);
    assert.equal(accounts?.accounts.length, 100);
    assert.equal(accounts.isComplete, false);
    assert.equal((await lists.accounts(bed.session, { signal })).accounts.length, 250);
  });

  test('that cannot be asked for at all leave no count behind', async () => {
    await using bed = await makeSignedIn({ accounts: 1 });
    const lists = bed.openLists();
    const session = { ...bed.session, region: undefined };
    await assert.rejects(lists.accounts(session, { signal }), { name: 'UserError' });
    assert.equal(lists.progress(session), undefined);
  });

  test('whoever cancels is told at once; the listing ends with the last who waits for it, and nothing follows', async () => {
    await using bed = await makeSignedIn({ accounts: 250 });
    const lists = bed.openLists();
    const hang = bed.aws.faults.add('ListAccounts', { kind: 'hang' });
    const [one, other] = [new AbortController(), new AbortController()];
    const first = assert.rejects(lists.accounts(bed.session, { signal: one.signal }), Cancelled);
    const second = assert.rejects(lists.accounts(bed.session, { signal: other.signal }), Cancelled);
    await bed.aws.requests.seen('ListAccounts');
    one.abort();
    await first;
    assert.deepEqual(lists.progress(bed.session), { done: 0, of: undefined });
    const idle = when(lists, () => lists.progress(bed.session) === undefined);
    other.abort();
    await second;
    await idle;
    hang.dispose();
    const list = await lists.accounts(bed.session, { signal });
    assert.equal(list.accounts.length, 250);
    assert.equal(bed.aws.requests.of('ListAccounts').length, 4);
  });

  test('after a cancel no request, no timer and no file follows', async () => {
    await using bed = await makeSignedIn({ accounts: 250 });
    const lists = bed.openLists();
    const hang = bed.aws.faults.add('ListAccountRoles', { kind: 'hang' });
    const stop = new AbortController();
    const listing = assert.rejects(lists.allRoles(bed.session, { signal: stop.signal }), Cancelled);
    await bed.aws.requests.seen('ListAccountRoles', 10);
    const [name = ''] = (await listFiles(bed)).filter(each => each.endsWith('.json'));
    const before = await stat(join(bed.folder, name));
    stop.abort();
    await listing;
    const waits = bed.home.clock.waits.length;
    hang.dispose();
    // What the lists had under way has ended when their lock is free.
    const { tryLock } = await import('../../../src/lib/file-lock.ts');
    for (;;) {
      const lock = await tryLock(join(bed.folder, name.replace('.json', '.roles.lock')), { signal });
      if (lock !== undefined) {
        await lock.release();
        break;
      }
    }
    assert.equal(bed.aws.requests.of('ListAccountRoles').length, 10);
    assert.equal(bed.home.clock.waits.length, waits);
    const now = await stat(join(bed.folder, name));
    assert.deepEqual([now.ino, now.mtimeMs], [before.ino, before.mtimeMs]);
    assert.deepEqual(await listFiles(bed), [name]);
    assert.equal(lists.known(bed.session).roles.size, 0);
  });

  test('a login is needed where there is none', async () => {
    await using bed = await makeSignedIn({ accounts: 1 });
    await bed.home.tokens.remove('acme', signal);
    await assert.rejects(bed.openLists().accounts(bed.session, { signal }), LoginNeeded);
    assert.equal(bed.aws.requests.all.length, 0);
  });

  test('a login that another window renewed in mid-list is used', async () => {
    await using bed = await makeSignedIn({ accounts: 250 });
    const lists = bed.openLists();
    const renewed = when(lists, () => lists.known(bed.session).accounts?.accounts.length === 100).then(
      async () => {
        const token = await bed.home.tokens.read('acme');
        const old = bed.aws.state.sso.findLogin(token?.accessToken ?? '');
        assert.ok(old);
        await bed.signIn();
        bed.aws.state.sso.endLogin(old);
      },
    );
    const hang = bed.aws.faults.add('ListAccounts', { kind: 'hang' });
    const listing = lists.accounts(bed.session, { signal });
    await bed.aws.requests.seen('ListAccounts');
    hang.release();
    await bed.aws.requests.seen('ListAccounts', 2);
    await renewed;
    hang.dispose();
    assert.equal((await listing).accounts.length, 250);
    assert.ok(bed.aws.requests.of('ListAccounts').some(({ status }) => status === 401));
  });
});

suite('roles', () => {
  test('are asked for one account at a time, once, and anew on demand', async () => {
    await using bed = await makeSignedIn({ accounts: 3 });
    const lists = bed.openLists();
    const id = '100000000001';
    assert.deepEqual(
      await Promise.all([lists.roles(bed.session, id, { signal }), lists.roles(bed.session, id, { signal })]),
      [
        ['Role1', 'Role2'],
        ['Role1', 'Role2'],
      ],
    );
    await lists.roles(bed.session, id, { signal });
    assert.equal(bed.aws.requests.of('ListAccountRoles').length, 1);
    assert.deepEqual(await bed.openLists().roles(bed.session, id, { signal }), ['Role1', 'Role2']);
    assert.equal(bed.aws.requests.of('ListAccountRoles').length, 1);
    bed.home.clock.time += 1000;
    bed.aws.state.data.sso[0]?.accounts[1]?.roles.push('New');
    assert.deepEqual(await lists.roles(bed.session, id, { signal, fresh: true }), ['Role1', 'Role2', 'New']);
    assert.deepEqual(lists.known(bed.session).roles.get(id)?.names, ['Role1', 'Role2', 'New']);
  });

  test('of all accounts come with a count, under a limit, and without a failure', async () => {
    await using bed = await makeSignedIn({
      accounts: 400,
      roles: 5,
      settings: { portalLimit: { perSecond: 12, burst: 3 } },
    });
    const lists = bed.openLists();
    const counts: (readonly [number, number])[] = [];
    const { roles, isComplete } = await lists.allRoles(bed.session, {
      signal,
      onProgress: (done, of) => counts.push([done, of]),
    });
    assert.equal(isComplete, true);
    assert.equal(roles.size, 400);
    assert.ok([...roles.values()].every(names => names.length === 5));
    assert.deepEqual(counts[0], [0, 400]);
    assert.deepEqual(counts.at(-1), [400, 400]);
    assert.equal(counts.length, 401);
    const statuses = bed.aws.requests.all.map(({ status }) => status);
    assert.equal(statuses.filter(status => status === 200).length, 404);
    assert.ok(statuses.some(status => status === 429));
    assert.deepEqual(bed.trouble, []);
  });

  test('of all accounts go on where they were broken off', async () => {
    await using bed = await makeSignedIn({ accounts: 60 });
    const lists = bed.openLists();
    const stop = new AbortController();
    const broken = lists.allRoles(bed.session, {
      signal: stop.signal,
      onProgress: done => {
        if (done === 20) {
          stop.abort();
        }
      },
    });
    await assert.rejects(broken, Cancelled);
    const known = lists.known(bed.session).roles;
    assert.ok(known.size >= 20 && known.size < 60, `${known.size}`);
    bed.aws.requests.clear();
    const { roles, isComplete } = await lists.allRoles(bed.session, { signal });
    assert.equal(roles.size, 60);
    assert.equal(isComplete, true);
    const asked = bed.aws.requests.all.map(({ search }) => new URLSearchParams(search).get('account_id'));
    assert.ok(asked.length > 0);
    assert.ok(asked.every(id => id === null || !known.has(id)));
  });

  test('that AWS refuses to tell leave the lists incomplete; a portal that is gone ends the listing', async () => {
    await using bed = await makeSignedIn({ accounts: 20 });
    const lists = bed.openLists();
    bed.aws.faults.add('ListAccountRoles', { kind: 'error', code: 'ForbiddenException', status: 403 }, 2);
    const { roles, isComplete } = await lists.allRoles(bed.session, { signal });
    assert.equal(roles.size, 18);
    assert.equal(isComplete, false);
    bed.aws.faults.add('ListAccountRoles', { kind: 'html' });
    await assert.rejects(lists.allRoles(bed.session, { signal, fresh: true }), { failure: 'stranger' });
    assert.equal(lists.known(bed.session).roles.size, 18);
  });

  test('of an account that is gone go with it', async () => {
    await using bed = await makeSignedIn({ accounts: 5 });
    const lists = bed.openLists();
    await lists.allRoles(bed.session, { signal });
    bed.home.clock.time += 1000;
    bed.aws.state.data.sso[0]?.accounts.splice(0, 1);
    await lists.accounts(bed.session, { signal, fresh: true });
    assert.equal(lists.known(bed.session).roles.size, 4);
    assert.equal((await bed.openLists().load(bed.session)).roles.size, 4);
  });

  test('a server that fails for a moment is no failure', async () => {
    await using bed = await makeSignedIn({ accounts: 20 });
    bed.aws.faults.add('ListAccountRoles', { kind: 'reset' }, 2);
    bed.aws.faults.add('ListAccountRoles', { kind: 'answer', status: 503 }, 2);
    bed.aws.faults.add('ListAccountRoles', { kind: 'cut' }, 1);
    const { isComplete } = await bed.openLists().allRoles(bed.session, { signal });
    assert.equal(isComplete, true);
  });

  test('a server that stays away is asked four times, by the pacing alone', async () => {
    await using bed = await makeSignedIn({ accounts: 20 });
    bed.aws.faults.add('ListAccounts', { kind: 'answer', status: 503 });
    await assert.rejects(bed.openLists().accounts(bed.session, { signal }), { failure: 'server' });
    assert.equal(bed.aws.requests.of('ListAccounts').length, 4);
  });

  test('one failure that will not pass ends the whole listing', async () => {
    await using bed = await makeSignedIn({ accounts: 100 });
    bed.aws.faults.add('ListAccountRoles', { kind: 'error', code: 'InvalidRequestException' }, 1);
    await assert.rejects(bed.openLists().allRoles(bed.session, { signal }), { failure: 'other' });
    const asked = bed.aws.requests.of('ListAccountRoles').length;
    assert.ok(asked < 50, `${asked}`);
  });

  test('wait while somebody logs in', async () => {
    await using bed = await makeSignedIn({ accounts: 3 });
    const lists = bed.openLists();
    await lists.accounts(bed.session, { signal });
    const login = lists.hold(bed.session);
    const roles = lists.allRoles(bed.session, { signal });
    // By then the listing has been under way for long: another window, whom nobody holds, was served.
    await bed.openLists().roles(bed.session, '100000000002', { signal });
    assert.equal(bed.aws.requests.of('ListAccountRoles').length, 1);
    login.dispose();
    assert.equal((await roles).roles.size, 3);
  });
});

suite('the lists on disk', () => {
  test('are for the user alone and hold no secret and no mail address', async () => {
    await using bed = await makeSignedIn({ accounts: 3 });
    await bed.openLists().allRoles(bed.session, { signal });
    const [name = '', ...others] = await listFiles(bed);
    assert.deepEqual(others, []);
    const path = join(bed.folder, name);
    assert.equal((await stat(path)).mode & 0o777, 0o600);
    assert.equal((await stat(bed.folder)).mode & 0o777, 0o700);
    const text = await readFile(path, 'utf8');
    const token = await bed.home.tokens.read('acme');
    assert.ok(token);
    assert.ok(!text.includes(token.accessToken));
    assert.ok(!text.includes('@'));
    assert.deepEqual(JSON.parse(text).accounts[0], { id: '100000000000', name: 'Account 1' });
  });

  test('count as nothing when they are broken, of another version, or of another start URL', async () => {
    await using bed = await makeSignedIn({ accounts: 3 });
    await bed.openLists().accounts(bed.session, { signal });
    const [name = ''] = await listFiles(bed);
    const path = join(bed.folder, name);
    const good = await readFile(path, 'utf8');
    const moved = { ...bed.session, startUrl: 'https://other.awsapps.com/start' };
    assert.equal((await bed.openLists().load(moved)).accounts, undefined);
    for (const bad of [
      '',
      '{',
      'null',
      '[]',
      good.slice(0, good.length / 2),
      good.replace('"version":1', '"version":2'),
      good.replace('"id":"100000000000"', '"id":"../etc"'),
      good.replace('"id":"100000000000"', '"id":7'),
      good.replace('"roles":{', '"roles":{"100000000000":5,'),
      good.replace(/"listedAt":\d+/, '"listedAt":9e15'),
    ]) {
      assert.notEqual(bad, good);
      await writeFile(path, bad);
      assert.equal((await bed.openLists().load(bed.session)).accounts, undefined, bad.slice(0, 60));
    }
    bed.aws.requests.clear();
    await bed.openLists().accounts(bed.session, { signal });
    assert.equal(bed.aws.requests.of('ListAccounts').length, 1);
    assert.equal((await bed.openLists().load(bed.session)).accounts?.accounts.length, 3);
  });

  test('are gone after a logout, also what a listing would write after that', async () => {
    await using bed = await makeSignedIn({ accounts: 250 });
    const lists = bed.openLists();
    await lists.accounts(bed.session, { signal });
    const hang = bed.aws.faults.add('ListAccounts', { kind: 'hang' });
    bed.aws.requests.clear();
    const listing = assert.rejects(lists.accounts(bed.session, { signal, fresh: true }));
    await bed.aws.requests.seen('ListAccounts');
    const token = await bed.home.tokens.read('acme');
    const login = bed.aws.state.sso.findLogin(token?.accessToken ?? '');
    assert.ok(login);
    bed.aws.state.sso.endLogin(login);
    await bed.home.tokens.remove('acme', signal);
    await lists.forget(bed.session);
    hang.dispose();
    await listing;
    assert.deepEqual(lists.known(bed.session).accounts, undefined);
    assert.deepEqual(
      (await listFiles(bed)).filter(name => name.endsWith('.json')),
      [],
    );
  });

  test('from before a login are shown, but asked for anew by whoever wants them', async () => {
    await using bed = await makeSignedIn({ accounts: 3 });
    const lists = bed.openLists();
    await lists.allRoles(bed.session, { signal });
    bed.aws.requests.clear();
    bed.home.clock.time += 1000;
    lists.noteLogin(bed.session);
    bed.aws.state.data.sso[0]?.accounts.splice(0, 1);
    assert.equal((await lists.load(bed.session)).accounts?.accounts.length, 3);
    const id = '100000000001';
    await lists.roles(bed.session, id, { signal });
    assert.equal(bed.aws.requests.of('ListAccountRoles').length, 1);
    const { roles, isComplete } = await lists.allRoles(bed.session, { signal });
    assert.equal(roles.size, 2);
    assert.equal(isComplete, true);
    assert.equal(bed.aws.requests.of('ListAccounts').length, 1);
    // That of one account was new already.
    assert.equal(bed.aws.requests.of('ListAccountRoles').length, 2);
    await lists.allRoles(bed.session, { signal });
    assert.equal(bed.aws.requests.all.length, 3);
  });

  test('of sessions that nobody used for three months are swept away', async () => {
    await using bed = await makeSignedIn({ accounts: 1 });
    await mkdir(bed.folder, { recursive: true });
    const day = 24 * 3600;
    const now = bed.home.clock.now() / 1000;
    for (const [name, days] of [
      ['old.json', 91],
      ['young.json', 89],
    ] as const) {
      await writeFile(join(bed.folder, name), '{}');
      await utimes(join(bed.folder, name), now - days * day, now - days * day);
    }
    await sweepLists(bed.folder, bed.home.clock.now());
    assert.deepEqual(await listFiles(bed), ['young.json']);
  });

  test('a folder that cannot be written costs the list on disk and nothing else', async () => {
    await using bed = await makeSignedIn({ accounts: 250 });
    await writeFile(join(bed.home.folder, 'storage'), 'a file where the folder should be');
    const { accounts } = await bed.openLists().accounts(bed.session, { signal });
    assert.equal(accounts.length, 250);
    assert.ok(bed.trouble.length > 0);
  });
});

suite('several windows', () => {
  test('eight that ask at once make one listing of accounts and one of roles', async () => {
    await using bed = await makeSignedIn({ accounts: 12, clock: 'real' });
    const windows = Array.from({ length: 8 }, () => bed.openLists());
    const found = await Promise.all(windows.map(lists => lists.allRoles(bed.session, { signal })));
    assert.ok(found.every(({ roles, isComplete }) => isComplete && roles.size === 12));
    assert.equal(bed.aws.requests.of('ListAccounts').length, 1);
    assert.equal(bed.aws.requests.of('ListAccountRoles').length, 12);
  });

  test('eight processes that ask at once make one listing, under a limit', { timeout: 120_000 }, async () => {
    await using bed = await makeSignedIn({
      accounts: 120,
      clock: 'real',
      settings: { portalLimit: { perSecond: 15, burst: 5 } },
    });
    const system = realSystem();
    const script = fileURLToPath(new URL('list-process.ts', import.meta.url));
    const results = await Promise.all(
      Array.from({ length: 8 }, () =>
        system.run(process.execPath, [script, bed.home.folder, bed.aws.url, START], {
          signal,
          timeoutMs: 100_000,
        }),
      ),
    );
    assert.deepEqual(
      results.map(({ code, stdout, stderr }) => [code, stdout, stderr]),
      Array.from({ length: 8 }, () => [0, '120 120 true\n', '']),
    );
    const answered = bed.aws.requests.all.filter(({ status }) => status === 200);
    assert.equal(answered.length, 2 + 120);
  });

  test('what goes wrong when another window’s list is shown goes to the log', async () => {
    await using bed = await makeSignedIn({ accounts: 3 });
    const [one, other] = [bed.openLists(), bed.openLists()];
    await one.load(bed.session);
    const shown = Promise.withResolvers<void>();
    one.onDidChange(() => {
      setImmediate(shown.resolve);
      throw new Error('a row could not be shown');
    });
    await other.accounts(bed.session, { signal });
    await shown.promise;
    assert.deepEqual(bed.trouble.map(String), ['Error: a row could not be shown']);
  });

  test('a window takes over where another gave up, and follows what another lists', async () => {
    await using bed = await makeSignedIn({ accounts: 12, clock: 'real' });
    const [one, other] = [bed.openLists(), bed.openLists()];
    await one.accounts(bed.session, { signal });
    const hang = bed.aws.faults.add('ListAccountRoles', { kind: 'hang' });
    const stop = new AbortController();
    const first = assert.rejects(one.allRoles(bed.session, { signal: stop.signal }), Cancelled);
    await bed.aws.requests.seen('ListAccountRoles');
    const second = other.allRoles(bed.session, { signal });
    stop.abort();
    await first;
    hang.dispose();
    assert.equal((await second).roles.size, 12);
    const follows = when(one, () => one.known(bed.session).roles.size === 12);
    await one.load(bed.session);
    if (one.known(bed.session).roles.size < 12) {
      await follows;
    }
  });
});
