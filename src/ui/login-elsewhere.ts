import * as vscode from 'vscode';
import type { Disposable } from '../lib/disposable.ts';
import { throwIfAborted, UserError } from '../lib/errors.ts';
import { escapeMessage } from '../lib/escape.ts';
import type { LoginPrompt } from '../sso/login.ts';
import type { SsoSession } from '../sso/session.ts';
import type { Token } from '../sso/token-cache.ts';
import { elsewhereMessage } from '../view/login-words.ts';
import { sessionName } from '../view/session-tree.ts';
import { isCancel } from './edge.ts';
import type { Parts } from './parts.ts';

/** How often to look whether the other window still is at it, in milliseconds: one that crashed tells nobody. */
const LOOK_MS = 5000;

/** A login under way, and how the links of its notification reach it. */
export type Pending = {
  /** Ends the whole login. */
  readonly stop: AbortController;
  prompt: LoginPrompt | undefined;
  isSkipped: boolean;
  /** Ends waiting for another window, to log in here. */
  takeOver: (() => void) | undefined;
  /** Ends the browser flow, to go on with a code. */
  useCode: (() => void) | undefined;
};

/** Where a login says how it goes. */
export type Report = vscode.Progress<{ message?: string }>;

/** Runs work behind a notification whose Cancel ends the login. */
export async function cancellable<T>(
  title: string,
  stop: AbortController,
  work: (report: Report) => Promise<T>,
): Promise<T> {
  const options = {
    location: vscode.ProgressLocation.Notification,
    cancellable: true,
    title: escapeMessage(title),
  };
  return vscode.window.withProgress(options, async (report, cancel) => {
    const listener = cancel.onCancellationRequested(() => stop.abort());
    try {
      return await work(report);
    } finally {
      listener.dispose();
    }
  });
}

/** What came of waiting: the other one's token, or the turn of this window, with the claim where it is free. */
export type Followed = { readonly token: Token } | { readonly claim: Disposable | undefined };

/**
 * Waits while another window or program of Rolecall asks the user to log in to the same session.
 * @param force whether a token that was valid before is not good enough.
 * @returns the token that it got; the turn of this window when the user wants to log in here instead, or when the
 *   other one was over before anybody waited for it.
 * @throws UserError when the other one ended without a token; Cancelled.
 */
export async function followLogin(
  session: SsoSession,
  force: boolean,
  parts: Pick<Parts, 'tokens' | 'system'>,
  pending: Pending,
): Promise<Followed> {
  const { tokens, system } = parts;
  const name = sessionName(session);
  const before = (await tokens.read(session.id))?.accessToken;
  const present = async (): Promise<Token | undefined> => {
    const token = await tokens.read(session.id);
    const isNew = token !== undefined && !(force && token.accessToken === before);
    return isNew && token.expiresAt > system.now() ? token : undefined;
  };
  const here = new AbortController();
  pending.takeOver = () => here.abort();
  const signal = AbortSignal.any([pending.stop.signal, here.signal]);
  let wake = new AbortController();
  const listener = tokens.onDidChange(() => wake.abort());
  const follow = async (): Promise<Followed> => {
    for (let hasWaited = false; ; hasWaited = true) {
      wake = new AbortController();
      // Forced, the token may be new because somebody renewed it: only the end of that login tells.
      const token = force ? undefined : await present();
      if (token !== undefined) {
        return { token };
      }
      const claim = await tokens.tryClaimLogin(session.id, signal);
      if (claim !== undefined) {
        const last = await present();
        if (last === undefined && !hasWaited) {
          return { claim };
        }
        claim.dispose();
        if (last === undefined) {
          throw endedWithout(session, force);
        }
        return { token: last };
      }
      await system.sleep(LOOK_MS, AbortSignal.any([signal, wake.signal])).catch(() => throwIfAborted(signal));
    }
  };
  try {
    return await cancellable(`Another window is logging in to ${name}`, pending.stop, report => {
      report.report({ message: elsewhereMessage(session.id) });
      return follow();
    });
  } catch (error) {
    if (here.signal.aborted && !pending.stop.signal.aborted && isCancel(error)) {
      return { claim: undefined };
    }
    throw error;
  } finally {
    listener.dispose();
  }
}

function endedWithout(session: SsoSession, force: boolean): UserError {
  return new UserError(`The login to ${sessionName(session)} in the other window ended without a token.`, {
    actions: [
      {
        title: 'Log In Here',
        command: 'rolecall.login',
        arguments: [{ from: 'link', session: session.id, ...(force ? { force } : {}) }],
      },
    ],
  });
}
