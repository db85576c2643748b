import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { Cancelled, throwIfAborted, UserError } from '../lib/errors.ts';
import { visible } from '../lib/escape.ts';
import { unlessAborted } from './aws-call.ts';
import { AwsError } from './aws-error.ts';
import { BrowserFlowFailed, type LoginRequest } from './login.ts';
import {
  beginLogin,
  denied,
  isRegistrationGone,
  isTrouble,
  type LoginSession,
  register,
  saveToken,
} from './login-steps.ts';
import type { CodeGrant, OidcCalls, TokenAnswer } from './oidc-calls.ts';
import { isOpenable } from './openable.ts';
import { forwardedPort, type RedirectAnswer, RedirectServer, redirectTo } from './redirect-server.ts';
import { type Registration, wantedScopes } from './registration.ts';
import { openOidc } from './request.ts';
import type { Token } from './token-cache.ts';

/** Milliseconds that the browser has to come back; AWS CLI's own. */
const WAIT = 10 * 60_000;

/**
 * Milliseconds before each new try of the exchange. A code is good for one, but where the answer did not get here
 * nobody knows whether the question did. To ask again is safe: at worst AWS says that the code is spent, and a
 * token whose answer was lost is of no use to anybody. Together they stay well within the minutes of a code.
 */
const RETRIES: readonly number[] = [1_000, 2_000, 4_000, 8_000];

const USE_DEVICE = 'Start it again, or use a device code, which needs no way back from the browser.';

/** Where the user's browser comes back to. Only a loopback redirect is ever passed on to VS Code. */
async function outsideRedirect(request: LoginRequest, server: RedirectServer): Promise<string> {
  const { externalRedirect, signal } = request;
  if (externalRedirect === undefined) {
    return server.redirectUri;
  }
  let external: string;
  try {
    external = await unlessAborted(signal, () => externalRedirect(server.redirectUri));
  } catch (error) {
    if (error instanceof Cancelled) {
      throw error;
    }
    throw new BrowserFlowFailed('VS Code found no way for the browser to come back to this computer.', {
      hint: 'Use a device code instead.',
    });
  }
  const port = forwardedPort(external);
  if (port === undefined) {
    throw new BrowserFlowFailed(
      'The browser would come back by an address that AWS does not accept: it must be http on 127.0.0.1.',
      { hint: 'Use a device code instead.' },
    );
  }
  server.allow(port);
  return redirectTo(port);
}

/** A client for the browser flow: the one that is kept, AWS CLI's too, else a new one. */
async function clientFor(
  request: LoginRequest,
  session: LoginSession,
  calls: OidcCalls,
): Promise<Registration> {
  const { tokens, system, signal } = request;
  const wanted = { session: session.written, flow: 'browser' as const };
  const kept = await tokens.registration(wanted, system.now());
  throwIfAborted(signal);
  if (kept !== undefined) {
    return kept;
  }
  try {
    return await register(request, session, 'browser', calls);
  } catch (error) {
    throw error instanceof AwsError && !isTrouble(error)
      ? refused(`${error.message} AWS does not register Rolecall for the browser flow.`, session)
      : error;
  }
}

/** The browser flow is not to be had; perhaps the session is wrong altogether, so it says where that stands. */
function refused(message: string, { written: { place } }: LoginSession): BrowserFlowFailed {
  return new BrowserFlowFailed(`${message} The session stands in ${place.file}:${place.line}.`, {
    hint: 'Use a device code instead, or check sso_start_url, sso_region and sso_registration_scopes.',
    ...place,
  });
}

/** The page where the user signs in. AWS names the parameter `scopes`, unlike OAuth. */
function authorizeUrl(
  address: string,
  client: Registration,
  scopes: readonly string[],
  state: string,
  { codeVerifier, redirectUri }: Omit<CodeGrant, 'code'>,
): string {
  const parameters: Readonly<Record<string, string>> = {
    response_type: 'code',
    client_id: client.clientId,
    redirect_uri: redirectUri,
    state,
    code_challenge_method: 'S256',
    scopes: scopes.join(' '),
    // Without the padding, which AWS does not expect (RFC 7636, 4.2).
    code_challenge: createHash('sha256').update(codeVerifier).digest('base64url'),
  };
  const query = Object.entries(parameters).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  return `${address}/authorize?${query.join('&')}`;
}

/** The browser's answer, or the end of the time for it. Leaves no timer behind. */
async function awaitAnswer(request: LoginRequest, server: RedirectServer): Promise<RedirectAnswer> {
  const answered = new AbortController();
  const timeUp = request.system.sleep(WAIT, AbortSignal.any([request.signal, answered.signal])).then(() => {
    throw new BrowserFlowFailed('The browser did not come back in 10 minutes.', { hint: USE_DEVICE });
  });
  try {
    return await Promise.race([server.answer, timeUp]);
  } finally {
    answered.abort();
  }
}

/** The code in an answer. @throws UserError when the person or the page refused. */
function codeOf(answer: RedirectAnswer): string {
  if (answer.kind === 'code') {
    return answer.code;
  }
  if (answer.error === 'access_denied') {
    throw denied();
  }
  const description = answer.description === '' ? '' : ` (${visible(answer.description, 200)})`;
  throw new BrowserFlowFailed(
    `The sign-in page refused the login: ${visible(answer.error, 80)}${description}.`,
    { hint: USE_DEVICE },
  );
}

/** The code for a token, tried again while the trouble is on the way. */
async function exchange(
  request: LoginRequest,
  calls: OidcCalls,
  client: Registration,
  grant: CodeGrant,
  [wait, ...more]: readonly number[] = RETRIES,
): Promise<TokenAnswer> {
  try {
    return await calls.createToken('Finishing the login', client, grant);
  } catch (error) {
    if (!isTrouble(error) || wait === undefined) {
      throw error;
    }
  }
  await request.system.sleep(wait, request.signal);
  return await exchange(request, calls, client, grant, more);
}

/** What a refusal means: but for a person's no, and for trouble on the way, the device flow may do better. */
function explainRefusal(error: unknown): unknown {
  if (!(error instanceof AwsError) || isTrouble(error)) {
    return error;
  }
  return error.code === 'AccessDeniedException'
    ? denied()
    : new BrowserFlowFailed(error.message, { hint: USE_DEVICE });
}

/** The browser's answer for a token. */
async function finish(
  request: LoginRequest,
  session: LoginSession,
  client: Registration,
  answer: RedirectAnswer,
  proof: Omit<CodeGrant, 'code'>,
): Promise<TokenAnswer> {
  // Each attempt is timed here.
  const calls = await openOidc(request, session.asked, 1);
  try {
    return await exchange(request, calls, client, { code: codeOf(answer), ...proof });
  } catch (error) {
    // AWS may forget a registration before its time, and only the browser and this call learn of it.
    const isGone =
      isRegistrationGone(error) ||
      (answer.kind === 'error' && ['invalid_client', 'unauthorized_client'].includes(answer.error));
    if (!isGone) {
      throw explainRefusal(error);
    }
    await register(request, session, 'browser', calls);
    throw new BrowserFlowFailed('AWS no longer knew the registration of Rolecall, so it was made anew.', {
      hint: USE_DEVICE,
    });
  } finally {
    calls.dispose();
  }
}

/** A client, and the page where the user signs in with it. */
async function openPage(
  request: LoginRequest,
  session: LoginSession,
  state: string,
  proof: Omit<CodeGrant, 'code'>,
): Promise<{ readonly client: Registration; readonly url: string }> {
  const calls = await openOidc(request, session.asked);
  try {
    throwIfAborted(request.signal);
    const client = await clientFor(request, session, calls);
    const url = authorizeUrl(calls.address, client, wantedScopes(session.written), state, proof);
    const { sso_oidc: endpoint } = request.settings.endpoints;
    if (!isOpenable(url, endpoint, session.written.startUrl, session.asked.startUrl)) {
      throw new UserError('The sign-in page is not at an https address of AWS.', {
        hint: 'Check the region and any configured endpoint.',
      });
    }
    return { client, url };
  } finally {
    calls.dispose();
  }
}

/**
 * Logs in to a session with the browser flow, authorization code with PKCE (RFC 7636, RFC 8252), and writes the token
 * where AWS CLI looks for it.
 * @throws BrowserFlowFailed when the device flow may do better; UserError; Cancelled when `signal` is aborted.
 */
export async function browserLogin(request: LoginRequest): Promise<Token> {
  const { system, signal } = request;
  const session = await beginLogin(request);
  const state = randomUUID();
  const server = new RedirectServer(state);
  try {
    await server.listen(signal);
    const proof = {
      // 64 characters.
      codeVerifier: randomBytes(48).toString('base64url'),
      redirectUri: await outsideRedirect(request, server),
    };
    const { client, url } = await openPage(request, session, state, proof);
    throwIfAborted(signal);
    request.onPrompt({ flow: 'browser', url, expiresAt: system.now() + WAIT });
    const answer = await awaitAnswer(request, server);
    throwIfAborted(signal);
    return await saveToken(request, session, client, await finish(request, session, client, answer, proof));
  } finally {
    server.dispose();
  }
}
