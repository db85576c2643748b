import { Cancelled, throwIfAborted, UserError } from '../lib/errors.ts';
import type { System } from '../lib/system.ts';
import { AwsError } from './aws-error.ts';
import type { DeviceAuthorization, OidcCalls, TokenAnswer } from './oidc-calls.ts';
import { isOpenable } from './openable.ts';
import { type Registration, type RegistrationRequest, wantedScopes } from './registration.ts';
import { openOidc, type SsoRequest } from './request.ts';
import { type CompleteSession, completeSession } from './session.ts';
import type { Token } from './token-cache.ts';

export type { SsoRequest } from './request.ts';

/** What the user has to do in the browser. */
export type DevicePrompt = {
  readonly userCode: string;
  readonly verificationUri: string;
  /** The address with the code filled in: the one to open. Opened as it is, never parsed and printed again. */
  readonly verificationUriComplete: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
};

export type DeviceLoginRequest = SsoRequest & {
  /** Called once, with what the user is to open and confirm. */
  readonly onPrompt: (prompt: DevicePrompt) => void;
};

/** Milliseconds that `slow_down` adds to the interval, for good (RFC 8628, 3.5). */
const SLOW_DOWN = 5_000;

/** The longest wait, in milliseconds, while the server cannot be reached. */
const MAX_BACK_OFF = 60_000;

async function register(
  request: SsoRequest,
  wanted: RegistrationRequest,
  calls: OidcCalls,
): Promise<Registration> {
  const { session } = wanted;
  // Shown on the page where the user confirms; AWS CLI says `botocore-client-<session>`.
  const name = session.kind === 'session' ? `rolecall-${session.id}` : `rolecall-${request.system.now()}`;
  const registration = await calls.register(
    name.replace(/[^\w.-]/g, '-').slice(0, 100),
    wantedScopes(session),
  );
  throwIfAborted(request.signal);
  await request.tokens.writeRegistration(wanted, registration, request.signal);
  return registration;
}

/** Whether the server no longer knows a registration that it once gave. */
function isRegistrationGone(error: unknown): boolean {
  return error instanceof AwsError && /^(InvalidClient|UnauthorizedClient)Exception$/.test(error.code ?? '');
}

/** A device code for a kept registration, else for a new one; a registration that is gone is made anew once. */
async function authorize(
  request: SsoRequest,
  session: CompleteSession,
  calls: OidcCalls,
): Promise<{ readonly registration: Registration; readonly authorization: DeviceAuthorization }> {
  const wanted: RegistrationRequest = { session, flow: 'device' };
  const kept = await request.tokens.registration(wanted, request.system.now());
  if (kept !== undefined) {
    try {
      return { registration: kept, authorization: await calls.authorizeDevice(kept, session.startUrl) };
    } catch (error) {
      if (!isRegistrationGone(error)) {
        throw error;
      }
    }
  }
  const registration = await register(request, wanted, calls);
  return { registration, authorization: await calls.authorizeDevice(registration, session.startUrl) };
}

/** A start URL that the server does not know is a matter of the file. */
function explainStart(error: unknown, session: CompleteSession): unknown {
  if (!(error instanceof AwsError) || error.code !== 'InvalidRequestException') {
    return error;
  }
  const { file, line } = session.place;
  return new UserError(`${error.message} The session stands in ${file}:${line}.`, {
    hint: 'Check sso_start_url and sso_region.',
    file,
    line,
  });
}

function expired(): UserError {
  return new UserError('The login was not confirmed in time.', { hint: 'Start it again.' });
}

/** What an answer other than a token means for the polling: keep the pace, slow down, or wait for better times. */
function judge(error: unknown): 'pending' | 'slow' | 'trouble' {
  if (!(error instanceof AwsError)) {
    throw error;
  }
  switch (error.code) {
    case 'AuthorizationPendingException':
      return 'pending';
    case 'SlowDownException':
      return 'slow';
    case 'ExpiredTokenException':
      throw expired();
    case 'AccessDeniedException':
      throw new UserError('The request was denied in the browser.', { hint: 'Start the login again.' });
    default:
  }
  if (['offline', 'stranger', 'server', 'throttled'].includes(error.failure)) {
    return 'trouble';
  }
  throw error;
}

/** Asks for the token until it comes, as RFC 8628 3.5 says, and never past the device code's life. */
async function poll(
  system: System,
  calls: OidcCalls,
  registration: Registration,
  authorization: DeviceAuthorization,
  deadline: number,
  signal: AbortSignal,
): Promise<TokenAnswer> {
  let interval = authorization.interval * 1000;
  let failures = 0;
  let trouble: unknown;
  while (true) {
    const wait =
      failures === 0 ? interval : Math.max(interval, Math.min(interval * 2 ** failures, MAX_BACK_OFF));
    const left = deadline - system.now();
    if (left <= wait) {
      await system.sleep(Math.max(left, 0), signal);
      throw trouble ?? expired();
    }
    await system.sleep(wait, signal);
    try {
      return await calls.createToken('Waiting for the login', registration, authorization);
    } catch (error) {
      if (error instanceof Cancelled) {
        throw error;
      }
      const verdict = judge(error);
      interval += verdict === 'slow' ? SLOW_DOWN : 0;
      failures = verdict === 'trouble' ? failures + 1 : 0;
      trouble = verdict === 'trouble' ? error : undefined;
    }
  }
}

/**
 * Logs in to a session with the device flow of RFC 8628 and writes the token where AWS CLI looks for it.
 * @throws UserError when it was denied, ran out or could not be started; Cancelled when `signal` is aborted.
 */
export async function deviceLogin(request: DeviceLoginRequest): Promise<Token> {
  const { system, tokens, signal, settings } = request;
  const endpoint = settings.endpoints.sso_oidc;
  const session = completeSession(request.session, endpoint);
  throwIfAborted(signal);
  const calls = await openOidc(request, session);
  // While polling each attempt is ours to time.
  const polling = await openOidc(request, session, 1);
  try {
    const asked = system.now();
    const { registration, authorization } = await authorize(request, session, calls).catch(
      (error: unknown) => {
        throw explainStart(error, session);
      },
    );
    const deadline = asked + authorization.expiresIn * 1000;
    const { userCode, verificationUri, verificationUriComplete } = authorization;
    if (!isOpenable(verificationUriComplete, endpoint) || !isOpenable(verificationUri, endpoint)) {
      throw new UserError('The server gave a login address that is not https.', {
        hint: 'Check the region and any configured endpoint.',
      });
    }
    request.onPrompt({ userCode, verificationUri, verificationUriComplete, expiresAt: deadline });
    const answer = await poll(system, polling, registration, authorization, deadline, signal);
    throwIfAborted(signal);
    const token: Token = {
      startUrl: session.startUrl,
      region: session.region,
      accessToken: answer.accessToken,
      expiresAt: system.now() + answer.expiresIn * 1000,
      clientId: registration.clientId,
      clientSecret: registration.clientSecret,
      registrationExpiresAt: registration.expiresAt,
      ...(answer.refreshToken === undefined ? {} : { refreshToken: answer.refreshToken }),
      other: {},
    };
    await tokens.write(session.id, token, signal);
    return token;
  } finally {
    calls.dispose();
    polling.dispose();
  }
}
