import type { Snapshot } from '../aws-files/snapshot.ts';
import type { Environment, System } from '../lib/system.ts';

/** The services that Rolecall calls, by the names that the `[services]` section gives them. */
export type Service = 'sso' | 'sso_oidc' | 'sts';

/** How AWS is to be called for one profile, or for none. Plain data; the AWS SDK reads no file of its own. */
export type CallSettings = {
  /** Configured endpoints; a service that is not here has AWS's own. */
  readonly endpoints: Readonly<Partial<Record<Service, string>>>;
  readonly fips: boolean;
  readonly dualstack: boolean;
  /** The path of a PEM file with the certificate authorities to trust. */
  readonly caBundle: string | undefined;
};

/** What every call needs of the outside. */
export type Caller = {
  readonly system: System;
  /** Rolecall's own version, for the user agent `rolecall/<version>`. */
  readonly version: string;
};

/** The hosts that never leave the machine. */
export function isLoopback(url: string | undefined): boolean {
  const host = url === undefined ? undefined : URL.parse(url)?.hostname;
  return host === 'localhost' || host === '[::1]' || (host !== undefined && /^127(\.\d{1,3}){3}$/.test(host));
}

/**
 * How AWS is called for `profile`, or for no profile in particular. Endpoints in the order of AWS's tools:
 * `AWS_ENDPOINT_URL_<SERVICE>`, `AWS_ENDPOINT_URL`, the profile's `services` section, its `endpoint_url`.
 */
export function callSettings(
  snapshot: Snapshot,
  env: Environment,
  profile: string | undefined,
): CallSettings {
  const section = profile === undefined ? undefined : snapshot.profiles.get(profile);
  const services = snapshot.services.get(section?.get('services') ?? '');
  const setting = (variable: string, key: string): string | undefined =>
    env[variable] || section?.get(key) || undefined;
  const isTrue = (text: string | undefined): boolean => text?.trim().toLowerCase() === 'true';
  const ignored = isTrue(setting('AWS_IGNORE_CONFIGURED_ENDPOINT_URLS', 'ignore_configured_endpoint_urls'));
  const endpoint = (service: Service): string | undefined =>
    env[`AWS_ENDPOINT_URL_${service.toUpperCase()}`] ||
    env['AWS_ENDPOINT_URL'] ||
    services?.get(`${service}.endpoint_url`) ||
    section?.get('endpoint_url') ||
    undefined;
  const names: readonly Service[] = ['sso', 'sso_oidc', 'sts'];
  return {
    endpoints: ignored
      ? {}
      : Object.fromEntries(
          names.flatMap(name => {
            const url = endpoint(name);
            return url === undefined ? [] : [[name, url]];
          }),
        ),
    fips: isTrue(setting('AWS_USE_FIPS_ENDPOINT', 'use_fips_endpoint')),
    dualstack: isTrue(setting('AWS_USE_DUALSTACK_ENDPOINT', 'use_dualstack_endpoint')),
    caBundle: setting('AWS_CA_BUNDLE', 'ca_bundle'),
  };
}
