import { hostname } from 'node:os';
import { setImmediate as nextTurn } from 'node:timers/promises';
import * as vscode from 'vscode';
import { changedSections } from '../aws-files/changes.ts';
import type { Snapshot } from '../aws-files/snapshot.ts';
import { type Disposable, disposeAll } from '../lib/disposable.ts';
import { escapeMessage } from '../lib/escape.ts';
import { missingText, placeText, remotePlace } from '../view/files-place.ts';
import { withFollowers } from '../view/followers.ts';
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
import { RowLooks } from '../view/row-looks.ts';
import { printBelow, printOf } from '../view/row-print.ts';
import { shortPath } from '../view/words.ts';
import { inBackground } from './edge.ts';
import type { Parts } from './parts.ts';
import { plainTooltip, treeItem } from './tree-items.ts';

type Needs = Pick<Parts, 'store' | 'sessions' | 'window' | 'files' | 'system' | 'ready' | 'log'>;

/** So many rows take a few milliseconds. */
const ROWS_A_TURN = 250;

/** From so many changed rows on, all rows anew cost VS Code less. */
const MANY_ROWS = 500;

type Shown = {
  readonly node: Extract<ProfileNode, { kind: 'profile' }>;
  readonly index: number;
  /** How it was last shown, with the rows below it where VS Code has them; empty as long as it was not. */
  print: string;
  /** Whether VS Code asked for the rows below: it keeps them, folded or not. */
  hasBelow: boolean;
};

/** The view "Profiles". */
export class ProfilesView implements vscode.TreeDataProvider<ProfileNode>, Disposable {
  readonly #parts: Needs;
  readonly #changes = new vscode.EventEmitter<ProfileNode[] | undefined>();
  readonly #view: vscode.TreeView<ProfileNode>;
  readonly #subscriptions: readonly Disposable[];
  /** The top rows that VS Code has now; undefined until it asked for them. */
  #shown: ReadonlyMap<string, Shown> | undefined;
  /** What they were made from. */
  #painted: Snapshot | undefined;
  /** The profiles with a hover that VS Code keeps, on their row or on one below; it tells lines of the files. */
  readonly #hovered = new Set<string>();
  /** Ends of the turns in which rows are made: many rows at once would hold the extension host up. */
  #turns: Promise<unknown>[] = [];
  /** The last turn whose rows may be made. */
  #turned = 0;
  /** The profiles whose rows follow another's, and which one, as they were last shown. */
  readonly #follows = new Map<string, string>();
  readonly #looks = new RowLooks({
    isDifferent: name => this.#isDifferent(name),
    onLooked: names => this.#fire(names),
  });
  /** What the rows know of sessions, and the profile whose row is the active one's. */
  #told = '';
  #active: string | null = null;
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
        this.#fire(this.#takeHovered());
        this.#look(this.#problems.changedProfiles(parts.store.snapshot));
      }),
      parts.sessions.onDidChange(() => this.#showSessions()),
      parts.window.onDidChange(({ profile }) => {
        this.#look([this.#active, profile].filter(name => name !== null));
        this.#active = profile;
      }),
    ];
  }

  async getChildren(node?: ProfileNode): Promise<ProfileNode[]> {
    await this.#parts.ready;
    const { snapshot } = this.#parts.store;
    if (node !== undefined) {
      const shown = this.#shown?.get(topOf(node));
      if (shown !== undefined) {
        shown.hasBelow = true;
        shown.print = this.#print(shown);
      }
      return [...profileChildren(snapshot, node)];
    }
    const last = this.#shown;
    // VS Code knows rows by the objects that stand for them.
    const nodes = profileNodes(snapshot).map(each => last?.get(each.profile)?.node ?? each);
    this.#shown = new Map(
      nodes.map((each, index) => [each.profile, { node: each, index, print: '', hasBelow: false }]),
    );
    this.#painted = snapshot;
    this.#hovered.clear();
    this.#follows.clear();
    this.#looks.clear();
    this.#told = this.#sessionFacts();
    this.#active = this.#parts.window.active.profile;
    this.#turns = [Promise.resolve()];
    this.#turned = 0;
    this.#showPlace();
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
    this.#hovered.add(topOf(node));
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

  /** Puts the selection and the focus on a row, because the one that had them changed. Nobody waits for it. */
  select(node: ProfileNode): void {
    const selected = Promise.resolve(this.#view.reveal(node, { select: true, focus: true }));
    inBackground('selecting a row', selected, this.#parts.log);
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
      shown.print = this.#print(shown, row);
      if (shown.index + 1 === this.#shown?.size) {
        this.#findProblems();
      }
    }
    return treeItem(row);
  }

  /** How a row looks now. Notes whom it follows. */
  #print({ node, hasBelow }: Shown, made?: Row): string {
    const state = this.#state();
    const row = made ?? profileRow(node, state);
    if (row.follows !== undefined) {
      this.#follows.set(node.profile, row.follows);
    } else {
      this.#follows.delete(node.profile);
    }
    const own = printOf(row);
    return hasBelow ? `${own}\n${printBelow(node, state)}` : own;
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

  /** The files changed: all rows anew where some came, went or moved, else those of the changed profiles alone. */
  #showFiles(): void {
    const { snapshot } = this.#parts.store;
    if (this.#shown === undefined || this.#painted === undefined) {
      return;
    }
    const { added, removed, moved, changed } = changedSections(this.#painted, snapshot).profiles;
    this.#painted = snapshot;
    const names = new Set([...changed, ...this.#takeHovered()]);
    const isOther = added.length > 0 || removed.length > 0 || moved || names.size > MANY_ROWS;
    if (isOther) {
      this.#looks.clear();
      this.#changes.fire(undefined);
    } else {
      this.#fire(names);
    }
    this.#showPlace();
    this.#showFileTrouble();
    if (isOther) {
      return;
    }
    // Rows of other profiles may say something of these: that a login is needed, that a source does not exist.
    const rows = [...this.#shown.values()];
    const isWhole = rows.every(({ print }) => print !== '');
    this.#look(
      isWhole
        ? [
            ...withFollowers(changed, this.#follows),
            ...rows.filter(({ hasBelow }) => hasBelow).map(({ node }) => node.profile),
          ]
        : this.#shown.keys(),
    );
    this.#findProblems();
  }

  #showSessions(): void {
    const told = this.#sessionFacts();
    if (told !== this.#told) {
      this.#told = told;
      this.#look(this.#shown?.keys() ?? []);
    }
  }

  /** All that rows say of sessions and accounts, as one text. */
  #sessionFacts(): string {
    const { tokens, accountNames } = this.#parts.sessions;
    return JSON.stringify([[...tokens], [...accountNames]]);
  }

  /** Has VS Code ask anew for the rows of these profiles and for those below them. */
  #fire(profiles: Iterable<string>): void {
    const nodes: ProfileNode[] = [];
    for (const name of profiles) {
      const shown = this.#shown?.get(name);
      if (shown !== undefined && shown.print !== '') {
        shown.print = this.#print(shown);
        nodes.push(shown.node);
      }
    }
    if (nodes.length > 0) {
      this.#changes.fire(nodes.length > MANY_ROWS ? undefined : nodes);
    }
  }

  #takeHovered(): readonly string[] {
    const names = [...this.#hovered];
    this.#hovered.clear();
    return names;
  }

  /** Repaints those of these rows that look different now. */
  #look(profiles: Iterable<string>): void {
    inBackground('repainting profiles', this.#looks.look(profiles), this.#parts.log);
  }

  #isDifferent(profile: string): boolean {
    const shown = this.#shown?.get(profile);
    return shown !== undefined && shown.print !== '' && shown.print !== this.#print(shown);
  }

  /** Where the files are stands beside the title, when that is not plain. */
  #showPlace(): void {
    const { store, system } = this.#parts;
    const remote = remotePlace(vscode.env.remoteName, hostname(), system.env);
    const isEmpty = store.snapshot.profiles.size === 0;
    this.#view.description = placeText(store.paths, { home: system.home, remote, isEmpty });
  }

  /** What is wrong with a file as a whole stands above the rows, else that one is not there. */
  #showFileTrouble(): void {
    const { store, system, files } = this.#parts;
    if (!store.snapshot.isSearched) {
      return;
    }
    const [first, ...more] = store.snapshot.problems.filter(
      problem => problem.subject === undefined && problem.severity === 'error',
    );
    // In an empty view it would hide the buttons, which say what to do about it.
    const missing =
      store.snapshot.profiles.size === 0
        ? ''
        : missingText(files.locate(files.present), store.snapshot.files, system.home);
    const text = escapeMessage(
      first === undefined
        ? missing
        : `${first.message} (${shortPath(first.place.file, system.home)}:${first.place.line})${more.length === 0 ? '' : ` and ${more.length} more`}`,
    );
    if ((this.#view.message ?? '') !== text) {
      this.#view.message = text;
    }
  }
}

/** The profile whose row is above all others over a row. */
function topOf(node: ProfileNode): string {
  return node.kind === 'standsOn' ? (node.path[0] ?? '') : node.profile;
}
