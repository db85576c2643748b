import { isSignInHost } from './aws-hosts.ts';
import { isLoopback } from './call-settings.ts';

/**
 * Whether a sign-in may open an address in the browser: https on a host of AWS's sign-in, on that of the session's
 * own start URL or on the configured endpoint's; or http on loopback, when the endpoint was itself pointed there.
 * The address is only looked at: it is opened character for character as it came.
 * @param endpoint the endpoint that is configured for SSO OIDC, if any.
 * @param startUrls the session's start URL, as it is written and as it was resolved.
 */
export function isOpenable(
  url: string,
  endpoint: string | undefined,
  ...startUrls: readonly (string | undefined)[]
): boolean {
  // An address with white space, control characters or backslashes may read otherwise than it opens.
  const parsed = /^[\x21-\x5b\x5d-\x7e]+$/.test(url) ? URL.parse(url) : null;
  if (parsed === null || parsed.username !== '' || parsed.password !== '') {
    return false;
  }
  if (parsed.protocol === 'http:') {
    return isLoopback(url) && isLoopback(endpoint);
  }
  // A name may be written with a dot at its end.
  const host = parsed.hostname.replace(/\.$/, '');
  const own = [endpoint, ...startUrls].some(
    known => known !== undefined && URL.parse(known)?.host === parsed.host,
  );
  return parsed.protocol === 'https:' && (own || (isSignInHost(host) && parsed.port === ''));
}
