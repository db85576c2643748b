import * as vscode from 'vscode';
import { type Disposable, disposeAll, onDispose } from '../lib/disposable.ts';
import { defaultSource } from '../view/default-chain.ts';
import { tokenBehind } from '../view/profile-tree.ts';
import { statusItem } from '../view/status.ts';
import type { StatusInput } from '../view/status-input.ts';
import { statusLinkCommands } from '../view/status-tooltip.ts';
import type { Parts } from './parts.ts';
import { readSettings } from './settings.ts';

const TICK_MS = 20_000;

type Needs = Pick<Parts, 'store' | 'sessions' | 'window' | 'identity' | 'system'>;

/** The status bar item: a pure function of what is known, painted whenever that changes, and as time goes on. */
export class StatusBar implements Disposable {
  readonly #parts: Needs;
  readonly #item: vscode.StatusBarItem;
  readonly #subscriptions: readonly Disposable[];

  constructor(parts: Needs) {
    this.#parts = parts;
    this.#item = vscode.window.createStatusBarItem('rolecall.identity', vscode.StatusBarAlignment.Left, 50);
    this.#item.name = 'AWS Identity';
    const paint = (): void => this.#paint();
    const timer = setInterval(paint, TICK_MS);
    this.#subscriptions = [
      this.#item,
      onDispose(() => clearInterval(timer)),
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
    this.#paint();
  }

  dispose(): void {
    disposeAll(this.#subscriptions);
  }

  #paint(): void {
    if (!readSettings().showStatusBar) {
      this.#item.hide();
      return;
    }
    const input = this.#input();
    const shown = statusItem(input);
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

  #input(): StatusInput {
    const { store, sessions, window, identity, system } = this.#parts;
    const { profile } = window.active;
    return {
      active: window.active,
      snapshot: store.snapshot,
      identity: identity.state,
      token: profile === null ? undefined : tokenBehind(store.snapshot, profile, sessions.tokens),
      shadowedBy: window.shadowedBy,
      defaultSource: profile === null ? defaultSource(store.snapshot, system.env) : undefined,
      accountNames: sessions.accountNames,
      now: system.now(),
      home: system.home,
    };
  }
}
