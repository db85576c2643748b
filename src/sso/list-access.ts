import { dirname } from 'node:path';
import { makeFolder } from '../lib/commit-file.ts';
import { Cancelled } from '../lib/errors.ts';
import { type FileLock, tryLock } from '../lib/file-lock.ts';
import { AwsError } from './aws-error.ts';
import type { AccountList, KnownAccess } from './known-access.ts';
import type { Pacing } from './pacing.ts';
import type { Account } from './portal-calls.ts';
import { PortalListing } from './portal-listing.ts';
import type { SsoRequest } from './request.ts';

/** Accounts are being listed: how many there are so far, and how many there were the last time, if that is known. */
export type ListProgress = { readonly done: number; readonly of: number | undefined };

/** What a listing needs, and where it tells what it finds. */
export type Means = {
  readonly request: SsoRequest;
  readonly pacing: Pacing;
  readonly now: () => number;
  readonly known: () => KnownAccess;
  /** Adds to what is known. `accountId`: it is only of this account. */
  readonly learn: (found: Partial<KnownAccess>, accountId?: string) => void;
  readonly showProgress: (progress: ListProgress | undefined) => void;
  /** Writes what is known to disk. Rejects never, and does nothing once the signal of the request is aborted. */
  readonly save: () => Promise<void>;
};

/** So many accounts are asked for their roles at once; the pacing says how fast. */
const WORKERS = 10;
/** A long listing is kept so often, in milliseconds: other windows see how far it is, and a crash loses little. */
const SAVE_MS = 3000;

/**
 * Lists the accounts. What came before a failure is kept; it is known at once when nothing else is.
 * @throws LoginNeeded, AwsError, Cancelled
 */
export async function listAccounts(means: Means): Promise<AccountList> {
  const { learn, now, known, save, showProgress } = means;
  const before = known().accounts?.accounts.length;
  const accounts = new Map<string, Account>();
  const progress = (): void => showProgress({ done: accounts.size, of: before });
  const saving = savesNowAndThen(means);
  progress();
  const listing = await openListing(means).catch((error: unknown) => {
    showProgress(undefined);
    throw error;
  });
  try {
    for await (const page of listing.accounts()) {
      for (const account of page) {
        accounts.set(account.id, account);
      }
      learn({ accounts: { accounts: [...accounts.values()], listedAt: now(), isComplete: false } });
      progress();
      saving.mark();
    }
    const list = { accounts: [...accounts.values()], listedAt: now(), isComplete: true };
    learn({ accounts: list });
    return list;
  } finally {
    listing.dispose();
    showProgress(undefined);
    await saving.end();
    await save();
  }
}

/** The names of the roles in one account. @throws LoginNeeded, AwsError, Cancelled */
export async function listRoles(accountId: string, means: Means): Promise<readonly string[]> {
  const listing = await openListing(means);
  try {
    const names = await listing.roles(accountId);
    means.learn({ roles: new Map([[accountId, { names, listedAt: means.now() }]]) }, accountId);
    await means.save();
    return names;
  } finally {
    listing.dispose();
  }
}

/**
 * Lists the roles of each of the accounts. One that AWS refuses to tell of stays unknown; any other failure ends the
 * listing, and what came before it is kept.
 * @throws LoginNeeded, AwsError, Cancelled
 */
export async function listAllRoles(accountIds: readonly string[], means: Means): Promise<void> {
  const stop = new AbortController();
  const { request } = means;
  const signal = AbortSignal.any([request.signal, stop.signal]);
  const saving = savesNowAndThen(means);
  const listing = await openListing({ ...means, request: { ...request, signal } });
  const queue = accountIds.values();
  let failure: unknown;
  const work = async (): Promise<void> => {
    try {
      for (const id of queue) {
        const names = await rolesUnlessRefused(listing, id);
        if (names !== undefined) {
          means.learn({ roles: new Map([[id, { names, listedAt: means.now() }]]) }, id);
          saving.mark();
        }
      }
    } catch (error) {
      failure ??= error;
      stop.abort();
    }
  };
  await Promise.all(Array.from({ length: WORKERS }, work));
  listing.dispose();
  await saving.end();
  await means.save();
  if (failure !== undefined) {
    throw failure;
  }
}

async function rolesUnlessRefused(
  listing: PortalListing,
  accountId: string,
): Promise<readonly string[] | undefined> {
  try {
    return await listing.roles(accountId);
  } catch (error) {
    const { failure } = error instanceof AwsError ? error : {};
    if (failure === 'missing' || failure === 'forbidden') {
      return undefined;
    }
    throw error;
  }
}

function openListing({ request, pacing }: Means): Promise<PortalListing> {
  return PortalListing.open(request, pacing);
}

/** Keeps a growing list now and then, one writing at a time. */
function savesNowAndThen({ now, save }: Means): { mark(): void; end(): Promise<void> } {
  let savedAt = now();
  let saving: Promise<void> | undefined;
  return {
    mark: () => {
      if (saving === undefined && now() - savedAt >= SAVE_MS) {
        saving = save().finally(() => {
          savedAt = now();
          saving = undefined;
        });
      }
    },
    end: async () => saving,
  };
}

/**
 * The right to list, for one window of all; undefined while another one has it. Where the folder cannot be written,
 * everybody has it.
 * @throws Cancelled
 */
export async function tryClaim(
  path: string,
  signal: AbortSignal,
  onTrouble: (error: unknown) => void,
): Promise<Pick<FileLock, 'release'> | undefined> {
  try {
    await makeFolder(dirname(path));
    return await tryLock(path, { signal });
  } catch (error) {
    if (error instanceof Cancelled) {
      throw error;
    }
    onTrouble(error);
    return { release: async () => undefined };
  }
}
