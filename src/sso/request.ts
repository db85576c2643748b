import { isAwsOwned } from './aws-hosts.ts';
import type { Caller, CallSettings } from './call-settings.ts';
import { clientOptions } from './client-options.ts';
import type { OidcCalls } from './oidc-calls.ts';
import type { PortalCalls } from './portal-calls.ts';
import type { CompleteSession, SsoSession } from './session.ts';
import type { TokenCache } from './token-cache.ts';

/** One session, and all that a call for it needs. */
export type SsoRequest = Caller & {
  readonly tokens: TokenCache;
  readonly session: SsoSession;
  readonly settings: CallSettings;
  readonly signal: AbortSignal;
};

/**
 * The region in which a session that is signed in to is called: the one that its section names. Behind a vanity start
 * URL it is the portal's, which the login found and the token names.
 */
export async function callRegion(request: SsoRequest, session: CompleteSession): Promise<string> {
  if (isAwsOwned(new URL(session.startUrl).hostname.replace(/\.$/, ''))) {
    return session.region;
  }
  const found = (await request.tokens.read(session.id))?.region ?? '';
  // It becomes part of a host name.
  return /^[A-Za-z0-9-]{1,63}$/.test(found) ? found : session.region;
}

/** Dispose the result. */
export async function openOidc(
  request: SsoRequest,
  session: CompleteSession,
  maxAttempts?: number,
): Promise<OidcCalls> {
  const { version, settings, signal } = request;
  const options = await clientOptions(version, settings, 'sso_oidc', session.region, maxAttempts);
  const calls = await import('./oidc-calls.ts');
  return new calls.OidcCalls(options, signal);
}

/** Dispose the result. */
export async function openPortal(
  request: SsoRequest,
  session: CompleteSession,
  maxAttempts?: number,
): Promise<PortalCalls> {
  const { version, settings, signal } = request;
  const region = await callRegion(request, session);
  const options = await clientOptions(version, settings, 'sso', region, maxAttempts);
  const calls = await import('./portal-calls.ts');
  return new calls.PortalCalls(options, signal);
}
