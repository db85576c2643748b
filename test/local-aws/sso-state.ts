import type { Data, SsoInstance } from './data.ts';
import { findInstance } from './data.ts';
import { newToken, newUserCode } from './random.ts';
import type { Settings } from './settings.ts';

export type Client = {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly clientName: string;
  readonly scopes: readonly string[];
  /** Undefined when the registration named none: then the device flow's are allowed. */
  readonly grantTypes: readonly string[] | undefined;
  readonly redirectUris: readonly string[];
  /** The start URL that a client of the browser flow is bound to. */
  readonly issuerUrl: string | undefined;
  /** Milliseconds since the epoch. */
  readonly issuedAt: number;
  readonly expiresAt: number;
};

export type SignInStatus = 'pending' | 'approved' | 'denied' | 'expired' | 'used';

/** A device code and the person's answer to it. */
export type DeviceSignIn = {
  readonly deviceCode: string;
  readonly userCode: string;
  readonly client: Client;
  readonly instance: SsoInstance;
  readonly expiresAt: number;
  intervalSeconds: number;
  lastPoll: number | undefined;
  status: SignInStatus;
};

/** An authorization code of the browser flow. */
export type BrowserSignIn = {
  readonly code: string;
  readonly client: Client;
  readonly instance: SsoInstance;
  readonly redirectUri: string;
  readonly challenge: string;
  readonly expiresAt: number;
};

/** One login: the tokens change with every refresh, the login stays. */
export type Login = {
  readonly client: Client;
  readonly instance: SsoInstance;
  /** Milliseconds since the epoch. */
  readonly endsAt: number;
  accessToken: string;
  expiresAt: number;
  refreshToken: string | undefined;
};

const ACCOUNT_ACCESS = 'sso:account:access';

/** Registrations, sign-ins and tokens of IAM Identity Center. */
export class SsoState {
  readonly clients = new Map<string, Client>();
  readonly deviceSignIns: DeviceSignIn[] = [];
  readonly browserSignIns = new Map<string, BrowserSignIn>();
  readonly logins: Login[] = [];
  /** What came with each attempt to exchange a code, good or bad. */
  readonly exchanges: { readonly codeVerifier: string; readonly redirectUri: string }[] = [];
  readonly #accessTokens = new Map<string, { readonly login: Login; readonly expiresAt: number }>();
  readonly #data: Data;
  readonly #settings: Settings;
  readonly #now: () => number;

  constructor(data: Data, settings: Settings, now: () => number) {
    this.#data = data;
    this.#settings = settings;
    this.#now = now;
  }

  register(options: {
    readonly clientName: string;
    readonly scopes?: readonly string[] | undefined;
    readonly grantTypes?: readonly string[] | undefined;
    readonly redirectUris?: readonly string[] | undefined;
    readonly issuerUrl?: string | undefined;
  }): Client {
    const issuedAt = Math.floor(this.#now() / 1000) * 1000;
    const client: Client = {
      clientId: newToken('local-client'),
      clientSecret: newToken('local-client-secret'),
      clientName: options.clientName,
      scopes: options.scopes ?? [],
      grantTypes: options.grantTypes,
      redirectUris: options.redirectUris ?? [],
      issuerUrl: options.issuerUrl,
      issuedAt,
      expiresAt: issuedAt + this.#settings.registrationSeconds * 1000,
    };
    this.clients.set(client.clientId, client);
    return client;
  }

  startDevice(client: Client, instance: SsoInstance): DeviceSignIn {
    const signIn: DeviceSignIn = {
      deviceCode: newToken('local-device-code'),
      userCode: newUserCode(),
      client,
      instance,
      expiresAt: this.#now() + this.#settings.deviceCodeSeconds * 1000,
      intervalSeconds: this.#settings.pollIntervalSeconds,
      lastPoll: undefined,
      status: this.#settings.autoApprove ? 'approved' : 'pending',
    };
    this.deviceSignIns.push(signIn);
    return signIn;
  }

  /** The sign-in of a user code, upper or lower case, with or without the hyphen. */
  findUserCode(userCode: string): DeviceSignIn | undefined {
    const plain = (code: string): string => code.replaceAll(/[^a-z]/gi, '').toUpperCase();
    const wanted = plain(userCode);
    return this.deviceSignIns.find(signIn => plain(signIn.userCode) === wanted);
  }

  /** Sign-ins that wait for their person. */
  get pending(): readonly DeviceSignIn[] {
    return this.deviceSignIns.filter(signIn => signIn.status === 'pending' && signIn.expiresAt > this.#now());
  }

  approve(userCode: string): void {
    this.#decide(userCode, 'approved');
  }

  deny(userCode: string): void {
    this.#decide(userCode, 'denied');
  }

  /** The code's time is over, whatever the clock says. */
  expire(userCode: string): void {
    this.#decide(userCode, 'expired');
  }

  #decide(userCode: string, status: SignInStatus): void {
    const signIn = this.findUserCode(userCode);
    if (signIn === undefined) {
      throw new Error(`no sign-in has the user code ${userCode}`);
    }
    if (signIn.status !== 'pending' && status !== 'expired') {
      throw new Error(`the sign-in ${userCode} has been answered: ${signIn.status}`);
    }
    signIn.status = status;
  }

  startBrowser(options: Omit<BrowserSignIn, 'code' | 'expiresAt'>): BrowserSignIn {
    const signIn: BrowserSignIn = {
      ...options,
      code: newToken('local-code'),
      expiresAt: this.#now() + this.#settings.deviceCodeSeconds * 1000,
    };
    this.browserSignIns.set(signIn.code, signIn);
    return signIn;
  }

  /** A new login with its first tokens; a refresh token only for a client with account access. */
  logIn(client: Client, instance: SsoInstance): Login {
    const login: Login = {
      client,
      instance,
      endsAt: this.#now() + this.#settings.sessionSeconds * 1000,
      accessToken: '',
      expiresAt: 0,
      refreshToken: undefined,
    };
    this.logins.push(login);
    this.renew(login);
    return login;
  }

  /** New tokens for a login. The old refresh token is worth nothing after this; old access tokens live out their time. */
  renew(login: Login): void {
    const refreshable = login.client.scopes.includes(ACCOUNT_ACCESS);
    const seconds = refreshable ? this.#settings.refreshableTokenSeconds : this.#settings.plainTokenSeconds;
    login.accessToken = newToken('local-access-token');
    login.refreshToken = refreshable ? newToken('local-refresh-token') : undefined;
    login.expiresAt = this.#now() + seconds * 1000;
    this.#accessTokens.set(login.accessToken, { login, expiresAt: login.expiresAt });
  }

  /**
   * Registers a client and logs in without any request, for a test that starts signed in.
   * `scopes` is `sso:account:access` when not given; with none there is no refresh token.
   */
  issueLogin(startUrl: string, scopes: readonly string[] = [ACCOUNT_ACCESS]): Login {
    const instance = findInstance(this.#data, startUrl);
    if (instance === undefined) {
      throw new Error(`no SSO instance has the start URL ${startUrl}`);
    }
    return this.logIn(this.register({ clientName: 'issued-by-test', scopes }), instance);
  }

  /** The login of an access token that is still good. */
  findLogin(accessToken: string): Login | undefined {
    const found = this.#accessTokens.get(accessToken);
    const good = found !== undefined && found.expiresAt > this.#now() && this.logins.includes(found.login);
    return good ? found.login : undefined;
  }

  /** Ends logins as the portal's log-out or an administrator does: all, or those of one start URL. */
  revokeLogins(startUrl?: string): void {
    const instance = startUrl === undefined ? undefined : findInstance(this.#data, startUrl);
    for (const login of [...this.logins]) {
      if (startUrl === undefined || login.instance === instance) {
        this.endLogin(login);
      }
    }
  }

  endLogin(login: Login): void {
    this.logins.splice(this.logins.indexOf(login), 1);
  }

  /** Forgets every registration, as if AWS had dropped them before their time. */
  revokeClients(): void {
    this.clients.clear();
  }
}
