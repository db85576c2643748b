import { Cancelled, UserError } from '../lib/errors.ts';
import { visible } from '../lib/escape.ts';
import { isAwsOwned, partitionOf, portalHost } from './aws-hosts.ts';
import { isLoopback } from './call-settings.ts';
import { resolveStartUrl } from './start-url.ts';

/** Milliseconds that a portal may take for one page. */
const TIMEOUT = 10_000;

/** A portal's page says its region in its head; so much of a page is looked at, in characters. */
const MAX_PAGE = 256 * 1024;

/** From `start` to `start/`, and at most once more. */
const MAX_REDIRECTS = 2;

/**
 * Asks an access portal for the region of its IAM Identity Center: a vanity name leads to a host that names it, and the
 * page of a classic portal holds `<meta name="region" content="eu-west-1">`, which everybody may read. AWS documents
 * neither, so an answer is a proposal for the user, who has asked for it.
 * @param ca the certificate authorities to trust, as PEM, when the user has named any.
 * @throws UserError when it cannot be reached or does not tell; Cancelled.
 */
export async function askPortalRegion(startUrl: string, signal: AbortSignal, ca?: Buffer): Promise<string> {
  const resolved = await resolveStartUrl(startUrl, signal, ca);
  const { hostname } = new URL(resolved.startUrl);
  const region = resolved.region ?? (await regionOfPage(resolved.startUrl, signal, ca));
  if (region === undefined || partitionOf(region) === undefined) {
    throw new UserError(`The portal ${hostname} does not tell its region.`, {
      hint: 'Whoever runs your IAM Identity Center knows it; it also stands in the address of its console.',
    });
  }
  return region;
}

async function regionOfPage(
  startUrl: string,
  signal: AbortSignal,
  ca: Buffer | undefined,
): Promise<string | undefined> {
  let url = new URL(startUrl);
  for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
    const named = portalHost(url.hostname)?.region;
    if (named !== undefined) {
      return named;
    }
    const page = await getPage(url, signal, ca);
    const target = page.location === undefined ? null : URL.parse(page.location, url.href);
    if (target === null) {
      return regionInPage(page.text);
    }
    if (!mayFollow(url, target)) {
      return undefined;
    }
    url = target;
  }
  return undefined;
}

/** A portal sends to itself or to another portal of AWS's: any other host would be somebody else's word. */
function mayFollow(from: URL, to: URL): boolean {
  return to.host === from.host
    ? to.protocol === from.protocol
    : to.protocol === 'https:' && isAwsOwned(to.hostname);
}

/** The region that the head of a portal's page names. */
function regionInPage(text: string): string | undefined {
  const tag = /<meta\s[^>]*\bname\s*=\s*["']region["'][^>]*>/i.exec(text)?.[0];
  return tag && /\bcontent\s*=\s*["']([a-z0-9-]{1,63})["']/i.exec(tag)?.[1]?.toLowerCase();
}

type Page = { readonly location: string | undefined; readonly text: string };

async function getPage(url: URL, signal: AbortSignal, ca: Buffer | undefined): Promise<Page> {
  // Plain http is for a portal that is played on this machine.
  const plain = url.protocol === 'http:' && isLoopback(url.href);
  const { request } = plain ? await import('node:http') : await import('node:https');
  const limit = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT)]);
  try {
    return await new Promise<Page>((resolve, reject) => {
      const asked = request(
        url,
        { signal: limit, headers: { accept: 'text/html' }, ...(ca && { ca }) },
        answer => {
          const { statusCode = 0, headers } = answer;
          let text = '';
          const end = (): void => {
            answer.destroy();
            const moved = statusCode >= 300 && statusCode < 400;
            resolve({ location: moved ? headers.location : undefined, text });
          };
          answer.setEncoding('utf8');
          answer.on('data', (piece: string) => {
            text += piece;
            if (text.length > MAX_PAGE) {
              end();
            }
          });
          answer.on('end', end);
          answer.on('error', reject);
        },
      );
      asked.on('error', reject);
      asked.end();
    });
  } catch (error) {
    if (signal.aborted) {
      throw new Cancelled();
    }
    const why = error instanceof Error ? visible(error.message, 100) : 'unknown error';
    throw new UserError(`The portal ${url.hostname} could not be reached (${why}).`, {
      hint: 'Check the address, the network and the proxy.',
      cause: error,
    });
  }
}
