import * as vscode from 'vscode';
import { Cancelled, UserError } from '../lib/errors.ts';
import { escapeIcons, escapeMessage } from '../lib/escape.ts';
import { type DevicePrompt, deviceLogin } from '../sso/device-login.ts';
import { isOpenable } from '../sso/openable.ts';
import { freshToken } from '../sso/refresh.ts';
import type { SsoSession } from '../sso/session.ts';
import type { Token, TokenState } from '../sso/token-cache.ts';
import { commandLink } from '../view/link.ts';
import { sessionName } from '../view/session-tree.ts';
import { clockTime } from '../view/words.ts';
import { inBackground, isCancel } from './edge.ts';
import { openExternal } from './open-external.ts';
import type { Parts } from './parts.ts';
import { withProgress } from './progress.ts';
import { requestFor } from './sso-request.ts';

type Needs = Pick<Parts, 'store' | 'sessions' | 'tokens' | 'system' | 'version' | 'resolver' | 'log'>;

/** When the session must be logged in to again: what a login resolves to. */
export type LoginResult = { readonly session: string; readonly expiresAt: number };

type Pending = { readonly done: Promise<LoginResult>; prompt: DevicePrompt | undefined };

/** The SSO logins of this window: one at a time for each session; whoever asks meanwhile joins it. */
export class Logins {
  readonly #parts: Needs;
  readonly #pending = new Map<string, Pending>();

  constructor(parts: Needs) {
    this.#parts = parts;
  }

  /**
   * Logs in to a session. With a valid token, or one that can be renewed silently, no browser opens unless forced.
   * @throws UserError; Cancelled when the user called it off.
   */
  async login(session: SsoSession, force: boolean): Promise<LoginResult> {
    const pending = this.#pending.get(session.id);
    if (pending !== undefined) {
      return pending.done;
    }
    const entry: Pending = { done: this.#run(session, force), prompt: undefined };
    this.#pending.set(session.id, entry);
    try {
      return await entry.done;
    } finally {
      this.#pending.delete(session.id);
      this.#parts.sessions.setPending(session.id, false);
    }
  }

  /** What a running login asks the user to do in the browser. */
  promptOf(id: string): DevicePrompt {
    const prompt = this.#pending.get(id)?.prompt;
    if (prompt === undefined) {
      throw new UserError('That login has ended.', { hint: 'Start it again from the session’s row.' });
    }
    return prompt;
  }

  /**
   * Opens the page of a running login in the browser.
   * @throws UserError when the server named a page that no browser should be sent to.
   */
  async openPage(session: SsoSession): Promise<void> {
    const { verificationUriComplete } = this.promptOf(session.id);
    const { settings } = requestFor(session, this.#parts);
    if (!isOpenable(verificationUriComplete, settings.endpoints.sso_oidc)) {
      throw new UserError('The server named a login page that is not https, so it was not opened.', {
        hint: 'Check the endpoint and the region of the SSO session.',
      });
    }
    await openExternal(verificationUriComplete);
  }

  async #run(session: SsoSession, force: boolean): Promise<LoginResult> {
    const { sessions, resolver } = this.#parts;
    const name = sessionName(session);
    if (!force) {
      const token = await this.#present(session, name);
      if (token !== undefined) {
        await sessions.refreshTokens();
        return { session: session.id, expiresAt: token.expiresAt };
      }
    }
    sessions.setPending(session.id, true);
    const token = await vscode.window.withProgress(
      {
        location: vscode.ProgressLocation.Notification,
        cancellable: true,
        title: escapeMessage(`Logging in to ${name}`),
      },
      async (progress, cancel) => {
        const stop = new AbortController();
        const listener = cancel.onCancellationRequested(() => stop.abort());
        try {
          return await deviceLogin({
            ...requestFor(session, this.#parts),
            signal: stop.signal,
            onPrompt: prompt => {
              this.#showPrompt(session, prompt, progress);
              inBackground('opening the login page', this.openPage(session), this.#parts.log, true);
            },
          });
        } finally {
          listener.dispose();
        }
      },
    );
    (await resolver()).forget({ session: session.id });
    await sessions.refreshTokens();
    this.#parts.log.info(`signed in to ${name}`);
    return { session: session.id, expiresAt: token.expiresAt };
  }

  /** The token that is there, renewed when that is due; where that fails, the browser may still do. */
  async #present(session: SsoSession, name: string): Promise<Token | undefined> {
    try {
      return await withProgress(`Looking at the login to ${name}`, 'user', signal =>
        freshToken({ ...requestFor(session, this.#parts), signal }),
      );
    } catch (error) {
      if (isCancel(error)) {
        throw error;
      }
      this.#parts.log.error('renewing a login', error);
      return undefined;
    }
  }

  #showPrompt(
    session: SsoSession,
    prompt: DevicePrompt,
    progress: vscode.Progress<{ message?: string }>,
  ): void {
    const pending = this.#pending.get(session.id);
    if (pending === undefined) {
      throw new Cancelled();
    }
    pending.prompt = prompt;
    const link = (title: string, command: string): string =>
      `[${title}](${commandLink(command, { session: session.id })})`;
    progress.report({
      message: `${escapeMessage(`Confirm the code ${prompt.userCode} in your browser`)}. ${[
        link('Open again', 'openLoginPage'),
        link('Copy link', 'copyLoginLink'),
        link('Copy code', 'copyLoginCode'),
      ].join(' · ')}`,
    });
  }
}

/** Says that a login worked: in the status bar, or in a notification when the user is elsewhere. */
export function announceLogin(session: SsoSession, token: TokenState | undefined, now: number): void {
  const until = token?.kind === 'valid' && !token.renews ? ` until ${clockTime(token.expiresAt, now)}` : '';
  const text = `Signed in to ${sessionName(session)}${until}`;
  if (vscode.window.state.focused) {
    vscode.window.setStatusBarMessage(escapeIcons(text), 5000);
  } else {
    void vscode.window.showInformationMessage(escapeMessage(text));
  }
}
