import assert from 'node:assert/strict';
import { chmod, readFile, stat, writeFile } from 'node:fs/promises';
import { suite, test } from 'node:test';
import { Cancelled, UserError } from '../../../src/lib/errors.ts';
import { callSettings } from '../../../src/sso/call-settings.ts';
import { type DevicePrompt, deviceLogin } from '../../../src/sso/device-login.ts';
import { registrationFile } from '../../../src/sso/registration.ts';
import type { SsoRequest } from '../../../src/sso/request.ts';
import { completeSession, listSessions } from '../../../src/sso/session.ts';
import { type LocalAws, startLocalAws } from '../../local-aws/server.ts';
import { type Home, makeHome } from './home.ts';

const CONFIG = `[sso-session acme]
sso_start_url = https://acme.awsapps.com/start
sso_region = eu-west-1
`;

const LEGACY = `[profile old]
sso_start_url = https://old-acme.awsapps.com/start
sso_region = eu-central-1
sso_account_id = 222222222222
sso_role_name = ReadOnly
`;

type Bed = AsyncDisposable & {
  readonly home: Home;
  readonly aws: LocalAws;
  readonly stop: AbortController;
  readonly prompts: DevicePrompt[];
  request(config?: string): Promise<SsoRequest>;
  /** Logs in; `decide` is told the code as soon as it is shown. */
  login(decide: (userCode: string) => void, config?: string): ReturnType<typeof deviceLogin>;
};

async function makeBed(): Promise<Bed> {
  const home = await makeHome();
  // The server's clock is right, whatever happens to this computer's.
  const start = home.clock.now();
  const now = (): number => start + home.clock.slept;
  const aws = await startLocalAws({ now, settings: { pollIntervalSeconds: 5 } });
  const stop = new AbortController();
  const prompts: DevicePrompt[] = [];
  const request = async (config = CONFIG): Promise<SsoRequest> => {
    const snapshot = await home.write(config);
    const [session] = listSessions(snapshot);
    assert.ok(session);
    const settings = callSettings(snapshot, aws.env, undefined);
    return {
      system: home.system,
      version: '1.2.3',
      tokens: home.tokens,
      session,
      settings,
      signal: stop.signal,
    };
  };
  return {
    home,
    aws,
    stop,
    prompts,
    request,
    login: async (decide, config) => {
      const onPrompt = (prompt: DevicePrompt): void => {
        prompts.push(prompt);
        decide(prompt.userCode);
      };
      return await deviceLogin({ ...(await request(config)), onPrompt });
    },
    [Symbol.asyncDispose]: async () => {
      await aws.close();
      await home[Symbol.asyncDispose]();
    },
  };
}

function ignore(): void {
  // Nobody answers.
}

suite('device login', () => {
  test('writes the token as AWS CLI does, readable by its owner only', async () => {
    await using bed = await makeBed();
    const { home, aws, prompts } = bed;
    const token = await bed.login(code => aws.state.sso.approve(code));

    const [prompt] = prompts;
    assert.ok(prompt);
    assert.equal(prompts.length, 1);
    assert.equal(prompt.verificationUriComplete, `${aws.url}/device?user_code=${prompt.userCode}`);
    const path = home.tokens.fileOf('acme');
    const text = await readFile(path, 'utf8');
    const fields: Record<string, string> = JSON.parse(text);
    assert.deepEqual(Object.keys(fields), [
      'startUrl',
      'region',
      'accessToken',
      'expiresAt',
      'clientId',
      'clientSecret',
      'registrationExpiresAt',
      'refreshToken',
    ]);
    assert.match(
      text,
      /^\{"startUrl": "https:\/\/acme.awsapps.com\/start", "region": "eu-west-1", "accessToken": "/,
    );
    assert.match(fields['expiresAt'] ?? '', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    assert.equal((await stat(path)).mode & 0o777, 0o600);
    assert.equal((await stat(home.tokens.folder)).mode & 0o777, 0o700);
    assert.equal(fields['accessToken'], token.accessToken);
    assert.deepEqual(await home.tokens.state('acme', home.clock.now()), {
      kind: 'valid',
      expiresAt: Date.parse(fields['expiresAt'] ?? ''),
      renews: true,
    });
    const [register] = aws.requests.of('RegisterClient');
    assert.equal(register?.parameters['clientName'], 'rolecall-acme');
    assert.equal(register?.parameters['scopes'], 'sso:account:access');
    assert.match(register?.userAgent ?? '', /rolecall\/1\.2\.3/);
  });

  test('keeps polling while pending, at the interval of the server', async () => {
    await using bed = await makeBed();
    bed.aws.requests.onRecord(record => {
      if (record.operation === 'CreateToken' && bed.aws.requests.of('CreateToken').length === 4) {
        bed.aws.state.sso.approve(bed.prompts[0]?.userCode ?? '');
      }
    });
    await bed.login(ignore);
    assert.deepEqual(bed.home.clock.waits, [5000, 5000, 5000, 5000]);
  });

  test('slow_down adds five seconds for good', async () => {
    await using bed = await makeBed();
    bed.aws.faults.add('CreateToken', { kind: 'error', code: 'AuthorizationPendingException' }, 1);
    bed.aws.faults.add('CreateToken', { kind: 'error', code: 'SlowDownException' }, 1);
    bed.aws.faults.add('CreateToken', { kind: 'error', code: 'AuthorizationPendingException' }, 1);
    bed.aws.faults.add('CreateToken', { kind: 'error', code: 'SlowDownException' }, 1);
    await bed.login(code => bed.aws.state.sso.approve(code));
    assert.deepEqual(bed.home.clock.waits, [5000, 5000, 10_000, 10_000, 15_000]);
  });

  for (const fault of [
    { kind: 'reset' },
    { kind: 'html', status: 200 },
    { kind: 'html', status: 407 },
    { kind: 'html', status: 511 },
    { kind: 'html', status: 503 },
    { kind: 'answer', status: 302, headers: { location: 'http://127.0.0.1:9/login' } },
    { kind: 'answer', status: 500, body: '' },
    { kind: 'answer', status: 200, body: '{"accessToken"' },
    { kind: 'answer', status: 400, body: '{"error": "access_den' },
    { kind: 'answer', status: 401, body: 'Unauthorized by the proxy' },
    { kind: 'error', code: 'InternalServerException' },
    { kind: 'error', code: 'TooManyRequestsException', status: 429 },
  ] as const) {
    test(`goes on after trouble on the way: ${JSON.stringify(fault)}`, async () => {
      await using bed = await makeBed();
      bed.aws.faults.add('CreateToken', fault, 3);
      await bed.login(code => bed.aws.state.sso.approve(code));
      assert.deepEqual(bed.home.clock.waits, [5000, 10_000, 20_000, 40_000]);
    });
  }

  test('goes on after answers that break off; a token that is lost so is not asked for without end', async () => {
    await using bed = await makeBed();
    bed.aws.faults.add('CreateToken', { kind: 'cut' }, 3);
    bed.aws.requests.onRecord(record => {
      if (record.operation === 'CreateToken' && bed.aws.requests.of('CreateToken').length === 4) {
        bed.aws.state.sso.approve(bed.prompts[0]?.userCode ?? '');
      }
    });
    await bed.login(ignore);
    assert.deepEqual(bed.home.clock.waits, [5000, 10_000, 20_000, 40_000]);
    bed.aws.faults.add('CreateToken', { kind: 'cut' }, 1);
    await assert.rejects(
      bed.login(code => bed.aws.state.sso.approve(code)),
      { message: 'AWS no longer takes the code of this login.' },
    );
  });

  test('ends when the code expires, never later', async () => {
    await using bed = await makeBed();
    const start = bed.home.clock.now();
    await assert.rejects(bed.login(ignore), {
      name: 'UserError',
      message: 'The login was not confirmed in time.',
    });
    assert.equal(bed.home.clock.now() - start, 600_000);
    assert.equal((await bed.home.tokens.state('acme', start)).kind, 'signedOut');
  });

  for (const [what, jump] of [
    ['a year ahead', 365 * 24 * 3_600_000],
    ['a year back', -365 * 24 * 3_600_000],
  ] as const) {
    test(`setting the clock ${what} meanwhile neither ends nor prolongs it`, async () => {
      await using bed = await makeBed();
      const { clock } = bed.home;
      bed.aws.faults.add('CreateToken', { kind: 'error', code: 'AuthorizationPendingException' }, 3);
      await bed.login(code => {
        bed.aws.state.sso.approve(code);
        clock.time += jump;
      });
      assert.deepEqual(clock.waits, [5000, 5000, 5000, 5000]);
    });

    test(`set ${what} it still ends when the code does, by the seconds that the server named`, async () => {
      await using bed = await makeBed();
      const { clock } = bed.home;
      bed.aws.faults.add('CreateToken', { kind: 'error', code: 'AuthorizationPendingException' });
      await assert.rejects(
        bed.login(() => {
          clock.time += jump;
        }),
        { message: 'The login was not confirmed in time.' },
      );
      assert.equal(clock.slept, 600_000);
    });
  }

  test('without any network for the whole time it says so at the end', async () => {
    await using bed = await makeBed();
    bed.aws.faults.add('CreateToken', { kind: 'reset' });
    const start = bed.home.clock.now();
    await assert.rejects(bed.login(ignore), { name: 'AwsError', failure: 'offline' });
    assert.equal(bed.home.clock.now() - start, 600_000);
    assert.ok(bed.aws.requests.of('CreateToken').length < 20);
  });

  test('with a network that comes back at last it asks once more before the code ends', async () => {
    await using bed = await makeBed();
    bed.aws.faults.add('CreateToken', { kind: 'reset' }, 12);
    await bed.login(code => bed.aws.state.sso.approve(code));
    assert.equal(bed.aws.requests.of('CreateToken').length, 13);
    assert.equal(bed.home.clock.slept, 595_000);
  });

  test('says that it was denied, or that the server let it expire', async () => {
    await using bed = await makeBed();
    await assert.rejects(
      bed.login(code => bed.aws.state.sso.deny(code)),
      { name: 'UserError', message: 'The request was denied in the browser.' },
    );
    await assert.rejects(
      bed.login(code => bed.aws.state.sso.expire(code)),
      { name: 'UserError', message: 'The login was not confirmed in time.' },
    );
  });

  for (const [code, message] of [
    ['InvalidClientException', /InvalidClientException, HTTP 401/],
    ['InvalidGrantException', /^AWS no longer takes the code of this login\.$/],
    ['InvalidRequestException', /InvalidRequestException/],
    ['InvalidScopeException', /InvalidScopeException/],
    ['UnauthorizedClientException', /UnauthorizedClientException/],
    ['UnsupportedGrantTypeException', /UnsupportedGrantTypeException/],
    ['ExpiredTokenException', /^The login was not confirmed in time\.$/],
    ['AccessDeniedException', /^The request was denied in the browser\.$/],
  ] as const) {
    test(`an answer that is final ends it at once: ${code}`, async () => {
      await using bed = await makeBed();
      bed.aws.faults.add('CreateToken', { kind: 'error', code: 'AuthorizationPendingException' }, 1);
      bed.aws.faults.add('CreateToken', { kind: 'error', code });
      await assert.rejects(bed.login(ignore), { message });
      assert.equal(bed.aws.requests.of('CreateToken').length, 2);
      assert.equal((await bed.home.tokens.state('acme', 0)).kind, 'signedOut');
    });
  }

  test('a client that is revoked while the user confirms: the next login registers anew', async () => {
    await using bed = await makeBed();
    await assert.rejects(
      bed.login(() => bed.aws.state.sso.revokeClients()),
      { code: 'InvalidClientException' },
    );
    await bed.login(code => bed.aws.state.sso.approve(code));
    assert.equal(bed.aws.requests.of('RegisterClient').length, 2);
  });

  test('uses a registration again, and makes a new one when the server forgot it', async () => {
    await using bed = await makeBed();
    const approve = (code: string): void => bed.aws.state.sso.approve(code);
    await bed.login(approve);
    await bed.login(approve);
    assert.equal(bed.aws.requests.of('RegisterClient').length, 1);
    bed.aws.state.sso.clients.clear();
    await bed.login(approve);
    assert.equal(bed.aws.requests.of('RegisterClient').length, 2);
    bed.aws.faults.add('StartDeviceAuthorization', { kind: 'error', code: 'InvalidClientException' });
    await assert.rejects(bed.login(approve), { name: 'AwsError', code: 'InvalidClientException' });
    assert.equal(bed.aws.requests.of('RegisterClient').length, 3);
  });

  test('leaves a registration of the browser flow, or one about to end, alone', async () => {
    await using bed = await makeBed();
    const { session, tokens } = await bed.request();
    const complete = completeSession(session);
    const path = `${tokens.folder}/${registrationFile({ session: complete, flow: 'device' })}`;
    await bed.login(code => bed.aws.state.sso.approve(code));
    const fields: Record<string, unknown> = JSON.parse(await readFile(path, 'utf8'));
    assert.deepEqual(Object.keys(fields), ['clientId', 'clientSecret', 'expiresAt', 'scopes']);
    const now = bed.home.clock.now();
    const usable = () => tokens.registration({ session: complete, flow: 'device' }, now);
    assert.ok(await usable());
    await writeFile(path, JSON.stringify({ ...fields, grantTypes: ['authorization_code', 'refresh_token'] }));
    assert.equal(await usable(), undefined);
    await writeFile(path, JSON.stringify({ ...fields, scopes: undefined }));
    assert.equal(await usable(), undefined);
    for (const [minutes, found] of [
      [15, false],
      [16, true],
    ] as const) {
      await writeFile(
        path,
        JSON.stringify({ ...fields, expiresAt: new Date(now + minutes * 60_000).toISOString() }),
      );
      assert.equal((await usable()) !== undefined, found, `${minutes} min`);
    }
  });

  test('a legacy login asks for no scope, gets no refresh token and is named by its start URL', async () => {
    await using bed = await makeBed();
    const token = await bed.login(code => bed.aws.state.sso.approve(code), LEGACY);
    assert.equal(token.refreshToken, undefined);
    assert.equal(bed.aws.requests.of('RegisterClient')[0]?.parameters['scopes'], undefined);
    const state = await bed.home.tokens.state('https://old-acme.awsapps.com/start', bed.home.clock.now());
    assert.equal(state.kind === 'valid' && state.renews, false);
  });

  test('cancel ends it at once: no request, no file follows', async () => {
    for (const operation of ['RegisterClient', 'StartDeviceAuthorization', 'CreateToken'] as const) {
      await using bed = await makeBed();
      bed.aws.faults.add(operation, { kind: 'hang' });
      const login = bed.login(ignore);
      const ended = assert.rejects(login, Cancelled);
      await bed.aws.requests.seen(operation);
      const before = bed.aws.requests.all.length;
      bed.stop.abort();
      await ended;
      bed.aws.faults.clear();
      assert.equal(bed.aws.requests.all.length, before);
      assert.equal((await bed.home.tokens.state('acme', 0)).kind, 'signedOut');
    }
  });

  test('where the token could not be kept nobody is asked to confirm anything', async () => {
    await using bed = await makeBed();
    await bed.login(code => bed.aws.state.sso.approve(code));
    await chmod(bed.home.tokens.fileOf('acme'), 0o400);
    bed.aws.requests.clear();
    await assert.rejects(
      bed.login(code => bed.aws.state.sso.approve(code)),
      { name: 'UserError', message: /is read-only/ },
    );
    assert.equal(bed.prompts.length, 1);
    assert.equal(bed.aws.requests.all.length, 0);
  });

  test('cancel while waiting ends it', async () => {
    await using bed = await makeBed();
    await assert.rejects(
      bed.login(() => bed.stop.abort()),
      Cancelled,
    );
    assert.equal(bed.aws.requests.of('CreateToken').length, 0);
  });

  test('what goes wrong at the start is told in plain words, without secrets', async () => {
    await using bed = await makeBed();
    bed.aws.faults.add('RegisterClient', { kind: 'html', status: 200 }, 1);
    await assert.rejects(bed.login(ignore), {
      failure: 'stranger',
      message: 'Registering with IAM Identity Center failed: what answered is not AWS.',
    });
    const unknown = CONFIG.replace('acme.awsapps', 'nobody.awsapps');
    await assert.rejects(bed.login(ignore, unknown), {
      name: 'UserError',
      message: /^Starting the login failed: .*InvalidRequestException, HTTP 400.* stands in .*config:1\.$/,
      hint: 'Check sso_start_url and sso_region.',
    });
    await bed.aws.close();
    await assert.rejects(bed.login(ignore), { failure: 'offline' });
  });

  test('a session that lacks something is refused with file and line', async () => {
    await using bed = await makeBed();
    const cases: readonly (readonly [config: string, message: RegExp, line: number])[] = [
      ['\n[sso-session acme]\nsso_region = eu-west-1\n', /has no sso_start_url \(.*config:2\)/, 2],
      [
        '[sso-session acme]\nsso_start_url = https://a.awsapps.com/start\n',
        /has no sso_region \(.*config:1\)/,
        1,
      ],
      [`${CONFIG}`.replace('https:', 'http:'), /start URL that is not https/, 1],
      [`${CONFIG}`.replace('eu-west-1', 'evil.example/'), /sso_region that is no region/, 1],
    ];
    for (const [config, message, line] of cases) {
      await assert.rejects(bed.login(ignore, config), (error: unknown) => {
        assert.ok(error instanceof UserError);
        assert.match(error.message, message);
        assert.equal(error.line, line);
        return true;
      });
    }
    assert.equal(bed.aws.requests.all.length, 0);
  });

  test('no number of the server makes it poll in haste', async () => {
    await using bed = await makeBed();
    const { clock } = bed.home;
    bed.aws.state.settings.deviceCodeSeconds = 1e9;
    for (const interval of [0, -1, 1e9]) {
      bed.aws.state.settings.pollIntervalSeconds = interval;
      clock.waits.length = 0;
      bed.aws.faults.add('CreateToken', { kind: 'error', code: 'AccessDeniedException' }, 1);
      await assert.rejects(bed.login(ignore));
      assert.ok(clock.waits.every(ms => ms >= 5000 && ms < 2 ** 31));
      bed.aws.faults.clear();
    }
  });

  test('a date of the server that is none is told in words', async () => {
    await using bed = await makeBed();
    const headers = { 'content-type': 'application/json' };
    for (const end of [1e300, -1, 1e12]) {
      const body = JSON.stringify({ clientId: 'c', clientSecret: 's', clientSecretExpiresAt: end });
      const fault = bed.aws.faults.add('RegisterClient', { kind: 'answer', status: 200, body, headers });
      await assert.rejects(bed.login(ignore), /the answer (lacks what it should hold|cannot be read)/);
      fault.dispose();
    }
    for (const expiresIn of [1e300, -5, 1e12]) {
      const body = JSON.stringify({ accessToken: 'a', expiresIn, tokenType: 'Bearer' });
      const fault = bed.aws.faults.add('CreateToken', { kind: 'answer', status: 200, body, headers });
      await assert.rejects(bed.login(ignore), /the answer (lacks what it should hold|cannot be read)/);
      fault.dispose();
    }
    assert.equal(await bed.home.tokens.read('acme'), undefined);
  });

  test('a login page that is not https is never passed on', async () => {
    await using bed = await makeBed();
    const body = JSON.stringify({
      deviceCode: 'd',
      userCode: 'U',
      verificationUri: 'http://evil.example/',
      verificationUriComplete: 'http://evil.example/?user_code=U',
      expiresIn: 600,
      interval: 1,
    });
    const headers = { 'content-type': 'application/json' };
    bed.aws.faults.add('StartDeviceAuthorization', { kind: 'answer', status: 200, body, headers });
    await assert.rejects(bed.login(ignore), /login address that is not https/);
    assert.equal(bed.prompts.length, 0);
  });
});
