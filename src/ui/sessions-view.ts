import * as vscode from 'vscode';
import { Alarm } from '../lib/alarm.ts';
import { type Disposable, disposeAll, onDispose } from '../lib/disposable.ts';
import { UserError } from '../lib/errors.ts';
import { sleep } from '../lib/system.ts';
import type { Account } from '../sso/portal.ts';
import type { SsoSession } from '../sso/session.ts';
import { accountLabel } from '../view/account-rows.ts';
import { endOf, nextChange } from '../view/expiry.ts';
import { ProblemIndex } from '../view/problem-index.ts';
import { type SessionNode, type SessionTreeState, sessionRow, sessionTooltip } from '../view/session-tree.ts';
import { inBackground, isCancel } from './edge.ts';
import type { Parts } from './parts.ts';
import { plainTooltip, treeItem } from './tree-items.ts';

const PROBLEMS_AFTER_MS = 500;

type Needs = Pick<Parts, 'store' | 'sessions' | 'lists' | 'system' | 'ready' | 'log'>;

/** The view "SSO Sessions": sessions at once, accounts and roles when a row is opened. */
export class SessionsView implements vscode.TreeDataProvider<SessionNode>, Disposable {
  readonly #parts: Needs;
  readonly #changes = new vscode.EventEmitter<SessionNode | undefined>();
  readonly #view: vscode.TreeView<SessionNode>;
  readonly #subscriptions: readonly Disposable[];
  readonly #closing = new AbortController();
  readonly #alarm: Alarm;
  /** The rows of sessions as they were given to VS Code. */
  #rows: readonly Extract<SessionNode, { kind: 'session' }>[] = [];
  /** What was said instead of a list that failed: a repaint says it again and asks nobody. */
  readonly #failures = new Map<string, SessionNode>();
  readonly #problems = new ProblemIndex();

  readonly onDidChangeTreeData = this.#changes.event;

  constructor(parts: Needs) {
    this.#parts = parts;
    this.#view = vscode.window.createTreeView('rolecall.sessions', { treeDataProvider: this });
    this.#alarm = new Alarm(parts.system, () => this.#countDown());
    this.#subscriptions = [
      onDispose(() => this.#closing.abort()),
      this.#view,
      this.#changes,
      parts.store.onDidFindProblems(() => this.#changes.fire(undefined)),
      parts.sessions.onDidChange(() => {
        // Who logs in next may be somebody else.
        for (const session of parts.sessions.sessions) {
          if (parts.sessions.tokens.get(session.id)?.kind === 'signedOut') {
            void parts.lists.forget(session);
          }
        }
        this.#failures.clear();
        this.#changes.fire(undefined);
      }),
      this.#alarm,
      this.#view.onDidChangeVisibility(() => this.#countDown()),
      // A computer that slept did not count the minutes.
      vscode.window.onDidChangeWindowState(() => this.#alarm.check()),
    ];
  }

  async getChildren(node?: SessionNode): Promise<SessionNode[]> {
    await this.#parts.ready;
    if (node === undefined) {
      inBackground('looking for problems', this.#findProblems(), this.#parts.log);
      this.#rows = this.#parts.sessions.sessions.map(session => ({ kind: 'session', session }));
      this.#alarm.set(this.#nextChange());
      return [...this.#rows];
    }
    if (node.kind !== 'session' && node.kind !== 'account') {
      return [];
    }
    const row = sessionRow(node, this.#state()).id;
    const failure = this.#failures.get(row);
    if (failure !== undefined) {
      return [failure];
    }
    try {
      return node.kind === 'session'
        ? await this.#accounts(node.session)
        : await this.#roles(node.session, node.account);
    } catch (error) {
      if (isCancel(error)) {
        return [];
      }
      // The row that was opened says why it is empty; the log has the rest.
      this.#parts.log.error(`list of ${node.kind === 'session' ? 'accounts' : 'roles'}`, error);
      const text =
        error instanceof UserError
          ? [error.message, error.hint].filter(Boolean).join(' ')
          : 'The list could not be read. Refresh to try again.';
      const { session } = node;
      const note: SessionNode =
        node.kind === 'account'
          ? { kind: 'note', session, account: node.account, text }
          : { kind: 'note', session, text };
      this.#failures.set(row, note);
      return [note];
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
    switch (node.kind) {
      case 'session':
        return undefined;
      case 'account':
        return { kind: 'session', session: node.session };
      case 'note':
        return node.account === undefined
          ? { kind: 'session', session: node.session }
          : { kind: 'account', session: node.session, account: node.account };
      case 'role':
        return { kind: 'account', session: node.session, account: node.account };
    }
  }

  /** Opens the view with this session's row selected. */
  async reveal(id: string): Promise<void> {
    const session = this.#parts.sessions.sessions.find(each => each.id === id);
    if (session !== undefined) {
      await this.#view.reveal({ kind: 'session', session }, { select: true, focus: true });
    }
  }

  /** Asks anew for accounts and roles when rows are opened, and for those that are open now. */
  forgetLists(): void {
    this.#failures.clear();
    this.#changes.fire(undefined);
  }

  dispose(): void {
    disposeAll(this.#subscriptions);
  }

  async #accounts(session: SsoSession): Promise<SessionNode[]> {
    const { signal } = this.#closing;
    const list = await this.#parts.lists.accounts(session, { signal });
    const accounts = [...list.accounts];
    this.#parts.sessions.learnAccounts(accounts);
    accounts.sort((a, b) => accountLabel(a).localeCompare(accountLabel(b)));
    return accounts.length === 0
      ? [{ kind: 'note', session, text: 'No accounts are assigned to you here.' }]
      : accounts.map(account => ({ kind: 'account', session, account }));
  }

  async #roles(session: SsoSession, account: Account): Promise<SessionNode[]> {
    const roles = await this.#parts.lists.roles(session, account.id, { signal: this.#closing.signal });
    return [...roles].sort().map(role => ({ kind: 'role', session, account, role }));
  }

  /** The view above looks for them once its rows stand; this one must not be quicker, but may be alone. */
  async #findProblems(): Promise<void> {
    await sleep(PROBLEMS_AFTER_MS, this.#closing.signal);
    await this.#parts.store.findProblems();
  }

  /** The rows that count down say so anew; the lists below them are kept. */
  #countDown(): void {
    const { expiries } = this.#parts.sessions;
    for (const row of this.#rows) {
      if (endOf(expiries.get(row.session.id)) !== undefined) {
        this.#changes.fire(row);
      }
    }
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
    };
  }
}
