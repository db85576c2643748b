import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Snapshot } from '../aws-files/snapshot.ts';
import { systemErrorCode, throwIfAborted } from '../lib/errors.ts';
import { unlinkQuietly } from '../lib/file-lock.ts';
import { explain } from '../lib/write-trouble.ts';
import { readCacheFile, sha1 } from './cache-files.ts';
import type { KnownAccess } from './known-access.ts';
import { pythonJson } from './python-json.ts';
import type { SsoSession } from './session.ts';

/** A role that a session gives credentials of. */
export type SsoRole = { readonly accountId: string; readonly roleName: string };

/**
 * The roles that the profiles of a session name, and those that are known of it otherwise: one may have been used once,
 * or by a profile that is gone.
 */
export function rolesOf(
  snapshot: Snapshot,
  session: SsoSession,
  known: KnownAccess['roles'] = new Map(),
): readonly SsoRole[] {
  const named = session.profiles.flatMap(name => {
    const profile = snapshot.profiles.get(name);
    const accountId = profile?.get('sso_account_id');
    const roleName = profile?.get('sso_role_name');
    return accountId && roleName ? [{ accountId, roleName }] : [];
  });
  const listed = [...known].flatMap(([accountId, { names }]) =>
    names.map(roleName => ({ accountId, roleName })),
  );
  return [...named, ...listed];
}

/** The folder in which AWS CLI keeps the credentials of roles; nothing else reads it. */
export function roleCacheFolder(home: string): string {
  return join(home, '.aws', 'cli', 'cache');
}

/** The name of the file in which AWS CLI keeps a role's credentials, as it computes it. */
export function roleCacheFile(session: SsoSession, { accountId, roleName }: SsoRole): string {
  const owner = session.kind === 'session' ? { sessionName: session.id } : { startUrl: session.id };
  return `${sha1(pythonJson({ accountId, roleName, ...owner }, { sortKeys: true, compact: true }))}.json`;
}

/**
 * Removes the credentials that AWS CLI got of IAM Identity Center: the files of these names, or `all`. Files that
 * hold something else stay.
 * @returns how many there were.
 * @throws UserError when one cannot be removed; the others are gone. Cancelled.
 */
export async function removeRoleCredentials(
  folder: string,
  which: ReadonlySet<string> | 'all',
  signal: AbortSignal,
): Promise<number> {
  let removed = 0;
  let failure: unknown;
  for (const name of await listNames(folder)) {
    throwIfAborted(signal);
    const path = join(folder, name);
    if (name.endsWith('.json') && (which === 'all' || which.has(name)) && (await isOfSso(path))) {
      try {
        await explain({ path, label: path }, () => unlinkQuietly(path));
        removed += 1;
      } catch (error) {
        failure ??= error;
      }
    }
  }
  if (failure !== undefined) {
    throw failure;
  }
  return removed;
}

async function isOfSso(path: string): Promise<boolean> {
  const file = await readCacheFile(path);
  return file.kind === 'read' && file.fields['ProviderType'] === 'sso';
}

async function listNames(folder: string): Promise<readonly string[]> {
  return explain({ path: folder, label: folder }, async () => {
    try {
      return await readdir(folder);
    } catch (error) {
      if (systemErrorCode(error) === 'ENOENT') {
        return [];
      }
      throw error;
    }
  });
}
