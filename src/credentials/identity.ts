import { AwsError } from '../sso/aws-error.ts';
import { type ChainRun, ChainStop, type Found } from './chain-run.ts';
import type { Identity } from './credentials.ts';
import { configuredRegion, DEFAULT_STS_REGION, foreignHost } from './region.ts';
import { openSts } from './sources/role.ts';
import type { CallerIdentity } from './sts-calls.ts';

async function askSts(run: ChainRun, found: Found): Promise<CallerIdentity> {
  const { signal } = run.options;
  const region = configuredRegion(run.region) ?? found.stsRegion ?? DEFAULT_STS_REGION;
  const calls = await openSts(run, found.credentials, region, signal);
  try {
    return await calls.callerIdentity();
  } catch (error) {
    if (error instanceof AwsError && (error.failure === 'unauthorized' || error.failure === 'forbidden')) {
      // The next attempt gets new ones.
      run.deps.cache.drop(found.key);
      const hint =
        error.code === 'SignatureDoesNotMatch' || error.code?.startsWith('RequestExpired') === true
          ? 'Check the secret key, and the clock of this machine.'
          : 'They have expired, were deactivated or deleted, or belong to another partition.';
      throw new ChainStop(
        'failed',
        `AWS does not accept the credentials of ${found.source}. ${error.message}`,
        hint,
      );
    }
    throw error;
  } finally {
    calls.dispose();
  }
}

/**
 * Who the credentials at the end of a run are, asked of STS.
 * @throws ChainError with the trace; Cancelled.
 */
export async function askIdentity(run: ChainRun, profile: string | null, found: Found): Promise<Identity> {
  const link = { source: 'GetCallerIdentity', place: undefined };
  const caller = await run.step(
    link,
    () => askSts(run, found),
    answer => answer.arn,
  );
  return {
    ...caller,
    profile,
    source: found.source,
    region: run.region?.region,
    ...(run.region === undefined ? {} : { regionFrom: run.region.from }),
    expiresAt: found.credentials.expiration,
    foreignHost: foreignHost(run.settings.endpoints.sts),
  };
}
