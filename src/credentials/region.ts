import { maskedValue } from '../aws-files/schema.ts';
import type { Snapshot } from '../aws-files/snapshot.ts';
import type { Environment } from '../lib/system.ts';

/** A region and where it comes from: `profile dev`, `AWS_REGION`. */
export type FoundRegion = { readonly region: string; readonly from: string };

/**
 * The region that tools use as a profile: the environment's before the profile's own, as in AWS CLI v2, which reads
 * `AWS_REGION` before `AWS_DEFAULT_REGION`.
 */
export function findRegion(snapshot: Snapshot, env: Environment, profile: string): FoundRegion | undefined {
  for (const variable of ['AWS_REGION', 'AWS_DEFAULT_REGION']) {
    const region = env[variable]?.trim();
    if (region) {
      return { region, from: variable };
    }
  }
  const own = snapshot.profiles.get(profile)?.get('region')?.trim();
  return own ? { region: maskedValue('region', own).text, from: `profile ${profile}` } : undefined;
}

/** The region of STS where nothing says another, as in the SDK for JavaScript. */
export const DEFAULT_STS_REGION = 'us-east-1';

/** The region whose STS answers for a whole partition, where none is configured. */
const PARTITION_REGIONS: Readonly<Record<string, string>> = {
  aws: 'us-east-1',
  'aws-cn': 'cn-northwest-1',
  'aws-us-gov': 'us-gov-west-1',
  'aws-eusc': 'eusc-de-east-1',
  'aws-iso': 'us-iso-east-1',
  'aws-iso-b': 'us-isob-east-1',
  'aws-iso-e': 'eu-isoe-west-1',
  'aws-iso-f': 'us-isof-south-1',
};

/** The region that is configured, when it can be one: it becomes part of a host name. */
export function configuredRegion(found: FoundRegion | undefined): string | undefined {
  return found !== undefined && /^[A-Za-z0-9-]{1,63}$/.test(found.region) ? found.region : undefined;
}

/** The region of the STS that knows a role, by the partition in its ARN. */
export function partitionRegion(roleArn: string): string {
  return PARTITION_REGIONS[/^arn:([a-z-]+):/.exec(roleArn)?.[1] ?? 'aws'] ?? DEFAULT_STS_REGION;
}

const AWS_HOST =
  /(?:^|\.)(?:amazonaws\.com(?:\.cn)?|amazonaws\.eu|api\.aws(?:\.ic\.gov|\.scloud)?|api\.amazonwebservices\.(?:com\.cn|eu)|c2s\.ic\.gov|sc2s\.sgov\.gov|cloud\.adc-e\.uk|csp\.hci\.ic\.gov)$/;

/** The host and port of an endpoint, when it is not one of AWS's. */
export function foreignHost(endpoint: string | undefined): string | undefined {
  const url = endpoint === undefined ? null : URL.parse(endpoint);
  return url !== null && !AWS_HOST.test(url.hostname) ? url.host : undefined;
}
