import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmod, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { suite, test } from 'node:test';
import { inspect } from 'node:util';
import { formatDate } from '../../../src/sso/dates.ts';
import { logout } from '../../../src/sso/portal.ts';
import { freshToken, renewToken } from '../../../src/sso/refresh.ts';
import type { Token } from '../../../src/sso/token-file.ts';
import type { Fault } from '../../local-aws/faults.ts';
import { loginText, type SignedIn, signedIn } from './session-bed.ts';

const HOUR = 3_600_000;
const { signal } = new AbortController();

/** All that an error holds, whatever is hung on it. */
function everything(error: unknown): string {
  return inspect(error, { depth: 20, showHidden: true, maxStringLength: null, maxArrayLength: null });
}

async function failureOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => assert.fail('it should fail'),
    (error: unknown) => error,
  );
}

/** Fails with a `UserError` that holds none of the secrets of a token. */
async function assertPlain(work: Promise<unknown>, token: Token, words: RegExp): Promise<void> {
  const error = await failureOf(work);
  assert.ok(error instanceof Error);
  assert.ok(['UserError', 'AwsError'].includes(error.name), everything(error));
  assert.match(error.message, words);
  assertNoSecret(everything(error), token);
}

function assertNoSecret(text: string, token: Token): void {
  const { accessToken, refreshToken = '', clientSecret = '' } = token;
  for (const secret of [accessToken, refreshToken, clientSecret]) {
    // A part of it would be too much as well.
    const tail = secret.slice(-20);
    assert.ok(tail.length === 20 && !text.includes(tail), text.replaceAll(tail, '<secret>'));
  }
}

async function present(bed: SignedIn): Promise<Token> {
  const token = await bed.home.tokens.read('acme');
  assert.ok(token);
  return token;
}

suite('no secret', () => {
  test('is in what a failed renewal throws, even when the server says it aloud', async () => {
    await using bed = await signedIn('acme');
    const token = await present(bed);
    const said = `${token.refreshToken} ${token.accessToken} secret=${token.clientSecret}`;
    const oauth = JSON.stringify({ error: 'server_error', error_description: said, message: said });
    const faults: readonly Fault[] = [
      { kind: 'reset' },
      { kind: 'cut' },
      { kind: 'html', status: 200 },
      { kind: 'answer', status: 200, body: `{"accessToken": "${token.accessToken}"` },
      { kind: 'answer', status: 200, body: `{"accessToken": "${token.accessToken}"}` },
      { kind: 'answer', status: 200, body: said },
      { kind: 'answer', status: 400, body: oauth },
      { kind: 'answer', status: 403, body: oauth },
      {
        kind: 'answer',
        status: 500,
        body: oauth,
        headers: { 'x-amzn-ErrorType': 'InternalServerException' },
      },
      {
        kind: 'answer',
        status: 302,
        headers: { location: `https://portal.example/?t=${token.refreshToken}` },
      },
      { kind: 'error', code: 'SlowDownException', message: said },
    ];
    bed.home.clock.time += 2 * HOUR;
    for (const fault of faults) {
      const injected = bed.aws.faults.add('CreateToken', fault);
      await assertPlain(renewToken(bed.request('acme')), token, /Renewing the login failed/);
      assert.ok(injected.used > 0);
      injected.dispose();
    }
  });

  test('is in what a broken, locked or missing file makes Rolecall say', async () => {
    await using bed = await signedIn('acme');
    const { tokens, clock } = bed.home;
    const token = await present(bed);
    clock.time += 2 * HOUR;
    await chmod(tokens.fileOf('acme'), 0o400);
    await assertPlain(freshToken(bed.request('acme')), token, /read-only/);
    await assertPlain(logout({ ...bed.request('acme'), roles: [] }), token, /read-only/);
    const later = { ...token, expiresAt: clock.time };
    await assertPlain(tokens.write('acme', later, signal), token, /read-only/);
    await rm(tokens.fileOf('acme'));
    await mkdir(tokens.fileOf('acme'));
    await assertPlain(tokens.write('acme', token, signal), token, /is a folder/);
    await assertPlain(logout({ ...bed.request('acme'), roles: [] }), token, /is a folder/);
    assert.equal((await tokens.state('acme', clock.time)).kind, 'broken');
    assert.equal(await freshToken(bed.request('acme')), undefined);
    await rm(tokens.folder, { recursive: true });
    await rm(dirname(tokens.folder), { recursive: true });
    await writeFile(dirname(tokens.folder), 'in the way');
    await assertPlain(tokens.write('acme', token, signal), token, /not a folder/);
    await assertPlain(tokens.tryClaimLogin('acme', signal), token, /not a folder/);
    assert.equal((await tokens.state('acme', clock.time)).kind, 'signedOut');
    assert.equal(bed.aws.requests.of('CreateToken').length, 0);
  });
});

suite('a folder that may not be written', () => {
  test('keeps the token in use while it lives, and costs no login', async context => {
    await using bed = await signedIn('acme');
    const { tokens, clock } = bed.home;
    const token = await present(bed);
    if (spawnSync('chattr', ['+i', tokens.folder]).status !== 0) {
      context.skip('needs chattr +i, hence root and a file system that knows it');
      return;
    }
    try {
      clock.time = token.expiresAt - 60_000;
      assert.deepEqual(await freshToken(bed.request('acme')), token);
      clock.time += HOUR;
      await assertPlain(freshToken(bed.request('acme')), token, /was not written/);
      await assertPlain(tokens.tryClaimLogin('acme', signal), token, /was not written/);
      assert.equal((await tokens.state('acme', clock.time)).kind, 'expired');
      assert.equal(bed.aws.requests.of('CreateToken').length, 0);
    } finally {
      spawnSync('chattr', ['-i', tokens.folder]);
    }
    assert.ok(await freshToken(bed.request('acme')));
  });
});

suite('the files of other tools', () => {
  test('are renewed whatever their dates and spaces look like, and what they hold beside stays', async () => {
    const dates: readonly ((ms: number) => string)[] = [
      formatDate,
      ms => formatDate(ms).replace('Z', 'UTC'),
      ms => formatDate(ms).replace('Z', '+00:00'),
      ms => new Date(ms).toISOString(),
      ms => formatDate(ms).replace('Z', '.123456Z'),
    ];
    for (const date of dates) {
      await using bed = await signedIn('acme');
      const [login] = bed.aws.state.sso.logins;
      assert.ok(login);
      const fields = {
        ...JSON.parse(loginText(login)),
        expiresAt: date(login.expiresAt),
        registrationExpiresAt: date(login.client.expiresAt),
        tokenType: 'Bearer',
        idToken: null,
      };
      await writeFile(bed.home.tokens.fileOf('acme'), `${JSON.stringify(fields, null, 2)}\n`);
      bed.home.clock.time = login.expiresAt - 10 * 60_000;
      const renewed = await freshToken(bed.request('acme'));
      assert.equal(renewed?.accessToken, login.accessToken);
      const written = JSON.parse(await readFile(bed.home.tokens.fileOf('acme'), 'utf8'));
      assert.deepEqual(Object.keys(written), Object.keys(fields));
      assert.deepEqual([written.tokenType, written.idToken], ['Bearer', null]);
      assert.equal(written.expiresAt, formatDate(bed.home.clock.time + HOUR));
      assert.equal(written.registrationExpiresAt, formatDate(login.client.expiresAt));
    }
  });
});
