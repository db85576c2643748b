import { AwsError } from '../../sso/aws-error.ts';
import { clientOptions } from '../../sso/client-options.ts';
import { type ChainRun, ChainStop, type Found, hash } from '../chain-run.ts';
import type { Credentials } from '../credentials.ts';
import type { PlanLink, RoleAction } from '../plan-link.ts';
import { configuredRegion, partitionRegion } from '../region.ts';
import type { StsCalls } from '../sts-calls.ts';

/** How often a code is asked for before giving up. */
const MAX_CODES = 3;

/** Dispose the result. */
export async function openSts(
  run: ChainRun,
  credentials: Credentials,
  region: string,
  signal: AbortSignal,
): Promise<StsCalls> {
  const options = await clientOptions(run.deps.version, run.settings, 'sts', region);
  const calls = await import('../sts-calls.ts');
  return new calls.StsCalls(options, credentials, signal);
}

/** Why STS did not take a code; undefined when something else was wrong. */
function codeRefused(error: unknown): string | undefined {
  if (!(error instanceof AwsError) || error.detail === undefined) {
    return undefined;
  }
  return /MultiFactorAuthentication failed|tokenCode/i.test(error.detail) ? error.detail : undefined;
}

/** Assumes the role, asking for a code where one is due: up to three times while it is refused. */
async function assume(
  run: ChainRun,
  role: RoleAction,
  calls: StsCalls,
  askCode: ((refused: string | undefined) => Promise<string>) | undefined,
): Promise<Credentials> {
  const base = {
    roleArn: role.roleArn,
    sessionName: role.sessionName ?? `rolecall-${Math.floor(run.deps.system.now() / 1000)}`,
    externalId: role.externalId,
    durationSeconds: role.durationSeconds,
  };
  if (role.mfaSerial === undefined || askCode === undefined) {
    return await calls.assumeRole({ ...base, mfa: undefined });
  }
  let refused: string | undefined;
  for (let attempt = 1; ; attempt++) {
    const code = (await askCode(refused)).replace(/\s/g, '');
    if (/^\d{6}$/.test(code)) {
      try {
        return await calls.assumeRole({ ...base, mfa: { serial: role.mfaSerial, code } });
      } catch (error) {
        refused = codeRefused(error);
        if (refused === undefined || attempt === MAX_CODES) {
          throw error;
        }
      }
    } else {
      refused = 'A code has six digits.';
      if (attempt === MAX_CODES) {
        throw new ChainStop('mfa', 'No code of six digits was given.', 'Try again.');
      }
    }
  }
}

/** What to do about a refusal of STS. */
function explain(error: unknown, role: RoleAction): unknown {
  if (!(error instanceof AwsError) || error.failure !== 'forbidden') {
    return error;
  }
  if (codeRefused(error) !== undefined) {
    return new ChainStop('mfa', error.message, 'Wait for the next code, then try again.');
  }
  const missing = role.externalId === undefined ? ' It may also ask for an external_id.' : '';
  return new ChainStop(
    'failed',
    error.message,
    `The trust policy of ${role.roleArn} must allow these credentials.${missing}`,
  );
}

/**
 * The credentials of a role, assumed with those before it.
 * @throws ChainError: `mfa` when a code is due and may not be asked for; Cancelled.
 */
export async function findRoleCredentials(
  run: ChainRun,
  link: PlanLink,
  role: RoleAction,
  base: Found,
): Promise<Found> {
  const { deps, options, settings } = run;
  const { askMfaCode } = options;
  const { mfaSerial } = role;
  const region = configuredRegion(run.region) ?? partitionRegion(role.roleArn);
  const key = hash('role', role, settings, region, base.key);
  const load = async (signal: AbortSignal): Promise<Credentials> => {
    if (mfaSerial !== undefined && /:u2f\//.test(mfaSerial)) {
      const message = `${mfaSerial} is a security key, which AWS does not take for AssumeRole.`;
      throw new ChainStop('failed', message, 'Register an authenticator app and name it in mfa_serial.');
    }
    const ask =
      mfaSerial === undefined || askMfaCode === undefined || options.quiet
        ? undefined
        : (refused: string | undefined) =>
            askMfaCode({
              serial: mfaSerial,
              profile: role.profile,
              signal,
              ...(refused === undefined ? {} : { refused }),
            });
    if (mfaSerial !== undefined && ask === undefined) {
      throw new ChainStop('mfa', `${role.roleArn} needs a code of ${mfaSerial}.`, 'Enter the code.');
    }
    const calls = await openSts(run, base.credentials, region, signal);
    try {
      return await assume(run, role, calls, ask);
    } catch (error) {
      throw explain(error, role);
    } finally {
      calls.dispose();
    }
  };
  const credentials = await run.step(
    link,
    () => deps.cache.get({ key, owners: [run.owner], quiet: options.quiet, signal: options.signal, load }),
    () => `${role.roleArn}, as profile ${role.profile} says`,
  );
  return { credentials, source: link.source, key, stsRegion: region };
}
