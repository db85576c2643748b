import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  CreateTokenCommand,
  type CreateTokenCommandOutput,
  RegisterClientCommand,
  StartDeviceAuthorizationCommand,
} from '@aws-sdk/client-sso-oidc';
import { assertRefused, startTestBed, type TestBed } from './clients.ts';

const DEVICE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code';
const START_URL = 'https://acme.awsapps.com/start';

type Device = {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly deviceCode: string;
  readonly userCode: string;
  readonly url: string;
};

function given(text: string | undefined): string {
  assert.ok(text !== undefined && text !== '');
  return text;
}

async function register(
  bed: TestBed,
  scopes?: string[],
): Promise<{ clientId: string; clientSecret: string }> {
  const client = await bed.oidc.send(
    new RegisterClientCommand({
      clientName: 'rolecall-test',
      clientType: 'public',
      ...(scopes === undefined ? {} : { scopes }),
    }),
  );
  return { clientId: given(client.clientId), clientSecret: given(client.clientSecret) };
}

async function startDevice(bed: TestBed, scopes?: string[], startUrl = START_URL): Promise<Device> {
  const client = await register(bed, scopes);
  const device = await bed.oidc.send(new StartDeviceAuthorizationCommand({ ...client, startUrl }));
  return {
    ...client,
    deviceCode: given(device.deviceCode),
    userCode: given(device.userCode),
    url: given(device.verificationUriComplete),
  };
}

function poll(
  bed: TestBed,
  { clientId, clientSecret, deviceCode }: Device,
): Promise<CreateTokenCommandOutput> {
  return bed.oidc.send(
    new CreateTokenCommand({ clientId, clientSecret, deviceCode, grantType: DEVICE_GRANT }),
  );
}

function refresh(bed: TestBed, device: Device, refreshToken: string): Promise<CreateTokenCommandOutput> {
  const { clientId, clientSecret } = device;
  return bed.oidc.send(
    new CreateTokenCommand({ clientId, clientSecret, refreshToken, grantType: 'refresh_token' }),
  );
}

test('a registration says when it was made and when it ends', async () => {
  await using bed = await startTestBed();
  const client = await bed.oidc.send(
    new RegisterClientCommand({ clientName: 'rolecall-test', clientType: 'public' }),
  );
  assert.equal(client.clientIdIssuedAt, Date.parse('2026-03-01T10:00:00Z') / 1000);
  assert.equal(client.clientSecretExpiresAt, Date.parse('2026-05-30T10:00:00Z') / 1000);
  assert.ok(client.clientId && client.clientSecret);
});

test('a registration that makes no sense is refused', async () => {
  await using bed = await startTestBed();
  const asked = { clientName: 'x', clientType: 'public' };
  const send = (more: object): Promise<unknown> =>
    bed.oidc.send(new RegisterClientCommand({ ...asked, ...more }));
  await assertRefused(send({ clientType: 'confidential' }), 'InvalidClientMetadataException', 400);
  await assertRefused(send({ clientName: '' }), 'InvalidRequestException', 400);
  await assertRefused(send({ scopes: ['two words'] }), 'InvalidScopeException', 400);
  await assertRefused(send({ grantTypes: ['password'] }), 'UnsupportedGrantTypeException', 400);
  const browser = { grantTypes: ['authorization_code'], redirectUris: ['http://127.0.0.1/oauth/callback'] };
  await assertRefused(send({ ...browser, issuerUrl: 'https://x.example' }), 'InvalidRequestException', 400);
  await assertRefused(
    send({ ...browser, issuerUrl: START_URL, redirectUris: ['https://evil.example/'] }),
    'InvalidRedirectUriException',
    400,
  );
});

test('a device sign-in is pending until the person allows it, and then gives tokens once', async () => {
  await using bed = await startTestBed();
  const device = await startDevice(bed, ['sso:account:access']);
  assert.match(device.userCode, /^[A-Z]{4}-[A-Z]{4}$/);
  assert.equal(device.url, `${bed.aws.url}/device?user_code=${device.userCode}`);
  await assertRefused(poll(bed, device), 'AuthorizationPendingException', 400, {
    error: 'authorization_pending',
  });
  bed.aws.state.sso.approve(device.userCode);
  bed.pass(1);
  const tokens = await poll(bed, device);
  assert.equal(tokens.tokenType, 'Bearer');
  assert.equal(tokens.expiresIn, 3600);
  assert.ok(tokens.accessToken && tokens.refreshToken);
  bed.pass(1);
  await assertRefused(poll(bed, device), 'InvalidGrantException', 400, { error: 'invalid_grant' });
});

test('without the scope there is no refresh token, and the access token lives for eight hours', async () => {
  await using bed = await startTestBed();
  const device = await startDevice(bed);
  bed.aws.state.sso.approve(device.userCode);
  const tokens = await poll(bed, device);
  assert.equal(tokens.expiresIn, 8 * 3600);
  assert.ok(!tokens.refreshToken);
});

test('start URLs are found with and without slash and fragment; others are refused', async () => {
  await using bed = await startTestBed();
  for (const startUrl of [`${START_URL}/`, `${START_URL}/#/`, `${START_URL}#`]) {
    assert.ok((await startDevice(bed, undefined, startUrl)).deviceCode);
  }
  await assertRefused(
    startDevice(bed, undefined, 'https://nobody.awsapps.com/start'),
    'InvalidRequestException',
    400,
    { error: 'invalid_request' },
  );
});

test('polling too fast is told to slow down, and the interval grows by five seconds each time', async () => {
  await using bed = await startTestBed();
  const device = await startDevice(bed);
  const pending = (): Promise<void> => assertRefused(poll(bed, device), 'AuthorizationPendingException', 400);
  const tooFast = (): Promise<void> =>
    assertRefused(poll(bed, device), 'SlowDownException', 400, { error: 'slow_down' });
  await pending();
  await tooFast();
  bed.pass(5);
  await tooFast();
  bed.pass(11);
  await pending();
  bed.pass(10);
  await tooFast();
  bed.pass(16);
  await pending();
});

test('a denied, an expired and a timed-out sign-in end as RFC 8628 says', async () => {
  await using bed = await startTestBed();
  const denied = await startDevice(bed);
  bed.aws.state.sso.deny(denied.userCode);
  await assertRefused(poll(bed, denied), 'AccessDeniedException', 400, { error: 'access_denied' });
  const expired = await startDevice(bed);
  bed.aws.state.sso.expire(expired.userCode);
  await assertRefused(poll(bed, expired), 'ExpiredTokenException', 400, { error: 'expired_token' });
  const late = await startDevice(bed);
  bed.pass(599);
  await assertRefused(poll(bed, late), 'AuthorizationPendingException', 400);
  bed.pass(1);
  await assertRefused(poll(bed, late), 'ExpiredTokenException', 400);
});

test('a refresh rotates the refresh token and ends with the session', async () => {
  await using bed = await startTestBed();
  const device = await startDevice(bed, ['sso:account:access']);
  bed.aws.state.sso.approve(device.userCode);
  const first = await poll(bed, device);
  bed.pass(3600);
  const second = await refresh(bed, device, given(first.refreshToken));
  assert.notEqual(second.accessToken, first.accessToken);
  assert.notEqual(second.refreshToken, first.refreshToken);
  assert.equal(second.expiresIn, 3600);
  await assertRefused(refresh(bed, device, given(first.refreshToken)), 'InvalidGrantException', 400);
  bed.pass(8 * 3600);
  await assertRefused(refresh(bed, device, given(second.refreshToken)), 'InvalidGrantException', 400);
});

test('clients that are unknown, forgotten, expired or wrong are invalid', async () => {
  await using bed = await startTestBed();
  const device = await startDevice(bed);
  const refused = (asked: Device): Promise<void> =>
    assertRefused(poll(bed, asked), 'InvalidClientException', 401, { error: 'invalid_client' });
  await refused({ ...device, clientId: 'nobody' });
  await refused({ ...device, clientSecret: 'wrong' });
  bed.pass(90 * 24 * 3600);
  await refused(device);
  const other = await startDevice(bed);
  bed.aws.state.sso.revokeClients();
  await refused(other);
});

test("another client's device code, an unknown grant and a missing field are refused", async () => {
  await using bed = await startTestBed();
  const device = await startDevice(bed);
  const stranger = await register(bed);
  await assertRefused(poll(bed, { ...device, ...stranger }), 'InvalidGrantException', 400);
  await assertRefused(
    bed.oidc.send(new CreateTokenCommand({ ...stranger, grantType: 'password' })),
    'UnsupportedGrantTypeException',
    400,
    { error: 'unsupported_grant_type' },
  );
  await assertRefused(
    bed.oidc.send(new CreateTokenCommand({ ...stranger, grantType: DEVICE_GRANT })),
    'InvalidRequestException',
    400,
    { error: 'invalid_request' },
  );
});

test('a sign-in is answered once, and only if it exists', async () => {
  await using bed = await startTestBed();
  const { sso } = bed.aws.state;
  const { userCode } = await startDevice(bed);
  assert.deepEqual(
    sso.pending.map(signIn => signIn.userCode),
    [userCode],
  );
  sso.approve(userCode);
  assert.throws(() => sso.deny(userCode), /has been answered: approved/);
  assert.throws(() => sso.approve('XXXX-XXXX'), /no sign-in/);
  assert.deepEqual(sso.pending, []);
});

test('autoApprove answers for the person', async () => {
  await using bed = await startTestBed({ settings: { autoApprove: true } });
  assert.ok((await poll(bed, await startDevice(bed))).accessToken);
});

test('the page shows the code, escaped names, and takes the answer', async () => {
  await using bed = await startTestBed();
  const client = await bed.oidc.send(
    new RegisterClientCommand({ clientName: '<script>alert(1)</script>', clientType: 'public' }),
  );
  const started = await bed.oidc.send(
    new StartDeviceAuthorizationCommand({
      clientId: given(client.clientId),
      clientSecret: given(client.clientSecret),
      startUrl: START_URL,
    }),
  );
  const page = await (await fetch(given(started.verificationUriComplete))).text();
  assert.ok(page.includes(given(started.userCode)));
  assert.ok(page.includes('&lt;script&gt;alert(1)&lt;/script&gt;'));
  assert.ok(!page.includes('<script>'));
  const answered = await fetch(`${bed.aws.url}/device`, {
    method: 'POST',
    body: new URLSearchParams({ user_code: given(started.userCode), decision: 'allow' }),
  });
  assert.match(await answered.text(), /You can close this window/);
  assert.equal(bed.aws.state.sso.findUserCode(given(started.userCode))?.status, 'approved');
  const again = await fetch(given(started.verificationUriComplete));
  assert.match(await again.text(), /has been answered/);
});

test('the page asks for a code that it does not know, and denies when told to', async () => {
  await using bed = await startTestBed();
  assert.match(await (await fetch(`${bed.aws.url}/device`)).text(), /Enter the code/);
  const unknown = await fetch(`${bed.aws.url}/device?user_code=%22%3E%3Cb%3E`);
  assert.equal(unknown.status, 404);
  const device = await startDevice(bed);
  const body = new URLSearchParams({ user_code: device.userCode.toLowerCase(), decision: 'deny' });
  await fetch(`${bed.aws.url}/device`, { method: 'POST', body });
  await assertRefused(poll(bed, device), 'AccessDeniedException', 400);
});

test('links come in both of AWS forms, with characters that must not be changed', async () => {
  await using bed = await startTestBed({
    settings: { verification: 'fragment', verificationSuffix: '&relay=a%2Bb%26c' },
  });
  const device = await startDevice(bed);
  assert.equal(device.url, `${bed.aws.url}/start/#/device?user_code=${device.userCode}&relay=a%2Bb%26c`);
  assert.match(await (await fetch(device.url)).text(), /location\.hash/);
});
