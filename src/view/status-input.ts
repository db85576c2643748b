import type { Snapshot } from '../aws-files/snapshot.ts';
import type { IdentityState } from '../credentials/identity-check.ts';
import type { TokenState } from '../sso/token-cache.ts';
import type { ActiveProfile } from './active-profile.ts';
import type { Expiry } from './expiry.ts';

/** All that the status bar item is a function of. Times are milliseconds since the epoch. */
export type StatusInput = {
  readonly active: ActiveProfile;
  readonly snapshot: Snapshot | undefined;
  readonly identity: IdentityState;
  /** The token of the active profile's SSO session, where it stands on one. */
  readonly token: TokenState | undefined;
  /** The estimated end of the login behind that token, where its begin was seen. */
  readonly loginEnd: number | undefined;
  /** When the user must act for the active profile; undefined where none is chosen. */
  readonly expiry: Expiry | undefined;
  /** The inherited variable that wins over the profile in terminals. */
  readonly shadowedBy: string | undefined;
  /** What the default chain would use with no profile chosen, in a word or two. */
  readonly defaultSource: string | undefined;
  /** Names of accounts, as far as a list of accounts told them. */
  readonly accountNames: ReadonlyMap<string, string>;
  readonly now: number;
  readonly home: string;
};
