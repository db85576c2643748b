import * as vscode from 'vscode';
import { UserError } from '../lib/errors.ts';
import type { SsoSession } from '../sso/session.ts';
import { progressWords } from '../view/account-list.ts';
import { sessionName } from '../view/session-tree.ts';
import { count } from '../view/words.ts';
import { searchAccounts } from './account-search.ts';
import { type Call, sessionOf } from './call.ts';
import type { CommandTable } from './edge.ts';
import type { Parts } from './parts.ts';
import { withProgress } from './progress.ts';
import { pickSession } from './session-picks.ts';
import type { SessionsView } from './sessions-view.ts';

type Needs = Pick<Parts, 'sessions' | 'lists' | 'system' | 'ready' | 'log'> & {
  readonly sessionsView: SessionsView;
};

/** The accounts and roles of the sessions: search, filter, list anew. */
export function accountCommands(parts: Needs) {
  const { sessionsView } = parts;
  return {
    searchAccounts: () => searchAccounts(parts),
    refreshAccounts: call => refreshAccounts(call, parts),
    listRoles: call => listRoles(call, parts),
    stopListing: async ({ node }) => {
      if (node !== undefined && 'session' in node) {
        sessionsView.stopListing(node.session);
      }
    },
    filterAccounts: () => askFilter(sessionsView),
    clearAccountFilter: async () => sessionsView.setFilter(''),
  } satisfies CommandTable;
}

/** The session that a call names, else one that the user chooses among those that are signed in to. */
async function signedInSession(call: Call, parts: Needs, title: string): Promise<SsoSession> {
  await parts.ready;
  const target = sessionOf(call);
  const session =
    target === undefined
      ? await pickSession(parts, title, each => parts.sessions.tokens.get(each.id)?.kind === 'valid')
      : parts.sessions.sessions.find(each => each.id === target);
  if (session === undefined) {
    throw new UserError(`There is no SSO session ${target} in your AWS files.`, { hint: 'Check the name.' });
  }
  return session;
}

/** From a row the rows below say how far it is; else a notification does. */
async function refreshAccounts(call: Call, parts: Needs): Promise<void> {
  const { node } = call;
  if (node !== undefined && 'session' in node) {
    const isOfAccount = node.kind === 'account' || node.kind === 'role' || node.kind === 'note';
    parts.sessionsView.relist(node.session, isOfAccount ? node.account : undefined);
    return;
  }
  const session = await signedInSession(call, parts, 'List Accounts Again');
  const { lists } = parts;
  await withProgress(`Listing the accounts of ${sessionName(session)}`, call.by, async (signal, report) => {
    const subscription = lists.onDidChange(() => {
      const progress = lists.progress(session);
      if (progress !== undefined) {
        report(progressWords(progress));
      }
    });
    try {
      await lists.accounts(session, { signal, fresh: true });
    } finally {
      subscription.dispose();
    }
  });
}

/** Lists the roles of all accounts of a session, so that search and filter find them. */
async function listRoles(call: Call, parts: Needs): Promise<void> {
  const session = await signedInSession(call, parts, 'List the Roles of All Accounts');
  const title = `Listing the roles of ${sessionName(session)}`;
  const { isComplete, roles } = await withProgress(title, call.by, (signal, report) =>
    parts.lists.allRoles(session, {
      signal,
      onProgress: (done, of) => report(`${done} of ${count(of, 'account')}`),
    }),
  );
  if (!isComplete) {
    throw new UserError(`AWS told the roles of ${count(roles.size, 'account')} only.`, {
      hint: 'The others were refused. Open one of them in the SSO Sessions view to see why.',
    });
  }
  if (call.by === 'user') {
    vscode.window.setStatusBarMessage(`Listed the roles of ${count(roles.size, 'account')}`, 5000);
  }
}

/** Filters as the user types; Escape brings back what was shown before. */
async function askFilter(view: SessionsView): Promise<void> {
  const before = view.filter;
  const input = vscode.window.createInputBox();
  input.title = 'Filter Accounts';
  input.placeholder = 'Name, account id or role';
  input.prompt = 'Shows the accounts that have each of these words. Empty shows all.';
  input.value = before;
  let kept = false;
  const isClosed = Promise.withResolvers<void>();
  input.onDidChangeValue(text => view.setFilter(text));
  input.onDidAccept(() => {
    kept = true;
    input.hide();
  });
  input.onDidHide(() => isClosed.resolve());
  input.show();
  try {
    await isClosed.promise;
  } finally {
    input.dispose();
    view.setFilter(kept ? input.value : before);
  }
}
