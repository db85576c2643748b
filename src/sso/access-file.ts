import { createHash } from 'node:crypto';
import { lstat, readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type KnownAccess, mergeAccess, NOTHING_KNOWN, type RoleList } from './known-access.ts';
import type { Account } from './portal-calls.ts';
import type { SsoSession } from './session.ts';

/** Another number for another form of the file: what has a foreign one counts as nothing. */
const VERSION = 1;

/** 2,000 accounts with 50 roles each stay far below this, in bytes. */
const MAX_SIZE = 32 * 1024 * 1024;

/** No list can be of a time to come; clocks of several machines on one home folder differ by less, in milliseconds. */
const MAX_SKEW = 300_000;

/**
 * The names of files in the folder of lists that belong to a session. Whoever changes its start URL or its region
 * has another session, and another list.
 */
function nameOf({ kind, id, startUrl, region }: SsoSession): string {
  const key = JSON.stringify([kind, id, startUrl ?? null, region ?? null]);
  return createHash('sha256').update(key).digest('hex').slice(0, 40);
}

/** What is known, as text. No secret, and no mail addresses: those are of people, and no list needs them. */
export function accessText({ accounts, roles }: KnownAccess): string {
  return `${JSON.stringify({
    version: VERSION,
    ...(accounts === undefined
      ? {}
      : {
          accounts: accounts.accounts.map(({ id, name }) => (name === undefined ? { id } : { id, name })),
          listedAt: accounts.listedAt,
          isComplete: accounts.isComplete,
        }),
    roles: Object.fromEntries([...roles].map(([id, { names, listedAt }]) => [id, { names, listedAt }])),
  })}\n`;
}

/** What a text of `accessText` says at `now`, in milliseconds; undefined for anything else. */
export function parseAccess(text: string, now: number): KnownAccess | undefined {
  try {
    const content: unknown = JSON.parse(text);
    if (!isRecord(content) || content['version'] !== VERSION) {
      return undefined;
    }
    const { accounts, listedAt, isComplete, roles } = content;
    return {
      accounts:
        Array.isArray(accounts) && isMoment(listedAt, now)
          ? { accounts: accounts.map(toAccount), listedAt, isComplete: isComplete === true }
          : undefined,
      roles: new Map(
        Object.entries(isRecord(roles) ? roles : {}).map(([id, list]) => [
          toAccountId(id),
          toRoles(list, now),
        ]),
      ),
    };
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isMoment(value: unknown, now: number): value is number {
  return typeof value === 'number' && value > 0 && value <= now + MAX_SKEW;
}

function toText(value: unknown): string {
  if (typeof value !== 'string' || value === '' || value.length > 1024) {
    throw new TypeError('not a name');
  }
  return value;
}

function toAccountId(value: unknown): string {
  const id = toText(value);
  if (!/^\d{12}$/.test(id)) {
    throw new TypeError('not an account');
  }
  return id;
}

function toAccount(value: unknown): Account {
  if (!isRecord(value)) {
    throw new TypeError('not an account');
  }
  const { id, name } = value;
  return {
    id: toAccountId(id),
    name: name === undefined ? undefined : toText(name),
    email: undefined,
  };
}

function toRoles(value: unknown, now: number): RoleList {
  if (!isRecord(value)) {
    throw new TypeError('not a list');
  }
  const { names, listedAt } = value;
  if (!Array.isArray(names) || !isMoment(listedAt, now)) {
    throw new TypeError('not a list');
  }
  return { names: names.map(toText), listedAt };
}

/** A list that nobody wrote for so long, in milliseconds, is of a session that is gone: none lives for more than 90 days. */
const KEPT_MS = 90 * 24 * 3_600_000;

/** Removes the lists of sessions that nobody uses any more. @throws the system's error when the folder cannot be read or written. */
export async function sweepLists(folder: string, now: number): Promise<void> {
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    if (name.endsWith('.json') && now - (await stat(path)).mtimeMs > KEPT_MS) {
      await rm(path, { force: true });
    }
  }
}

/** The file that keeps the list of one session for all windows, in the extension's own storage; mode 0600. */
export class AccessFile {
  readonly path: string;
  /** Held by the window that lists the accounts. */
  readonly accountsLock: string;
  /** Held by the window that lists the roles of all accounts. */
  readonly rolesLock: string;
  readonly #now: () => number;
  readonly #writing = new Set<Promise<void>>();

  constructor(folder: string, session: SsoSession, now: () => number) {
    const name = nameOf(session);
    this.path = join(folder, `${name}.json`);
    this.accountsLock = join(folder, `${name}.accounts.lock`);
    this.rolesLock = join(folder, `${name}.roles.lock`);
    this.#now = now;
  }

  /** Since when a window lists the roles of all accounts, in milliseconds since the epoch; infinite when none does. */
  async rolesSince(): Promise<number> {
    try {
      return (await lstat(this.rolesLock)).mtimeMs;
    } catch {
      return Number.POSITIVE_INFINITY;
    }
  }

  /** What the file says. Never rejects: a file that is missing, foreign or broken says nothing. */
  async read(): Promise<KnownAccess> {
    try {
      const info = await stat(this.path);
      return info.isFile() && info.size <= MAX_SIZE
        ? (parseAccess(await readFile(this.path, 'utf8'), this.#now()) ?? NOTHING_KNOWN)
        : NOTHING_KNOWN;
    } catch {
      return NOTHING_KNOWN;
    }
  }

  /**
   * Adds what is known to what the file says, in one step.
   * @throws UserError when it cannot be written; Cancelled.
   */
  async add(known: KnownAccess, signal: AbortSignal): Promise<void> {
    const writing = this.#add(known, signal);
    this.#writing.add(writing);
    try {
      await writing;
    } finally {
      this.#writing.delete(writing);
    }
  }

  /** Removes the file, after what is just being written here. @throws the system's error when it cannot be removed. */
  async remove(): Promise<void> {
    await Promise.allSettled(this.#writing);
    await rm(this.path, { force: true });
  }

  async #add(known: KnownAccess, signal: AbortSignal): Promise<void> {
    const { replaceFile } = await import('../lib/atomic-file.ts');
    await replaceFile(
      this.path,
      bytes => {
        const present = parseAccess(bytes?.toString('utf8') ?? '', this.#now()) ?? NOTHING_KNOWN;
        return Buffer.from(accessText(mergeAccess(present, known)));
      },
      // What is lost in a power cut is listed again.
      { mode: 0o600, hardLinks: 'part', sync: false, signal },
    );
  }
}
