import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { test } from 'node:test';
import {
  CreateTokenCommand,
  type CreateTokenCommandOutput,
  RegisterClientCommand,
  StartDeviceAuthorizationCommand,
} from '@aws-sdk/client-sso-oidc';
import { assertRefused, startTestBed, type TestBed } from './clients.ts';

const REDIRECT = 'http://127.0.0.1:34567/oauth/callback';
const START_URL = 'https://acme.awsapps.com/start';

type Flow = {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly verifier: string;
  readonly query: URLSearchParams;
};

async function startFlow(bed: TestBed): Promise<Flow> {
  const { clientId = '', clientSecret = '' } = await bed.oidc.send(
    new RegisterClientCommand({
      clientName: 'rolecall-test',
      clientType: 'public',
      grantTypes: ['authorization_code', 'refresh_token'],
      redirectUris: ['http://127.0.0.1/oauth/callback'],
      issuerUrl: START_URL,
      scopes: ['sso:account:access'],
    }),
  );
  const verifier = randomBytes(48).toString('base64url');
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: clientId,
    redirect_uri: REDIRECT,
    state: 'a+b&c',
    code_challenge_method: 'S256',
    scopes: 'sso:account:access',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
  });
  return { clientId, clientSecret, verifier, query };
}

/** Answers the page, and returns where it sends the browser. */
async function decide(bed: TestBed, flow: Flow, decision: 'allow' | 'deny'): Promise<URL> {
  const page = await fetch(`${bed.aws.url}/authorize?${flow.query}`);
  assert.equal(page.status, 200);
  const body = new URLSearchParams(flow.query);
  body.set('decision', decision);
  const answer = await fetch(`${bed.aws.url}/authorize`, { method: 'POST', body, redirect: 'manual' });
  assert.equal(answer.status, 302);
  return new URL(answer.headers.get('location') ?? '');
}

function exchange(
  bed: TestBed,
  flow: Flow,
  code: string,
  more: object = {},
): Promise<CreateTokenCommandOutput> {
  return bed.oidc.send(
    new CreateTokenCommand({
      clientId: flow.clientId,
      clientSecret: flow.clientSecret,
      grantType: 'authorization_code',
      redirectUri: REDIRECT,
      codeVerifier: flow.verifier,
      code,
      ...more,
    }),
  );
}

test('a code from the page is exchanged once for tokens', async () => {
  await using bed = await startTestBed();
  const flow = await startFlow(bed);
  const back = await decide(bed, flow, 'allow');
  assert.equal(back.origin + back.pathname, REDIRECT);
  assert.equal(back.searchParams.get('state'), 'a+b&c');
  const code = back.searchParams.get('code') ?? '';
  const tokens = await exchange(bed, flow, code);
  assert.ok(tokens.accessToken && tokens.refreshToken);
  await assertRefused(exchange(bed, flow, code), 'InvalidGrantException', 400);
});

test('a wrong verifier, another redirect and an old code are refused', async () => {
  await using bed = await startTestBed();
  const flow = await startFlow(bed);
  const code = async (): Promise<string> => (await decide(bed, flow, 'allow')).searchParams.get('code') ?? '';
  const wrong = { codeVerifier: 'x'.repeat(64) };
  await assertRefused(exchange(bed, flow, await code(), wrong), 'InvalidGrantException', 400);
  const elsewhere = { redirectUri: 'http://127.0.0.1:1/oauth/callback' };
  await assertRefused(exchange(bed, flow, await code(), elsewhere), 'InvalidGrantException', 400);
  const old = await code();
  bed.pass(600);
  await assertRefused(exchange(bed, flow, old), 'InvalidGrantException', 400);
});

test('a refusal goes back to the client as access_denied', async () => {
  await using bed = await startTestBed();
  const back = await decide(bed, await startFlow(bed), 'deny');
  assert.equal(back.searchParams.get('error'), 'access_denied');
  assert.equal(back.searchParams.get('code'), null);
});

test('nothing is redirected for an unknown client, a foreign redirect or a plain challenge', async () => {
  await using bed = await startTestBed();
  const flow = await startFlow(bed);
  const changes: Record<string, string>[] = [
    { client_id: 'nobody' },
    { redirect_uri: 'https://evil.example/oauth/callback' },
    { redirect_uri: 'http://127.0.0.1:80/elsewhere' },
    { code_challenge_method: 'plain' },
    { code_challenge: `${flow.query.get('code_challenge')}=` },
    { scopes: '' },
    { scopes: 'sso:account:access codewhisperer:chat' },
    { scope: 'sso:account:access', scopes: '' },
    { state: '' },
  ];
  for (const change of changes) {
    const query = new URLSearchParams({ ...Object.fromEntries(flow.query), ...change });
    const answer = await fetch(`${bed.aws.url}/authorize?${query}`, { redirect: 'manual' });
    assert.equal(answer.status, 400, JSON.stringify(change));
  }
});

test('a client of the browser flow may not use the device flow, and the other way round', async () => {
  await using bed = await startTestBed();
  const { clientId, clientSecret } = await startFlow(bed);
  await assertRefused(
    bed.oidc.send(new StartDeviceAuthorizationCommand({ clientId, clientSecret, startUrl: START_URL })),
    'UnauthorizedClientException',
    400,
  );
  const plain = bed.aws.state.sso.register({ clientName: 'device' });
  const asked = { clientId: plain.clientId, clientSecret: plain.clientSecret };
  await assertRefused(
    bed.oidc.send(
      new CreateTokenCommand({ ...asked, grantType: 'authorization_code', code: 'x', codeVerifier: 'x' }),
    ),
    'UnauthorizedClientException',
    400,
  );
});

test('autoApprove sends the browser straight back', async () => {
  await using bed = await startTestBed({ settings: { autoApprove: true } });
  const flow = await startFlow(bed);
  const answer = await fetch(`${bed.aws.url}/authorize?${flow.query}`, { redirect: 'manual' });
  assert.equal(answer.status, 302);
});
