import { allDone } from '../lib/all-done.ts';
import { Cancelled, UserError } from '../lib/errors.ts';
import type { RoleCredentials } from './portal-calls.ts';
import { openPortal, type SsoRequest } from './request.ts';
import { removeRoleCredentials, roleCacheFile, roleCacheFolder, type SsoRole } from './role-cache.ts';
import { completeSession } from './session.ts';

export type { Account, RoleCredentials } from './portal-calls.ts';

/** The session has no token that can be used: a login is needed. */
export class LoginNeeded extends UserError {
  override readonly name = 'LoginNeeded';

  constructor(session: string) {
    super(`You are not signed in to ${session}.`, { hint: 'Log in.' });
  }
}

/**
 * Credentials of a role, got with a token that the caller has.
 * @throws AwsError, Cancelled
 */
export async function roleCredentials(
  request: SsoRequest,
  accessToken: string,
  role: { readonly accountId: string; readonly roleName: string },
): Promise<RoleCredentials> {
  const session = completeSession(request.session, request.settings.endpoints.sso_oidc);
  const calls = await openPortal(request, session);
  try {
    return await calls.roleCredentials(accessToken, role.accountId, role.roleName);
  } finally {
    calls.dispose();
  }
}

/** A session to sign out of, with the roles of its that are known. */
export type LogoutRequest = SsoRequest & { readonly roles: readonly SsoRole[] };

/**
 * Signs out: ends the token on the server, then removes its file, and what AWS CLI keeps of the session's roles. The
 * files go even when the server fails or cannot be reached, as with `aws sso logout`; the client's registration
 * stays, as with it. Credentials of roles that were already issued live on.
 * @throws UserError when a file cannot be removed, after all others were; Cancelled.
 */
export async function logout(request: LogoutRequest): Promise<void> {
  const names = new Set(request.roles.map(role => roleCacheFile(request.session, role)));
  await allDone([
    endLogin(request),
    removeRoleCredentials(roleCacheFolder(request.system.home), names, request.signal),
  ]);
}

/**
 * Signs out of several sessions at once, and removes all credentials that AWS CLI got of IAM Identity Center, as
 * `aws sso logout` does.
 * @throws UserError when a file cannot be removed, after all others were; Cancelled.
 */
export async function logoutAll(requests: readonly SsoRequest[]): Promise<void> {
  const [first] = requests;
  if (first !== undefined) {
    await allDone([
      ...requests.map(endLogin),
      removeRoleCredentials(roleCacheFolder(first.system.home), 'all', first.signal),
    ]);
  }
}

/** Ends the login on the server, whatever comes of it there, and removes the token's file. */
async function endLogin(request: SsoRequest): Promise<void> {
  const { tokens, session, signal } = request;
  const token = await tokens.read(session.id);
  const region = token?.region ?? session.region;
  if (token !== undefined && region !== undefined) {
    try {
      const complete = completeSession({ ...session, region }, request.settings.endpoints.sso_oidc);
      const calls = await openPortal(request, complete);
      try {
        await calls.logout(token.accessToken);
      } finally {
        calls.dispose();
      }
    } catch (error) {
      if (error instanceof Cancelled) {
        throw error;
      }
    }
  }
  await tokens.remove(session.id, signal);
}
