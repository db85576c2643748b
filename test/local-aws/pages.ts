import { findInstance } from './data.ts';
import { type Answer, escapeMarkup, type Request } from './messages.ts';
import type { Client } from './sso-state.ts';
import type { State } from './state.ts';

const STYLE = `
body { font: 16px/1.5 system-ui, sans-serif; color: #16191f; background: #f2f3f3; margin: 0; }
main { max-width: 26rem; margin: 12vh auto; padding: 2rem; background: #fff; border: 1px solid #d5dbdb; border-radius: 8px; }
h1 { font-size: 1.25rem; margin: 0 0 1rem; }
.code { font: 600 1.75rem/1.5 ui-monospace, monospace; letter-spacing: .1em; }
form { display: flex; gap: .75rem; margin-top: 1.5rem; flex-wrap: wrap; }
button, input { font: inherit; padding: .5rem 1.25rem; border: 1px solid #545b64; border-radius: 4px; background: #fff; color: inherit; }
button.first { background: #0f5bb5; border-color: #0f5bb5; color: #fff; }
:focus-visible { outline: 3px solid #7cb0f2; outline-offset: 2px; }
small { display: block; margin-top: 1.5rem; color: #545b64; }`;

function page(status: number, title: string, content: string, script = ''): Answer {
  const body = `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<title>${escapeMarkup(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>${escapeMarkup(title)}</h1>
${content}
<small>This page is played by a local test server. It is not AWS.</small>
</main>
${script}
</body>
</html>
`;
  return {
    status,
    headers: { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' },
    body,
  };
}

function message(status: number, title: string, text: string): Answer {
  return page(status, title, `<p role="status">${escapeMarkup(text)}</p>`);
}

function hidden(name: string, value: string): string {
  return `<input type="hidden" name="${escapeMarkup(name)}" value="${escapeMarkup(value)}">`;
}

function decisionForm(action: string, fields: Iterable<readonly [string, string]>): string {
  const inputs = Array.from(fields, ([name, value]) => hidden(name, value)).join('');
  return `<form method="post" action="${escapeMarkup(action)}">${inputs}
<button class="first" name="decision" value="allow">Allow</button>
<button name="decision" value="deny">Deny</button>
</form>`;
}

function clientSentence(client: Client, startUrl: string): string {
  return `<p><strong>${escapeMarkup(client.clientName)}</strong> asks for access to your AWS accounts at ${escapeMarkup(startUrl)}.</p>`;
}

function askForCode(status: number, note: string): Answer {
  return page(
    status,
    'Authorize a device',
    `<p>${escapeMarkup(note)}</p>
<form method="get" action="/device">
<label>Code <input name="user_code" autocomplete="off" required autofocus></label>
<button class="first">Continue</button>
</form>`,
  );
}

/** GET /device: what the person sees who follows `verificationUri` or `verificationUriComplete`. */
export function showDevicePage(request: Request, state: State): Answer {
  const userCode = request.query.get('user_code');
  if (userCode === null || userCode === '') {
    return askForCode(200, 'Enter the code that your device shows.');
  }
  const signIn = state.sso.findUserCode(userCode);
  if (signIn === undefined) {
    return askForCode(404, 'This code is not known. Enter the code that your device shows.');
  }
  if (signIn.status === 'expired' || signIn.expiresAt <= state.now()) {
    return message(410, 'Code expired', 'This code has expired. Start the sign-in again.');
  }
  if (signIn.status !== 'pending') {
    return message(200, 'Already answered', 'This code has been answered. You can close this window.');
  }
  return page(
    200,
    'Authorization requested',
    `<p>Allow only if this is the code that your device shows:</p>
<p class="code" data-testid="user-code">${escapeMarkup(signIn.userCode)}</p>
${clientSentence(signIn.client, signIn.instance.startUrl)}
${decisionForm('/device', [['user_code', signIn.userCode]])}`,
  );
}

/** POST /device: the person's answer. */
export function decideDevice(request: Request, state: State): Answer {
  const form = new URLSearchParams(request.body.toString('utf8'));
  const signIn = state.sso.findUserCode(form.get('user_code') ?? '');
  if (signIn === undefined || signIn.status !== 'pending' || signIn.expiresAt <= state.now()) {
    return message(410, 'Code expired', 'This code cannot be answered any more. Start the sign-in again.');
  }
  switch (form.get('decision')) {
    case 'allow':
      state.sso.approve(signIn.userCode);
      return message(200, 'Request approved', 'You can close this window.');
    case 'deny':
      state.sso.deny(signIn.userCode);
      return message(200, 'Request denied', 'No access was given. You can close this window.');
    default:
      return message(400, 'No answer', 'Choose Allow or Deny.');
  }
}

/** GET /start/: an access portal whose pages stand behind `#`, which a server never gets to see. */
export function showStartPage(): Answer {
  return page(
    200,
    'AWS access portal',
    '<p>Opening…</p>',
    `<script>
const route = location.hash.slice(1);
if (route.startsWith('/device')) location.replace(route);
</script>`,
  );
}

type AuthorizeRequest = {
  readonly client: Client;
  readonly redirectUri: string;
  readonly challenge: string;
  readonly oauthState: string;
};

/** The parameters of `/authorize`, or what is wrong with them. Nothing is redirected to an unknown place. */
function readAuthorizeRequest(query: URLSearchParams, state: State): AuthorizeRequest | string {
  const client = state.sso.clients.get(query.get('client_id') ?? '');
  if (client === undefined || client.expiresAt <= state.now()) {
    return 'The client is not registered.';
  }
  const redirectUri = query.get('redirect_uri') ?? '';
  // RFC 8252 §7.3: the port of a loopback redirect is free.
  const withoutPort = (uri: string): string => uri.replace(/^(http:\/\/[^/:]+):\d+/, '$1');
  if (!client.redirectUris.some(known => withoutPort(known) === withoutPort(redirectUri))) {
    return 'The redirect URI is not registered.';
  }
  if (query.get('response_type') !== 'code' || query.get('code_challenge_method') !== 'S256') {
    return 'Only response_type=code with code_challenge_method=S256 is supported.';
  }
  const challenge = query.get('code_challenge') ?? '';
  if (!/^[A-Za-z0-9_-]{43}$/.test(challenge)) {
    return 'The code challenge is not a SHA-256 hash in base64url without padding.';
  }
  // AWS's own name for what OAuth calls `scope`.
  const scopes = (query.get('scopes') ?? '').split(' ').filter(scope => scope !== '');
  if (scopes.length === 0 || !scopes.every(scope => client.scopes.includes(scope))) {
    return 'The scopes are missing, or more than the client is registered for.';
  }
  const oauthState = query.get('state') ?? '';
  if (oauthState === '') {
    return 'The state is missing.';
  }
  return { client, redirectUri, challenge, oauthState };
}

function redirectBack(asked: AuthorizeRequest, result: Readonly<Record<string, string>>): Answer {
  const location = new URL(asked.redirectUri);
  for (const [name, value] of Object.entries(result)) {
    location.searchParams.set(name, value);
  }
  location.searchParams.set('state', asked.oauthState);
  return { status: 302, headers: { location: location.href, 'cache-control': 'no-store' }, body: '' };
}

function finish(asked: AuthorizeRequest, allowed: boolean, state: State): Answer {
  const instance = findInstance(state.data, asked.client.issuerUrl ?? '');
  if (!allowed || instance === undefined) {
    return redirectBack(asked, { error: 'access_denied' });
  }
  const { client, redirectUri, challenge } = asked;
  return redirectBack(asked, {
    code: state.sso.startBrowser({ client, instance, redirectUri, challenge }).code,
  });
}

/** GET /authorize: the browser flow's page. */
export function showAuthorizePage(request: Request, state: State): Answer {
  const asked = readAuthorizeRequest(request.query, state);
  if (typeof asked === 'string') {
    return message(400, 'Sign-in not possible', asked);
  }
  if (state.settings.autoApprove) {
    return finish(asked, true, state);
  }
  return page(
    200,
    'Authorization requested',
    `${clientSentence(asked.client, asked.client.issuerUrl ?? '')}
${decisionForm('/authorize', request.query)}`,
  );
}

/** POST /authorize: the person's answer. */
export function decideAuthorize(request: Request, state: State): Answer {
  const form = new URLSearchParams(request.body.toString('utf8'));
  const asked = readAuthorizeRequest(form, state);
  return typeof asked === 'string'
    ? message(400, 'Sign-in not possible', asked)
    : finish(asked, form.get('decision') === 'allow', state);
}
