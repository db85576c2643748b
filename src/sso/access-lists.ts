import { mkdir } from 'node:fs/promises';
import { type Disposable, disposeAll } from '../lib/disposable.ts';
import { Emitter } from '../lib/emitter.ts';
import { Cancelled } from '../lib/errors.ts';
import type { System } from '../lib/system.ts';
import { watchFolder } from '../lib/watch.ts';
import { AccessFile, sweepLists } from './access-file.ts';
import { type AccountList, type KnownAccess, mergeAccess, NOTHING_KNOWN } from './known-access.ts';
import type { ListProgress, Means } from './list-access.ts';
import { Pacing } from './pacing.ts';
import type { SsoRequest } from './request.ts';
import type { SsoSession } from './session.ts';
import { SharedWork } from './shared-work.ts';

export type { AccountList, KnownAccess, RoleList } from './known-access.ts';
export type { ListProgress } from './list-access.ts';

/**
 * The roles of a session's accounts, by the account's id. `listedAt`: when the oldest of them, or the
 * list of the accounts, was made.
 */
export type RoleLists = {
  readonly roles: ReadonlyMap<string, readonly string[]>;
  readonly listedAt: number;
  /** True when every account was asked and answered. */
  readonly isComplete: boolean;
};

export type ListOptions = {
  readonly signal: AbortSignal;
  /** Asks AWS although an answer is known. */
  readonly fresh?: boolean;
};

export type BulkOptions = ListOptions & {
  /** How many accounts are done, of how many. Called when it changes, from the first account on. */
  readonly onProgress?: (done: number, of: number) => void;
};

/** Of this session something else is known. `accountId`: only of the roles of this account. */
export type AccessChange = { readonly session: SsoSession; readonly accountId: string | undefined };

export type AccessListsOptions = {
  readonly system: System;
  /** Where the lists are kept, for all windows; it need not exist. */
  readonly folder: string;
  readonly requestFor: (session: SsoSession) => Omit<SsoRequest, 'signal'>;
  /** Gets, for the log, why a list could not be kept. */
  readonly onTrouble: (error: unknown) => void;
};

/** What this window knows of one session, and what goes on for it. */
type Entry = {
  readonly session: SsoSession;
  readonly file: AccessFile;
  known: KnownAccess;
  progress: ListProgress | undefined;
  loaded: Promise<void> | undefined;
  /** When the user was last seen to log in: what was listed before that counts as not known. 0: never seen. */
  loggedInAt: number;
  /** The user has signed out: nothing is kept any more. */
  isForgotten: boolean;
};

/** Nobody tells when a window died that was listing: it is looked for so often, in milliseconds. */
const LOOK_MS = 10_000;

/**
 * The accounts and roles that sessions give access to: asked for when they are wanted, at a rate that AWS accepts, by
 * one window for all. What is known stays known, in this window and on disk, until the user signs out; whoever wants
 * it anew says so.
 */
export class AccessLists implements Disposable {
  readonly #options: AccessListsOptions;
  readonly #entries = new Map<string, Entry>();
  readonly #files = new WeakMap<SsoSession, AccessFile>();
  readonly #pacings = new Map<string, Pacing>();
  readonly #changes = new Emitter<AccessChange>();
  /** Fires when the files were looked at again. */
  readonly #looks = new Emitter<void>();
  readonly #accountWork = new SharedWork<AccountList>();
  readonly #roleWork = new SharedWork<readonly string[]>();
  readonly #bulkWork = new SharedWork<void>();
  readonly #closing = new AbortController();
  #watch: Disposable | undefined;

  readonly onDidChange = this.#changes.event;

  constructor(options: AccessListsOptions) {
    this.#options = options;
  }

  /** What is known of a session, without asking anybody. */
  known(session: SsoSession): KnownAccess {
    return this.#entryOf(session).known;
  }

  /** How far a listing of accounts in this window is; undefined when there is none. */
  progress(session: SsoSession): ListProgress | undefined {
    return this.#entryOf(session).progress;
  }

  /** What is known of a session, by this or another window, also by an earlier one. Asks no server. Never rejects. */
  async load(session: SsoSession): Promise<KnownAccess> {
    const entry = this.#entryOf(session);
    entry.loaded ??= this.#read(entry);
    await entry.loaded;
    return entry.known;
  }

  /**
   * Every account. While they come, `known` has those that are there already, and `onDidChange` fires.
   * @throws LoginNeeded, AwsError, Cancelled
   */
  async accounts(session: SsoSession, { signal, fresh = false }: ListOptions): Promise<AccountList> {
    const { accounts } = await this.load(session);
    const entry = this.#entryOf(session);
    const isGood = accounts?.isComplete === true && accounts.listedAt >= entry.loggedInAt;
    if (isGood && !fresh) {
      return accounts;
    }
    return this.#accountWork.join(entry.file.path, signal, async stop => {
      const old = entry.known.accounts;
      const found = (): AccountList | undefined => {
        const list = entry.known.accounts;
        return list?.isComplete === true && list !== old ? list : undefined;
      };
      const { listAccounts } = await import('./list-access.ts');
      return this.#alone(entry, entry.file.accountsLock, stop, found, () =>
        listAccounts(this.#means(entry, stop)),
      );
    });
  }

  /** The names of the roles in one account. @throws LoginNeeded, AwsError, Cancelled */
  async roles(
    session: SsoSession,
    accountId: string,
    { signal, fresh = false }: ListOptions,
  ): Promise<readonly string[]> {
    const list = (await this.load(session)).roles.get(accountId);
    const entry = this.#entryOf(session);
    if (!fresh && list !== undefined && list.listedAt >= entry.loggedInAt) {
      return list.names;
    }
    return this.#roleWork.join(`${entry.file.path}\n${accountId}`, signal, async stop => {
      const { listRoles } = await import('./list-access.ts');
      return listRoles(accountId, this.#means(entry, stop));
    });
  }

  /**
   * The roles of every account. What came before a failure or a cancel stays known, and is not asked for again.
   * An account that AWS refuses to tell of is left out, and makes the lists incomplete.
   * @throws LoginNeeded, AwsError, Cancelled
   */
  async allRoles(session: SsoSession, options: BulkOptions): Promise<RoleLists> {
    const { signal, fresh = false, onProgress } = options;
    const { accounts, listedAt } = await this.accounts(session, options);
    const entry = this.#entryOf(session);
    const ids = accounts.map(({ id }) => id);
    const old = entry.known.roles;
    // What another window at the same work did since it began need not be done again.
    const since = fresh ? await entry.file.rolesSince() : entry.loggedInAt;
    const missing = (): readonly string[] =>
      ids.filter(id => {
        const list = entry.known.roles.get(id);
        return list === undefined || (list === old.get(id) && list.listedAt < since);
      });
    let last = -1;
    const tell = (): void => {
      const done = ids.length - missing().length;
      if (done !== last) {
        last = done;
        onProgress?.(done, ids.length);
      }
    };
    tell();
    const subscription = this.onDidChange(change => {
      if (this.#entryOf(change.session) === entry) {
        tell();
      }
    });
    try {
      await this.#bulkWork.join(`${entry.file.path} ${fresh}`, signal, async stop => {
        const { listAllRoles } = await import('./list-access.ts');
        await this.#alone(
          entry,
          entry.file.rolesLock,
          stop,
          () => (missing().length === 0 ? true : undefined),
          async () => {
            await listAllRoles(missing(), this.#means(entry, stop));
            return true;
          },
        );
      });
    } finally {
      subscription.dispose();
    }
    const refused = new Set(missing());
    const lists = ids.flatMap(id => {
      const list = refused.has(id) ? undefined : entry.known.roles.get(id);
      return list === undefined ? [] : [[id, list] as const];
    });
    return {
      roles: new Map(lists.map(([id, { names }]) => [id, names])),
      listedAt: lists.reduce((oldest, [, { listedAt }]) => Math.min(oldest, listedAt), listedAt),
      isComplete: refused.size === 0,
    };
  }

  /** The user has just logged in: what was listed before that may be another's, and is asked for anew when it is wanted. */
  noteLogin(session: SsoSession): void {
    this.#entryOf(session).loggedInAt = this.#options.system.now();
  }

  /** When the user was last seen to log in, in milliseconds since the epoch; 0 when that was not seen. */
  loggedInAt(session: SsoSession): number {
    return this.#entryOf(session).loggedInAt;
  }

  /** No listing call for this session goes out until the result is disposed: a login goes first. */
  hold(session: SsoSession): Disposable {
    return this.#pacingOf(session).hold();
  }

  /** Drops what is known of a session, here and on disk: its user has signed out, the next may be another. Never rejects. */
  async forget(session: SsoSession): Promise<void> {
    const entry = this.#entryOf(session);
    entry.isForgotten = true;
    this.#entries.delete(entry.file.path);
    try {
      await entry.file.remove();
    } catch (error) {
      this.#options.onTrouble(error);
    }
    this.#changes.fire({ session, accountId: undefined });
  }

  dispose(): void {
    this.#closing.abort();
    this.#watch?.dispose();
    disposeAll([...this.#pacings.values()]);
    this.#looks.dispose();
    this.#changes.dispose();
  }

  #entryOf(session: SsoSession): Entry {
    const { folder, system } = this.#options;
    // Asked for by every row: the digest in the file's name is made once.
    const file = this.#files.get(session) ?? new AccessFile(folder, session, system.now);
    this.#files.set(session, file);
    const present = this.#entries.get(file.path);
    if (present !== undefined) {
      return present;
    }
    const entry: Entry = {
      session,
      file,
      known: NOTHING_KNOWN,
      progress: undefined,
      loaded: undefined,
      loggedInAt: 0,
      isForgotten: false,
    };
    this.#entries.set(file.path, entry);
    return entry;
  }

  /** AWS's limit is one for all who call an instance of IAM Identity Center. */
  #pacingOf({ startUrl, region }: SsoSession): Pacing {
    const key = `${startUrl}\n${region}`;
    const pacing = this.#pacings.get(key) ?? new Pacing(this.#options.system);
    this.#pacings.set(key, pacing);
    return pacing;
  }

  /** What the work for an entry needs. */
  #means(entry: Entry, signal: AbortSignal): Means {
    const { system, requestFor, onTrouble } = this.#options;
    const all = AbortSignal.any([signal, this.#closing.signal]);
    return {
      request: { ...requestFor(entry.session), signal: all },
      pacing: this.#pacingOf(entry.session),
      now: system.now,
      known: () => entry.known,
      learn: (found, accountId) => this.#learn(entry, { ...NOTHING_KNOWN, ...found }, accountId),
      showProgress: progress => {
        entry.progress = progress;
        this.#changes.fire({ session: entry.session, accountId: undefined });
      },
      save: async () => {
        if (!entry.isForgotten) {
          await entry.file.add(entry.known, all).catch((error: unknown) => {
            if (!(error instanceof Cancelled)) {
              onTrouble(error);
            }
          });
        }
      },
    };
  }

  #learn(entry: Entry, found: KnownAccess, accountId?: string): void {
    const known = mergeAccess(entry.known, found);
    if (known !== entry.known) {
      entry.known = known;
      this.#changes.fire({ session: entry.session, accountId });
    }
  }

  async #read(entry: Entry): Promise<void> {
    const { folder, onTrouble } = this.#options;
    // From now on, so that nothing is missed that others write after this reading. What is not there cannot be watched.
    await mkdir(folder, { recursive: true, mode: 0o700 }).catch(onTrouble);
    if (this.#watch === undefined) {
      this.#watch = watchFolder(folder, () => {
        this.#lookAgain().catch(onTrouble);
      });
      sweepLists(folder, this.#options.system.now()).catch(onTrouble);
    }
    this.#learn(entry, await entry.file.read());
  }

  async #lookAgain(): Promise<void> {
    const entries = [...this.#entries.values()].filter(entry => entry.loaded !== undefined);
    await Promise.all(entries.map(async entry => this.#learn(entry, await entry.file.read())));
    this.#looks.fire();
  }

  /**
   * Does the work unless another window is at it; then waits for what that one finds, and takes over should it give up.
   * @param found the outcome, when what is known by now has it.
   */
  async #alone<T>(
    entry: Entry,
    path: string,
    signal: AbortSignal,
    found: () => T | undefined,
    work: () => Promise<T>,
  ): Promise<T> {
    const { tryClaim } = await import('./list-access.ts');
    for (;;) {
      const looked = this.#nextLook(signal);
      const claim = await tryClaim(path, signal, this.#options.onTrouble);
      try {
        this.#learn(entry, await entry.file.read());
        const there = found();
        if (there !== undefined) {
          return there;
        }
        if (claim !== undefined) {
          return await work();
        }
        await looked.wait();
      } finally {
        looked.dispose();
        await claim?.release();
      }
    }
  }

  /** Waits until the files were looked at again, or for a while. Made before somebody looks, so that no look is missed. */
  #nextLook(signal: AbortSignal): Disposable & { wait(): Promise<void> } {
    const stop = new AbortController();
    const limit = AbortSignal.any([signal, stop.signal, this.#closing.signal]);
    const seen = Promise.withResolvers<void>();
    const subscription = this.#looks.event(() => seen.resolve());
    return {
      wait: () => Promise.race([seen.promise, this.#options.system.sleep(LOOK_MS, limit)]),
      dispose: () => {
        subscription.dispose();
        stop.abort();
      },
    };
  }
}
