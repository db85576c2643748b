import { UserError, type UserErrorOptions } from '../lib/errors.ts';
import type { SsoSession } from '../sso/session.ts';

/** A set of AWS credentials and where it came from. */
export type Credentials = {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  /** Milliseconds since the epoch. */
  readonly expiration?: number;
  readonly accountId?: string;
};

export type Outcome = 'won' | 'skipped' | 'failed';

/** One link of the chain as it went. Holds no secret. */
export type TraceLink = {
  /** What was tried, in words: `AWS_ACCESS_KEY_ID`, `static keys`, `sso-session acme`, `AssumeRole`. */
  readonly source: string;
  readonly outcome: Outcome;
  /** Why it won, was skipped or failed, and what to do. */
  readonly reason: string;
  readonly file?: string;
  readonly line?: number;
  /** How long it took, in milliseconds, where something was asked. */
  readonly ms?: number;
};

export type Trace = {
  /** The profile that was asked for; null for the default chain. */
  readonly profile: string | null;
  readonly links: readonly TraceLink[];
};

/** What `GetCallerIdentity` says of a profile's credentials, and where they came from. */
export type Identity = {
  readonly account: string;
  readonly arn: string;
  readonly userId: string;
  /** Null for the default chain. */
  readonly profile: string | null;
  /** The winning link's `source`. */
  readonly source: string;
  readonly region: string | undefined;
  /** Where the region comes from: `profile dev`, `AWS_REGION`. */
  readonly regionFrom?: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number | undefined;
  /** The host that answered, when it is not one of AWS's. */
  readonly foreignHost: string | undefined;
};

/**
 * Why no credentials came.
 * `login`: the SSO session needs a login. `mfa`: a code is needed. `unchecked`: a quiet check may not go on
 * (it would start a process or the like). `offline`: nobody could be reached. `failed`: all the rest.
 */
export type ChainFailure = 'login' | 'mfa' | 'unchecked' | 'offline' | 'failed';

/** The chain ended without credentials, or STS refused them. */
export class ChainError extends UserError {
  override readonly name = 'ChainError';
  readonly kind: ChainFailure;
  readonly trace: Trace;
  /** With kind `login`: the session to log in to. */
  readonly session: SsoSession | undefined;

  constructor(
    kind: ChainFailure,
    message: string,
    trace: Trace,
    options: UserErrorOptions & { readonly session?: SsoSession } = {},
  ) {
    super(message, options);
    this.kind = kind;
    this.trace = trace;
    this.session = options.session;
  }
}

/**
 * Asks the user for the code of a device; rejects with `Cancelled` when the user calls it off.
 * `refused` says why the code before was not taken, when this is not the first time.
 */
export type AskMfaCode = (device: {
  readonly serial: string;
  readonly profile: string;
  /** Aborted when the code is no longer wanted. */
  readonly signal: AbortSignal;
  readonly refused?: string;
}) => Promise<string>;
