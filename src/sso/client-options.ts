import { readFile } from 'node:fs/promises';
import { systemErrorCode, UserError } from '../lib/errors.ts';
import type { CallSettings, Service } from './call-settings.ts';

/** What every AWS client is made with. Each thing that it would look up in files by itself is given here. */
export type ClientOptions = {
  readonly region: string;
  readonly endpoint?: string;
  readonly ignoreConfiguredEndpointUrls: true;
  readonly useFipsEndpoint: boolean;
  readonly useDualstackEndpoint: boolean;
  readonly defaultsMode: 'standard';
  readonly retryMode: 'standard';
  readonly maxAttempts: number;
  readonly authSchemePreference: string[];
  readonly userAgentAppId: string;
  readonly customUserAgent: [string, string][];
  readonly disableClockSkewCorrection: boolean;
  readonly requestHandler: {
    readonly connectionTimeout: number;
    readonly requestTimeout: number;
    readonly throwOnRequestTimeout: true;
    readonly httpsAgent?: { readonly ca: Buffer };
  };
};

/** Milliseconds until a connection must stand, and until the whole answer must be there. */
const CONNECT_TIMEOUT = 5_000;
const REQUEST_TIMEOUT = 20_000;

async function readBundle(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    throw new UserError(
      `The CA bundle ${path} cannot be read (${systemErrorCode(error) ?? 'unknown error'}).`,
      {
        hint: 'Correct AWS_CA_BUNDLE or the key ca_bundle.',
        file: path,
        cause: error,
      },
    );
  }
}

/**
 * The options of a client. The AWS SDK would else read `~/.aws/config` by itself: slowly with many profiles,
 * with its own grammar, and for the wrong profile.
 * @throws UserError when the CA bundle cannot be read or the endpoint is not an http address.
 */
export async function clientOptions(
  version: string,
  settings: CallSettings,
  service: Service,
  region: string,
  maxAttempts: number = 3,
): Promise<ClientOptions> {
  const endpoint = settings.endpoints[service];
  const protocol = endpoint === undefined ? 'https:' : URL.parse(endpoint)?.protocol;
  if (protocol !== 'https:' && protocol !== 'http:') {
    throw new UserError(`The endpoint that is configured for ${service} is not an http address.`, {
      hint: 'Correct AWS_ENDPOINT_URL or endpoint_url.',
    });
  }
  const ca = settings.caBundle === undefined ? undefined : await readBundle(settings.caBundle);
  return {
    region,
    ...(endpoint === undefined ? {} : { endpoint }),
    ignoreConfiguredEndpointUrls: true,
    // AWS's rules refuse these beside an endpoint, which says all by itself.
    useFipsEndpoint: settings.fips && endpoint === undefined,
    useDualstackEndpoint: settings.dualstack && endpoint === undefined,
    defaultsMode: 'standard',
    retryMode: 'standard',
    maxAttempts,
    authSchemePreference: [],
    userAgentAppId: '',
    customUserAgent: [['rolecall', version]],
    disableClockSkewCorrection: false,
    requestHandler: {
      connectionTimeout: CONNECT_TIMEOUT,
      requestTimeout: REQUEST_TIMEOUT,
      throwOnRequestTimeout: true,
      ...(ca === undefined ? {} : { httpsAgent: { ca } }),
    },
  };
}
