import type { SsoRequest } from './device-login.ts';

export type Account = {
  readonly id: string;
  readonly name: string | undefined;
  readonly email: string | undefined;
};

/** What GetRoleCredentials answers; `expiration` in milliseconds since the epoch. */
export type RoleCredentials = {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  readonly expiration: number;
};

/** The accounts of the signed-in user, in pages of up to 100, as they come. */
export function listAccounts(_request: SsoRequest): AsyncIterable<readonly Account[]> {
  throw new Error('not built');
}

/** The names of the roles that the signed-in user has in one account. */
export function listRoles(_request: SsoRequest, _accountId: string): Promise<readonly string[]> {
  throw new Error('not built');
}

export function roleCredentials(
  _request: SsoRequest,
  _role: { readonly accountId: string; readonly roleName: string },
): Promise<RoleCredentials> {
  throw new Error('not built');
}

/** Signs out: ends the token on the server, then removes its file, which happens even when the server fails. */
export function logout(_request: SsoRequest): Promise<void> {
  throw new Error('not built');
}
