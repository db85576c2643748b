import { Cancelled } from '../lib/errors.ts';
import { AwsError } from './aws-error.ts';
import { openOidc, type SsoRequest } from './request.ts';
import { type CompleteSession, completeSession } from './session.ts';
import { canRenew, type Token } from './token-cache.ts';

/** A token is renewed when less than this remains, in milliseconds; the SDK for JavaScript's own window. */
export const REFRESH_WINDOW = 5 * 60_000;

/** The token that stands on its refresh token; fields that others keep in the file stay. */
async function refresh(request: SsoRequest, session: CompleteSession, token: Token): Promise<Token> {
  const { refreshToken, clientId, clientSecret } = token;
  if (refreshToken === undefined || clientId === undefined || clientSecret === undefined) {
    return token;
  }
  const calls = await openOidc(request, session);
  try {
    const answer = await calls.createToken(
      'Renewing the login',
      { clientId, clientSecret },
      { refreshToken },
    );
    return {
      ...token,
      startUrl: session.startUrl,
      region: session.region,
      accessToken: answer.accessToken,
      expiresAt: request.system.now() + answer.expiresIn * 1000,
      // AWS rotates it; when none comes the present one stays good.
      refreshToken: answer.refreshToken ?? refreshToken,
    };
  } finally {
    calls.dispose();
  }
}

/**
 * A token that can be used now, renewed first when it is about to end and can be renewed. The file is read again
 * under its lock, so that of several windows one asks the server. While the old token lives, a failure to renew
 * it is not one.
 * @returns undefined when a login is needed.
 * @throws AwsError when the server could not be asked and the old token is dead; UserError; Cancelled.
 */
export async function freshToken(request: SsoRequest): Promise<Token | undefined> {
  const { system, tokens, session, signal } = request;
  const alive = (token: Token): boolean => token.expiresAt > system.now();
  const due = (token: Token): boolean =>
    token.expiresAt - system.now() < REFRESH_WINDOW && canRenew(token, system.now());
  let token = await tokens.read(session.id);
  if (token === undefined || !due(token)) {
    return token && alive(token) ? token : undefined;
  }
  const complete = completeSession(session, request.settings.endpoints.sso_oidc);
  try {
    await tokens.exclusively(session.id, signal, async () => {
      token = await tokens.read(session.id);
      if (token !== undefined && due(token)) {
        token = await refresh(request, complete, token);
        await tokens.write(session.id, token, signal);
      }
    });
  } catch (error) {
    if (error instanceof Cancelled) {
      throw error;
    }
    // Trouble on the way, or on the other side, is no reason to log in again.
    const refused =
      error instanceof AwsError && !['offline', 'stranger', 'server', 'throttled'].includes(error.failure);
    if ((token === undefined || !alive(token)) && !refused) {
      throw error;
    }
  }
  return token !== undefined && alive(token) ? token : undefined;
}
