import {
  GetRoleCredentialsCommand,
  ListAccountRolesCommand,
  ListAccountsCommand,
  LogoutCommand,
  SSOClient,
} from '@aws-sdk/client-sso';
import type { Disposable } from '../lib/disposable.ts';
import { callAws, refuseStrangers } from './aws-call.ts';
import { AwsError } from './aws-error.ts';
import type { ClientOptions } from './client-options.ts';

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

export type Page<T> = { readonly items: readonly T[]; readonly next: string | undefined };

/** The most that the portal gives at once. */
const PAGE_SIZE = 100;

/** The calls of the AWS access portal. Loads the AWS SDK: import it dynamically. */
export class PortalCalls implements Disposable {
  readonly #client: SSOClient;
  readonly #signal: AbortSignal;

  constructor(options: ClientOptions, signal: AbortSignal) {
    this.#client = new SSOClient(options);
    this.#client.middlewareStack.add(refuseStrangers, { step: 'deserialize', priority: 'low' });
    this.#signal = signal;
  }

  async accounts(accessToken: string, next: string | undefined): Promise<Page<Account>> {
    const answer = await callAws('Listing the accounts', this.#signal, () =>
      this.#client.send(
        new ListAccountsCommand({ accessToken, maxResults: PAGE_SIZE, ...(next ? { nextToken: next } : {}) }),
        { abortSignal: this.#signal },
      ),
    );
    const items = (answer.accountList ?? []).flatMap(({ accountId, accountName, emailAddress }) =>
      accountId ? [{ id: accountId, name: accountName || undefined, email: emailAddress || undefined }] : [],
    );
    return { items, next: answer.nextToken || undefined };
  }

  async roles(accessToken: string, accountId: string, next: string | undefined): Promise<Page<string>> {
    const answer = await callAws(`Listing the roles of ${accountId}`, this.#signal, () =>
      this.#client.send(
        new ListAccountRolesCommand({
          accessToken,
          accountId,
          maxResults: PAGE_SIZE,
          ...(next ? { nextToken: next } : {}),
        }),
        { abortSignal: this.#signal },
      ),
    );
    const items = (answer.roleList ?? []).flatMap(({ roleName }) => (roleName ? [roleName] : []));
    return { items, next: answer.nextToken || undefined };
  }

  async roleCredentials(accessToken: string, accountId: string, roleName: string): Promise<RoleCredentials> {
    const task = `Getting credentials of role ${roleName} in ${accountId}`;
    const answer = await callAws(task, this.#signal, () =>
      this.#client.send(new GetRoleCredentialsCommand({ accessToken, accountId, roleName }), {
        abortSignal: this.#signal,
      }),
    );
    const { accessKeyId, secretAccessKey, sessionToken, expiration } = answer.roleCredentials ?? {};
    if (!accessKeyId || !secretAccessKey || !sessionToken || !expiration) {
      throw new AwsError('stranger', `${task} failed: the answer lacks what it should hold.`, {
        hint: 'Check the region and any configured endpoint.',
      });
    }
    return { accessKeyId, secretAccessKey, sessionToken, expiration };
  }

  async logout(accessToken: string): Promise<void> {
    await callAws('Signing out', this.#signal, () =>
      this.#client.send(new LogoutCommand({ accessToken }), { abortSignal: this.#signal }),
    );
  }

  dispose(): void {
    this.#client.destroy();
  }
}
