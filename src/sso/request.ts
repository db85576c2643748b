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
  const options = await clientOptions(version, settings, 'sso', session.region, maxAttempts);
  const calls = await import('./portal-calls.ts');
  return new calls.PortalCalls(options, signal);
}
