import * as vscode from 'vscode';
import type { Snapshot } from '../aws-files/snapshot.ts';
import { UserError } from '../lib/errors.ts';
import { escapeIcons, escapeMessage } from '../lib/escape.ts';
import { BrowserFlowFailed } from '../sso/login.ts';
import { logout } from '../sso/portal.ts';
import { rolesOf, type SsoRole } from '../sso/role-cache.ts';
import { completeSession, findSession, type SsoSession } from '../sso/session.ts';
import { sessionBehind } from '../sso/session-behind.ts';
import { keyOf } from '../view/role-in-use.ts';
import { sessionName, tokenWords } from '../view/session-tree.ts';
import { chooseBrowser } from './browser-steps.ts';
import { type Call, profileOf, sessionOf, textArgument } from './call.ts';
import type { CommandTable } from './edge.ts';
import { announceLogin, type LoginOptions, Logins } from './login.ts';
import { loginAll, logOutAll } from './login-walk.ts';
import type { Parts } from './parts.ts';
import { withProgress } from './progress.ts';
import { pickSession } from './session-picks.ts';
import { requestFor } from './sso-request.ts';

type Needs = Pick<
  Parts,
  | 'store'
  | 'sessions'
  | 'lists'
  | 'tokens'
  | 'window'
  | 'ready'
  | 'system'
  | 'version'
  | 'resolver'
  | 'log'
  | 'closing'
>;

type Context = Needs & { readonly logins: Logins };

/** Signing in to SSO and out of it. Those from `openLoginPage` on are for the links of a running login. */
export function loginCommands(parts: Needs) {
  const context: Context = { ...parts, logins: new Logins(parts) };
  const { logins } = context;
  return {
    login: call => login(call, context, false),
    loginAnew: call => login(call, context, true),
    loginAll: call => loginAll(call, context),
    logout: call => logOut(call, parts),
    logoutAll: call => logOutAll(call, parts),
    chooseBrowser: call => chooseBrowser(call, parts),
    openLoginPage: async call => logins.openPage(pendingSession(call, parts), call.link?.browser),
    copyLoginLink: async call =>
      vscode.env.clipboard.writeText(logins.linkOf(pendingSession(call, parts).id)),
    copyLoginCode: async call =>
      vscode.env.clipboard.writeText(logins.codeOf(pendingSession(call, parts).id)),
    useLoginCode: async call => logins.useCode(pendingSession(call, parts).id),
    loginHere: async call => logins.takeOver(pendingSession(call, parts).id),
    skipLogin: async call => logins.skip(pendingSession(call, parts).id),
  } satisfies CommandTable;
}

async function login(call: Call, parts: Context, anew: boolean): Promise<unknown> {
  await parts.ready;
  const session = await sessionToLogIn(call, parts);
  completeSession(session, requestFor(session, parts).settings.endpoints.sso_oidc);
  const options = loginOptions(call, anew);
  const before = parts.sessions.tokens.get(session.id);
  const result = await parts.logins.login(session, options).catch((error: unknown) => {
    throw offeringAnotherTry(error, session, options.force);
  });
  if (call.by === 'user') {
    if (before?.kind === 'valid' && !options.force && before.expiresAt === result.expiresAt) {
      void offerAnew(session, tokenWords(before, parts.system.now()));
    } else {
      announceLogin(session, parts.sessions.tokens.get(session.id), parts.system.now());
    }
  }
  return { session: result.session, expiresAt: new Date(result.expiresAt).toISOString() };
}

/** What a link or a program asks for: `{ force: true, flow: 'device' }`. */
function loginOptions(call: Call, anew: boolean): LoginOptions {
  const given = call.link ?? call.args[1];
  const has = (key: string): unknown =>
    typeof given === 'object' && given !== null ? Reflect.get(given, key) : undefined;
  const flow = has('flow');
  return {
    force: anew || has('force') === true,
    flow: flow === 'browser' || flow === 'device' ? flow : undefined,
  };
}

/** A login that went wrong gets the one button that most likely helps. */
function offeringAnotherTry(error: unknown, session: SsoSession, force: boolean): unknown {
  if (!(error instanceof UserError) || error.actions.length > 0) {
    return error;
  }
  const again = { from: 'link', session: session.id, ...(force ? { force } : {}) };
  const action =
    error instanceof BrowserFlowFailed
      ? { title: 'Use a Code Instead', arguments: [{ ...again, flow: 'device' }] }
      : { title: 'Try Again', arguments: [again] };
  return new UserError(error.message, {
    cause: error,
    ...(error.hint === undefined ? {} : { hint: error.hint }),
    actions: [{ command: 'rolecall.login', ...action }],
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
  const { snapshot } = parts.window;
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
  const roles = await knownRoles(session, parts);
  try {
    await withProgress(`Logging out of ${sessionName(session)}`, call.by, signal =>
      logout({ ...requestFor(session, parts), roles, signal }),
    );
  } finally {
    // Also where a file could not be removed: the server may have ended the login.
    (await parts.resolver()).forget({ session: session.id });
    await parts.sessions.refreshTokens();
  }
  if (call.by === 'user') {
    const text = `Logged out of ${sessionName(session)}. Role credentials already issued live on until they expire.`;
    vscode.window.setStatusBarMessage(escapeIcons(text), 6000);
  }
}

/** All roles whose credentials AWS CLI may have kept, the one among them that this window uses once. */
async function knownRoles(session: SsoSession, { store, lists, window }: Needs): Promise<readonly SsoRole[]> {
  const known = rolesOf(store.snapshot, session, (await lists.load(session)).roles);
  const { role } = window.active;
  const accountId = role && keyOf(role, 'sso_account_id');
  const roleName = role && keyOf(role, 'sso_role_name');
  return accountId && roleName ? [...known, { accountId, roleName }] : known;
}

function pendingSession(call: Call, parts: Needs): SsoSession {
  const id = sessionOf(call);
  const session = parts.sessions.sessions.find(each => each.id === id);
  if (session === undefined) {
    throw new UserError('That login has ended.', { hint: 'Start it again from the session’s row.' });
  }
  return session;
}
