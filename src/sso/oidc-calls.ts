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

/** The code that the browser brought back, and what proves that it was asked for here. */
export type CodeGrant = {
  readonly code: string;
  readonly codeVerifier: string;
  /** With its port, exactly as the browser was given it. */
  readonly redirectUri: string;
};

export type Grant = { readonly deviceCode: string } | { readonly refreshToken: string } | CodeGrant;

/** What a client of the browser flow is registered with beside the rest. */
export type BrowserClient = {
  readonly grantTypes: readonly string[];
  readonly redirectUris: readonly string[];
  readonly issuerUrl: string;
};

function grantInput(grant: Grant): Partial<CreateTokenCommandInput> & { readonly grantType: string } {
  if ('deviceCode' in grant) {
    return { grantType: 'urn:ietf:params:oauth:grant-type:device_code', deviceCode: grant.deviceCode };
  }
  return 'code' in grant
    ? { grantType: 'authorization_code', ...grant }
    : { grantType: 'refresh_token', refreshToken: grant.refreshToken };
}

/** Seconds, when the server names no interval (RFC 8628, 3.2). */
const DEFAULT_INTERVAL = 5;

/** Seconds. No code of AWS's lives longer, and a timer of many days would fire at once. */
const MAX_LIFE = 24 * 3600;

/** Seconds. A token that claims to live for ten years or more is none of AWS's; its end may be no date. */
const MAX_TOKEN_LIFE = 10 * 365 * 24 * 3600;

/** Whether seconds since the epoch can be written as a date of four-digit years. */
function isDate(seconds: number): boolean {
  return seconds >= 0 && seconds < 253_402_300_800;
}

function unreadable(task: string): AwsError {
  return new AwsError('stranger', `${task} failed: the answer lacks what it should hold.`, {
    hint: 'Check the start URL, the region and any configured endpoint.',
  });
}

/** The calls of IAM Identity Center's OIDC service. Loads the AWS SDK: import it dynamically. */
export class OidcCalls implements Disposable {
  readonly #client: SSOOIDCClient;
  readonly #options: ClientOptions;
  readonly #signal: AbortSignal;

  constructor(options: ClientOptions, signal: AbortSignal) {
    this.#options = options;
    this.#client = new SSOOIDCClient(options);
    this.#client.middlewareStack.add(refuseStrangers, { step: 'deserialize', priority: 'low' });
    this.#signal = signal;
  }

  /** The service's own address, without a slash at the end: AWS's rules for the region, or the configured endpoint. */
  get address(): string {
    const { region, endpoint, useFipsEndpoint, useDualstackEndpoint } = this.#options;
    const { url } = this.#client.config.endpointProvider({
      Region: region,
      UseFIPS: useFipsEndpoint,
      UseDualStack: useDualstackEndpoint,
      ...(endpoint === undefined ? {} : { Endpoint: endpoint }),
    });
    return url.href.replace(/\/$/, '');
  }

  /** `browser` registers a client of the browser flow; without it the client is one of the device flow. */
  async register(
    clientName: string,
    scopes: readonly string[],
    browser?: BrowserClient,
  ): Promise<Registration> {
    const task = 'Registering with IAM Identity Center';
    const answer = await callAws(task, this.#signal, () =>
      this.#client.send(
        new RegisterClientCommand({
          clientName,
          clientType: 'public',
          ...(scopes.length === 0 ? {} : { scopes: [...scopes] }),
          ...(browser && {
            grantTypes: [...browser.grantTypes],
            redirectUris: [...browser.redirectUris],
            issuerUrl: browser.issuerUrl,
          }),
        }),
        { abortSignal: this.#signal },
      ),
    );
    const { clientId, clientSecret, clientSecretExpiresAt } = answer;
    if (!clientId || !clientSecret || clientSecretExpiresAt === undefined || !isDate(clientSecretExpiresAt)) {
      throw unreadable(task);
    }
    return {
      clientId,
      clientSecret,
      expiresAt: clientSecretExpiresAt * 1000,
      ...(scopes.length === 0 ? {} : { scopes }),
      ...(browser && { grantTypes: browser.grantTypes }),
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
      expiresIn: Math.min(expiresIn, MAX_LIFE),
      interval: interval && interval > 0 ? Math.min(interval, MAX_LIFE) : DEFAULT_INTERVAL,
    };
  }

  async createToken(task: string, client: Client, grant: Grant): Promise<TokenAnswer> {
    const input: CreateTokenCommandInput = {
      clientId: client.clientId,
      clientSecret: client.clientSecret,
      ...grantInput(grant),
    };
    const answer = await callAws(task, this.#signal, () =>
      this.#client.send(new CreateTokenCommand(input), { abortSignal: this.#signal }),
    );
    const { accessToken, refreshToken, expiresIn } = answer;
    if (
      !accessToken ||
      !expiresIn ||
      !(expiresIn > 0 && expiresIn < MAX_TOKEN_LIFE) ||
      !/^[\x21-\x7e]+$/.test(accessToken)
    ) {
      throw unreadable(task);
    }
    return { accessToken, refreshToken: refreshToken || undefined, expiresIn };
  }

  dispose(): void {
    this.#client.destroy();
  }
}
