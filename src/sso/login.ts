import { UserError } from '../lib/errors.ts';
import type { Environment } from '../lib/system.ts';
import type { DevicePrompt } from './device-login.ts';
import type { SsoRequest } from './request.ts';
import type { SsoSession } from './session.ts';
import type { Token } from './token-cache.ts';

/** `browser`: authorization code with PKCE and a redirect to loopback. `device`: a code that the user confirms. */
export type LoginFlow = 'browser' | 'device';

/** The setting `rolecall.sso.flow`. */
export type FlowSetting = 'auto' | LoginFlow;

/** Where the extension host runs, as far as it matters for a browser to find its way back. */
export type LoginPlace = {
  /** VS Code's `env.remoteName`: `ssh-remote`, `wsl`, `dev-container`, `codespaces`, `tunnel`, … */
  readonly remoteName: string | undefined;
  /** VS Code itself is shown in a browser. */
  readonly isWeb: boolean;
  readonly isContainer: boolean;
  readonly isWsl: boolean;
  readonly isCodespaces: boolean;
};

/** What the user has to do. Each address is opened as it is, never parsed and printed again. */
export type LoginPrompt =
  | ({ readonly flow: 'device' } & DevicePrompt)
  | {
      readonly flow: 'browser';
      readonly url: string;
      /** When nobody waits for the browser any more, in milliseconds since the epoch. */
      readonly expiresAt: number;
    };

export type LoginRequest = SsoRequest & {
  readonly flow: LoginFlow;
  /** Called once, with what the user is to open. */
  readonly onPrompt: (prompt: LoginPrompt) => void;
  /**
   * Where the user's browser reaches the loopback address that it is given, when that is another machine's:
   * VS Code's `asExternalUri`. Not called by the device flow.
   */
  readonly externalRedirect?: (loopback: string) => Promise<string>;
};

/** The browser flow did not come through, for a reason that does not hold for the device flow: that may still do. */
export class BrowserFlowFailed extends UserError {
  override readonly name = 'BrowserFlowFailed';
}

/** What environment and VS Code tell of the place. `isWeb`: VS Code's `env.uiKind` is `Web`. */
export function loginPlace(env: Environment, remoteName: string | undefined, isWeb: boolean): LoginPlace {
  const has = (...names: readonly string[]): boolean => names.some(name => Boolean(env[name]));
  // Flatpak says `container` too, but its programs share the desktop's network.
  const isContainer = has('container') && env['container'] !== 'flatpak';
  return {
    remoteName,
    isWeb,
    isContainer: isContainer || has('REMOTE_CONTAINERS', 'KUBERNETES_SERVICE_HOST'),
    isWsl: has('WSL_DISTRO_NAME', 'WSL_INTEROP'),
    isCodespaces: has('CODESPACES'),
  };
}

/**
 * The flow for a login. `auto` is the browser flow on a local desktop and the device flow wherever the browser may
 * run on another machine than the loopback server. A legacy start URL has the device flow, as with AWS CLI.
 */
export function chooseFlow(setting: FlowSetting, session: SsoSession, place: LoginPlace): LoginFlow {
  if (session.kind === 'legacy') {
    return 'device';
  }
  if (setting !== 'auto') {
    return setting;
  }
  const elsewhere =
    place.remoteName !== undefined || place.isWeb || place.isContainer || place.isWsl || place.isCodespaces;
  return elsewhere ? 'device' : 'browser';
}

/**
 * Logs in to a session with one of the two flows, and writes the token where AWS CLI looks for it.
 * @throws BrowserFlowFailed when the device flow may do better; UserError; Cancelled when `signal` is aborted.
 */
export async function login(request: LoginRequest): Promise<Token> {
  const { onPrompt } = request;
  if (request.flow === 'browser') {
    const { browserLogin } = await import('./browser-login.ts');
    return await browserLogin(request);
  }
  const { deviceLogin } = await import('./device-login.ts');
  return await deviceLogin({ ...request, onPrompt: prompt => onPrompt({ flow: 'device', ...prompt }) });
}
