import * as vscode from 'vscode';
import type { Snapshot } from '../aws-files/snapshot.ts';
import { UserError } from '../lib/errors.ts';
import { escapeIcons, escapeMessage } from '../lib/escape.ts';
import { logout } from '../sso/portal.ts';
import { completeSession, findSession, type SsoSession } from '../sso/session.ts';
import { sessionBehind } from '../sso/session-behind.ts';
import { sessionName, tokenWords } from '../view/session-tree.ts';
import { type Call, profileOf, sessionOf, textArgument } from './call.ts';
import type { CommandTable } from './edge.ts';
import { announceLogin, Logins } from './login.ts';
import type { Parts } from './parts.ts';
import { withProgress } from './progress.ts';
import { pickSession } from './session-picks.ts';
import { requestFor } from './sso-request.ts';

type Needs = Pick<
  Parts,
  'store' | 'sessions' | 'tokens' | 'window' | 'ready' | 'system' | 'version' | 'resolver' | 'log'
>;

type Context = Needs & { readonly logins: Logins };

/** Signing in to SSO and out of it. The last three are for the links of a running login. */
export function loginCommands(parts: Needs) {
  const context: Context = { ...parts, logins: new Logins(parts) };
  return {
    login: call => login(call, context),
    logout: call => logOut(call, parts),
    openLoginPage: async call => context.logins.openPage(await pendingSession(call, parts)),
    copyLoginLink: async call => {
      const { id } = await pendingSession(call, parts);
      await vscode.env.clipboard.writeText(context.logins.promptOf(id).verificationUriComplete);
    },
    copyLoginCode: async call => {
      const { id } = await pendingSession(call, parts);
      await vscode.env.clipboard.writeText(context.logins.promptOf(id).userCode);
    },
  } satisfies CommandTable;
}

async function login(call: Call, parts: Context): Promise<unknown> {
  await parts.ready;
  const session = await sessionToLogIn(call, parts);
  completeSession(session, requestFor(session, parts).settings.endpoints.sso_oidc);
  const options = call.args[1];
  const forced =
    call.link?.force === true ||
    (typeof options === 'object' && options !== null && 'force' in options && options.force === true);
  const before = parts.sessions.tokens.get(session.id);
  const result = await parts.logins.login(session, forced).catch((error: unknown) => {
    throw offeringAnotherTry(error, session, forced);
  });
  if (call.by === 'user') {
    if (before?.kind === 'valid' && !forced && before.expiresAt === result.expiresAt) {
      void offerAnew(session, tokenWords(before, parts.system.now()));
    } else {
      announceLogin(session, parts.sessions.tokens.get(session.id), parts.system.now());
    }
  }
  return { session: result.session, expiresAt: new Date(result.expiresAt).toISOString() };
}

/** A login that went wrong gets a button that starts it again. */
function offeringAnotherTry(error: unknown, session: SsoSession, force: boolean): unknown {
  if (!(error instanceof UserError)) {
    return error;
  }
  const again = { from: 'link', session: session.id, ...(force ? { force } : {}) };
  return new UserError(error.message, {
    cause: error,
    ...(error.hint === undefined ? {} : { hint: error.hint }),
    actions: [{ title: 'Try Again', command: 'rolecall.login', arguments: [again] }, ...error.actions],
  });
}

async function offerAnew(session: SsoSession, words: string): Promise<void> {
  const text = escapeMessage(`${sessionName(session)}: already ${words}.`);
  const chosen = await vscode.window.showInformationMessage(text, 'Log In Anew');
  if (chosen !== undefined) {
    await vscode.commands.executeCommand('rolecall.login', {
      from: 'link',
      session: session.id,
      force: true,
    });
  }
}

async function sessionToLogIn(call: Call, parts: Needs): Promise<SsoSession> {
  const { node, link } = call;
  const { snapshot } = parts.store;
  if (node !== undefined && 'session' in node) {
    return node.session;
  }
  // A row or a link says what it names; a program's text is a session first, then a profile.
  const profile = node === undefined ? link?.profile : profileOf(call);
  const text = link?.session ?? textArgument(call, 0);
  const named = profile ?? text;
  if (named !== undefined) {
    const session = profile === undefined ? findSession(snapshot, named) : undefined;
    return session ?? sessionOfNamed(snapshot, named);
  }
  const active = parts.window.active.profile;
  const found = active === null ? undefined : sessionBehind(snapshot, active);
  if (found === undefined && active !== null && call.by === 'program') {
    return sessionOfNamed(snapshot, active);
  }
  return found ?? (await pickSession(parts, 'Log In to SSO', () => true));
}

function sessionOfNamed(snapshot: Snapshot, named: string): SsoSession {
  const session = sessionBehind(snapshot, named);
  if (session === undefined) {
    throw new UserError(`"${named}" is no SSO session, and no profile that stands on one.`, {
      hint: 'Name an sso-session section, a profile that uses SSO, or a legacy start URL.',
    });
  }
  return session;
}

async function logOut(call: Call, parts: Needs): Promise<void> {
  await parts.ready;
  const target = sessionOf(call);
  const session =
    target === undefined
      ? await pickSession(parts, 'Log Out of SSO', each => {
          const kind = parts.sessions.tokens.get(each.id)?.kind;
          return kind !== undefined && kind !== 'signedOut';
        })
      : findSession(parts.store.snapshot, target);
  if (session === undefined) {
    throw new UserError(`There is no SSO session "${target}".`, { hint: 'Check the name.' });
  }
  await withProgress(`Logging out of ${sessionName(session)}`, call.by, signal =>
    logout({ ...requestFor(session, parts), signal }),
  );
  (await parts.resolver()).forget({ session: session.id });
  await parts.sessions.refreshTokens();
  if (call.by === 'user') {
    const text = `Logged out of ${sessionName(session)}. Role credentials already issued live on until they expire.`;
    vscode.window.setStatusBarMessage(escapeIcons(text), 6000);
  }
}

async function pendingSession(call: Call, parts: Needs): Promise<SsoSession> {
  const id = sessionOf(call);
  const session = parts.sessions.sessions.find(each => each.id === id);
  if (session === undefined) {
    throw new UserError('That login has ended.', { hint: 'Start it again from the session’s row.' });
  }
  return session;
}
