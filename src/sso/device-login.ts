import type { Caller, CallSettings } from './call-settings.ts';
import type { SsoSession } from './session.ts';
import type { Token, TokenCache } from './token-cache.ts';

/** What the user has to do in the browser. */
export type DevicePrompt = {
  readonly userCode: string;
  readonly verificationUri: string;
  /** The address with the code filled in: the one to open. Opened as it is, never parsed and printed again. */
  readonly verificationUriComplete: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
};

/** One session, and all that a call for it needs. */
export type SsoRequest = Caller & {
  readonly tokens: TokenCache;
  readonly session: SsoSession;
  readonly settings: CallSettings;
  readonly signal: AbortSignal;
};

export type DeviceLoginRequest = SsoRequest & {
  /** Called once, with what the user is to open and confirm. */
  readonly onPrompt: (prompt: DevicePrompt) => void;
};

/**
 * Logs in to a session with the device flow of RFC 8628 and writes the token where AWS CLI looks for it.
 * @throws UserError when it was denied, ran out or could not be started; Cancelled when `signal` is aborted.
 */
export function deviceLogin(_request: DeviceLoginRequest): Promise<Token> {
  throw new Error('not built');
}

/** Whether an address may be opened in a browser: https, or http on loopback when the endpoint is on loopback. */
export function isOpenable(_url: string, _endpoint: string | undefined): boolean {
  throw new Error('not built');
}
