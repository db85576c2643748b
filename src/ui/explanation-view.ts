import * as vscode from 'vscode';
import type { Trace } from '../credentials/credentials.ts';
import { type Disposable, disposeAll } from '../lib/disposable.ts';
import { visible } from '../lib/escape.ts';
import type { System } from '../lib/system.ts';
import {
  type ExplanationNode,
  explanationNodes,
  explanationRow,
  explanationTooltip,
} from '../view/explanation.ts';
import type { Parts } from './parts.ts';
import { treeItem } from './tree-items.ts';

/** The view "Why This Identity": the links of the chain that was run last, of the profile asked about. */
export class ExplanationView implements vscode.TreeDataProvider<ExplanationNode>, Disposable {
  readonly #system: System;
  readonly #changes = new vscode.EventEmitter<undefined>();
  readonly #view: vscode.TreeView<ExplanationNode>;
  readonly #subscriptions: readonly Disposable[];
  #trace: Trace | undefined;
  /** The explanation that the user asked for; it stays until the active profile is another one. */
  #asked: Trace | undefined;

  readonly onDidChangeTreeData = this.#changes.event;

  constructor(parts: Pick<Parts, 'system' | 'identity' | 'window'>) {
    this.#system = parts.system;
    this.#view = vscode.window.createTreeView('rolecall.explanation', { treeDataProvider: this });
    this.#subscriptions = [
      this.#view,
      this.#changes,
      parts.window.onDidChange(() => {
        this.#asked = undefined;
      }),
      // It follows the active profile's checks, unless the user asked about another profile.
      parts.identity.onDidChange(() => {
        const { trace } = parts.identity;
        const mayFollow = this.#asked === undefined || this.#asked.profile === trace?.profile;
        if (trace !== undefined && trace !== this.#trace && mayFollow) {
          this.#paint(trace);
        }
      }),
    ];
  }

  getChildren(node?: ExplanationNode): ExplanationNode[] {
    return node === undefined ? [...explanationNodes(this.#trace)] : [];
  }

  getTreeItem(node: ExplanationNode): vscode.TreeItem {
    return treeItem(explanationRow(node, this.#system.home, this.#system.now()));
  }

  resolveTreeItem(item: vscode.TreeItem, node: ExplanationNode): vscode.TreeItem {
    const text = explanationTooltip(node, this.#system.home, this.#system.now());
    item.tooltip = new vscode.MarkdownString(text);
    return item;
  }

  /** Shows what the user asked for. */
  show(trace: Trace): void {
    this.#asked = trace;
    this.#paint(trace);
  }

  /** Brings the view to the front. */
  async focus(): Promise<void> {
    await vscode.commands.executeCommand('rolecall.explanation.focus');
  }

  dispose(): void {
    disposeAll(this.#subscriptions);
  }

  #paint(trace: Trace): void {
    this.#trace = trace;
    this.#view.description = visible(trace.profile ?? 'default chain');
    this.#changes.fire(undefined);
  }
}
