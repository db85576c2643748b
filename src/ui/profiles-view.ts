import * as vscode from 'vscode';
import { type Disposable, disposeAll } from '../lib/disposable.ts';
import { escapeMessage } from '../lib/escape.ts';
import { indexProblems, type ProblemsByRow } from '../view/problem-index.ts';
import {
  type ProfileNode,
  type ProfileTreeState,
  profileChildren,
  profileNodes,
  profileParent,
  profileRow,
  profileTooltip,
} from '../view/profile-tree.ts';
import { shortPath } from '../view/words.ts';
import type { Parts } from './parts.ts';
import { plainTooltip, treeItem } from './tree-items.ts';

type Needs = Pick<Parts, 'store' | 'sessions' | 'window' | 'system' | 'ready'>;

/** The view "Profiles". */
export class ProfilesView implements vscode.TreeDataProvider<ProfileNode>, Disposable {
  readonly #parts: Needs;
  readonly #changes = new vscode.EventEmitter<ProfileNode[] | undefined>();
  readonly #view: vscode.TreeView<ProfileNode>;
  readonly #subscriptions: readonly Disposable[];
  /** The top rows that VS Code has now, and how each was last shown. */
  #shown = new Map<string, { readonly node: ProfileNode; print: string }>();
  #problems: { readonly of: object; readonly byRow: ProblemsByRow } | undefined;

  readonly onDidChangeTreeData = this.#changes.event;

  constructor(parts: Needs) {
    this.#parts = parts;
    this.#view = vscode.window.createTreeView('rolecall.profiles', { treeDataProvider: this });
    this.#subscriptions = [
      this.#view,
      this.#changes,
      parts.store.onDidChange(() => this.#refresh(true)),
      parts.sessions.onDidChange(() => this.#refresh(false)),
      parts.window.onDidChange(() => this.#refresh(false)),
    ];
  }

  async getChildren(node?: ProfileNode): Promise<ProfileNode[]> {
    await this.#parts.ready;
    const { snapshot } = this.#parts.store;
    if (node !== undefined) {
      return [...profileChildren(snapshot, node)];
    }
    const nodes = [...profileNodes(snapshot)];
    this.#shown = new Map(
      nodes.map(each => [each.kind === 'profile' ? each.profile : '', { node: each, print: '' }]),
    );
    this.#showFileTrouble();
    return nodes;
  }

  getTreeItem(node: ProfileNode): vscode.TreeItem {
    const row = profileRow(node, this.#state());
    if (node.kind === 'profile') {
      const shown = this.#shown.get(node.profile);
      if (shown !== undefined) {
        shown.print = JSON.stringify(row);
      }
    }
    return treeItem(row);
  }

  resolveTreeItem(item: vscode.TreeItem, node: ProfileNode): vscode.TreeItem {
    const tooltip = plainTooltip(profileTooltip(node, this.#state()));
    if (tooltip !== undefined) {
      item.tooltip = tooltip;
    }
    return item;
  }

  getParent(node: ProfileNode): ProfileNode | undefined {
    return profileParent(node);
  }

  /** Opens the view with this profile's row selected. */
  async reveal(profile: string): Promise<void> {
    const node = this.#shown.get(profile)?.node ?? ({ kind: 'profile', profile } as const);
    await this.#view.reveal(node, { select: true, focus: true, expand: true });
  }

  dispose(): void {
    disposeAll(this.#subscriptions);
  }

  #state(): ProfileTreeState {
    const { store, sessions, window, system } = this.#parts;
    const { snapshot } = store;
    if (this.#problems?.of !== snapshot) {
      this.#problems = { of: snapshot, byRow: indexProblems(snapshot) };
    }
    return {
      snapshot,
      problems: this.#problems.byRow,
      active: window.active.profile,
      tokens: sessions.tokens,
      accountNames: sessions.accountNames,
      home: system.home,
    };
  }

  /** Repaints what differs. After a change of the files a row that was opened may have other rows below it. */
  #refresh(filesChanged: boolean): void {
    const { snapshot } = this.#parts.store;
    const names = [...snapshot.profiles.keys()];
    const shown = [...this.#shown.keys()];
    if (names.length !== shown.length || names.some((name, index) => name !== shown[index])) {
      this.#changes.fire(undefined);
      return;
    }
    const state = this.#state();
    const changed = [...this.#shown.values()]
      .filter(({ node, print }) => filesChanged || print !== JSON.stringify(profileRow(node, state)))
      .map(({ node }) => node);
    this.#showFileTrouble();
    if (changed.length === shown.length) {
      this.#changes.fire(undefined);
    } else if (changed.length > 0) {
      this.#changes.fire(changed);
    }
  }

  /** What is wrong with a file as a whole stands above the rows. */
  #showFileTrouble(): void {
    const { store, system } = this.#parts;
    const [first, ...more] = store.snapshot.problems.filter(
      problem => problem.subject === undefined && problem.severity === 'error',
    );
    const text =
      first === undefined
        ? ''
        : escapeMessage(
            `${first.message} (${shortPath(first.place.file, system.home)}:${first.place.line})${more.length === 0 ? '' : ` and ${more.length} more`}`,
          );
    if ((this.#view.message ?? '') !== text) {
      this.#view.message = text;
    }
  }
}
