import { createHash, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Disposable } from '../lib/disposable.ts';
import { Cancelled, systemErrorCode } from '../lib/errors.ts';
import { escapeHtml } from '../lib/escape.ts';
import { BrowserFlowFailed } from './login.ts';

/** What the browser brought back: a code, or why there is none. */
export type RedirectAnswer =
  | { readonly kind: 'code'; readonly code: string }
  | { readonly kind: 'error'; readonly error: string; readonly description: string };

/** The one path that is answered. */
const PATH = '/oauth/callback';

/** Bytes. AWS's codes are long, and travel in the first line of the request. */
const MAX_HEADERS = 32 * 1024;

/** Milliseconds until a request must have been said in full. */
const REQUEST_TIME = 10_000;

const STYLE =
  'body{font:1rem/1.5 system-ui,sans-serif;color-scheme:light dark;max-width:28rem;margin:15vh auto;padding:0 1rem}h1{font-size:1.25rem}';

const HEADERS: Readonly<Record<string, string>> = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
  connection: 'close',
};

/** Compares without telling by the time it takes how much of a guess is right. */
function isSame(given: string, wanted: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(wanted));
}

function page(title: string, text: string): string {
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escapeHtml(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<h1>${escapeHtml(title)}</h1>
<p>${escapeHtml(text)}</p>
</body>
</html>
`;
}

/** The parameter, when it stands there once. */
function single(query: URLSearchParams, name: string): string | undefined {
  const [value, ...more] = query.getAll(name);
  return more.length === 0 && value !== '' ? value : undefined;
}

/** Waits on loopback for the browser to bring the answer to one login. */
export class RedirectServer implements Disposable {
  readonly #server: Server;
  readonly #state: string;
  readonly #hosts = new Set<string>();
  readonly #answer = Promise.withResolvers<RedirectAnswer>();
  #port = 0;
  #isAnswered = false;

  /** @param state what the answer must name, so that nobody else's is taken. */
  constructor(state: string) {
    this.#state = state;
    this.#server = createServer(
      { maxHeaderSize: MAX_HEADERS, headersTimeout: REQUEST_TIME, requestTimeout: REQUEST_TIME },
      (request, response) => this.#handle(request, response),
    );
  }

  /**
   * Takes a free port of 127.0.0.1.
   * @throws BrowserFlowFailed when there is none to be had; Cancelled.
   */
  async listen(signal: AbortSignal): Promise<void> {
    const server = this.#server;
    try {
      await new Promise<void>((resolve, reject) => {
        // Stays: trouble with a connection later on must not end the extension host.
        server.on('error', reject);
        server.listen(0, '127.0.0.1', resolve);
      });
    } catch (error) {
      throw new BrowserFlowFailed(
        `The browser cannot come back to this computer: no port could be opened (${systemErrorCode(error) ?? 'unknown error'}).`,
        { hint: 'Use a device code instead.' },
      );
    }
    const address = server.address();
    this.#port = typeof address === 'object' && address !== null ? address.port : 0;
    this.allow(this.#port);
    if (signal.aborted) {
      throw new Cancelled();
    }
  }

  /** Where the browser is to come back to, as seen from this computer. */
  get redirectUri(): string {
    return redirectTo(this.#port);
  }

  /** The first answer that names the right state. Never rejects. */
  get answer(): Promise<RedirectAnswer> {
    return this.#answer.promise;
  }

  /** Lets the browser come by another port of loopback, which somebody forwards to this one. */
  allow(port: number): void {
    this.#hosts.add(`127.0.0.1:${port}`);
  }

  /** Frees the port and ends every connection. */
  dispose(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  #handle(request: IncomingMessage, response: ServerResponse): void {
    const send = (status: number, title: string, text: string, headers: object = {}): void => {
      response.writeHead(status, { ...HEADERS, ...headers }).end(page(title, text));
    };
    const target = request.url ?? '';
    const mark = target.indexOf('?');
    // A foreign host name means that a web page found its way here by DNS.
    if (!this.#hosts.has(request.headers.host ?? '')) {
      send(421, 'Nothing here', 'This address is for a sign-in only.');
    } else if ((mark < 0 ? target : target.slice(0, mark)) !== PATH) {
      send(404, 'Nothing here', 'This address is for a sign-in only.');
    } else if (request.method !== 'GET') {
      send(405, 'Nothing here', 'This address is for a sign-in only.', { allow: 'GET' });
    } else if (this.#isAnswered) {
      send(410, 'Already answered', 'This sign-in has been answered. You can close this page.');
    } else {
      this.#take(new URLSearchParams(mark < 0 ? '' : target.slice(mark)), response, send);
    }
  }

  #take(
    query: URLSearchParams,
    response: ServerResponse,
    send: (status: number, title: string, text: string) => void,
  ): void {
    const error = single(query, 'error');
    const code = single(query, 'code');
    // Whoever does not know the state cannot end the login either: any web page could send a browser here.
    if (!isSame(single(query, 'state') ?? '', this.#state)) {
      send(
        400,
        'This is not the sign-in that was started',
        'Start it again in VS Code. You can close this page.',
      );
      return;
    }
    if (error === undefined && code === undefined) {
      send(400, 'The sign-in page gave no answer', 'Start it again in VS Code. You can close this page.');
      return;
    }
    this.#isAnswered = true;
    const answer: RedirectAnswer =
      error === undefined && code !== undefined
        ? { kind: 'code', code }
        : { kind: 'error', error: error ?? '', description: single(query, 'error_description') ?? '' };
    // The page is out before whoever waits for the answer may close the server.
    response.once('close', () => this.#answer.resolve(answer));
    if (answer.kind === 'code') {
      send(200, 'You can close this page', 'The sign-in goes on in VS Code.');
    } else {
      send(400, 'Not signed in', `The sign-in page says: ${answer.error}. You can close this page.`);
    }
  }
}

/** The redirect for a port of this computer. */
export function redirectTo(port: number): string {
  return `http://127.0.0.1:${port}${PATH}`;
}

/**
 * The port of a loopback address that forwards to a redirect; undefined for an address that AWS would not send a
 * browser to. `localhost` is this computer too, but AWS takes the address by number only.
 */
export function forwardedPort(external: string): number | undefined {
  const url = URL.parse(external);
  const fits =
    url !== null &&
    url.protocol === 'http:' &&
    ['127.0.0.1', 'localhost'].includes(url.hostname) &&
    url.pathname === PATH &&
    url.search + url.hash + url.username + url.password === '' &&
    url.port !== '';
  return fits ? Number(url.port) : undefined;
}
