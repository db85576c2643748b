import type { Disposable } from '../lib/disposable.ts';
import type { Event } from '../lib/emitter.ts';
import { Emitter } from '../lib/emitter.ts';
import type { System } from '../lib/system.ts';

/** An access token of IAM Identity Center, as AWS CLI v2 keeps it on disk. */
export type Token = {
  readonly accessToken: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
  readonly startUrl?: string;
  readonly region?: string;
  readonly clientId?: string;
  readonly clientSecret?: string;
  /** Milliseconds since the epoch. */
  readonly registrationExpiresAt?: number;
  readonly refreshToken?: string;
  /** Fields of the file that Rolecall does not know, kept when it is written again. */
  readonly other: Readonly<Record<string, unknown>>;
};

/** What a session's token file says. `renews`: a refresh token and a live registration can renew it. */
export type TokenState =
  | { readonly kind: 'signedOut' }
  | { readonly kind: 'valid'; readonly expiresAt: number; readonly renews: boolean }
  | { readonly kind: 'expired'; readonly expiresAt: number; readonly renews: boolean }
  | { readonly kind: 'broken'; readonly reason: string; readonly file: string };

/** The folder `~/.aws/sso/cache`, which AWS CLI, the SDKs and Rolecall share. */
export class TokenCache implements Disposable {
  readonly folder: string;
  readonly #changes = new Emitter<void>();

  constructor(options: { readonly system: System; readonly folder?: string }) {
    this.folder = options.folder ?? '';
  }

  /** Fires when a file of the folder was written or removed, by whomever. */
  get onDidChange(): Event<void> {
    return this.#changes.event;
  }

  /** The file that holds the token of a session. */
  fileOf(_id: string): string {
    throw new Error('not built');
  }

  /** The token as it stands on disk, expired or not; undefined when there is none that can be read. */
  read(_id: string): Promise<Token | undefined> {
    throw new Error('not built');
  }

  /** What the token file says at `now`, in milliseconds since the epoch. Never throws. */
  state(_id: string, _now: number): Promise<TokenState> {
    throw new Error('not built');
  }

  write(_id: string, _token: Token, _signal: AbortSignal): Promise<void> {
    throw new Error('not built');
  }

  remove(_id: string): Promise<void> {
    throw new Error('not built');
  }

  dispose(): void {
    this.#changes.dispose();
  }
}
