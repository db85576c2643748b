import type { Snapshot } from '../aws-files/snapshot.ts';
import type { Caller } from '../sso/call-settings.ts';
import type { TokenCache } from '../sso/token-cache.ts';
import type { AskMfaCode, Credentials, Identity, Trace } from './credentials.ts';

export type ResolveOptions = {
  /**
   * Nobody asked for this: no process is started, no code asked for, nothing opened. Environment and static
   * keys, valid tokens and cached credentials are used, and roles on top of them when no code is due.
   */
  readonly quiet: boolean;
  readonly signal: AbortSignal;
  /** Without it a role that needs a code fails with `mfa`. */
  readonly askMfaCode?: AskMfaCode;
  /** Called whenever a link has its outcome, with all links so far. */
  readonly onTrace?: (trace: Trace) => void;
};

/** Runs the chain of credentials as AWS's tools do, says how it went, and keeps what it found in memory. */
export class Resolver {
  constructor(_deps: Caller & { readonly tokens: TokenCache }) {}

  /**
   * The credentials of a profile, as `--profile` would choose them; without one those of the default chain.
   * @throws ChainError with the trace; Cancelled.
   */
  resolve(
    _snapshot: Snapshot,
    _profile: string | undefined,
    _options: ResolveOptions,
  ): Promise<{ readonly credentials: Credentials; readonly trace: Trace }> {
    throw new Error('not built');
  }

  /**
   * Who the credentials are, asked of STS (`GetCallerIdentity`).
   * @throws ChainError with the trace; Cancelled.
   */
  identity(
    _snapshot: Snapshot,
    _profile: string | undefined,
    _options: ResolveOptions,
  ): Promise<{ readonly identity: Identity; readonly trace: Trace }> {
    throw new Error('not built');
  }

  /** Drops what is kept for a profile, for a session (`{ session: id }`), or, with nothing, all of it. */
  forget(_what?: { readonly profile: string } | { readonly session: string }): void {
    throw new Error('not built');
  }
}
