import {
  CreateTokenCommand,
  type CreateTokenCommandInput,
  RegisterClientCommand,
  SSOOIDCClient,
  StartDeviceAuthorizationCommand,
} from '@aws-sdk/client-sso-oidc';
import type { Disposable } from '../lib/disposable.ts';
import { callAws, refuseStrangers } from './aws-call.ts';
import { AwsError } from './aws-error.ts';
import type { ClientOptions } from './client-options.ts';
import type { Registration } from './registration.ts';

export type DeviceAuthorization = {
  readonly deviceCode: string;
  readonly userCode: string;
  readonly verificationUri: string;
  readonly verificationUriComplete: string;
  /** Seconds. */
  readonly expiresIn: number;
  /** Seconds. */
  readonly interval: number;
};

export type TokenAnswer = {
  readonly accessToken: string;
  readonly refreshToken: string | undefined;
  /** Seconds. */
  readonly expiresIn: number;
};

type Client = { readonly clientId: string; readonly clientSecret: string };

export type Grant = { readonly deviceCode: string } | { readonly refreshToken: string };

/** Seconds, when the server names no interval (RFC 8628, 3.2). */
const DEFAULT_INTERVAL = 5;

function unreadable(task: string): AwsError {
  return new AwsError('stranger', `${task} failed: the answer lacks what it should hold.`, {
    hint: 'Check the start URL, the region and any configured endpoint.',
  });
}

/** The calls of IAM Identity Center's OIDC service. Loads the AWS SDK: import it dynamically. */
export class OidcCalls implements Disposable {
  readonly #client: SSOOIDCClient;
  readonly #signal: AbortSignal;

  constructor(options: ClientOptions, signal: AbortSignal) {
    this.#client = new SSOOIDCClient(options);
    this.#client.middlewareStack.add(refuseStrangers, { step: 'deserialize', priority: 'low' });
    this.#signal = signal;
  }

  async register(clientName: string, scopes: readonly string[]): Promise<Registration> {
    const task = 'Registering with IAM Identity Center';
    const answer = await callAws(task, this.#signal, () =>
      this.#client.send(
        new RegisterClientCommand({
          clientName,
          clientType: 'public',
          ...(scopes.length === 0 ? {} : { scopes: [...scopes] }),
        }),
        { abortSignal: this.#signal },
      ),
    );
    const { clientId, clientSecret, clientSecretExpiresAt } = answer;
    if (!clientId || !clientSecret || clientSecretExpiresAt === undefined) {
      throw unreadable(task);
    }
    return {
      clientId,
      clientSecret,
      expiresAt: clientSecretExpiresAt * 1000,
      ...(scopes.length === 0 ? {} : { scopes }),
    };
  }

  async authorizeDevice(client: Client, startUrl: string): Promise<DeviceAuthorization> {
    const task = 'Starting the login';
    const { clientId, clientSecret } = client;
    const answer = await callAws(task, this.#signal, () =>
      this.#client.send(new StartDeviceAuthorizationCommand({ clientId, clientSecret, startUrl }), {
        abortSignal: this.#signal,
      }),
    );
    const { deviceCode, userCode, verificationUri, expiresIn, interval } = answer;
    if (!deviceCode || !userCode || !verificationUri || !expiresIn) {
      throw unreadable(task);
    }
    return {
      deviceCode,
      userCode,
      verificationUri,
      verificationUriComplete: answer.verificationUriComplete || verificationUri,
      expiresIn,
      interval: interval && interval > 0 ? interval : DEFAULT_INTERVAL,
    };
  }

  async createToken(task: string, client: Client, grant: Grant): Promise<TokenAnswer> {
    const input: CreateTokenCommandInput = {
      clientId: client.clientId,
      clientSecret: client.clientSecret,
      ...('deviceCode' in grant
        ? { grantType: 'urn:ietf:params:oauth:grant-type:device_code', deviceCode: grant.deviceCode }
        : { grantType: 'refresh_token', refreshToken: grant.refreshToken }),
    };
    const answer = await callAws(task, this.#signal, () =>
      this.#client.send(new CreateTokenCommand(input), { abortSignal: this.#signal }),
    );
    const { accessToken, refreshToken, expiresIn } = answer;
    if (!accessToken || !expiresIn || !/^[\x21-\x7e]+$/.test(accessToken)) {
      throw unreadable(task);
    }
    return { accessToken, refreshToken: refreshToken || undefined, expiresIn };
  }

  dispose(): void {
    this.#client.destroy();
  }
}
