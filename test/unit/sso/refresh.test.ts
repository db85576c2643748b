import assert from 'node:assert/strict';
import { chmod, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { suite, test } from 'node:test';
import { Cancelled } from '../../../src/lib/errors.ts';
import { formatDate } from '../../../src/sso/dates.ts';
import { freshToken, REFRESH_WINDOW, RETRY_PAUSE, renewToken } from '../../../src/sso/refresh.ts';
import { TokenCache } from '../../../src/sso/token-cache.ts';
import { tokenText } from '../../../src/sso/token-file.ts';
import type { Fault } from '../../local-aws/faults.ts';
import { loginText, type SignedIn, START, signedIn } from './session-bed.ts';

const HOUR = 3_600_000;

async function fileOf(bed: SignedIn, session = 'acme'): Promise<Record<string, string>> {
  return JSON.parse(await readFile(bed.home.tokens.fileOf(session), 'utf8'));
}

function asked(bed: SignedIn): number {
  return bed.aws.requests.of('CreateToken').length;
}

suite('renewing a token', () => {
  test('begins fifteen minutes before the end, once for all who ask, and keeps the fields of others', async () => {
    await using bed = await signedIn('acme');
    const { home } = bed;
    const before = await fileOf(bed);
    await writeFile(home.tokens.fileOf('acme'), JSON.stringify({ ...before, extra: 'kept' }));
    home.clock.time = Date.parse(before['expiresAt'] ?? '') - REFRESH_WINDOW;
    assert.equal((await freshToken(bed.request('acme')))?.accessToken, before['accessToken']);
    assert.equal(asked(bed), 0);

    home.clock.time += 1000;
    const tokens = await Promise.all(Array.from({ length: 8 }, () => freshToken(bed.request('acme'))));
    assert.equal(asked(bed), 1);
    assert.equal(bed.aws.requests.of('CreateToken')[0]?.parameters['grantType'], 'refresh_token');
    const after = await fileOf(bed);
    assert.notEqual(after['accessToken'], before['accessToken']);
    assert.notEqual(after['refreshToken'], before['refreshToken']);
    assert.equal(after['extra'], 'kept');
    assert.deepEqual(Object.keys(after), [...Object.keys(before), 'extra']);
    assert.deepEqual(new Set(tokens.map(token => token?.accessToken)), new Set([after['accessToken']]));
  });

  test('also of an expired one; never of a legacy one, nor of the twin at the same start URL', async () => {
    await using bed = await signedIn('acme');
    const twin = await bed.logIn('twin');
    await bed.logIn(START, []);
    bed.home.clock.time += 2 * HOUR;
    assert.notEqual(await freshToken(bed.request('acme')), undefined);
    assert.equal((await fileOf(bed, 'twin'))['accessToken'], twin.accessToken);
    bed.home.clock.time += 10 * HOUR;
    assert.equal(await freshToken(bed.request(START)), undefined);
    assert.equal(asked(bed), 1);
  });

  test('fails quietly while the old token lives, and pauses for a minute', async () => {
    const faults: readonly Fault[] = [
      { kind: 'reset' },
      { kind: 'html' },
      { kind: 'html', status: 503 },
      { kind: 'error', code: 'InternalServerException' },
      { kind: 'error', code: 'SlowDownException' },
      { kind: 'error', code: 'ForbiddenByProxy', status: 403 },
      { kind: 'answer', status: 200, body: '{"accessToken": ' },
      { kind: 'answer', status: 200, body: '{}' },
      { kind: 'answer', status: 418, body: 'token=abc' },
    ];
    for (const fault of faults) {
      await using bed = await signedIn('acme');
      const before = await bed.home.tokens.read('acme');
      assert.ok(before);
      const injected = bed.aws.faults.add('CreateToken', fault);
      bed.home.clock.time = before.expiresAt - 5 * 60_000;
      assert.deepEqual(await freshToken(bed.request('acme')), before);
      assert.ok(injected.used > 0);
      const { used } = injected;
      bed.home.clock.time += RETRY_PAUSE - 1;
      assert.deepEqual(await freshToken(bed.request('acme')), before);
      assert.equal(injected.used, used, 'asked again too soon');
      assert.equal((await bed.home.tokens.state('acme', bed.home.clock.time)).kind, 'valid');

      // Dead, it is an error that says why, each time somebody asks; and no reason to log in.
      bed.home.clock.time = before.expiresAt + 1000;
      await assert.rejects(freshToken(bed.request('acme')), { name: 'AwsError' });
      await assert.rejects(freshToken(bed.request('acme')), { name: 'AwsError' });
      assert.equal((await bed.home.tokens.state('acme', bed.home.clock.time)).kind, 'expired');
      injected.dispose();
      assert.ok(await freshToken(bed.request('acme')), 'renewed once the trouble is over');
    }
  });

  test('that AWS refuses is not tried again; the file stays, and the next login is as good as any', async () => {
    for (const code of ['InvalidGrantException', 'InvalidClientException', 'ExpiredTokenException']) {
      await using bed = await signedIn('acme');
      const { home } = bed;
      const before = await home.tokens.read('acme');
      assert.ok(before);
      const text = await readFile(home.tokens.fileOf('acme'), 'utf8');
      const changed = Promise.withResolvers<void>();
      const listener = home.tokens.onDidChange(() => changed.resolve());
      const fault = bed.aws.faults.add('CreateToken', { kind: 'error', code });
      home.clock.time = before.expiresAt - 60_000;
      // While it lives it is good.
      assert.deepEqual(await freshToken(bed.request('acme')), before);
      await changed.promise;
      listener.dispose();
      assert.deepEqual(await home.tokens.state('acme', home.clock.time), {
        kind: 'valid',
        expiresAt: before.expiresAt,
        renews: false,
      });
      home.clock.time += HOUR;
      assert.equal(await freshToken(bed.request('acme')), undefined);
      assert.equal((await home.tokens.state('acme', home.clock.time)).kind, 'refused');
      assert.equal(fault.used, 1);
      assert.equal(await readFile(home.tokens.fileOf('acme'), 'utf8'), text);
      fault.dispose();
      const login = await bed.logIn('acme');
      assert.equal((await freshToken(bed.request('acme')))?.accessToken, login.accessToken);
      assert.equal((await home.tokens.state('acme', home.clock.time)).kind, 'valid');
    }
  });

  test('that AWS refuses is asked for by one window, and known to all', async () => {
    await using bed = await signedIn('acme');
    const { home, aws } = bed;
    aws.state.sso.revokeLogins();
    home.clock.time += 2 * HOUR;
    const other = new TokenCache({ system: home.system });
    const told = Promise.withResolvers<void>();
    let hasBegun = false;
    const listener = other.onDidChange(() => hasBegun && told.resolve());
    assert.equal((await other.state('acme', home.clock.time)).kind, 'expired');
    hasBegun = true;
    const windows = [home.tokens, other, new TokenCache({ system: home.system })];
    const found = await Promise.all(windows.map(tokens => freshToken({ ...bed.request('acme'), tokens })));
    assert.deepEqual(found, [undefined, undefined, undefined]);
    assert.equal(asked(bed), 1);
    await told.promise;
    listener.dispose();
    // Also to one that opens later.
    const late = new TokenCache({ system: home.system });
    assert.equal((await late.state('acme', home.clock.time)).kind, 'refused');
    const token = await late.read('acme');
    assert.ok(token);
    const login = aws.state.sso.issueLogin(START);
    await late.write(
      'acme',
      { ...token, refreshToken: login.refreshToken ?? '', ...login.client },
      new AbortController().signal,
    );
    assert.ok(await freshToken(bed.request('acme')));
    assert.deepEqual(await readdir(home.tokens.folder), [basename(home.tokens.fileOf('acme'))]);
    for (const tokens of [other, late]) {
      tokens.dispose();
    }
  });

  test('finds the token of a tool that was faster, also one that is being written yet', async () => {
    for (const isLate of [false, true]) {
      await using bed = await signedIn('acme');
      const { home, aws } = bed;
      const before = await home.tokens.read('acme');
      const [login] = aws.state.sso.logins;
      assert.ok(before && login);
      home.clock.time += 2 * HOUR;
      const hanging = aws.faults.add('CreateToken', { kind: 'hang' }, 1);
      const fresh = freshToken(bed.request('acme'));
      await aws.requests.seen('CreateToken');
      // The other tool got its answer first.
      aws.state.sso.renew(login);
      const file = home.tokens.fileOf('acme');
      if (isLate) {
        await writeFile(file, '{"startUrl": "https');
        hanging.release();
        await new Promise(resolve => setImmediate(resolve));
      }
      await writeFile(file, loginText(login));
      hanging.release();
      assert.equal((await fresh)?.accessToken, login.accessToken);
      assert.equal((await home.tokens.state('acme', home.clock.time)).kind, 'valid');
      assert.equal(aws.requests.of('CreateToken')[0]?.status, 400);
    }
  });

  test('waits for the token of a tool that has its answer but not yet written it', async () => {
    await using bed = await signedIn('acme');
    const { home, aws } = bed;
    const [login] = aws.state.sso.logins;
    assert.ok(login);
    home.clock.time += 2 * HOUR;
    // AWS gave the other tool a token, so it refuses this one.
    aws.state.sso.renew(login);
    const request = bed.request('acme');
    const sleep = async (): Promise<void> => {
      await writeFile(home.tokens.fileOf('acme'), loginText(login));
    };
    const token = await freshToken({ ...request, system: { ...request.system, sleep } });
    assert.equal(token?.accessToken, login.accessToken);
    assert.equal(asked(bed), 1);
  });

  test('writes nothing over a login or a logout that came meanwhile', async () => {
    await using bed = await signedIn('acme');
    const { home, aws } = bed;
    home.clock.time += 2 * HOUR;
    const hanging = aws.faults.add('CreateToken', { kind: 'hang' }, 1);
    const fresh = freshToken(bed.request('acme'));
    await aws.requests.seen('CreateToken');
    const login = await bed.logIn('acme');
    hanging.release();
    assert.equal((await fresh)?.accessToken, login.accessToken);
    assert.equal((await fileOf(bed))['accessToken'], login.accessToken);

    home.clock.time += 2 * HOUR;
    const again = aws.faults.add('CreateToken', { kind: 'hang' }, 1);
    const gone = freshToken(bed.request('acme'));
    await aws.requests.seen('CreateToken', 2);
    await home.tokens.remove('acme', new AbortController().signal);
    again.release();
    assert.equal(await gone, undefined);
    assert.equal((await home.tokens.state('acme', home.clock.time)).kind, 'signedOut');
  });

  test('is not tried with a registration that has expired', async () => {
    await using bed = await signedIn('acme', { registrationSeconds: 1800 });
    bed.home.clock.time += 2 * HOUR;
    assert.equal(await freshToken(bed.request('acme')), undefined);
    assert.equal(asked(bed), 0);
    assert.deepEqual(await bed.home.tokens.state('acme', bed.home.clock.time), {
      kind: 'expired',
      expiresAt: bed.home.clock.time - HOUR,
      renews: false,
    });
  });

  test('that was called off after it was sent keeps what comes; before, nothing is sent', async () => {
    await using bed = await signedIn('acme');
    const { home, aws } = bed;
    home.clock.time += 2 * HOUR;
    const stop = new AbortController();
    const hanging = aws.faults.add('CreateToken', { kind: 'hang' }, 1);
    const fresh = assert.rejects(freshToken(bed.request('acme', stop.signal)), Cancelled);
    await aws.requests.seen('CreateToken');
    stop.abort();
    await fresh;
    const before = await fileOf(bed);
    hanging.release();
    // Under its lock the next one finds what the first one got.
    const next = await freshToken(bed.request('acme'));
    assert.notEqual(next?.accessToken, before['accessToken']);
    assert.equal((await fileOf(bed))['accessToken'], next?.accessToken);
    assert.equal(asked(bed), 1);

    home.clock.time += 2 * HOUR;
    const early = new AbortController();
    await home.tokens.exclusively('acme', new AbortController().signal, async () => {
      const waiting = assert.rejects(freshToken(bed.request('acme', early.signal)), Cancelled);
      await new Promise(resolve => setImmediate(resolve));
      early.abort();
      await waiting;
    });
    assert.equal(asked(bed), 1);
  });
});

suite('a token that cannot be written', () => {
  test('is not asked for where that is plain beforehand', async () => {
    await using bed = await signedIn('acme');
    const { home } = bed;
    const before = await home.tokens.read('acme');
    assert.ok(before);
    home.clock.time = before.expiresAt - 60_000;
    await chmod(home.tokens.fileOf('acme'), 0o400);
    assert.deepEqual(await freshToken(bed.request('acme')), before);
    home.clock.time += HOUR;
    await assert.rejects(freshToken(bed.request('acme')), { name: 'UserError', message: /read-only/ });
    await chmod(home.tokens.fileOf('acme'), 0o600);
    assert.equal(asked(bed), 0);
    assert.ok(await freshToken(bed.request('acme')));
  });

  test('is kept in memory, used, and written when that works again', async () => {
    await using bed = await signedIn('acme');
    const { home, aws } = bed;
    const before = await fileOf(bed);
    home.clock.time += 2 * HOUR;
    const hanging = aws.faults.add('CreateToken', { kind: 'hang' }, 1);
    const renewing = renewToken(bed.request('acme'));
    await aws.requests.seen('CreateToken');
    // From now on it cannot be replaced.
    await chmod(home.tokens.fileOf('acme'), 0o400);
    hanging.release();
    await assert.rejects(renewing, (error: Error) => {
      assert.match(error.message, /read-only and was not changed/);
      return error.name === 'UserError';
    });
    assert.equal((await fileOf(bed))['accessToken'], before['accessToken']);
    const kept = await freshToken(bed.request('acme'));
    assert.equal(aws.state.sso.logins[0]?.accessToken, kept?.accessToken);
    const state = await home.tokens.state('acme', home.clock.time);
    assert.ok(state.kind === 'valid' && state.renews);
    await chmod(home.tokens.fileOf('acme'), 0o600);
    home.clock.time += RETRY_PAUSE;
    assert.equal((await freshToken(bed.request('acme')))?.accessToken, kept?.accessToken);
    assert.equal((await fileOf(bed))['accessToken'], kept?.accessToken);
    assert.equal(asked(bed), 1);
    home.clock.time += 2 * HOUR;
    assert.ok(await freshToken(bed.request('acme')), 'and renewed by what was kept');
    assert.equal(formatDate(home.clock.time + HOUR), (await fileOf(bed))['expiresAt']);
  });

  test('gives way to a login by another tool', async () => {
    await using bed = await signedIn('acme');
    const { home, aws } = bed;
    home.clock.time += 2 * HOUR;
    const hanging = aws.faults.add('CreateToken', { kind: 'hang' }, 1);
    const renewing = renewToken(bed.request('acme'));
    await aws.requests.seen('CreateToken');
    await chmod(home.tokens.fileOf('acme'), 0o400);
    hanging.release();
    await assert.rejects(renewing);
    await rm(home.tokens.fileOf('acme'));
    const login = await bed.logIn('acme');
    assert.equal((await freshToken(bed.request('acme')))?.accessToken, login.accessToken);
    assert.equal((await fileOf(bed))['accessToken'], login.accessToken);
  });

  test('gives way to a newer one that another tool got with the same refresh token', async () => {
    await using bed = await signedIn('acme');
    const { tokens } = bed.home;
    const base = await tokens.read('acme');
    assert.ok(base);
    const kept = { ...base, accessToken: 'kept', expiresAt: base.expiresAt + HOUR };
    const newer = { ...base, accessToken: 'newer', expiresAt: base.expiresAt + 2 * HOUR };
    tokens.renewals.keep('acme', base, kept);
    await writeFile(tokens.fileOf('acme'), tokenText(newer));
    await tokens.writeRenewed('acme', base, kept, new AbortController().signal);
    assert.equal((await fileOf(bed))['accessToken'], 'newer');
    assert.equal((await tokens.read('acme'))?.accessToken, 'newer');
    assert.equal(tokens.renewals.kept('acme'), undefined);

    // The clock may have been wrong when the one in the file came: what renewed it counts all the same.
    const early = { ...newer, accessToken: 'early', expiresAt: newer.expiresAt - HOUR };
    tokens.renewals.keep('acme', newer, early);
    assert.equal((await tokens.read('acme'))?.accessToken, 'early');
    await tokens.writeRenewed('acme', newer, early, new AbortController().signal);
    assert.equal((await fileOf(bed))['accessToken'], 'early');
  });
});
