/** AWS's partitions: worlds of regions that share no accounts. */
export type Partition =
  | 'aws'
  | 'aws-cn'
  | 'aws-us-gov'
  | 'aws-eusc'
  | 'aws-iso'
  | 'aws-iso-b'
  | 'aws-iso-e'
  | 'aws-iso-f';

/** What a host of IAM Identity Center is for, and the region that its name names. */
export type PortalHost = {
  /**
   * `start`: the classic access portal, which every region shares. `portal`: one region's own.
   * `issuer`: the name of an instance, behind which no page stands.
   */
  readonly kind: 'start' | 'portal' | 'issuer';
  readonly partition: Partition;
  readonly region: string | undefined;
};

type PartitionNames = {
  readonly partition: Partition;
  readonly region: RegExp;
  /** The ends of the names of its services: plain, then dual-stack. */
  readonly suffixes: readonly [plain: string, dualStack: string];
};

const PARTITIONS: readonly PartitionNames[] = [
  { partition: 'aws-us-gov', region: /^us-gov-[a-z]+-\d+$/, suffixes: ['amazonaws.com', 'api.aws'] },
  {
    partition: 'aws-cn',
    region: /^cn-[a-z]+-\d+$/,
    suffixes: ['amazonaws.com.cn', 'api.amazonwebservices.com.cn'],
  },
  {
    partition: 'aws-eusc',
    region: /^eusc-[a-z]+-[a-z]+-\d+$/,
    suffixes: ['amazonaws.eu', 'api.amazonwebservices.eu'],
  },
  { partition: 'aws-iso', region: /^us-iso-[a-z]+-\d+$/, suffixes: ['c2s.ic.gov', 'api.aws.ic.gov'] },
  { partition: 'aws-iso-b', region: /^us-isob-[a-z]+-\d+$/, suffixes: ['sc2s.sgov.gov', 'api.aws.scloud'] },
  {
    partition: 'aws-iso-e',
    region: /^eu-isoe-[a-z]+-\d+$/,
    suffixes: ['cloud.adc-e.uk', 'api.cloud-aws.adc-e.uk'],
  },
  {
    partition: 'aws-iso-f',
    region: /^us-isof-[a-z]+-\d+$/,
    suffixes: ['csp.hci.ic.gov', 'api.aws.hci.ic.gov'],
  },
  // Last: its regions are told from the others only by having fewer parts.
  { partition: 'aws', region: /^[a-z]{2}-[a-z]+-\d+$/, suffixes: ['amazonaws.com', 'api.aws'] },
];

/** The forms of the portals' hosts. A region in the name also tells GovCloud from the commercial regions. */
const PORTALS: readonly (readonly [pattern: RegExp, kind: PortalHost['kind'], partition: Partition])[] = [
  [/^[^.]+\.portal\.(?<region>[a-z0-9-]+)\.app\.aws$/, 'portal', 'aws'],
  [/^[^.]+\.(?<region>[a-z0-9-]+)\.portal\.amazonaws\.com$/, 'portal', 'aws'],
  [/^[^.]+\.portal\.(?<region>[a-z0-9-]+)\.app\.amazonwebservices\.com\.cn$/, 'portal', 'aws-cn'],
  [/^[^.]+\.(?<region>[a-z0-9-]+)\.portal\.amazonaws\.com\.cn$/, 'portal', 'aws-cn'],
  [/^[^.]+\.portal\.(?<region>[a-z0-9-]+)\.api\.amazonwebservices\.eu$/, 'portal', 'aws-eusc'],
  [/^[^.]+\.(?<region>[a-z0-9-]+)\.portal\.amazonaws\.eu$/, 'portal', 'aws-eusc'],
  [/^identitycenter\.amazonaws\.com$/, 'issuer', 'aws'],
  [/^identitycenter\.us-gov\.amazonaws\.com$/, 'issuer', 'aws-us-gov'],
  [/^identitycenter\.amazonaws\.com\.cn$/, 'issuer', 'aws-cn'],
  [/^identitycenter\.amazonaws\.eu$/, 'issuer', 'aws-eusc'],
  [/^start\.((?<region>us-gov-[a-z0-9-]+)\.)?us-gov-home\.awsapps\.com$/, 'start', 'aws-us-gov'],
  [/^start\.((?<region>cn-[a-z0-9-]+)\.)?home\.awsapps\.cn$/, 'start', 'aws-cn'],
  [/^[^.]+\.awsapps\.com$/, 'start', 'aws'],
  [/^[^.]+\.awsapps\.cn$/, 'start', 'aws-cn'],
];

/** Names that AWS CLI takes for AWS's own and follows no redirect of. */
const OWNED = [
  '.awsapps.com',
  '.awsapps.cn',
  '.app.aws',
  '.portal.amazonaws.com',
  '.portal.amazonaws.com.cn',
  '.portal.amazonaws.eu',
  '.api.amazonwebservices.eu',
  '.app.amazonwebservices.com.cn',
];

/** The partition whose regions are named like this one; undefined when it looks like no region. */
export function partitionOf(region: string): Partition | undefined {
  return PARTITIONS.find(each => each.region.test(region))?.partition;
}

/** The isolated partition, if any, of whose network a host is. How their portals are called is not public. */
function isolatedHost(host: string): PortalHost | undefined {
  const names = PARTITIONS.find(
    each => each.partition.startsWith('aws-iso') && each.suffixes.some(suffix => host.endsWith(`.${suffix}`)),
  );
  const region = names && host.split('.').find(label => names.region.test(label));
  return names && { kind: 'start', partition: names.partition, region };
}

/** What a host (lower case) is to IAM Identity Center; undefined when it is no portal of AWS's. */
export function portalHost(host: string): PortalHost | undefined {
  for (const [pattern, kind, partition] of PORTALS) {
    const match = pattern.exec(host);
    if (match !== null) {
      const region = match.groups?.['region'];
      return { kind, partition: (region && partitionOf(region)) || partition, region };
    }
  }
  return isolatedHost(host);
}

/** Whether AWS CLI takes a host (lower case) for AWS's own, so that it is no vanity name. */
export function isAwsOwned(host: string): boolean {
  return portalHost(host) !== undefined || OWNED.some(suffix => host.endsWith(suffix));
}

/**
 * Whether a sign-in may lead the browser to this host (lower case): the OIDC service and the page for codes, each of
 * one region, and the portals. Not all of `amazonaws.com`: whoever pays may put pages there.
 */
export function isSignInHost(host: string): boolean {
  const service = /^(?:oidc(?:-fips)?|device\.sso(?:-fips)?)\.(?<region>[a-z0-9-]+)\.(?<suffix>.+)$/.exec(
    host,
  );
  if (service === null) {
    return portalHost(host) !== undefined;
  }
  const { region = '', suffix = '' } = service.groups ?? {};
  return PARTITIONS.find(each => each.region.test(region))?.suffixes.includes(suffix) === true;
}
