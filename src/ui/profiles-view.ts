import { setImmediate as nextTurn } from 'node:timers/promises';
import * as vscode from 'vscode';
import { type Disposable, disposeAll } from '../lib/disposable.ts';
import { escapeMessage } from '../lib/escape.ts';
import { ProblemIndex } from '../view/problem-index.ts';
import { profileTooltip } from '../view/profile-tooltip.ts';
import {
  type ProfileNode,
  type ProfileTreeState,
  profileChildren,
  profileNodes,
  profileParent,
  profileRow,
} from '../view/profile-tree.ts';
import type { Row } from '../view/row.ts';
import { shortPath } from '../view/words.ts';
import { inBackground } from './edge.ts';
import type { Parts } from './parts.ts';
import { plainTooltip, treeItem } from './tree-items.ts';

type Needs = Pick<Parts, 'store' | 'sessions' | 'window' | 'system' | 'ready' | 'log'>;

/** So many rows take a few milliseconds. */
const ROWS_A_TURN = 500;

type Shown = {
  readonly node: ProfileNode;
  readonly index: number;
  /** How it was last shown; empty as long as it was not. */
  print: string;
};

/** The view "Profiles". */
export class ProfilesView implements vscode.TreeDataProvider<ProfileNode>, Disposable {
  readonly #parts: Needs;
  readonly #changes = new vscode.EventEmitter<ProfileNode[] | undefined>();
  readonly #view: vscode.TreeView<ProfileNode>;
  readonly #subscriptions: readonly Disposable[];
  /** The top rows that VS Code has now; undefined until it asked for them. */
  #shown: ReadonlyMap<string, Shown> | undefined;
  /** Ends of the turns in which rows are made: many rows at once would hold the extension host up. */
  #turns: Promise<unknown>[] = [];
  /** The last turn whose rows may be made. */
  #turned = 0;
  /** Numbers the repaints, so that a newer one ends an older one. */
  #repaint = 0;
  readonly #problems = new ProblemIndex();

  readonly onDidChangeTreeData = this.#changes.event;

  constructor(parts: Needs) {
    this.#parts = parts;
    this.#view = vscode.window.createTreeView('rolecall.profiles', { treeDataProvider: this });
    this.#subscriptions = [
      this.#view,
      this.#changes,
      parts.store.onDidChange(() => this.#showFiles()),
      parts.store.onDidFindProblems(() => {
        this.#showFileTrouble();
        inBackground('repainting profiles', this.#showChanges(), parts.log);
      }),
      parts.sessions.onDidChange(() => inBackground('repainting profiles', this.#showChanges(), parts.log)),
      parts.window.onDidChange(() => inBackground('repainting profiles', this.#showChanges(), parts.log)),
    ];
  }

  async getChildren(node?: ProfileNode): Promise<ProfileNode[]> {
    await this.#parts.ready;
    const { snapshot } = this.#parts.store;
    if (node !== undefined) {
      return [...profileChildren(snapshot, node)];
    }
    const nodes = [...profileNodes(snapshot)];
    this.#shown = new Map(nodes.map((each, index) => [each.profile, { node: each, index, print: '' }]));
    this.#turns = [Promise.resolve()];
    this.#turned = 0;
    this.#showFileTrouble();
    if (nodes.length === 0) {
      this.#findProblems();
    }
    return nodes;
  }

  getTreeItem(node: ProfileNode): vscode.TreeItem | Promise<vscode.TreeItem> {
    const shown = node.kind === 'profile' ? this.#shown?.get(node.profile) : undefined;
    const turn = Math.floor((shown?.index ?? 0) / ROWS_A_TURN);
    return turn <= this.#turned
      ? this.#item(node, shown)
      : this.#turn(turn).then(() => this.#item(node, shown));
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
    const node = this.#shown?.get(profile)?.node ?? ({ kind: 'profile', profile } as const);
    await this.#view.reveal(node, { select: true, focus: true, expand: true });
  }

  dispose(): void {
    disposeAll(this.#subscriptions);
  }

  #state(): ProfileTreeState {
    const { store, sessions, window, system } = this.#parts;
    const { snapshot } = store;
    return {
      snapshot,
      problems: this.#problems.of(snapshot),
      active: window.active.profile,
      tokens: sessions.tokens,
      accountNames: sessions.accountNames,
      home: system.home,
    };
  }

  #item(node: ProfileNode, shown: Shown | undefined): vscode.TreeItem {
    const row = profileRow(node, this.#state());
    if (shown !== undefined) {
      shown.print = printOf(row);
      if (shown.index + 1 === this.#shown?.size) {
        this.#findProblems();
      }
    }
    return treeItem(row);
  }

  #findProblems(): void {
    inBackground('looking for problems', this.#parts.store.findProblems(), this.#parts.log);
  }

  /** When the rows of that turn may be made: each turn is one of the event loop's. */
  #turn(index: number): Promise<unknown> {
    for (let next = this.#turns.length; next <= index; next++) {
      this.#turns[next] = this.#passTurn(this.#turns[next - 1], next);
    }
    return this.#turns[index] ?? nextTurn();
  }

  async #passTurn(before: Promise<unknown> | undefined, index: number): Promise<void> {
    const turns = this.#turns;
    await before;
    await nextTurn();
    if (turns === this.#turns) {
      this.#turned = index;
    }
  }

  /** The files changed: rows may come and go, and a row that is open may have others below it. */
  #showFiles(): void {
    if (this.#shown !== undefined) {
      this.#repaint += 1;
      this.#showFileTrouble();
      this.#changes.fire(undefined);
    }
  }

  /** The files are the same: repaints the rows that look different now. */
  async #showChanges(): Promise<void> {
    this.#repaint += 1;
    const repaint = this.#repaint;
    const changed: ProfileNode[] = [];
    let looked = 0;
    for (const { node, print } of this.#shown?.values() ?? []) {
      if (print !== '' && print !== printOf(profileRow(node, this.#state()))) {
        changed.push(node);
      }
      looked += 1;
      if (looked % ROWS_A_TURN === 0) {
        await nextTurn();
        if (repaint !== this.#repaint) {
          return;
        }
      }
    }
    if (changed.length > 0) {
      this.#changes.fire(changed);
    }
  }

  /** What is wrong with a file as a whole stands above the rows. */
  #showFileTrouble(): void {
    const { store, system } = this.#parts;
    if (!store.snapshot.isSearched) {
      return;
    }
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

/** All of a row that can differ while the files stay the same. */
function printOf({ description = '', icon, context }: Row): string {
  return [description, icon.id, icon.color ?? '', context].join('\n');
}
