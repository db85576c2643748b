import * as vscode from 'vscode';
import { profileKind } from '../aws-files/profile-kind.ts';
import { maskedValue } from '../aws-files/schema.ts';
import { type Disposable, disposeAll } from '../lib/disposable.ts';
import { Cancelled } from '../lib/errors.ts';
import { escapeIcons } from '../lib/escape.ts';
import { sessionIdOf } from '../view/profile-context.ts';
import { accountOf, KIND_ICONS, KIND_WORDS, summaryOf } from '../view/profile-summary.ts';
import { readerMark } from '../view/readers.ts';
import { groupAccountId } from '../view/words.ts';
import type { Parts } from './parts.ts';

type Needs = Pick<Parts, 'store' | 'sessions' | 'window' | 'ready'>;

type Item = vscode.QuickPickItem & { readonly profile?: string | null };

type PickOptions = {
  readonly title: string;
  readonly placeholder: string;
  /** Offers "no profile" when one is active. */
  readonly clear?: true;
  /** Offers buttons that copy exports, open a terminal, or log in. */
  readonly buttons?: true;
  /** Shows the plain account id, region and kind on a second line, so that typing finds them. */
  readonly details?: true;
};

const COPY: vscode.QuickInputButton = {
  iconPath: new vscode.ThemeIcon('copy'),
  tooltip: 'Copy environment exports',
};
const TERMINAL: vscode.QuickInputButton = {
  iconPath: new vscode.ThemeIcon('terminal'),
  tooltip: 'Open a terminal',
};
const LOGIN: vscode.QuickInputButton = {
  iconPath: new vscode.ThemeIcon('sign-in'),
  tooltip: 'Log in to SSO',
};

/**
 * Lets the user choose a profile, recent ones first. Null stands for "no profile".
 * @throws Cancelled when the list is dismissed.
 */
export async function pickProfile(parts: Needs, options: PickOptions): Promise<string | null> {
  await parts.ready;
  const pick = vscode.window.createQuickPick<Item>();
  return new Promise((resolve, reject) => {
    const open: Disposable[] = [pick];
    pick.title = options.title;
    pick.placeholder = options.placeholder;
    pick.matchOnDescription = true;
    pick.matchOnDetail = true;
    pick.items = itemsOf(parts, options);
    open.push(
      pick.onDidAccept(() => {
        const profile = pick.selectedItems[0]?.profile;
        if (profile !== undefined) {
          resolve(profile);
          disposeAll(open);
        }
      }),
      pick.onDidTriggerItemButton(({ item, button }) => {
        if (typeof item.profile === 'string') {
          const command = button === COPY ? 'copyEnv' : button === TERMINAL ? 'openTerminal' : 'login';
          // The command shows its own outcome; the list has done its work.
          void vscode.commands.executeCommand(`rolecall.${command}`, { from: 'link', profile: item.profile });
          pick.hide();
        }
      }),
      pick.onDidHide(() => {
        reject(new Cancelled());
        disposeAll(open);
      }),
    );
    pick.show();
  });
}

function itemsOf(parts: Needs, options: PickOptions): Item[] {
  const { store, window } = parts;
  const names = [...store.snapshot.profiles.keys()];
  const recent = window.recent.filter(name => store.snapshot.profiles.has(name));
  const rest = names.filter(name => !recent.includes(name));
  const items: Item[] = [];
  if (options.clear && window.active.profile !== null) {
    items.push({
      label: 'No profile',
      description: 'tools use their default chain',
      iconPath: new vscode.ThemeIcon('circle-slash'),
      profile: null,
    });
  }
  if (recent.length > 0) {
    items.push({ label: 'recent', kind: vscode.QuickPickItemKind.Separator });
    items.push(...recent.map(name => itemOf(name, parts, options)));
    items.push({ label: 'all profiles', kind: vscode.QuickPickItemKind.Separator });
  }
  items.push(...rest.map(name => itemOf(name, parts, options)));
  return items;
}

function itemOf(name: string, parts: Needs, options: PickOptions): Item {
  const { store, sessions, window } = parts;
  const profile = store.snapshot.profiles.get(name);
  if (profile === undefined) {
    return { label: escapeIcons(name), profile: name };
  }
  const kind = profileKind(profile);
  const active = window.active.profile === name;
  const summary = summaryOf(profile, kind, sessions.accountNames);
  const account = accountOf(profile);
  const id = sessionIdOf(profile);
  const token = id === undefined ? undefined : sessions.tokens.get(id);
  const details = [
    KIND_WORDS[kind],
    account === undefined ? undefined : `${account} (${groupAccountId(account)})`,
    ...['region', 'sso_role_name'].map(key => maskedValue(key, profile.get(key) ?? '').text),
  ];
  return {
    label: escapeIcons(name),
    description: escapeIcons(
      [active ? 'active' : '', readerMark(profile.readBy)?.short ?? '', summary]
        .filter(part => part !== '')
        .join(' · '),
    ),
    iconPath: active
      ? new vscode.ThemeIcon('circle-filled', new vscode.ThemeColor('charts.green'))
      : new vscode.ThemeIcon(KIND_ICONS[kind]),
    ...(options.details ? { detail: escapeIcons(details.filter(Boolean).join(' · ')) } : {}),
    ...(options.buttons
      ? { buttons: [COPY, TERMINAL, ...(token !== undefined && token.kind !== 'valid' ? [LOGIN] : [])] }
      : {}),
    profile: name,
  };
}
