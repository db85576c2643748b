import { throwIfAborted, UserError } from '../lib/errors.ts';
import { AwsError } from './aws-error.ts';
import { clientOptions } from './client-options.ts';
import type { OidcCalls, TokenAnswer } from './oidc-calls.ts';
import { type Registration, type RegistrationRequest, wantedScopes } from './registration.ts';
import type { SsoRequest } from './request.ts';
import { type CompleteSession, completeSession } from './session.ts';
import { resolveStartUrl } from './start-url.ts';
import type { Token } from './token-cache.ts';

/** A session that is about to be logged in to. The two differ when its start URL is a vanity name. */
export type LoginSession = {
  /** With the start URL as it is written: what the cache files are named by. */
  readonly written: CompleteSession;
  /** With the start URL and region of the portal itself: what AWS is asked with. */
  readonly asked: CompleteSession;
};

/** Where the browser comes back to, but for the port, which is free when the login is made (RFC 8252, 7.3). */
const REDIRECT_URI = 'http://127.0.0.1/oauth/callback';

/**
 * Checks a session and resolves its start URL.
 * @throws UserError with file and line when the session lacks something, or when its token file may not be replaced; Cancelled.
 */
export async function beginLogin(request: SsoRequest): Promise<LoginSession> {
  const { settings, version, signal } = request;
  const session = completeSession(request.session, settings.endpoints.sso_oidc);
  if ((await request.tokens.read(session.id)) !== undefined) {
    // Before anybody confirms a login that could not be kept.
    await request.tokens.checkWritable(session.id);
  }
  throwIfAborted(signal);
  const options = await clientOptions(version, settings, 'sso_oidc', session.region);
  const ca = options.requestHandler.httpsAgent?.ca;
  const { startUrl, region = session.region } = await resolveStartUrl(session.startUrl, signal, ca);
  throwIfAborted(signal);
  return { written: { ...session, region }, asked: { ...session, startUrl, region } };
}

/** Makes a new client for a flow, and keeps it where AWS CLI looks for it. */
export async function register(
  request: SsoRequest,
  { written, asked }: LoginSession,
  flow: RegistrationRequest['flow'],
  calls: OidcCalls,
): Promise<Registration> {
  // Shown on the page where the user confirms; AWS CLI says `botocore-client-<session>`.
  const name = written.kind === 'session' ? `rolecall-${written.id}` : `rolecall-${request.system.now()}`;
  const registration = await calls.register(
    name.replace(/[^\w.-]/g, '-').slice(0, 100),
    wantedScopes(written),
    flow === 'device'
      ? undefined
      : {
          grantTypes: ['authorization_code', 'refresh_token'],
          redirectUris: [REDIRECT_URI],
          issuerUrl: asked.startUrl,
        },
  );
  throwIfAborted(request.signal);
  await request.tokens.writeRegistration({ session: written, flow }, registration, request.signal);
  return registration;
}

/** Whether the server no longer knows a registration that it once gave. */
export function isRegistrationGone(error: unknown): boolean {
  return error instanceof AwsError && /^(InvalidClient|UnauthorizedClient)Exception$/.test(error.code ?? '');
}

/** Whether a call failed on its way or on the other side, so that the same call may do later. */
export function isTrouble(error: unknown): boolean {
  return error instanceof AwsError && ['offline', 'stranger', 'server', 'throttled'].includes(error.failure);
}

/** The person said no. */
export function denied(): UserError {
  return new UserError('The request was denied in the browser.', { hint: 'Start the login again.' });
}

/**
 * Writes the token of a login where AWS CLI looks for it: under the start URL as it is written, with the region
 * of the portal. Its end counts from this computer's clock, against which every tool compares it.
 */
export async function saveToken(
  request: SsoRequest,
  { written }: LoginSession,
  registration: Registration,
  answer: TokenAnswer,
): Promise<Token> {
  throwIfAborted(request.signal);
  const token: Token = {
    startUrl: written.startUrl,
    region: written.region,
    accessToken: answer.accessToken,
    expiresAt: request.system.now() + answer.expiresIn * 1000,
    clientId: registration.clientId,
    clientSecret: registration.clientSecret,
    registrationExpiresAt: registration.expiresAt,
    ...(answer.refreshToken === undefined ? {} : { refreshToken: answer.refreshToken }),
    other: {},
  };
  await request.tokens.write(written.id, token, request.signal);
  return token;
}
