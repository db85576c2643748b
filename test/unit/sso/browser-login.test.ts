import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { inspect } from 'node:util';
import { Cancelled, UserError } from '../../../src/lib/errors.ts';
import { callSettings } from '../../../src/sso/call-settings.ts';
import { BrowserFlowFailed, type LoginRequest, login } from '../../../src/sso/login.ts';
import { RedirectServer } from '../../../src/sso/redirect-server.ts';
import { registrationFile } from '../../../src/sso/registration.ts';
import { completeSession, listSessions } from '../../../src/sso/session.ts';
import type { Token } from '../../../src/sso/token-cache.ts';
import { type LocalAws, startLocalAws } from '../../local-aws/server.ts';
import { type Home, makeHome } from './home.ts';

const CONFIG = `[sso-session acme]
sso_start_url = https://acme.awsapps.com/start
sso_region = eu-west-1
`;

/** What the test's browser does with the address that it is given. */
type Visit = (url: string) => Promise<unknown>;

type Bed = AsyncDisposable & {
  readonly home: Home;
  readonly aws: LocalAws;
  readonly stop: AbortController;
  readonly urls: string[];
  /** The ten minutes are over. */
  timeUp(): void;
  login(visit: Visit, change?: Partial<LoginRequest>, config?: string): Promise<Token>;
};

async function makeBed(): Promise<Bed> {
  const home = await makeHome();
  const aws = await startLocalAws({ now: home.clock.now, settings: { autoApprove: true } });
  const stop = new AbortController();
  const end = Promise.withResolvers<void>();
  const urls: string[] = [];
  // The wait for the browser lasts until the test says so; shorter ones take no time.
  const sleep = (ms: number, signal: AbortSignal): Promise<void> =>
    ms < 600_000
      ? home.clock.sleep(ms, signal)
      : new Promise((resolve, reject) => {
          void end.promise.then(resolve);
          signal.addEventListener('abort', () => reject(new Cancelled()), { once: true });
        });
  return {
    home,
    aws,
    stop,
    urls,
    timeUp: end.resolve,
    login: async (visit, change = {}, config = CONFIG) => {
      const snapshot = await home.write(config);
      const [session] = listSessions(snapshot);
      assert.ok(session);
      const visits: Promise<unknown>[] = [];
      const token = await login({
        system: { ...home.system, sleep },
        version: '1.2.3',
        tokens: home.tokens,
        session,
        settings: callSettings(snapshot, aws.env, undefined),
        signal: stop.signal,
        flow: 'browser',
        onPrompt: prompt => {
          assert.equal(prompt.flow, 'browser');
          assert.equal(prompt.expiresAt, home.clock.now() + 600_000);
          const { url } = prompt as { url: string };
          urls.push(url);
          visits.push(visit(url));
        },
        ...change,
      });
      await Promise.all(visits);
      return token;
    },
    [Symbol.asyncDispose]: async () => {
      await aws.close();
      await home[Symbol.asyncDispose]();
    },
  };
}

/** A browser that follows every redirect. */
const follow: Visit = url => fetch(url);

/** A browser that stays on the page. */
const stay: Visit = () => Promise.resolve();

function redirectOf(url: string): { readonly redirect: string; readonly state: string } {
  const query = new URL(url).searchParams;
  return { redirect: query.get('redirect_uri') ?? '', state: query.get('state') ?? '' };
}

/** Sends the browser back with these parameters instead of the page's. */
function back(parameters: Readonly<Record<string, string>>): (url: string) => Promise<Response> {
  return url => {
    const { redirect, state } = redirectOf(url);
    return fetch(`${redirect}?${new URLSearchParams({ state, ...parameters })}`);
  };
}

suite('browser login', () => {
  test('signs in, and writes token and registration as AWS CLI does', async () => {
    await using bed = await makeBed();
    const { home, aws } = bed;
    const token = await bed.login(follow);

    const [url = ''] = bed.urls;
    assert.ok(url.startsWith(`${aws.url}/authorize?response_type=code&client_id=`), url);
    const query = new URL(url).searchParams;
    assert.match(query.get('redirect_uri') ?? '', /^http:\/\/127\.0\.0\.1:\d+\/oauth\/callback$/);
    assert.equal(query.get('code_challenge_method'), 'S256');
    assert.equal(query.get('scopes'), 'sso:account:access');
    assert.equal(query.get('scope'), null);
    assert.match(query.get('state') ?? '', /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-/);
    assert.match(query.get('code_challenge') ?? '', /^[A-Za-z0-9_-]{43}$/);

    const fields: Record<string, string> = JSON.parse(await readFile(home.tokens.fileOf('acme'), 'utf8'));
    assert.equal(fields['accessToken'], token.accessToken);
    assert.equal(fields['startUrl'], 'https://acme.awsapps.com/start');
    assert.ok(fields['refreshToken']);
    const [register] = aws.requests.of('RegisterClient');
    assert.equal(register?.parameters['clientName'], 'rolecall-acme');
    const [client] = aws.state.sso.clients.values();
    assert.deepEqual(client?.grantTypes, ['authorization_code', 'refresh_token']);
    assert.deepEqual(client?.redirectUris, ['http://127.0.0.1/oauth/callback']);
    assert.equal(client?.issuerUrl, 'https://acme.awsapps.com/start');
    assert.deepEqual(client?.scopes, ['sso:account:access']);
  });

  test('proves itself with a verifier of 64 characters that fits the challenge', async () => {
    await using bed = await makeBed();
    await bed.login(follow);
    const sent = bed.aws.state.sso.exchanges[0];
    assert.ok(sent);
    assert.match(sent.codeVerifier, /^[A-Za-z0-9._~-]{64}$/);
    const challenge = createHash('sha256').update(sent.codeVerifier).digest('base64url');
    assert.equal(new URL(bed.urls[0] ?? '').searchParams.get('code_challenge'), challenge);
    assert.equal(sent.redirectUri, redirectOf(bed.urls[0] ?? '').redirect);
  });

  test('uses a registration again, but never one of the device flow, nor lends it one', async () => {
    await using bed = await makeBed();
    await bed.login(follow);
    await bed.login(follow);
    assert.equal(bed.aws.requests.of('RegisterClient').length, 1);
    await bed.login(stay, { flow: 'device', onPrompt: () => undefined });
    assert.equal(bed.aws.requests.of('RegisterClient').length, 2);
    await bed.login(follow);
    assert.equal(bed.aws.requests.of('RegisterClient').length, 3);
    const states = bed.urls.map(url => redirectOf(url).state);
    assert.equal(new Set(states).size, bed.urls.length);
  });

  test('asks for the scopes of the session, all in one parameter', async () => {
    await using bed = await makeBed();
    await bed.login(
      follow,
      {},
      `${CONFIG}sso_registration_scopes = sso:account:access, codewhisperer:chat\n`,
    );
    assert.match(bed.urls[0] ?? '', /&scopes=sso%3Aaccount%3Aaccess%20codewhisperer%3Achat&/);
  });

  test('a registration of AWS CLI is used, from the file that AWS CLI names', async () => {
    await using bed = await makeBed();
    const snapshot = await bed.home.write(CONFIG);
    const [session] = listSessions(snapshot);
    assert.ok(session);
    const known = bed.aws.state.sso.register({
      clientName: 'botocore-client-acme',
      scopes: ['sso:account:access'],
      grantTypes: ['authorization_code', 'refresh_token'],
      redirectUris: ['http://127.0.0.1/oauth/callback'],
      issuerUrl: 'https://acme.awsapps.com/start',
    });
    const name = registrationFile({ session: completeSession(session), flow: 'browser' });
    const { clientId, clientSecret, scopes, grantTypes } = known;
    const expiresAt = new Date(known.expiresAt).toISOString();
    await mkdir(bed.home.tokens.folder, { recursive: true });
    await writeFile(
      join(bed.home.tokens.folder, name),
      JSON.stringify({ clientId, clientSecret, expiresAt, scopes, grantTypes }),
    );
    const token = await bed.login(follow);
    assert.equal(token.clientId, known.clientId);
    assert.equal(bed.aws.requests.of('RegisterClient').length, 0);
  });

  test('serves nothing but the one redirect, and only once', async () => {
    await using bed = await makeBed();
    const seen: (readonly [what: string, status: number])[] = [];
    await bed.login(async url => {
      const { redirect, state } = redirectOf(url);
      const origin = new URL(redirect).origin;
      const good = `${redirect}?${new URLSearchParams({ state, code: 'stolen' })}`;
      const ask = async (what: string, address: string, init: RequestInit = {}): Promise<void> => {
        const answer = await fetch(address, init);
        await answer.text();
        seen.push([what, answer.status]);
      };
      await ask('root', `${origin}/`);
      await ask('favicon', `${origin}/favicon.ico`);
      await ask('other path', `${origin}/oauth/callback/?state=${state}&code=x`);
      await ask('path in the query', `${origin}/?/oauth/callback&state=${state}&code=x`);
      await ask('HEAD', good, { method: 'HEAD' });
      await ask('POST', good, { method: 'POST', body: 'x' });
      await ask('no parameters', redirect);
      await ask('no state', `${redirect}?code=x`);
      await ask('wrong state', `${redirect}?code=x&state=${state}x`);
      await ask('state twice', `${redirect}?code=x&state=${state}&state=${state}`);
      await ask('error without state', `${redirect}?error=access_denied`);
      await ask('state only', `${redirect}?state=${state}`);
      await ask('code twice', `${redirect}?state=${state}&code=a&code=b`);
      await ask('by name', good.replace('127.0.0.1', 'localhost'));
      await ask('huge', `${good}&x=${'x'.repeat(64 * 1024)}`);
      assert.equal(bed.aws.requests.of('CreateToken').length, 0);
      const hang = bed.aws.faults.add('CreateToken', { kind: 'hang' }, 1);
      await follow(url);
      await ask('second answer', good);
      hang.release();
    });
    assert.deepEqual(seen, [
      ['root', 404],
      ['favicon', 404],
      ['other path', 404],
      ['path in the query', 404],
      ['HEAD', 405],
      ['POST', 405],
      ['no parameters', 400],
      ['no state', 400],
      ['wrong state', 400],
      ['state twice', 400],
      ['error without state', 400],
      ['state only', 400],
      ['code twice', 400],
      ['by name', 421],
      ['huge', 431],
      ['second answer', 410],
    ]);
    assert.equal(bed.aws.requests.of('CreateToken').length, 1);
  });

  test('the page is plain: no script, nothing of the request in it unescaped, no referrer, not kept', async () => {
    await using bed = await makeBed();
    let good: Response | undefined;
    await bed.login(async url => {
      good = await fetch(url);
    });
    assert.ok(good);
    assert.equal(good.status, 200);
    const text = await good.text();
    assert.match(text, /You can close this page/);
    assert.doesNotMatch(text, /<script|https?:|code=/);
    const policy = good.headers.get('content-security-policy') ?? '';
    assert.match(
      policy,
      /^default-src 'none'; style-src 'sha256-[A-Za-z0-9+/=]+';.* frame-ancestors 'none'$/,
    );
    const style = /<style>(.*)<\/style>/s.exec(text)?.[1] ?? '';
    assert.ok(policy.includes(createHash('sha256').update(style).digest('base64')));
    assert.equal(good.headers.get('referrer-policy'), 'no-referrer');
    assert.equal(good.headers.get('cache-control'), 'no-store');
    assert.equal(good.headers.get('x-content-type-options'), 'nosniff');

    let bad: Promise<Response> | undefined;
    const evil = '<img src=x onerror=alert(1)>"\'&';
    const failed = bed.login(url => {
      bad = back({ error: evil })(url);
      return bad;
    });
    await assert.rejects(failed, BrowserFlowFailed);
    assert.equal((await bad)?.status, 400);
    const shown = (await (await bad)?.text()) ?? '';
    assert.match(shown, /&lt;img src=x onerror=alert\(1\)&gt;&quot;&#39;&amp;/);
    assert.doesNotMatch(shown, /<img/);
  });

  test('a no in the browser is a no; another error of the page offers the device flow', async () => {
    await using bed = await makeBed();
    bed.aws.state.settings.autoApprove = false;
    const deny: Visit = async url => {
      const { search, origin, pathname } = new URL(url);
      const body = new URLSearchParams(search);
      body.set('decision', 'deny');
      await fetch(`${origin}${pathname}`, { method: 'POST', body });
    };
    await assert.rejects(bed.login(deny), {
      name: 'UserError',
      message: 'The request was denied in the browser.',
    });
    await assert.rejects(bed.login(back({ error: 'invalid_scope', error_description: 'no\nsuch' })), {
      name: 'BrowserFlowFailed',
      message: 'The sign-in page refused the login: invalid_scope (no such).',
    });
    assert.equal(bed.aws.requests.of('CreateToken').length, 0);
  });

  test('a registration that AWS forgot is made anew for the next login', async () => {
    await using bed = await makeBed();
    await bed.login(follow);
    bed.aws.faults.add('CreateToken', { kind: 'error', code: 'InvalidClientException' }, 1);
    await assert.rejects(bed.login(follow), {
      name: 'BrowserFlowFailed',
      message: /no longer knew the registration/,
    });
    assert.equal(bed.aws.requests.of('RegisterClient').length, 2);
    await assert.rejects(bed.login(back({ error: 'unauthorized_client' })), BrowserFlowFailed);
    assert.equal(bed.aws.requests.of('RegisterClient').length, 3);
    await bed.login(follow);
    assert.equal(bed.aws.requests.of('RegisterClient').length, 3);
  });

  for (const code of [
    'InvalidClientMetadataException',
    'UnauthorizedClientException',
    'InvalidRedirectUriException',
    'UnsupportedGrantTypeException',
    'InvalidRequestException',
    'InvalidScopeException',
  ]) {
    test(`a registration that is refused offers the device flow: ${code}`, async () => {
      await using bed = await makeBed();
      bed.aws.faults.add('RegisterClient', { kind: 'error', code }, 1);
      await assert.rejects(bed.login(follow), (error: unknown) => {
        assert.ok(error instanceof BrowserFlowFailed);
        assert.match(error.message, new RegExp(`${code}.* stands in .*config:1\\.$`));
        assert.equal(error.line, 1);
        return true;
      });
      assert.equal(bed.urls.length, 0);
    });
  }

  test('an endpoint without the browser flow offers the device flow; one that cannot be reached does not', async () => {
    await using bed = await makeBed();
    bed.aws.faults.add('RegisterClient', { kind: 'answer', status: 404, body: '{}' }, 1);
    await assert.rejects(bed.login(follow), BrowserFlowFailed);
    bed.aws.faults.add('RegisterClient', { kind: 'html' }, 1);
    await assert.rejects(bed.login(follow), { name: 'AwsError', failure: 'stranger' });
    await bed.aws.close();
    await assert.rejects(bed.login(follow), { name: 'AwsError', failure: 'offline' });
  });

  for (const fault of [
    { kind: 'reset' },
    { kind: 'html', status: 200 },
    { kind: 'html', status: 503 },
    { kind: 'answer', status: 500, body: '' },
    { kind: 'error', code: 'InternalServerException' },
    { kind: 'error', code: 'TooManyRequestsException', status: 429 },
  ] as const) {
    test(`the exchange goes on after trouble on the way: ${JSON.stringify(fault)}`, async () => {
      await using bed = await makeBed();
      bed.aws.faults.add('CreateToken', fault, 4);
      await bed.login(follow);
      assert.deepEqual(bed.home.clock.waits, [1000, 2000, 4000, 8000]);
    });
  }

  test('the exchange gives up after five attempts, and says what was in the way', async () => {
    await using bed = await makeBed();
    bed.aws.faults.add('CreateToken', { kind: 'reset' });
    await assert.rejects(bed.login(follow), { name: 'AwsError', failure: 'offline' });
    assert.equal(bed.aws.requests.of('CreateToken').length, 5);
    assert.equal(await bed.home.tokens.read('acme'), undefined);
  });

  test('a code whose answer was lost is not asked for again for ever', async () => {
    await using bed = await makeBed();
    bed.aws.faults.add('CreateToken', { kind: 'cut' }, 1);
    await assert.rejects(bed.login(follow), {
      name: 'BrowserFlowFailed',
      message: /InvalidGrantException/,
    });
    assert.equal(bed.aws.requests.of('CreateToken').length, 2);
  });

  test('a refused exchange offers the device flow; a denied one is a no', async () => {
    await using bed = await makeBed();
    await assert.rejects(bed.login(back({ code: 'made-up' })), BrowserFlowFailed);
    bed.aws.faults.add('CreateToken', { kind: 'error', code: 'AccessDeniedException' }, 1);
    await assert.rejects(bed.login(follow), { name: 'UserError', message: /denied/ });
  });

  test('after ten minutes without the browser it offers the device flow and frees the port', async () => {
    await using bed = await makeBed();
    await assert.rejects(
      bed.login(async () => bed.timeUp()),
      { name: 'BrowserFlowFailed', message: 'The browser did not come back in 10 minutes.' },
    );
    await assert.rejects(fetch(redirectOf(bed.urls[0] ?? '').redirect));
  });

  test('the port is free again after success', async () => {
    await using bed = await makeBed();
    await bed.login(follow);
    await assert.rejects(fetch(redirectOf(bed.urls[0] ?? '').redirect));
  });

  test('no failure tells a secret', async () => {
    await using bed = await makeBed();
    const failures: string[] = [];
    const fail = async (visit: Visit, code?: string): Promise<void> => {
      if (code !== undefined) {
        bed.aws.faults.add('CreateToken', { kind: 'error', code }, 1);
      }
      await assert.rejects(bed.login(visit), (error: unknown) => {
        assert.ok(error instanceof UserError);
        failures.push(`${error.message} ${error.hint} ${inspect(error, { depth: 9 })}`);
        return true;
      });
    };
    await fail(follow, 'InvalidGrantException');
    await fail(follow, 'InvalidClientException');
    await fail(follow, 'InvalidRequestException');
    await fail(back({ code: 'a-made-up-code' }));
    await fail(back({ error: 'server_error', error_description: 'try later' }));
    bed.aws.faults.add('CreateToken', { kind: 'html' });
    await fail(follow);
    const secrets = [
      'a-made-up-code',
      ...bed.aws.state.sso.exchanges.map(({ codeVerifier }) => codeVerifier),
      ...bed.urls.map(url => redirectOf(url).state),
      ...[...bed.aws.state.sso.clients.values()].map(({ clientSecret }) => clientSecret),
    ];
    assert.ok(secrets.length > 8);
    for (const text of failures) {
      assert.deepEqual(
        secrets.filter(secret => text.includes(secret)),
        [],
      );
    }
  });

  test('a port that cannot be had offers the device flow', async () => {
    const server = new RedirectServer('state');
    try {
      await server.listen(new AbortController().signal);
      await assert.rejects(server.listen(new AbortController().signal), {
        name: 'BrowserFlowFailed',
        message: /no port could be opened \(ERR_SERVER_ALREADY_LISTEN\)/,
      });
    } finally {
      server.dispose();
    }
  });

  test('a connection that says nothing does not hold the login up', async () => {
    await using bed = await makeBed();
    await bed.login(async url => {
      const silent = connect(Number(new URL(redirectOf(url).redirect).port), '127.0.0.1');
      const closed = new Promise(resolve => silent.once('close', resolve));
      silent.on('error', () => undefined);
      await new Promise(resolve => silent.once('connect', resolve));
      await follow(url);
      await closed;
    });
  });
});

suite('the way back through VS Code', () => {
  test('only the loopback redirect is passed on, and a forwarded port comes back', async () => {
    await using bed = await makeBed();
    const asked: string[] = [];
    let target = '';
    const forward = createServer((request, response) => {
      // As VS Code's tunnels do: the Host header stays as it is.
      const { port } = new URL(target);
      const through = connect(Number(port), '127.0.0.1', () => {
        through.write(
          `GET ${request.url} HTTP/1.1\r\nHost: ${request.headers.host}\r\nConnection: close\r\n\r\n`,
        );
      });
      through.pipe(response.socket as NodeJS.WritableStream);
    });
    await new Promise<void>(resolve => forward.listen(0, '127.0.0.1', resolve));
    const address = forward.address();
    const outer = typeof address === 'object' ? address?.port : 0;
    try {
      await bed.login(follow, {
        externalRedirect: loopback => {
          asked.push(loopback);
          target = loopback;
          return Promise.resolve(`http://localhost:${outer}/oauth/callback`);
        },
      });
    } finally {
      forward.close();
    }
    assert.equal(asked.length, 1);
    assert.match(asked[0] ?? '', /^http:\/\/127\.0\.0\.1:\d+\/oauth\/callback$/);
    assert.equal(redirectOf(bed.urls[0] ?? '').redirect, `http://127.0.0.1:${outer}/oauth/callback`);
  });

  for (const external of [
    'https://fluffy-5000.app.github.dev/oauth/callback',
    'http://host.example:5000/oauth/callback',
    'http://127.0.0.1.evil.example:5000/oauth/callback',
    'http://127.0.0.1:5000/proxy/5000/oauth/callback',
    'http://127.0.0.1:5000/oauth/callback?tkn=x',
    'http://me@127.0.0.1:5000/oauth/callback',
    'http://127.0.0.1/oauth/callback',
    '',
  ]) {
    test(`an address that AWS would not send a browser to offers the device flow: ${external}`, async () => {
      await using bed = await makeBed();
      await assert.rejects(
        bed.login(follow, { externalRedirect: () => Promise.resolve(external) }),
        BrowserFlowFailed,
      );
      assert.equal(bed.aws.requests.all.length, 0);
    });
  }

  test('so does VS Code when it finds no way', async () => {
    await using bed = await makeBed();
    const externalRedirect = (): Promise<string> => Promise.reject(new Error('no tunnel'));
    await assert.rejects(bed.login(follow, { externalRedirect }), BrowserFlowFailed);
  });
});
