import { Cancelled, UserError } from '../lib/errors.ts';
import { visible } from '../lib/escape.ts';
import { isAwsOwned, type Partition, type PortalHost, partitionOf, portalHost } from './aws-hosts.ts';

/** What a start URL says, in the form in which it is to be written. */
export type StartUrl = {
  readonly startUrl: string;
  /** The region that the host names; the classic portals name none. */
  readonly region: string | undefined;
  /** Undefined for a vanity name, which may lead anywhere. */
  readonly partition: Partition | undefined;
  /** `vanity`: a name of the organisation's own, which redirects to its portal. */
  readonly kind: PortalHost['kind'] | 'vanity';
};

/** What a start URL stands for in calls. */
export type ResolvedStartUrl = {
  /** The start URL for calls and the issuer: the given text itself, unless it was a vanity name. */
  readonly startUrl: string;
  /** The region that the portal's host names, when it was a vanity name. */
  readonly region: string | undefined;
};

/** Milliseconds that a vanity name may take to answer; AWS CLI's own. */
const TIMEOUT = 10_000;

const EXAMPLE = 'It looks like https://my-company.awsapps.com/start.';

function wrong(
  message: string,
  hint = `Copy the AWS access portal URL from the portal or its invitation. ${EXAMPLE}`,
) {
  return new UserError(message, { hint });
}

/** The text as an address: pasted quotes and brackets are dropped, and `https://` is put where no scheme stands. */
function parse(text: string): URL {
  const bare = text.trim().replace(/^[<"'`\s]+|[>"'`\s]+$/g, '');
  if (bare === '') {
    throw wrong('There is no start URL.');
  }
  // The name that the console gives to a directory is the first part of its classic address.
  if (/^d-[0-9a-f]{10}$/i.test(bare)) {
    return new URL(`https://${bare}.awsapps.com/start`);
  }
  const url = URL.parse(/^[a-z][a-z0-9+.-]*:\/\//i.test(bare) ? bare : `https://${bare}`);
  if (url === null || /[\s\\]/.test(bare) || !/^[a-z0-9_-]+(\.[a-z0-9_-]+)+\.?$/.test(url.hostname)) {
    throw wrong(`"${visible(bare, 100)}" is not a web address.`);
  }
  if (url.protocol !== 'https:') {
    throw wrong('The start URL is not https.', `Write it with https://. ${EXAMPLE}`);
  }
  if (url.username !== '' || url.password !== '') {
    throw wrong(
      'The start URL holds a user name or a password.',
      `Leave out what stands before the @. ${EXAMPLE}`,
    );
  }
  return url;
}

/** The path that belongs to the address of a portal; what follows are the portal's own pages. */
function portalPath(url: URL, { kind, partition }: PortalHost): string {
  const [first = '', second = ''] = url.pathname.split('/').filter(part => part !== '');
  if (kind === 'portal') {
    return first === 'start' ? '/start' : '';
  }
  if (kind === 'issuer') {
    if (first === '') {
      throw wrong(`${url.hostname} stands for every organisation: the instance is missing.`);
    }
    return `/${first}`;
  }
  if (/(^|\.)(us-gov-)?home\.awsapps\.(com|cn)$/.test(url.hostname)) {
    if (first !== 'directory' || second === '') {
      throw wrong(`${url.hostname} stands for every organisation: /directory/ and its name are missing.`);
    }
    return `/directory/${second}`;
  }
  // The isolated partitions' own forms are not public.
  return partition === 'aws' || partition === 'aws-cn' ? '/start' : url.pathname.replace(/\/+$/, '');
}

/**
 * What a text means that a user gives for a start URL: a portal's address, a link copied out of the portal, a
 * directory's id, a vanity name. For writing a new session: what stands in a file is never rewritten, since its
 * exact text names the token file.
 * @throws UserError with what is wrong.
 */
export function readStartUrl(text: string): StartUrl {
  const url = parse(text);
  const host = url.hostname.replace(/\.$/, '');
  const portal = portalHost(host);
  if (portal === undefined) {
    if (
      /(^|\.)(amazon|amazonaws|aws|amazonwebservices)\.(com|com\.cn|eu|cn)$/.test(host) ||
      /(^|\.)api\.aws$/.test(host)
    ) {
      throw wrong(`${host} is an address of AWS, but not of an access portal.`);
    }
    const startUrl = `https://${url.host}${url.pathname.replace(/\/+$/, '')}`;
    return { startUrl, region: undefined, partition: undefined, kind: 'vanity' };
  }
  if (url.port !== '') {
    throw wrong('The start URL names a port.', `Leave it out. ${EXAMPLE}`);
  }
  const { kind, partition, region } = portal;
  if (region !== undefined && partitionOf(region) === undefined) {
    throw wrong(`"${visible(region, 40)}" in the start URL is no region.`);
  }
  return { startUrl: `https://${host}${portalPath(url, portal)}`, region, partition, kind };
}

type HeadAnswer = { readonly status: number; readonly location: string | undefined };

/** One request, whose redirect is not followed. */
async function ask(
  method: 'HEAD' | 'GET',
  url: string,
  ca: Buffer | undefined,
  signal: AbortSignal,
): Promise<HeadAnswer> {
  const { request } = await import('node:https');
  return await new Promise((resolve, reject) => {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT)]);
    const asked = request(url, { method, signal: limit, ...(ca === undefined ? {} : { ca }) }, answer => {
      // The body is of no interest, and may have no end.
      answer.destroy();
      resolve({ status: answer.statusCode ?? 0, location: answer.headers.location });
    });
    asked.on('error', reject);
    asked.end();
  });
}

/**
 * Where a start URL leads. A host of AWS's own, and one on loopback, is taken as it is, without a request. Any
 * other is a vanity name: as AWS CLI does, one redirect is looked at, which must lead to a portal of AWS over https.
 * @param ca the certificate authorities to trust, as PEM, when the user has named any.
 * @throws UserError when it leads to no portal, or nobody answers; Cancelled.
 */
export async function resolveStartUrl(
  startUrl: string,
  signal: AbortSignal,
  ca?: Buffer,
): Promise<ResolvedStartUrl> {
  const { protocol, hostname } = new URL(startUrl);
  if (protocol !== 'https:' || isAwsOwned(hostname.replace(/\.$/, ''))) {
    return { startUrl, region: undefined };
  }
  let answer: HeadAnswer;
  try {
    answer = await ask('HEAD', startUrl, ca, signal);
    if (answer.status === 405 || answer.status === 501) {
      answer = await ask('GET', startUrl, ca, signal);
    }
  } catch (error) {
    throw signal.aborted ? new Cancelled() : unreachable(hostname, error);
  }
  if (signal.aborted) {
    throw new Cancelled();
  }
  const target = answer.location === undefined ? null : URL.parse(answer.location, startUrl);
  const host = target?.hostname.replace(/\.$/, '') ?? '';
  if (![301, 302, 303, 307, 308].includes(answer.status) || target === null) {
    throw noPortal(hostname, `it answers HTTP ${answer.status}`);
  }
  if (target.protocol !== 'https:' || !isAwsOwned(host)) {
    throw noPortal(hostname, `it leads to ${visible(target.origin, 100)}`);
  }
  return {
    startUrl: `https://${target.host}${target.pathname.replace(/\/+$/, '')}`,
    region: portalHost(host)?.region,
  };
}

function unreachable(host: string, error: unknown): UserError {
  const why = error instanceof Error ? visible(error.message, 100) : 'unknown error';
  return new UserError(`The start URL's host ${host} could not be asked where its portal is (${why}).`, {
    hint: 'Check the network, the VPN and the proxy, then try again.',
  });
}

function noPortal(host: string, why: string): UserError {
  return new UserError(`The start URL's host ${host} does not lead to an AWS access portal: ${why}.`, {
    hint: 'Check sso_start_url, or write the address of the portal itself.',
  });
}
