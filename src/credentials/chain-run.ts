import { createHash } from 'node:crypto';
import type { Snapshot } from '../aws-files/snapshot.ts';
import { Cancelled, UserError } from '../lib/errors.ts';
import { AwsError } from '../sso/aws-error.ts';
import { type Caller, type CallSettings, callSettings } from '../sso/call-settings.ts';
import type { SsoSession } from '../sso/session.ts';
import type { TokenCache } from '../sso/token-cache.ts';
import type { CredentialsCache } from './cache.ts';
import {
  type AskMfaCode,
  ChainError,
  type ChainFailure,
  type Credentials,
  type Outcome,
  type Trace,
  type TraceLink,
} from './credentials.ts';
import type { Plan } from './plan.ts';
import type { PlanLink } from './plan-link.ts';
import { type FoundRegion, findRegion } from './region.ts';

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

export type ChainDeps = Caller & { readonly tokens: TokenCache; readonly cache: CredentialsCache };

/** Credentials on their way up the chain, and what determines them. */
export type Found = {
  readonly credentials: Credentials;
  /** The link that they come from. */
  readonly source: string;
  /** A hash of everything that they depend on. */
  readonly key: string;
  /** The region whose STS knows them, where none is configured. */
  readonly stsRegion: string | undefined;
};

/** The chain stops here for a reason that is not an error of its own. */
export class ChainStop extends UserError {
  override readonly name = 'ChainStop';
  readonly kind: ChainFailure;
  readonly session: SsoSession | undefined;

  constructor(kind: ChainFailure, message: string, hint: string, session?: SsoSession) {
    super(message, { hint });
    this.kind = kind;
    this.session = session;
  }
}

/** What stands for a value, secret or not, in the keys of the cache. */
export function hash(...parts: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}

function kindOf(error: UserError): ChainFailure {
  if (error instanceof ChainStop) {
    return error.kind;
  }
  return error instanceof AwsError && error.failure === 'offline' ? 'offline' : 'failed';
}

/** One run of a plan: what it needs, and the trace that it leaves. */
export class ChainRun {
  readonly deps: ChainDeps;
  readonly snapshot: Snapshot;
  readonly options: ResolveOptions;
  readonly settings: CallSettings;
  readonly region: FoundRegion | undefined;
  /** Whom cached credentials belong to. */
  readonly owner: string;
  readonly #profile: string | null;
  readonly #links: TraceLink[] = [];

  constructor(deps: ChainDeps, snapshot: Snapshot, plan: Plan, options: ResolveOptions) {
    const { env } = deps.system;
    this.deps = deps;
    this.snapshot = snapshot;
    this.options = options;
    this.settings = callSettings(snapshot, env, plan.settingsFrom);
    this.region = findRegion(snapshot, env, plan.settingsFrom);
    this.owner = `profile ${plan.settingsFrom}`;
    this.#profile = plan.profile;
  }

  get trace(): Trace {
    return { profile: this.#profile, links: [...this.#links] };
  }

  record(link: Pick<PlanLink, 'source' | 'place'>, outcome: Outcome, reason: string, ms?: number): void {
    this.#links.push({
      source: link.source,
      outcome,
      reason,
      ...(link.place === undefined ? {} : link.place),
      ...(ms === undefined ? {} : { ms }),
    });
    this.options.onTrace?.(this.trace);
  }

  /**
   * Runs `ask` as a step of the chain and records how it went, with the time it took.
   * @param reason says of the result why the link won.
   * @throws ChainError, Cancelled
   */
  async step<T>(
    link: Pick<PlanLink, 'source' | 'place'>,
    ask: () => Promise<T>,
    reason: (result: T) => string,
  ): Promise<T> {
    const { now } = this.deps.system;
    const start = now();
    try {
      const result = await ask();
      this.record(link, 'won', reason(result), Math.round(now() - start));
      return result;
    } catch (error) {
      throw this.failure(link, error, Math.round(now() - start));
    }
  }

  /** The error that ends the chain at a link, which is recorded; `Cancelled` and unknown errors as they are. */
  failure(link: Pick<PlanLink, 'source' | 'place'>, error: unknown, ms?: number): unknown {
    if (error instanceof Cancelled || !(error instanceof UserError) || error instanceof ChainError) {
      return error;
    }
    const reason = error.hint === undefined ? error.message : `${error.message} ${error.hint}`;
    this.record(link, 'failed', reason, ms);
    const file = error.file ?? link.place?.file;
    const line = error.file === undefined ? link.place?.line : error.line;
    const session = error instanceof ChainStop ? error.session : undefined;
    return new ChainError(kindOf(error), error.message, this.trace, {
      ...(session === undefined ? {} : { session }),
      ...(error.hint === undefined ? {} : { hint: error.hint }),
      ...(file === undefined ? {} : { file }),
      ...(line === undefined ? {} : { line }),
    });
  }
}
