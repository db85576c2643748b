import assert from 'node:assert/strict';
import { chmod, mkdir, readdir, readFile, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { formatDate, parseDate } from '../../../src/sso/dates.ts';
import { pythonJson } from '../../../src/sso/python-json.ts';
import { registrationFile } from '../../../src/sso/registration.ts';
import { type Token, tokenText } from '../../../src/sso/token-file.ts';
import vectors from '../../fixtures/vectors/caches/cache-keys.json' with { type: 'json' };
import { makeHome } from './home.ts';

const NOW = Date.UTC(2026, 10, 21, 6);
const { signal } = new AbortController();

suite('token cache', () => {
  test('names the files as AWS CLI does', async () => {
    await using home = await makeHome();
    for (const { id, file } of vectors.sso_token) {
      assert.equal(basename(home.tokens.fileOf(id)), file);
    }
    for (const { args, json, file } of vectors.sso_registration) {
      assert.equal(pythonJson(args, { sortKeys: true }), json);
      const kind = args.session_name === null ? 'legacy' : 'session';
      const session = {
        id: args.session_name ?? args.startUrl,
        kind,
        startUrl: args.startUrl,
        region: args.region,
        scopes: args.scopes ?? [],
        place: { file: 'config', line: 1 },
        profiles: [],
      } as const;
      assert.equal(registrationFile({ session, flow: 'device' }), file);
    }
    for (const { args, json } of vectors.cli_assume_role) {
      assert.equal(pythonJson(args, { sortKeys: true }), json);
    }
  });

  test('keeps start URLs apart as they are written, and sessions that share one', async () => {
    await using home = await makeHome();
    const start = 'https://x.awsapps.com/start';
    const urls = [start, `${start}/`, `${start}#`, `${start}/#`, `${start}#/`, `${start}/#/`];
    assert.equal(new Set(urls.map(url => home.tokens.fileOf(url))).size, urls.length);
    const files = ['one', 'two'].map(id =>
      registrationFile({
        session: {
          id,
          kind: 'session',
          startUrl: start,
          region: 'eu-west-1',
          scopes: [],
          place: { file: 'config', line: 1 },
          profiles: [],
        },
        flow: 'device',
      }),
    );
    assert.equal(new Set(files).size, 2);
    await home.tokens.write('one', { accessToken: 'of-one', expiresAt: NOW + 1000, other: {} }, signal);
    assert.equal((await home.tokens.state('two', NOW)).kind, 'signedOut');
    assert.equal((await home.tokens.state(start, NOW)).kind, 'signedOut');
  });

  test('reads what old and new tools wrote', async () => {
    await using home = await makeHome();
    await mkdir(home.tokens.folder, { recursive: true });
    const cases: readonly (readonly [date: string, state: string])[] = [
      ['2026-11-21T07:00:00Z', 'valid'],
      ['2026-11-21T07:00:00UTC', 'valid'],
      ['2026-11-21T07:00:00.123456Z', 'valid'],
      ['2026-11-21T07:00:00+00:00', 'valid'],
      ['2026-11-21T09:00:00+02:00', 'valid'],
      ['2026-11-21T07:00:00+02:00', 'expired'],
      ['2026-11-21T05:59:59UTC', 'expired'],
      ['2026-11-21T06:00:00Z', 'expired'],
    ];
    for (const [expiresAt, kind] of cases) {
      await writeFile(home.tokens.fileOf('s'), JSON.stringify({ accessToken: 'abc', expiresAt }));
      const state = await home.tokens.state('s', NOW);
      assert.deepEqual([state.kind, expiresAt], [kind, expiresAt]);
    }
  });

  test('a file with rubbish in it is a state with a reason, never an error', async () => {
    await using home = await makeHome();
    await mkdir(home.tokens.folder, { recursive: true });
    const file = home.tokens.fileOf('s');
    const future = '2099-01-01T00:00:00Z';
    const cases: readonly (readonly [text: string, reason: RegExp])[] = [
      ['', /empty/],
      ['{"accessToken": "tok-secret", "expi', /not JSON/],
      ['[]', /not a JSON object/],
      ['null', /not a JSON object/],
      ['\u0000\u0001', /not JSON/],
      ['{}', /no access token/],
      [JSON.stringify({ clientId: 'a', clientSecret: 'b', expiresAt: future }), /no access token/],
      [JSON.stringify({ accessToken: 5, expiresAt: future }), /no access token/],
      [JSON.stringify({ accessToken: 'tok-secret\r\nHost: evil', expiresAt: future }), /no access token/],
      [JSON.stringify({ accessToken: 'tok-secret' }), /expiresAt/],
      [JSON.stringify({ accessToken: 'tok-secret', expiresAt: 'tomorrow' }), /expiresAt/],
      [JSON.stringify({ accessToken: 'tok-secret', expiresAt: '2026-02-31T00:00:00Z' }), /expiresAt/],
      ['x'.repeat(1024 * 1024 + 1), /too large/],
    ];
    for (const [text, reason] of cases) {
      await writeFile(file, text);
      // Not one that is being written yet.
      await utimes(file, 0, 0);
      const state = await home.tokens.state('s', NOW);
      assert.ok(state.kind === 'broken', text.slice(0, 40));
      assert.match(state.reason, reason);
      assert.doesNotMatch(JSON.stringify(state), /tok-secret/);
      assert.equal(state.file, file);
      assert.equal(await home.tokens.read('s'), undefined);
    }
    await mkdir(home.tokens.fileOf('folder'));
    assert.equal((await home.tokens.state('folder', NOW)).kind, 'broken');
    await symlink(home.tokens.fileOf('round'), home.tokens.fileOf('round'));
    assert.equal((await home.tokens.state('round', NOW)).kind, 'broken');
    assert.equal((await home.tokens.state('nobody', NOW)).kind, 'signedOut');
  });

  test('a file that is half written is waited for', async () => {
    await using home = await makeHome();
    await mkdir(home.tokens.folder, { recursive: true });
    const file = home.tokens.fileOf('s');
    const whole = JSON.stringify({ accessToken: 'abc', expiresAt: '2026-11-21T07:00:00Z' });
    for (const half of ['', whole.slice(0, 20)]) {
      await writeFile(file, half);
      let isWhole = false;
      const state = home.tokens.state('s', NOW);
      const token = home.tokens.read('s');
      const both = Promise.all([state, token]).then(found => {
        assert.ok(isWhole, 'it was not waited for');
        return found;
      });
      // Time enough for who does not wait.
      for (let turn = 0; turn < 20; turn++) {
        await readFile(file);
      }
      isWhole = true;
      await writeFile(file, whole);
      const [read, found] = await both;
      assert.equal(read.kind, 'valid');
      assert.equal(found?.accessToken, 'abc');
    }
    // Whoever closes the cache waits no longer.
    await writeFile(file, '{');
    const last = home.tokens.state('s', NOW);
    home.tokens.dispose();
    assert.equal((await last).kind, 'broken');
  });

  test('writes 0600, keeps what others put there, and tells whoever listens', async () => {
    await using home = await makeHome();
    const { tokens } = home;
    const changed = Promise.withResolvers<void>();
    const listener = tokens.onDidChange(() => changed.resolve());
    const token: Token = {
      accessToken: 'abc',
      expiresAt: NOW + 3_600_000,
      startUrl: 'https://x.awsapps.com/start',
      region: 'eu-west-1',
      refreshToken: 'ref',
      other: { idToken: null, extra: { b: 1, a: ['é'] } },
    };
    await tokens.write('acme', token, signal);
    await changed.promise;
    listener.dispose();
    assert.equal(
      await readFile(tokens.fileOf('acme'), 'utf8'),
      '{"startUrl": "https://x.awsapps.com/start", "region": "eu-west-1", "accessToken": "abc", ' +
        '"expiresAt": "2026-11-21T07:00:00Z", "refreshToken": "ref", "idToken": null, ' +
        '"extra": {"b": 1, "a": ["\\u00e9"]}}',
    );
    assert.equal((await stat(tokens.fileOf('acme'))).mode & 0o777, 0o600);
    assert.equal((await stat(tokens.folder)).mode & 0o777, 0o700);
    assert.deepEqual(await tokens.read('acme'), token);
    // The SDK for JavaScript leaves it readable for all.
    await chmod(tokens.fileOf('acme'), 0o644);
    await tokens.write('acme', { ...token, accessToken: 'def' }, signal);
    assert.equal((await stat(tokens.fileOf('acme'))).mode & 0o777, 0o600);
    assert.equal(await tokens.remove('acme', signal), true);
    assert.equal(await tokens.remove('acme', signal), false);
    assert.deepEqual(await readdir(tokens.folder), []);
  });

  test('renews only with all that it takes', async () => {
    await using home = await makeHome();
    await mkdir(home.tokens.folder, { recursive: true });
    const whole = {
      accessToken: 'abc',
      expiresAt: '2026-11-21T05:00:00Z',
      clientId: 'id',
      clientSecret: 'cs',
      registrationExpiresAt: '2026-12-01T00:00:00Z',
      refreshToken: 'rt',
    };
    const renews = async (fields: object): Promise<boolean> => {
      await writeFile(home.tokens.fileOf('s'), JSON.stringify(fields));
      const state = await home.tokens.state('s', NOW);
      return state.kind === 'expired' && state.renews;
    };
    assert.equal(await renews(whole), true);
    for (const key of ['clientId', 'clientSecret', 'registrationExpiresAt', 'refreshToken']) {
      assert.equal(await renews({ ...whole, [key]: undefined }), false, key);
    }
    assert.equal(await renews({ ...whole, registrationExpiresAt: '2026-11-21T05:59:00Z' }), false);
  });

  test('a folder that cannot be written is told as such, without the token', async () => {
    await using home = await makeHome();
    await mkdir(dirname(home.tokens.folder), { recursive: true });
    await writeFile(home.tokens.folder, 'in the way');
    const token: Token = { accessToken: 'tok-secret', expiresAt: NOW, other: {} };
    await assert.rejects(home.tokens.write('s', token, signal), (error: Error) => {
      assert.equal(error.name, 'UserError');
      assert.doesNotMatch(error.message, /tok-secret/);
      return true;
    });
    assert.equal((await home.tokens.state('s', NOW)).kind, 'signedOut');
  });

  test('a link to a file elsewhere stays one', async () => {
    await using home = await makeHome();
    const { tokens } = home;
    await mkdir(tokens.folder, { recursive: true });
    const elsewhere = join(home.folder, 'elsewhere.json');
    await writeFile(elsewhere, '{}');
    await symlink(elsewhere, tokens.fileOf('s'));
    await tokens.write('s', { accessToken: 'abc', expiresAt: NOW, other: {} }, signal);
    assert.match(await readFile(elsewhere, 'utf8'), /"accessToken": "abc"/);
  });
});

suite('dates and JSON', () => {
  test('a date that is printed reads back, and rubbish never throws', () => {
    const time = fc.integer({ min: 0, max: 4_102_444_800 }).map(seconds => seconds * 1000);
    fc.assert(fc.property(time, ms => parseDate(formatDate(ms)) === ms));
    fc.assert(
      fc.property(fc.anything(), value => {
        const date = parseDate(value);
        return date === undefined || Number.isFinite(date);
      }),
    );
  });

  test('tokens read back as they were written, whatever is in them', async () => {
    await using home = await makeHome();
    const text = fc.string({ unit: 'binary', minLength: 1 });
    const token = fc.record({
      startUrl: text,
      clientSecret: text,
      other: fc.dictionary(
        text.map(key => `x${key}`),
        fc.jsonValue(),
      ),
    });
    await mkdir(home.tokens.folder, { recursive: true });
    await fc.assert(
      fc.asyncProperty(token, async fields => {
        const printed = tokenText({ accessToken: 'abc', expiresAt: NOW, ...fields } as Token);
        assert.match(printed, /^[\x20-\x7e]*$/);
        assert.deepEqual(JSON.parse(printed), {
          accessToken: 'abc',
          expiresAt: formatDate(NOW),
          startUrl: fields.startUrl,
          clientSecret: fields.clientSecret,
          ...JSON.parse(JSON.stringify(fields.other)),
        });
      }),
    );
  });
});
