import { redirection } from '../aws-files/location.ts';
import type { Snapshot } from '../aws-files/snapshot.ts';
import type { Caller } from '../sso/call-settings.ts';
import { formatDate } from '../sso/dates.ts';
import type { TokenCache } from '../sso/token-cache.ts';
import { CredentialsCache } from './cache.ts';
import { type ChainDeps, ChainRun, ChainStop, type Found, hash, type ResolveOptions } from './chain-run.ts';
import type { Credentials, Identity, Trace } from './credentials.ts';
import { askIdentity } from './identity.ts';
import { planChain } from './plan.ts';
import type { PlanLink, ProcessAction } from './plan-link.ts';
import { programOf, runCredentialProcess } from './sources/process.ts';
import { findRoleCredentials } from './sources/role.ts';
import { findSsoCredentials } from './sources/sso.ts';

export type { ResolveOptions } from './chain-run.ts';

function findKeys(run: ChainRun, link: PlanLink, reason: string, credentials: Credentials): Found {
  const { expiration } = credentials;
  if (expiration !== undefined && expiration <= run.deps.system.now()) {
    const message = `The keys of ${link.source} expired at ${formatDate(expiration)}.`;
    throw run.failure(link, new ChainStop('failed', message, 'Unset them, or set fresh ones.'));
  }
  run.record(link, 'won', reason);
  return { credentials, source: link.source, key: hash('keys', credentials), stsRegion: undefined };
}

async function findProcessCredentials(run: ChainRun, link: PlanLink, action: ProcessAction): Promise<Found> {
  const { deps, options } = run;
  const program = programOf(action.command, deps.system.platform);
  // A helper that reads the AWS files itself reads those that Rolecall shows, and gives others with others.
  const { config, credentials: secrets } = run.snapshot.files;
  const files = redirection(deps.system, { config: config.path, credentials: secrets.path });
  const key = hash('process', [action, files ?? null]);
  const credentials = await run.step(
    link,
    () =>
      deps.cache.get({
        key,
        owners: [run.owner],
        quiet: options.quiet,
        signal: options.signal,
        load: async signal => {
          if (options.quiet) {
            const message = `The credential_process ${program} runs only when you ask for it.`;
            throw new ChainStop('unchecked', message, 'Check the identity to run it.');
          }
          return await runCredentialProcess(deps.system, action, files ?? {}, signal);
        },
      }),
    () => `${program} gave credentials`,
  );
  return { credentials, source: link.source, key, stsRegion: undefined };
}

/** What a link gives; undefined when it gives nothing and the chain goes on. */
async function follow(run: ChainRun, link: PlanLink, found: Found | undefined): Promise<Found | undefined> {
  const { action } = link;
  switch (action.kind) {
    case 'note':
      run.record(link, 'won', action.reason);
      return found;
    case 'skip':
      run.record(link, 'skipped', action.reason);
      return found;
    case 'fail':
      throw run.failure(link, new ChainStop('failed', action.reason, action.hint));
    case 'keys':
      return findKeys(run, link, action.reason, action.credentials);
    case 'process':
      return await findProcessCredentials(run, link, action);
    case 'sso':
      return await findSsoCredentials(run, link, action);
    case 'role':
      if (found === undefined) {
        throw new Error('A role stands before the credentials that assume it');
      }
      return await findRoleCredentials(run, link, action, found);
    default:
      throw action satisfies never;
  }
}

/** Runs the chain of credentials as AWS's tools do, says how it went, and keeps what it found in memory. */
export class Resolver {
  readonly #deps: ChainDeps;

  constructor(deps: Caller & { readonly tokens: TokenCache }) {
    const { system, version, tokens } = deps;
    this.#deps = { system, version, tokens, cache: new CredentialsCache(() => system.now()) };
  }

  /**
   * The credentials of a profile, as `--profile` would choose them; without one those of the default chain.
   * @throws ChainError with the trace; Cancelled.
   */
  async resolve(
    snapshot: Snapshot,
    profile: string | undefined,
    options: ResolveOptions,
  ): Promise<{ readonly credentials: Credentials; readonly trace: Trace }> {
    const { run, found } = await this.#run(snapshot, profile, options);
    return { credentials: found.credentials, trace: run.trace };
  }

  /**
   * Who the credentials are, asked of STS (`GetCallerIdentity`).
   * @throws ChainError with the trace; Cancelled.
   */
  async identity(
    snapshot: Snapshot,
    profile: string | undefined,
    options: ResolveOptions,
  ): Promise<{ readonly identity: Identity; readonly trace: Trace }> {
    const { run, found } = await this.#run(snapshot, profile, options);
    return { identity: await askIdentity(run, profile ?? null, found), trace: run.trace };
  }

  /** Drops what is kept for a profile, for a session (`{ session: id }`), or, with nothing, all of it. */
  forget(what?: { readonly profile: string } | { readonly session: string }): void {
    if (what === undefined) {
      this.#deps.cache.forget();
    } else {
      this.#deps.cache.forget('profile' in what ? `profile ${what.profile}` : `session ${what.session}`);
    }
  }

  async #run(
    snapshot: Snapshot,
    profile: string | undefined,
    options: ResolveOptions,
  ): Promise<{ readonly run: ChainRun; readonly found: Found }> {
    const plan = planChain(snapshot, this.#deps.system.env, profile);
    const run = new ChainRun(this.#deps, snapshot, plan, options);
    let found: Found | undefined;
    for (const link of plan.links) {
      found = await follow(run, link, found);
    }
    if (found === undefined) {
      const place = { source: 'chain', place: undefined };
      throw run.failure(
        place,
        new ChainStop('failed', 'No source has credentials.', 'Choose a profile, or create one.'),
      );
    }
    return { run, found };
  }
}
