import * as vscode from 'vscode';
import type { Snapshot } from '../aws-files/snapshot.ts';
import { Alarm } from '../lib/alarm.ts';
import { type Disposable, disposeAll, onDispose } from '../lib/disposable.ts';
import { sleep } from '../lib/system.ts';
import type { Account } from '../sso/portal-calls.ts';
import type { SsoSession } from '../sso/session.ts';
import type { TokenState } from '../sso/token-cache.ts';
import { endOf, nextChange } from '../view/expiry.ts';
import { ProblemIndex } from '../view/problem-index.ts';
import { type SessionNode, type SessionTreeState, sessionRow, sessionTooltip } from '../view/session-tree.ts';
import { AccessRows } from './access-rows.ts';
import { inBackground } from './edge.ts';
import type { Parts } from './parts.ts';
import { plainTooltip, treeItem } from './tree-items.ts';

const PROBLEMS_AFTER_MS = 500;

type Needs = Pick<Parts, 'store' | 'sessions' | 'lists' | 'window' | 'system' | 'ready' | 'log'>;

type SessionRow = Extract<SessionNode, { kind: 'session' }>;

/** The view "SSO Sessions": sessions at once, accounts and roles when a row is opened. */
export class SessionsView implements vscode.TreeDataProvider<SessionNode>, Disposable {
  readonly #parts: Needs;
  readonly #changes = new vscode.EventEmitter<SessionNode[] | undefined>();
  readonly #view: vscode.TreeView<SessionNode>;
  readonly #subscriptions: readonly Disposable[];
  readonly #closing = new AbortController();
  readonly #alarm: Alarm;
  readonly #access: AccessRows;
  /** The rows of sessions as they were given to VS Code, and how they were shown. */
  #rows: readonly { readonly node: SessionRow; print: string }[] = [];
  /** The files that the rows were made from. */
  #painted: Snapshot | undefined;
  /** The state of each session's token when it was last looked at, by the session's id. */
  #tokens: ReadonlyMap<string, TokenState['kind'] | undefined> = new Map();
  /** Keeps the listings of sessions back that the user is logging in to. */
  readonly #held = new Map<string, Disposable>();
  readonly #problems = new ProblemIndex();

  readonly onDidChangeTreeData = this.#changes.event;

  constructor(parts: Needs) {
    this.#parts = parts;
    this.#view = vscode.window.createTreeView('rolecall.sessions', { treeDataProvider: this });
    this.#access = new AccessRows(
      parts,
      nodes => this.#fire(nodes),
      session => this.#rowOf(session),
    );
    this.#alarm = new Alarm(parts.system, () => this.#countDown());
    this.#subscriptions = [
      onDispose(() => this.#closing.abort()),
      this.#view,
      this.#changes,
      this.#access,
      onDispose(() => disposeAll([...this.#held.values()])),
      parts.store.onDidFindProblems(() => this.#repaint()),
      parts.sessions.onDidChange(() => {
        this.#followLogins();
        this.#repaint();
      }),
      // The row of the role in use says so.
      parts.window.onDidChange(() => this.#fire([...this.#access.opened()])),
      this.#alarm,
      this.#view.onDidChangeVisibility(() => this.#countDown()),
      // A computer that slept did not count the minutes.
      vscode.window.onDidChangeWindowState(() => this.#alarm.check()),
    ];
  }

  async getChildren(node?: SessionNode): Promise<SessionNode[]> {
    await this.#parts.ready;
    switch (node?.kind) {
      case undefined:
        inBackground('looking for problems', this.#findProblems(), this.#parts.log);
        this.#painted = this.#parts.store.snapshot;
        this.#rows = this.#parts.sessions.sessions.map(session => {
          const row: SessionRow = { kind: 'session', session };
          return { node: row, print: this.#print(row) };
        });
        this.#alarm.set(this.#nextChange());
        return this.#rows.map(row => row.node);
      case 'session':
        return this.#access.accounts(node.session);
      case 'account':
        return this.#access.roles(node.session, node.account);
      default:
        return [];
    }
  }

  getTreeItem(node: SessionNode): vscode.TreeItem {
    return treeItem(sessionRow(node, this.#state()));
  }

  resolveTreeItem(item: vscode.TreeItem, node: SessionNode): vscode.TreeItem {
    const tooltip = plainTooltip(sessionTooltip(node, this.#state()));
    if (tooltip !== undefined) {
      item.tooltip = tooltip;
    }
    return item;
  }

  getParent(node: SessionNode): SessionNode | undefined {
    const { session } = node;
    const top = this.#rowOf(session) ?? { kind: 'session', session };
    switch (node.kind) {
      case 'session':
        return undefined;
      case 'account':
        return top;
      default:
        return node.account === undefined ? top : this.#access.accountNode(session, node.account);
    }
  }

  /** Opens the view with this session's row selected. */
  async reveal(id: string): Promise<void> {
    const session = this.#parts.sessions.sessions.find(each => each.id === id);
    if (session !== undefined) {
      await this.#view.reveal({ kind: 'session', session }, { select: true, focus: true });
    }
  }

  /** Opens the view with the row of an account or a role selected, whatever the filter says. */
  async revealAccess(node: Exclude<SessionNode, { kind: 'note' | 'session' }>): Promise<void> {
    this.setFilter('');
    const account = this.#access.accountNode(node.session, node.account);
    await this.#view.reveal(node.kind === 'account' ? account : node, {
      select: true,
      focus: true,
      expand: node.kind === 'account',
    });
  }

  /** Makes what rows below this one tell anew: the accounts of a session, or the roles of an account. */
  relist(session: SsoSession, account?: Account): void {
    this.#access.relist(session, account);
  }

  /** Ends the listing of accounts that goes on in a session's rows. */
  stopListing(session: SsoSession): void {
    this.#access.stop(session);
  }

  /** Makes the lists of accounts anew that are known. */
  relistAll(): void {
    const { sessions, lists } = this.#parts;
    for (const session of sessions.sessions) {
      this.#access.forgetFailures(session);
      if (sessions.tokens.get(session.id)?.kind === 'valid' && lists.known(session).accounts !== undefined) {
        this.#access.relist(session, undefined);
      }
    }
    this.#changes.fire(undefined);
  }

  get filter(): string {
    return this.#access.filter;
  }

  /** Shows only accounts that have these words in their name, id or roles; empty shows all. */
  setFilter(text: string): void {
    this.#access.filter = text;
    const { filter } = this.#access;
    // An empty text, since VS Code keeps the old one when there is none.
    this.#view.description = filter === '' ? '' : `“${filter}”`;
    void vscode.commands.executeCommand('setContext', 'rolecall.accountsFiltered', filter !== '');
  }

  dispose(): void {
    disposeAll(this.#subscriptions);
  }

  #rowOf({ kind, id }: SsoSession): SessionRow | undefined {
    return this.#rows.find(({ node }) => node.session.kind === kind && node.session.id === id)?.node;
  }

  #print(node: SessionNode): string {
    return JSON.stringify(sessionRow(node, this.#state()));
  }

  #fire(nodes: SessionNode[]): void {
    if (nodes.length > 0) {
      this.#changes.fire(nodes);
    }
  }

  /** Repaints the rows that differ: thousands may stand below the others. */
  #repaint(): void {
    const { sessions, store } = this.#parts;
    const present = this.#rows.map(({ node }) => node.session);
    if (JSON.stringify(present) !== JSON.stringify(sessions.sessions)) {
      this.#changes.fire(undefined);
      return;
    }
    const changed = this.#rows.filter(row => {
      const print = this.#print(row.node);
      const isSame = row.print === print;
      row.print = print;
      return !isSame;
    });
    // Whether a role is a profile is told by its row.
    const roles = this.#painted === store.snapshot ? [] : this.#access.opened();
    this.#painted = store.snapshot;
    this.#fire([...changed.map(({ node }) => node), ...roles]);
  }

  /** What logins and logouts mean for the lists. */
  #followLogins(): void {
    const { sessions, lists } = this.#parts;
    for (const session of sessions.sessions) {
      const { id } = session;
      const before = this.#tokens.get(id);
      const kind = sessions.tokens.get(id)?.kind;
      const isHeld = this.#held.has(id);
      if (kind === 'signedOut' && before !== kind) {
        // Who logs in next may be somebody else.
        this.#access.forgetFailures(session);
        inBackground('forgetting a list of accounts', lists.forget(session), this.#parts.log);
      }
      if (sessions.pending.has(id) && !isHeld) {
        this.#held.set(id, lists.hold(session));
      } else if (isHeld && !sessions.pending.has(id)) {
        this.#held.get(id)?.dispose();
        this.#held.delete(id);
      }
      // A token that had ended may have been renewed without the user.
      const isNew = before !== undefined && before !== 'valid' && before !== 'expired';
      if (kind === 'valid' && (isHeld || isNew) && !sessions.pending.has(id)) {
        this.#access.noteLogin(session);
      }
    }
    this.#tokens = new Map([...sessions.tokens].map(([id, { kind }]) => [id, kind]));
  }

  /** The view above looks for them once its rows stand; this one must not be quicker, but may be alone. */
  async #findProblems(): Promise<void> {
    await sleep(PROBLEMS_AFTER_MS, this.#closing.signal);
    await this.#parts.store.findProblems();
  }

  /** The rows that count down say so anew. */
  #countDown(): void {
    this.#repaint();
    this.#alarm.set(this.#nextChange());
  }

  #nextChange(): number | undefined {
    const { sessions, system } = this.#parts;
    return this.#view.visible
      ? nextChange([...sessions.expiries.values()].map(endOf), system.now())
      : undefined;
  }

  #state(): SessionTreeState {
    const { store, sessions, system } = this.#parts;
    const { snapshot } = store;
    return {
      snapshot,
      problems: this.#problems.of(snapshot),
      tokens: sessions.tokens,
      loginEnds: sessions.loginEnds,
      pending: sessions.pending,
      now: system.now(),
      home: system.home,
      known: session => this.#parts.lists.known(session),
      listing: session => this.#access.listingOf(session),
      used: this.#parts.window.active.role,
    };
  }
}
