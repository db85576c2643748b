import { type Disposable, disposeAll, onDispose } from '../lib/disposable.ts';
import { UserError } from '../lib/errors.ts';
import type { AccessChange } from '../sso/access-lists.ts';
import type { Account } from '../sso/portal-calls.ts';
import type { SsoSession } from '../sso/session.ts';
import { accountNodes, isOldList, listingWords, roleNodes } from '../view/account-list.ts';
import type { SessionNode } from '../view/session-tree.ts';
import { isCancel } from './edge.ts';
import type { Parts } from './parts.ts';

type Needs = Pick<Parts, 'sessions' | 'lists' | 'system' | 'log'>;

type AccountNode = Extract<SessionNode, { kind: 'account' }>;

/** How long changes are gathered before rows are made anew, in milliseconds: where there are many, that takes its time. */
const GATHER_MS = 250;
const GATHER_MANY_MS = 1000;
const MANY_ROWS = 500;

/** The rows below sessions: what is known at once, the rest as it comes. */
export class AccessRows implements Disposable {
  readonly #parts: Needs;
  readonly #fire: (nodes: SessionNode[]) => void;
  readonly #sessionNode: (session: SsoSession) => SessionNode | undefined;
  readonly #subscriptions: readonly Disposable[];
  readonly #closing = new AbortController();
  /** The rows of accounts as VS Code has them: it knows them by identity. */
  readonly #accounts = new Map<string, AccountNode>();
  /** Accounts with rows below them. */
  readonly #opened = new Set<string>();
  /** Why the last listing below a row failed: a repaint says it again and asks nobody. */
  readonly #failures = new Map<string, string>();
  /** Ends the listing of accounts that a row below a session counts. */
  readonly #stops = new Map<string, AbortController>();
  #changed: AccessChange[] = [];
  #timer: NodeJS.Timeout | undefined;
  #filter = '';

  /** @param fire repaints rows and those below them; `sessionNode` finds the row of a session as VS Code has it. */
  constructor(
    parts: Needs,
    fire: (nodes: SessionNode[]) => void,
    sessionNode: (session: SsoSession) => SessionNode | undefined,
  ) {
    this.#parts = parts;
    this.#fire = fire;
    this.#sessionNode = sessionNode;
    this.#subscriptions = [
      onDispose(() => this.#closing.abort()),
      onDispose(() => clearTimeout(this.#timer)),
      parts.lists.onDidChange(change => this.#gather(change)),
    ];
  }

  get filter(): string {
    return this.#filter;
  }

  /** Shows only accounts that have these words; empty shows all. */
  set filter(text: string) {
    if (text.trim() !== this.#filter) {
      this.#filter = text.trim();
      this.#repaint(this.#parts.sessions.sessions);
    }
  }

  /** What the row of a session says of its list; undefined when there is nothing to say. */
  listingOf(session: SsoSession): string | undefined {
    return listingWords(this.#parts.lists.progress(session), this.#failures.get(keyOf(session)));
  }

  /** The accounts of a session; lists them where they are not known, or too old. */
  async accounts(session: SsoSession): Promise<SessionNode[]> {
    const { lists, sessions, system } = this.#parts;
    const { accounts } = await lists.load(session);
    const key = keyOf(session);
    const isGood =
      accounts?.isComplete === true && !isOldList(accounts.listedAt, system.now(), lists.loggedInAt(session));
    if (!isGood && !this.#failures.has(key) && !this.#stops.has(key)) {
      const done = this.#list(session, accounts?.isComplete === true);
      if (accounts === undefined) {
        await this.#firstOf(session, done);
      }
    }
    const known = lists.known(session);
    sessions.learnAccounts(known.accounts?.accounts ?? []);
    const nodes = accountNodes(session, {
      known,
      progress: lists.progress(session),
      failure: this.#failures.get(key),
      filter: this.#filter,
    });
    return nodes.map(node => (node.kind === 'account' ? this.accountNode(session, node.account) : node));
  }

  /** The roles of an account; lists them where they are not known, or too old. */
  async roles(session: SsoSession, account: Account): Promise<SessionNode[]> {
    const { lists, system } = this.#parts;
    const { accounts, roles } = await lists.load(session);
    const key = keyOf(session, account);
    this.#opened.add(key);
    const known = roles.get(account.id);
    if (!this.#failures.has(key)) {
      const newest = Math.max(accounts?.listedAt ?? 0, lists.loggedInAt(session));
      const done =
        known === undefined || isOldList(known.listedAt, system.now(), newest)
          ? this.#listRoles(session, account)
          : undefined;
      if (known === undefined) {
        await done;
      }
    }
    const names = lists.known(session).roles.get(account.id)?.names ?? [];
    return [...roleNodes(session, account, names, this.#failures.get(key))];
  }

  /** The row of an account, the same one as long as session and account are the same. */
  accountNode(session: SsoSession, account: Account): AccountNode {
    const key = keyOf(session, account);
    const present = this.#accounts.get(key);
    if (present?.session === session && present.account.name === account.name) {
      return present;
    }
    const node: AccountNode = { kind: 'account', session, account };
    this.#accounts.set(key, node);
    return node;
  }

  /** The accounts whose roles are rows now. */
  opened(): SessionNode[] {
    return [...this.#opened].flatMap(key => this.#accounts.get(key) ?? []);
  }

  /** Lists again below a row, in the background; the rows say how far it is. */
  relist(session: SsoSession, account: Account | undefined): void {
    this.#failures.delete(keyOf(session, account));
    if (account !== undefined) {
      void this.#listRoles(session, account);
    } else if (!this.#stops.has(keyOf(session))) {
      void this.#list(session, this.#parts.lists.known(session).accounts?.isComplete === true);
    }
  }

  /** Ends the listing of a session's accounts that goes on in its rows. */
  stop(session: SsoSession): void {
    this.#stops.get(keyOf(session))?.abort();
  }

  /** The user has logged in: what was listed before that, and what failed, counts no more. */
  noteLogin(session: SsoSession): void {
    this.#parts.lists.noteLogin(session);
    this.forgetFailures(session);
    this.#repaint([session]);
  }

  forgetFailures(session: SsoSession): void {
    const own = keyOf(session);
    for (const key of [...this.#failures.keys()].filter(
      each => each === own || each.startsWith(`${own}\n`),
    )) {
      this.#failures.delete(key);
    }
  }

  dispose(): void {
    disposeAll(this.#subscriptions);
  }

  /** Resolves when there is something to show. */
  async #firstOf(session: SsoSession, done: Promise<void>): Promise<void> {
    const { lists } = this.#parts;
    const some = Promise.withResolvers<void>();
    const subscription = lists.onDidChange(() => {
      if (lists.known(session).accounts !== undefined) {
        some.resolve();
      }
    });
    try {
      await Promise.race([done, some.promise]);
    } finally {
      subscription.dispose();
    }
  }

  /** Never rejects: the row above says what went wrong. */
  async #list(session: SsoSession, fresh: boolean): Promise<void> {
    const key = keyOf(session);
    const stop = new AbortController();
    this.#stops.set(key, stop);
    try {
      const signal = AbortSignal.any([stop.signal, this.#closing.signal]);
      await this.#parts.lists.accounts(session, { signal, fresh });
    } catch (error) {
      this.#fail(key, error, 'The list of accounts was stopped.');
    } finally {
      this.#stops.delete(key);
      this.#repaint([session]);
    }
  }

  async #listRoles(session: SsoSession, account: Account): Promise<void> {
    const key = keyOf(session, account);
    try {
      await this.#parts.lists.roles(session, account.id, { signal: this.#closing.signal, fresh: true });
    } catch (error) {
      this.#fail(key, error, 'The list of roles was stopped.');
      const node = this.#accounts.get(key);
      this.#fire(node === undefined ? [] : [node]);
    }
  }

  #fail(key: string, error: unknown, stopped: string): void {
    if (isCancel(error)) {
      this.#failures.set(key, stopped);
      return;
    }
    // The row that was opened says why it is empty; the log has the rest.
    this.#parts.log.error('listing accounts and roles', error);
    this.#failures.set(
      key,
      error instanceof UserError
        ? [error.message, error.hint].filter(Boolean).join(' ')
        : 'The list could not be read. The log says why.',
    );
  }

  #gather(change: AccessChange): void {
    this.#changed.push(change);
    const rows =
      change.accountId === undefined
        ? (this.#parts.lists.known(change.session).accounts?.accounts.length ?? 0)
        : 1;
    this.#timer ??= setTimeout(() => this.#flush(), rows > MANY_ROWS ? GATHER_MANY_MS : GATHER_MS);
  }

  #flush(): void {
    this.#timer = undefined;
    const changed = this.#changed;
    this.#changed = [];
    const whole = new Map<string, SsoSession>();
    for (const { session, accountId } of changed) {
      if (accountId === undefined) {
        whole.set(keyOf(session), session);
      }
    }
    const accounts = new Set(
      changed.flatMap(({ session, accountId }) =>
        accountId === undefined || whole.has(keyOf(session))
          ? []
          : (this.#accounts.get(`${keyOf(session)}\n${accountId}`) ?? []),
      ),
    );
    this.#fire([...this.#rowsOf([...whole.values()]), ...accounts]);
  }

  #repaint(sessions: readonly SsoSession[]): void {
    this.#fire(this.#rowsOf(sessions));
  }

  #rowsOf(sessions: readonly SsoSession[]): SessionNode[] {
    return sessions.flatMap(session => this.#sessionNode(session) ?? []);
  }
}

function keyOf({ kind, id }: SsoSession, account?: Account): string {
  return account === undefined ? `${kind}:${id}` : `${kind}:${id}\n${account.id}`;
}
