import * as vscode from 'vscode';
import type { Snapshot } from '../aws-files/snapshot.ts';
import { type Disposable, disposeAll, onDispose } from '../lib/disposable.ts';
import { tokenBehind } from '../view/profile-context.ts';
import { statusItem } from '../view/status.ts';
import type { StatusInput } from '../view/status-input.ts';
import { statusLinkCommands } from '../view/status-tooltip.ts';
import { inBackground } from './edge.ts';
import type { Parts } from './parts.ts';
import { readSettings } from './settings.ts';

const TICK_MS = 20_000;

type Needs = Pick<Parts, 'store' | 'sessions' | 'window' | 'identity' | 'system' | 'log' | 'ready'>;

/** The status bar item: a pure function of what is known, painted whenever that changes, and as time goes on. */
export class StatusBar implements Disposable {
  readonly #parts: Needs;
  readonly #item: vscode.StatusBarItem;
  readonly #subscriptions: readonly Disposable[];
  #isReady = false;
  #found: { readonly of: Snapshot; readonly source: string | undefined } | undefined;

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
    const { store, sessions, window, identity, system } = this.#parts;
    const { profile } = window.active;
    return {
      active: window.active,
      snapshot: store.snapshot,
      identity: identity.state,
      token: profile === null ? undefined : tokenBehind(store.snapshot, profile, sessions.tokens),
      shadowedBy: window.shadowedBy,
      defaultSource: profile === null ? this.#defaultSource() : undefined,
      accountNames: sessions.accountNames,
      now: system.now(),
      home: system.home,
    };
  }
}
