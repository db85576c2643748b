import * as vscode from 'vscode';
import type { Snapshot } from '../aws-files/snapshot.ts';
import { Alarm } from '../lib/alarm.ts';
import { type Disposable, disposeAll } from '../lib/disposable.ts';
import { endOf, nextChange, profileExpiry } from '../view/expiry.ts';
import { tokenBehind } from '../view/profile-context.ts';
import { type StatusItem, statusItem } from '../view/status.ts';
import type { StatusInput } from '../view/status-input.ts';
import { statusLinkCommands } from '../view/status-tooltip.ts';
import { inBackground } from './edge.ts';
import type { Parts } from './parts.ts';
import { readSettings } from './settings.ts';

type Needs = Pick<Parts, 'store' | 'sessions' | 'window' | 'identity' | 'system' | 'log' | 'ready'>;

/**
 * The status bar item: a pure function of what is known, painted when that changes what it says, and while
 * something counts down.
 */
export class StatusBar implements Disposable {
  readonly #parts: Needs;
  readonly #item: vscode.StatusBarItem;
  readonly #subscriptions: readonly Disposable[];
  readonly #alarm: Alarm;
  /** What the item shows now, as text; undefined while it is hidden. */
  #shown: string | undefined;
  #isReady = false;
  #found: { readonly of: Snapshot; readonly source: string | undefined } | undefined;

  constructor(parts: Needs) {
    this.#parts = parts;
    this.#item = vscode.window.createStatusBarItem('rolecall.identity', vscode.StatusBarAlignment.Left, 50);
    this.#item.name = 'AWS Identity';
    const paint = (): void => this.#paint();
    this.#alarm = new Alarm(parts.system, paint);
    this.#subscriptions = [
      this.#item,
      this.#alarm,
      // A computer that slept did not count the minutes.
      vscode.window.onDidChangeWindowState(() => this.#alarm.check()),
      parts.store.onDidChange(paint),
      parts.sessions.onDidChange(paint),
      parts.window.onDidChange(paint),
      parts.identity.onDidChange(paint),
      vscode.workspace.onDidChangeConfiguration(event => {
        if (event.affectsConfiguration('rolecall')) {
          this.#paint();
        }
      }),
    ];
    const start = async (): Promise<void> => {
      await parts.ready;
      this.#isReady = true;
      this.#paint();
    };
    inBackground('status bar', start(), parts.log);
  }

  dispose(): void {
    disposeAll(this.#subscriptions);
  }

  #paint(): void {
    // Nothing true can be said before the files are read.
    if (!this.#isReady) {
      return;
    }
    if (!readSettings().showStatusBar) {
      this.#alarm.set(undefined);
      this.#shown = undefined;
      this.#item.hide();
      return;
    }
    const input = this.#input();
    this.#alarm.set(nextWords(input));
    const item = statusItem(input);
    const text = JSON.stringify(item);
    if (text !== this.#shown) {
      this.#shown = text;
      this.#show(item);
    }
  }

  #show(shown: StatusItem): void {
    this.#item.text = shown.text;
    this.#item.accessibilityInformation = { label: shown.accessibleLabel };
    this.#item.backgroundColor =
      shown.color === undefined ? undefined : new vscode.ThemeColor(`statusBarItem.${shown.color}Background`);
    const tooltip = new vscode.MarkdownString(shown.tooltip, true);
    tooltip.isTrusted = { enabledCommands: statusLinkCommands };
    this.#item.tooltip = tooltip;
    this.#item.command = { title: '', command: `rolecall.${shown.command}`, arguments: [shown.argument] };
    this.#item.show();
  }

  /**
   * What the default chain would use, as far as it is known for these files. The chain is loaded only for windows
   * without a profile; the answer paints anew.
   */
  #defaultSource(): string | undefined {
    const { store, system, log } = this.#parts;
    const { snapshot } = store;
    if (this.#found?.of !== snapshot) {
      this.#found = { of: snapshot, source: this.#found?.source };
      const find = async (): Promise<void> => {
        const { defaultSource } = await import('../view/default-chain.ts');
        if (this.#found?.of === snapshot) {
          this.#found = { of: snapshot, source: defaultSource(snapshot, system.env) };
          this.#paint();
        }
      };
      inBackground('default chain', find(), log);
    }
    return this.#found.source;
  }

  #input(): StatusInput {
    const { sessions, window, identity, system } = this.#parts;
    const { profile } = window.active;
    const { snapshot } = window;
    const behind = <T>(known: ReadonlyMap<string, T>): T | undefined =>
      profile === null ? undefined : tokenBehind(snapshot, profile, known);
    const now = system.now();
    return {
      active: window.active,
      snapshot,
      identity: identity.state,
      token: behind(sessions.tokens),
      loginEnd: behind(sessions.loginEnds),
      expiry:
        profile === null
          ? undefined
          : profileExpiry(snapshot, profile, {
              identity: identity.state,
              session: behind(sessions.expiries),
              now,
            }),
      shadowedBy: window.shadowedBy,
      defaultSource: profile === null ? this.#defaultSource() : undefined,
      accountNames: sessions.accountNames,
      now,
      home: system.home,
    };
  }
}

/** When the words change next: those for the end of the login, and in the hover of the credentials. */
function nextWords({ expiry, identity, now }: StatusInput): number | undefined {
  const credentials = identity.kind === 'known' ? identity.identity.expiresAt : undefined;
  return nextChange([endOf(expiry), credentials], now);
}
