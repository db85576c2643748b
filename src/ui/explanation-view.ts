import * as vscode from 'vscode';
import type { Trace } from '../credentials/credentials.ts';
import { type Disposable, disposeAll } from '../lib/disposable.ts';
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

  readonly onDidChangeTreeData = this.#changes.event;

  constructor(parts: Pick<Parts, 'system' | 'identity'>) {
    this.#system = parts.system;
    this.#view = vscode.window.createTreeView('rolecall.explanation', { treeDataProvider: this });
    this.#subscriptions = [
      this.#view,
      this.#changes,
      // It follows the active profile's checks.
      parts.identity.onDidChange(() => {
        const { trace } = parts.identity;
        if (trace !== undefined && trace !== this.#trace) {
          this.show(trace);
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

  show(trace: Trace): void {
    this.#trace = trace;
    this.#view.description = trace.profile ?? 'default chain';
    this.#changes.fire(undefined);
  }

  /** Brings the view to the front. */
  async focus(): Promise<void> {
    await vscode.commands.executeCommand('rolecall.explanation.focus');
  }

  dispose(): void {
    disposeAll(this.#subscriptions);
  }
}
