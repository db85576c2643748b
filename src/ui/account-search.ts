import * as vscode from 'vscode';
import { type Disposable, disposeAll } from '../lib/disposable.ts';
import { UserError } from '../lib/errors.ts';
import { escapeIcons, visible } from '../lib/escape.ts';
import type { SsoSession } from '../sso/session.ts';
import { type AccessEntry, accessEntries, searchEntries } from '../view/access-search.ts';
import { accountLabel } from '../view/account-rows.ts';
import { sessionName } from '../view/session-tree.ts';
import { groupAccountId } from '../view/words.ts';
import { inBackground } from './edge.ts';
import type { Parts } from './parts.ts';
import type { SessionsView } from './sessions-view.ts';

type Needs = Pick<Parts, 'sessions' | 'lists' | 'ready' | 'log'> & { readonly sessionsView: SessionsView };

type Item = vscode.QuickPickItem & { readonly entry?: AccessEntry };

/** More rows than anybody reads would only make typing slow. */
const MAX_ITEMS = 200;
/** How long changes are gathered before the list is made anew, in milliseconds. */
const GATHER_MS = 300;

const USE: vscode.QuickInputButton = {
  iconPath: new vscode.ThemeIcon('play'),
  tooltip: 'Use once, without a profile',
};
const SAVE: vscode.QuickInputButton = {
  iconPath: new vscode.ThemeIcon('save'),
  tooltip: 'Save as profile',
};
const LIST_ROLES: vscode.QuickInputButton = {
  iconPath: new vscode.ThemeIcon('cloud-download'),
  tooltip: 'List the roles of all accounts, so that they can be found',
};

/**
 * A list of the accounts and roles of every session that the user is signed in to. It looks for what is typed by
 * itself, since VS Code becomes slow with thousands of items. Choosing one shows its row.
 * @throws UserError when the user is signed in to none.
 */
export async function searchAccounts(parts: Needs): Promise<void> {
  await parts.ready;
  const { sessions, lists, log } = parts;
  const signedIn = sessions.sessions.filter(({ id }) => sessions.tokens.get(id)?.kind === 'valid');
  if (signedIn.length === 0) {
    throw new UserError('You are not signed in to any SSO session.', {
      hint: 'Log in to one first.',
      actions: [{ title: 'Log In', command: 'rolecall.login', arguments: [{ from: 'link' }] }],
    });
  }
  const pick = vscode.window.createQuickPick<Item>();
  const stop = new AbortController();
  pick.title = 'Search Accounts and Roles';
  pick.placeholder = 'Account name, account id or role';
  pick.buttons = [LIST_ROLES];
  pick.matchOnDescription = true;
  pick.busy = true;
  let entries: readonly AccessEntry[] = [];
  let timer: NodeJS.Timeout | undefined;
  const show = (): void => {
    pick.items = itemsFor(entries, pick.value, signedIn);
  };
  const gather = (): void => {
    timer = undefined;
    entries = accessEntries(
      signedIn.map(session => ({ session, name: sessionName(session), known: lists.known(session) })),
    );
    show();
  };
  const isClosed = Promise.withResolvers<void>();
  let chosen: AccessEntry | undefined;
  const open: readonly Disposable[] = [
    pick,
    pick.onDidChangeValue(show),
    pick.onDidAccept(() => {
      chosen = pick.selectedItems[0]?.entry;
      if (chosen !== undefined) {
        pick.hide();
      }
    }),
    pick.onDidTriggerButton(() => {
      for (const session of signedIn) {
        // The command shows its own progress and its own outcome.
        void vscode.commands.executeCommand('rolecall.listRoles', { from: 'link', session: session.id });
      }
    }),
    pick.onDidTriggerItemButton(({ item, button }) => {
      const command = button === USE ? 'rolecall.useOnce' : 'rolecall.saveRoleAsProfile';
      void vscode.commands.executeCommand(command, item.entry?.node);
      pick.hide();
    }),
    lists.onDidChange(() => {
      timer ??= setTimeout(gather, GATHER_MS);
    }),
    pick.onDidHide(() => isClosed.resolve()),
  ];
  pick.show();
  const listing = Promise.all(signedIn.map(session => lists.accounts(session, { signal: stop.signal })));
  inBackground(
    'listing accounts to search in',
    listing.finally(() => {
      if (!stop.signal.aborted) {
        pick.busy = false;
        gather();
      }
    }),
    log,
    true,
  );
  try {
    await Promise.all(signedIn.map(session => lists.load(session)));
    gather();
    await isClosed.promise;
  } finally {
    clearTimeout(timer);
    stop.abort();
    disposeAll(open);
  }
  if (chosen !== undefined) {
    await parts.sessionsView.revealAccess(chosen.node);
  }
}

function itemsFor(entries: readonly AccessEntry[], query: string, sessions: readonly SsoSession[]): Item[] {
  const { found, more } = searchEntries(entries, query, MAX_ITEMS);
  const items = found.map(entry => itemOf(entry, sessions.length > 1));
  return more === 0
    ? items
    : [...items, { label: `and ${more} more`, description: 'type on to narrow them down', alwaysShow: true }];
}

function itemOf(entry: AccessEntry, withSession: boolean): Item {
  const { node } = entry;
  const account = visible(accountLabel(node.account));
  const id = groupAccountId(node.account.id);
  const parts = [
    ...(node.kind === 'role' ? [account] : []),
    ...(account === id ? [] : [id]),
    ...(withSession ? [visible(sessionName(node.session))] : []),
  ];
  return {
    label: escapeIcons(visible(entry.label)),
    description: escapeIcons(parts.join(' · ')),
    iconPath: new vscode.ThemeIcon(node.kind === 'role' ? 'person' : 'organization'),
    // What fits was found already, by the plain id too.
    alwaysShow: true,
    ...(node.kind === 'role' ? { buttons: [USE, SAVE] } : {}),
    entry,
  };
}
