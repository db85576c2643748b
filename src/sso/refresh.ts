import { Cancelled, throwIfAborted } from '../lib/errors.ts';
import { AwsError } from './aws-error.ts';
import { callRegion, openOidc, type SsoRequest } from './request.ts';
import { type CompleteSession, completeSession } from './session.ts';
import type { Token } from './token-cache.ts';
import { canRenew } from './token-file.ts';

/**
 * A token is renewed when less than this remains, in milliseconds: where botocore begins to try (it must succeed at
 * ten minutes; the SDK for JavaScript begins at five). So the other tools find a fresh token as a rule, and seldom
 * renew one at the same time as Rolecall, whose lock they do not know.
 */
export const REFRESH_WINDOW = 15 * 60_000;

/** After a failure a token that still lives is left alone for so long, in milliseconds; botocore's own pace. */
export const RETRY_PAUSE = 60_000;

/** How long another tool may take from AWS's answer to its token in the file, in milliseconds. */
const WRITING_TIME = 2_000;

/** How often to look for that, in milliseconds. */
const LOOK_AGAIN = 100;

/**
 * What AWS answers when it will not renew this token, ever. All else (no network, a portal in between, a fault
 * of the server, a proxy's refusal) says nothing about the login.
 */
const REFUSAL =
  /^(InvalidGrant|InvalidClient|UnauthorizedClient|ExpiredToken|AccessDenied|InvalidScope|InvalidRequest|UnsupportedGrantType)Exception$/;

function isRefusal(error: unknown): boolean {
  return error instanceof AwsError && REFUSAL.test(error.code ?? '');
}

function isAlive({ system }: SsoRequest, token: Token): boolean {
  return token.expiresAt > system.now();
}

/** Whether there is something to do for a token: to renew it, or to write one that could not be written. */
function isDue(request: SsoRequest, token: Token): boolean {
  const { system, tokens, session } = request;
  const { renewals } = tokens;
  const now = system.now();
  const isNeeded =
    renewals.kept(session.id) !== undefined ||
    (token.expiresAt - now < REFRESH_WINDOW &&
      canRenew(token, now) &&
      !renewals.isRefused(session.id, token));
  const failedAt = renewals.failedAt(session.id);
  // A clock that was set back does not hold it up.
  const isTooSoon = failedAt !== undefined && Math.abs(now - failedAt) < RETRY_PAUSE;
  return isNeeded && !(isTooSoon && isAlive(request, token));
}

/** The token that AWS gives for the refresh token. Takes no notice of `request.signal` any more. */
async function ask(request: SsoRequest, session: CompleteSession, token: Token): Promise<Token> {
  const { refreshToken = '', clientId = '', clientSecret = '' } = token;
  // The answer voids the old refresh token: whoever called it off now would lose the login.
  const region = await callRegion(request, session);
  const calls = await openOidc({ ...request, signal: new AbortController().signal }, { ...session, region });
  try {
    const answer = await calls.createToken(
      'Renewing the login',
      { clientId, clientSecret },
      { refreshToken },
    );
    return {
      ...token,
      startUrl: session.startUrl,
      region,
      accessToken: answer.accessToken,
      expiresAt: request.system.now() + answer.expiresIn * 1000,
      // AWS may give a new one; when none comes the present one stays good.
      refreshToken: answer.refreshToken ?? refreshToken,
    };
  } finally {
    calls.dispose();
  }
}

/** Writes a token over the one that it came of; where that fails it is kept in memory. */
async function store(request: SsoRequest, base: Token, token: Token): Promise<void> {
  const { tokens, session, system } = request;
  tokens.renewals.keep(session.id, base, token);
  try {
    await tokens.writeRenewed(
      session.id,
      tokens.renewals.kept(session.id)?.base ?? base,
      token,
      new AbortController().signal,
    );
    tokens.renewals.drop(session.id);
    tokens.renewals.noteSuccess(session.id);
  } catch (error) {
    tokens.renewals.noteFailure(session.id, system.now());
    tokens.tellUnsaved(session.id, error);
    throw error;
  }
}

/**
 * AWS CLI and the SDKs renew without Rolecall's lock, and a refresh token is good for one of them: the one that was
 * too late finds the other's token in the file, if it waits for it to be written.
 * @returns the token of the file after that, the refused one if nobody wrote another.
 */
async function awaitNewer(request: SsoRequest, refused: Token): Promise<Token | undefined> {
  const { tokens, session, system } = request;
  for (let waited = 0; ; waited += LOOK_AGAIN) {
    const token = await tokens.read(session.id);
    if (token === undefined || token.accessToken !== refused.accessToken || waited >= WRITING_TIME) {
      return token;
    }
    await system.sleep(LOOK_AGAIN, new AbortController().signal);
  }
}

/** The part under the lock. `stop` holds until the request is sent. */
async function renewLocked(
  request: SsoRequest,
  session: CompleteSession,
  stop: AbortSignal,
): Promise<Token | undefined> {
  const { tokens } = request;
  const token = await tokens.read(session.id);
  if (token === undefined || !isDue(request, token)) {
    return token;
  }
  const kept = tokens.renewals.kept(session.id);
  if (kept !== undefined) {
    await store(request, kept.base, kept.token);
    return tokens.read(session.id);
  }
  if (await tokens.isRefused(session.id, token)) {
    return token;
  }
  // A new token that cannot be kept would be the end of the login for all tools.
  await tokens.checkWritable(session.id);
  throwIfAborted(stop);
  let renewed: Token;
  try {
    renewed = await ask(request, session, token);
  } catch (error) {
    if (!isRefusal(error)) {
      throw error;
    }
    const newer = await awaitNewer(request, token);
    if (newer?.accessToken === token.accessToken) {
      await tokens.refuse(session.id, token);
    }
    return newer;
  }
  await store(request, token, renewed);
  return tokens.read(session.id);
}

/**
 * The session's token, renewed when that is due. The file is read again under its lock, so that of several windows
 * one asks the server; within a process all who ask share one renewal.
 *
 * A refresh token belongs to the client that it was given to: with a registration that has expired no token can be
 * renewed, and botocore does not try either. Then, and when AWS refuses, the token stays as it is, dead or alive,
 * until somebody logs in, which also renews the registration.
 * @returns the token as it is now, dead or alive, renewed or not; undefined when there is none.
 * @throws AwsError when the server could not be asked; UserError when the token could not be written, or could not
 *   have been; Cancelled. A new token that could not be written is kept in memory, and written by a later call.
 */
export async function renewToken(request: SsoRequest): Promise<Token | undefined> {
  const { tokens, session, signal, system } = request;
  const token = await tokens.read(session.id);
  if (token === undefined || !isDue(request, token)) {
    return token;
  }
  const complete = completeSession(session, request.settings.endpoints.sso_oidc);
  return tokens.renewals.join(session.id, signal, async stop => {
    try {
      return await tokens.exclusively(session.id, stop, () => renewLocked(request, complete, stop));
    } catch (error) {
      if (!(error instanceof Cancelled)) {
        tokens.renewals.noteFailure(session.id, system.now());
      }
      throw error;
    }
  });
}

/**
 * A token that can be used now, renewed first when it is about to end and can be renewed. While the old token lives,
 * a failure to renew it is not one.
 * @returns undefined when a login is needed.
 * @throws AwsError when the server could not be asked and the old token is dead; UserError; Cancelled.
 */
export async function freshToken(request: SsoRequest): Promise<Token | undefined> {
  const { tokens, session } = request;
  let token: Token | undefined;
  try {
    token = await renewToken(request);
  } catch (error) {
    token = error instanceof Cancelled ? undefined : await tokens.read(session.id);
    if (token === undefined || !isAlive(request, token)) {
      throw error;
    }
  }
  return token !== undefined && isAlive(request, token) ? token : undefined;
}
