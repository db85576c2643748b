import { Cancelled, throwIfAborted, UserError } from '../lib/errors.ts';
import type { System } from '../lib/system.ts';
import { AwsError } from './aws-error.ts';
import {
  beginLogin,
  denied,
  isRegistrationGone,
  isTrouble,
  type LoginSession,
  register,
  saveToken,
} from './login-steps.ts';
import type { DeviceAuthorization, OidcCalls, TokenAnswer } from './oidc-calls.ts';
import { isOpenable } from './openable.ts';
import type { Registration } from './registration.ts';
import { openOidc, type SsoRequest } from './request.ts';
import type { Token } from './token-cache.ts';

/** What the user has to do in the browser. */
export type DevicePrompt = {
  readonly userCode: string;
  readonly verificationUri: string;
  /** The address with the code filled in: the one to open. Opened as it is, never parsed and printed again. */
  readonly verificationUriComplete: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
};

type DeviceLoginRequest = SsoRequest & {
  /** Called once, with what the user is to open and confirm. */
  readonly onPrompt: (prompt: DevicePrompt) => void;
};

/** Milliseconds that `slow_down` adds to the interval, for good (RFC 8628, 3.5). */
const SLOW_DOWN = 5_000;

/** The longest wait, in milliseconds, while the server cannot be reached. */
const MAX_BACK_OFF = 60_000;

/** A device code for a kept registration, else for a new one; a registration that is gone is made anew once. */
async function authorize(
  request: SsoRequest,
  session: LoginSession,
  calls: OidcCalls,
): Promise<{ readonly registration: Registration; readonly authorization: DeviceAuthorization }> {
  const { startUrl } = session.asked;
  const wanted = { session: session.written, flow: 'device' as const };
  const kept = await request.tokens.registration(wanted, request.system.now());
  throwIfAborted(request.signal);
  if (kept !== undefined) {
    try {
      return { registration: kept, authorization: await calls.authorizeDevice(kept, startUrl) };
    } catch (error) {
      if (!isRegistrationGone(error)) {
        throw error;
      }
    }
  }
  const registration = await register(request, session, 'device', calls);
  return { registration, authorization: await calls.authorizeDevice(registration, startUrl) };
}

/** A start URL that the server does not know is a matter of the file. */
function explainStart(error: unknown, { written }: LoginSession): unknown {
  if (!(error instanceof AwsError) || error.code !== 'InvalidRequestException') {
    return error;
  }
  const { file, line } = written.place;
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
      throw denied();
    case 'InvalidGrantException':
      // The token was given out, and the answer lost on its way.
      throw new UserError('AWS no longer takes the code of this login.', { hint: 'Start it again.' });
    default:
  }
  if (isTrouble(error)) {
    return 'trouble';
  }
  throw error;
}

/**
 * Asks for the token until it comes, as RFC 8628 3.5 says, and never past the device code's life. AWS CLI asks once
 * before it shows the code; here the user sees it first, since nobody can have confirmed what nobody has seen, and an
 * early question only counts against the pace.
 * @param deadline when the code ends by `system.elapsed()`: setting the clock meanwhile changes nothing.
 */
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
    const left = deadline - system.elapsed();
    const backOff = Math.min(interval * 2 ** failures, MAX_BACK_OFF);
    // However long the trouble lasts, there is a last question before the code ends.
    const wait = Math.max(interval, failures === 0 ? 0 : Math.min(backOff, left - interval));
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
  const { system, signal, settings } = request;
  const session = await beginLogin(request);
  const calls = await openOidc(request, session.asked);
  // While polling each attempt is ours to time.
  const polling = await openOidc(request, session.asked, 1);
  try {
    const started = { at: system.now(), elapsed: system.elapsed() };
    const { registration, authorization } = await authorize(request, session, calls).catch(
      (error: unknown) => {
        throw explainStart(error, session);
      },
    );
    const { userCode, verificationUri, verificationUriComplete } = authorization;
    const mayOpen = (url: string): boolean =>
      isOpenable(url, settings.endpoints.sso_oidc, session.written.startUrl, session.asked.startUrl);
    if (!mayOpen(verificationUriComplete) || !mayOpen(verificationUri)) {
      throw new UserError('The server gave a login address that is not https, or not of AWS.', {
        hint: 'Check the region and any configured endpoint.',
      });
    }
    throwIfAborted(signal);
    const life = authorization.expiresIn * 1000;
    const expiresAt = started.at + life;
    request.onPrompt({ userCode, verificationUri, verificationUriComplete, expiresAt });
    const deadline = started.elapsed + life;
    const answer = await poll(system, polling, registration, authorization, deadline, signal);
    return await saveToken(request, session, registration, answer);
  } finally {
    calls.dispose();
    polling.dispose();
  }
}
