import * as vscode from 'vscode';
import { UserError } from '../lib/errors.ts';
import { escapeMessage } from '../lib/escape.ts';
import { logoutAll } from '../sso/portal.ts';
import { freshToken } from '../sso/refresh.ts';
import { completeSession, type SsoSession } from '../sso/session.ts';
import { type WalkOutcome, walkSummary } from '../view/login-words.ts';
import { sessionName } from '../view/session-tree.ts';
import { count } from '../view/words.ts';
import type { Call } from './call.ts';
import { isCancel } from './edge.ts';
import { type Logins, Skipped } from './login.ts';
import type { Parts } from './parts.ts';
import { withProgress } from './progress.ts';
import { requestFor } from './sso-request.ts';

type Needs = Pick<
  Parts,
  'store' | 'sessions' | 'tokens' | 'ready' | 'system' | 'version' | 'resolver' | 'log'
>;

/** What each session of a walk came to, by the session's id. */
type Walk = {
  readonly signedIn: SsoSession[];
  readonly already: SsoSession[];
  readonly skipped: SsoSession[];
  readonly failed: { readonly session: SsoSession; readonly reason: string }[];
};

/**
 * Logs in to all sessions that need it, one after another. One that fails does not stop the rest.
 * @returns the ids of the sessions by what came of them.
 * @throws UserError when the files have no session; Cancelled when the user called one of the logins off.
 */
export async function loginAll(call: Call, parts: Needs & { readonly logins: Logins }): Promise<unknown> {
  await parts.ready;
  const { sessions } = parts.sessions;
  if (sessions.length === 0) {
    throw new UserError('There is no SSO session in your AWS files.', {
      hint: 'Set one up first.',
      actions: [{ title: 'Set Up SSO…', command: 'rolecall.createSession', arguments: [{ from: 'link' }] }],
    });
  }
  const walk: Walk = { signedIn: [], already: [], skipped: [], failed: [] };
  const waiting = await withProgress('Looking at the SSO logins', call.by, signal =>
    sortOut(sessions, walk, parts, signal),
  );
  for (const [index, session] of waiting.entries()) {
    const position = `${index + 1} of ${waiting.length}`;
    try {
      // Looked at before: a token that came meanwhile needs no browser.
      await parts.logins.login(session, { force: false, position });
      walk.signedIn.push(session);
    } catch (error) {
      if (error instanceof Skipped) {
        walk.skipped.push(session);
      } else if (isCancel(error)) {
        throw error;
      } else {
        walk.failed.push({ session, reason: reasonOf(error, session, parts) });
      }
    }
  }
  if (call.by === 'user') {
    void showSummary(walk);
  }
  const ids = (list: readonly SsoSession[]): readonly string[] => list.map(({ id }) => id);
  return {
    signedIn: ids(walk.signedIn),
    already: ids(walk.already),
    skipped: ids(walk.skipped),
    failed: walk.failed.map(({ session, reason }) => ({ session: session.id, reason })),
  };
}

/** The sessions that need a browser; what needs none, or cannot be logged in to, goes into the walk at once. */
async function sortOut(
  sessions: readonly SsoSession[],
  walk: Walk,
  parts: Needs,
  signal: AbortSignal,
): Promise<readonly SsoSession[]> {
  const waiting: SsoSession[] = [];
  for (const session of sessions) {
    const request = { ...requestFor(session, parts), signal };
    try {
      completeSession(session, request.settings.endpoints.sso_oidc);
    } catch (error) {
      walk.failed.push({ session, reason: reasonOf(error, session, parts) });
      continue;
    }
    try {
      (await freshToken(request)) === undefined ? waiting.push(session) : walk.already.push(session);
    } catch (error) {
      if (isCancel(error)) {
        throw error;
      }
      // It could not be renewed; the browser may still do.
      parts.log.error('renewing a login', error);
      waiting.push(session);
    }
  }
  return waiting;
}

function reasonOf(error: unknown, session: SsoSession, { log }: Needs): string {
  log.error(`login to ${sessionName(session)}`, error);
  return error instanceof UserError ? error.message : 'Something went wrong. The log has the details.';
}

async function showSummary(walk: Walk): Promise<void> {
  const names = (list: readonly SsoSession[]): readonly string[] => list.map(sessionName);
  const outcome: WalkOutcome = {
    signedIn: names(walk.signedIn),
    already: names(walk.already),
    skipped: names(walk.skipped),
    failed: walk.failed.map(({ session, reason }) => ({ session: sessionName(session), reason })),
  };
  const text = escapeMessage(walkSummary(outcome));
  if (walk.failed.length === 0) {
    await vscode.window.showInformationMessage(text);
    return;
  }
  const chosen = await vscode.window.showWarningMessage(text, 'Try Again');
  if (chosen !== undefined) {
    await vscode.commands.executeCommand('rolecall.loginAll');
  }
}

/**
 * Logs out of every session that has a token: on the server, on disk and in memory. Asks a user once.
 * @returns the ids of the sessions.
 * @throws UserError when a token file cannot be removed, after the others are gone; Cancelled.
 */
export async function logOutAll(call: Call, parts: Needs): Promise<unknown> {
  await parts.ready;
  const sessions = parts.sessions.sessions.filter(each => {
    const kind = parts.sessions.tokens.get(each.id)?.kind;
    return kind !== undefined && kind !== 'signedOut';
  });
  if (sessions.length === 0) {
    if (call.by === 'user') {
      void vscode.window.showInformationMessage('You are signed in to no SSO session.');
    }
    return [];
  }
  if (call.by === 'user' && !(await confirmed(sessions))) {
    return undefined;
  }
  let failure: unknown;
  await withProgress('Logging out of all SSO sessions', call.by, async signal => {
    try {
      await logoutAll(sessions.map(session => ({ ...requestFor(session, parts), signal })));
    } catch (error) {
      if (isCancel(error)) {
        throw error;
      }
      failure = error;
    }
  });
  const resolver = await parts.resolver();
  for (const { id } of sessions) {
    resolver.forget({ session: id });
  }
  await parts.sessions.refreshTokens();
  if (failure !== undefined) {
    throw failure;
  }
  if (call.by === 'user') {
    const text = `Logged out of ${count(sessions.length, 'SSO session')}. Role credentials already issued live on until they expire.`;
    void vscode.window.showInformationMessage(text);
  }
  return sessions.map(({ id }) => id);
}

async function confirmed(sessions: readonly SsoSession[]): Promise<boolean> {
  const names = sessions.map(sessionName);
  const chosen = await vscode.window.showWarningMessage(
    `Log out of ${count(sessions.length, 'SSO session')}?`,
    {
      modal: true,
      detail: escapeMessage(
        `${names.join(', ')}. AWS CLI and other tools on this machine share these logins. Role credentials already issued live on until they expire.`,
      ),
    },
    'Log Out',
  );
  return chosen !== undefined;
}
