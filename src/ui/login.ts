import * as vscode from 'vscode';
import { Cancelled, UserError } from '../lib/errors.ts';
import { escapeIcons, escapeMessage } from '../lib/escape.ts';
import {
  BrowserFlowFailed,
  chooseFlow,
  type LoginFlow,
  type LoginPrompt,
  login,
  loginPlace,
} from '../sso/login.ts';
import { freshToken } from '../sso/refresh.ts';
import type { SsoSession } from '../sso/session.ts';
import type { Token, TokenState } from '../sso/token-cache.ts';
import { promptMessage } from '../view/login-words.ts';
import { sessionName } from '../view/session-tree.ts';
import { clockTime } from '../view/words.ts';
import { hasOwnBrowser, openLoginLink } from './browsers.ts';
import { inBackground, isCancel } from './edge.ts';
import { cancellable, followLogin, type Pending, type Report } from './login-elsewhere.ts';
import { openExternal } from './open-external.ts';
import type { Parts } from './parts.ts';
import { withProgress } from './progress.ts';
import { readSettings } from './settings.ts';
import { requestFor } from './sso-request.ts';

type Needs = Pick<
  Parts,
  'store' | 'sessions' | 'tokens' | 'system' | 'version' | 'resolver' | 'log' | 'closing'
>;

/** When the session must be logged in to again: what a login resolves to. */
export type LoginResult = { readonly session: string; readonly expiresAt: number };

export type LoginOptions = {
  /** Also with a valid token. */
  readonly force: boolean;
  /** Whatever the settings say. */
  readonly flow?: LoginFlow | undefined;
  /** One of several in turn: `2 of 5`. It can be skipped then. */
  readonly position?: string;
};

/** The user wants to go on with the next of several logins. */
export class Skipped extends Cancelled {}

/** The SSO logins of this window: one at a time for each session; whoever asks meanwhile joins it. */
export class Logins {
  readonly #parts: Needs;
  readonly #pending = new Map<string, Pending & { readonly done: Promise<LoginResult> }>();

  constructor(parts: Needs) {
    this.#parts = parts;
    const end = (): void => {
      for (const { stop } of this.#pending.values()) {
        stop.abort();
      }
    };
    parts.closing.addEventListener('abort', end, { once: true });
  }

  /**
   * Logs in to a session. With a valid token, or one that can be renewed silently, no browser opens unless forced.
   * While another window asks the user for the same session, this one waits for it.
   * @throws UserError; Cancelled when the user called it off, `Skipped` when only this one of several.
   */
  async login(session: SsoSession, options: LoginOptions): Promise<LoginResult> {
    const running = this.#pending.get(session.id);
    if (running !== undefined) {
      return running.done;
    }
    const pending: Pending = {
      stop: new AbortController(),
      prompt: undefined,
      isSkipped: false,
      takeOver: undefined,
      useCode: undefined,
    };
    const done = this.#run(session, options, pending);
    // The same object: what the run notes in it is seen by the links.
    this.#pending.set(session.id, Object.assign(pending, { done }));
    try {
      return await done;
    } catch (error) {
      throw pending.isSkipped && isCancel(error) ? new Skipped() : error;
    } finally {
      this.#pending.delete(session.id);
      this.#parts.sessions.setPending(session.id, false);
    }
  }

  /** What a running login asks the user to do in the browser. */
  promptOf(id: string): LoginPrompt {
    return this.#of(id, pending => pending.prompt);
  }

  /** The code that a running login has the user confirm. */
  codeOf(id: string): string {
    return this.#of(id, ({ prompt }) => (prompt?.flow === 'device' ? prompt.userCode : undefined));
  }

  /** The address that a running login has the user open, as the server gave it. */
  linkOf(id: string): string {
    const prompt = this.promptOf(id);
    return prompt.flow === 'device' ? prompt.verificationUriComplete : prompt.url;
  }

  /**
   * Opens the page of a running login: in the browser of the settings, or in the default one.
   * @throws UserError when that browser cannot be started.
   */
  async openPage(session: SsoSession, browser?: 'default'): Promise<void> {
    const link = this.linkOf(session.id);
    if (browser === 'default') {
      await openExternal(link);
    } else {
      const { signal } = this.#of(session.id, pending => pending.stop);
      await openLoginLink(link, session, this.#parts.system, signal);
    }
  }

  /** Goes on with a code instead of the browser's way back. */
  useCode(id: string): void {
    this.#of(id, pending => pending.useCode)();
  }

  /** Waits no longer for another window. */
  takeOver(id: string): void {
    this.#of(id, pending => pending.takeOver)();
  }

  /** Leaves a running login out of several. */
  skip(id: string): void {
    const pending = this.#of(id, each => each);
    pending.isSkipped = true;
    pending.stop.abort();
  }

  #of<T>(id: string, part: (pending: Pending) => T | undefined): T {
    const pending = this.#pending.get(id);
    const found = pending && part(pending);
    if (found === undefined) {
      throw new UserError('That login has ended.', { hint: 'Start it again from the session’s row.' });
    }
    return found;
  }

  async #run(session: SsoSession, options: LoginOptions, pending: Pending): Promise<LoginResult> {
    const { sessions, resolver, log } = this.#parts;
    const name = sessionName(session);
    const present = options.force ? undefined : await this.#present(session, name);
    if (present !== undefined) {
      await sessions.refreshTokens();
      return { session: session.id, expiresAt: present.expiresAt };
    }
    sessions.setPending(session.id, true);
    const token = await this.#obtain(session, options, pending);
    (await resolver()).forget({ session: session.id });
    await sessions.noteLogin(session.id);
    log.info(`signed in to ${name}`);
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

  /** A token from the browser: in this window, or in another one that is at it already. */
  async #obtain(session: SsoSession, options: LoginOptions, pending: Pending): Promise<Token> {
    const { tokens } = this.#parts;
    const { signal } = pending.stop;
    let claim = await tokens.tryClaimLogin(session.id, signal);
    try {
      if (claim === undefined) {
        const followed = await followLogin(session, options.force, this.#parts, pending);
        pending.takeOver = undefined;
        if ('token' in followed) {
          return followed.token;
        }
        claim = followed.claim;
      }
      return await this.#ask(session, options, pending);
    } finally {
      claim?.dispose();
    }
  }

  /** Asks the user in this window. */
  #ask(session: SsoSession, options: LoginOptions, pending: Pending): Promise<Token> {
    const { position } = options;
    const title = `Logging in to ${sessionName(session)}${position === undefined ? '' : ` (${position})`}`;
    return cancellable(title, pending.stop, async report => {
      const { remoteName, uiKind } = vscode.env;
      const place = loginPlace(this.#parts.system.env, remoteName, uiKind === vscode.UIKind.Web);
      const flow = chooseFlow(options.flow ?? readSettings().ssoFlow, session, place);
      const browser = new AbortController();
      let wantsCode = false;
      pending.useCode = () => {
        wantsCode = true;
        browser.abort();
      };
      try {
        return await this.#attempt(session, flow, pending, { ...options, report, signal: browser.signal });
      } catch (error) {
        const asked = wantsCode && isCancel(error) && !pending.stop.signal.aborted;
        // Among several logins nobody is there to press a button; no page was opened yet.
        const silent =
          position !== undefined && pending.prompt === undefined && error instanceof BrowserFlowFailed;
        if (!asked && !silent) {
          throw error;
        }
      }
      pending.prompt = undefined;
      pending.useCode = undefined;
      report.report({ message: 'Asking for a code…' });
      return this.#attempt(session, 'device', pending, { ...options, report });
    });
  }

  /** One flow, until the token is there: this one's, or one that another window or program got meanwhile. */
  async #attempt(
    session: SsoSession,
    flow: LoginFlow,
    pending: Pending,
    how: LoginOptions & { readonly report: Report; readonly signal?: AbortSignal },
  ): Promise<Token> {
    const { tokens, system, log } = this.#parts;
    const foreign = new AbortController();
    const before = await tokens.read(session.id);
    let found: Token | undefined;
    const look = async (): Promise<void> => {
      const token = await tokens.read(session.id);
      const isNew = token !== undefined && token.accessToken !== before?.accessToken;
      if (isNew && token.expiresAt > system.now()) {
        found = token;
        foreign.abort();
      }
    };
    // A forced login has a valid token from the beginning, which others may renew.
    const watch = how.force
      ? undefined
      : tokens.onDidChange(() => inBackground('looking at a login', look(), log));
    const signals = [pending.stop.signal, foreign.signal, ...(how.signal === undefined ? [] : [how.signal])];
    try {
      return await login({
        ...requestFor(session, this.#parts),
        flow,
        signal: AbortSignal.any(signals),
        // A browser on this machine, which the user chose, reaches loopback as it is.
        ...(hasOwnBrowser(session) ? {} : { externalRedirect }),
        onPrompt: prompt => {
          pending.prompt = prompt;
          const walking = how.position !== undefined;
          how.report.report({ message: promptMessage(prompt, session.id, walking) });
          inBackground('opening the login page', this.openPage(session), log, true);
        },
      });
    } catch (error) {
      if (found !== undefined && isCancel(error)) {
        return found;
      }
      throw error;
    } finally {
      watch?.dispose();
    }
  }
}

/** Where the user's browser reaches a loopback address of the machine that the extension runs on. */
async function externalRedirect(loopback: string): Promise<string> {
  const uri = await vscode.env.asExternalUri(vscode.Uri.parse(loopback, true));
  return uri.toString(true);
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
