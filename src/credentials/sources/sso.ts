import { AwsError } from '../../sso/aws-error.ts';
import { formatDate } from '../../sso/dates.ts';
import { roleCredentials } from '../../sso/portal.ts';
import { freshToken } from '../../sso/refresh.ts';
import type { SsoRequest } from '../../sso/request.ts';
import { completeSession, shownSession } from '../../sso/session.ts';
import type { Token } from '../../sso/token-cache.ts';
import { canRenew } from '../../sso/token-file.ts';
import { type ChainRun, ChainStop, type Found, hash } from '../chain-run.ts';
import type { Credentials } from '../credentials.ts';
import type { PlanLink, SsoAction } from '../plan-link.ts';

function loginNeeded(action: SsoAction, message: string): ChainStop {
  return new ChainStop('login', message, 'Log in.', action.session);
}

function nameOf({ session }: SsoAction): string {
  return session.kind === 'session' ? `sso-session ${session.id}` : shownSession(session);
}

/** A token that can be used; renewed silently when that is due and somebody asked. */
async function findToken(request: SsoRequest, action: SsoAction, quiet: boolean): Promise<Token> {
  const { tokens, system } = request;
  const now = system.now();
  const state = await tokens.state(action.session.id, now);
  if (state.kind === 'broken') {
    throw loginNeeded(
      action,
      `The token file ${state.file} of ${nameOf(action)} cannot be used. ${state.reason}`,
    );
  }
  if (state.kind === 'refused') {
    throw loginNeeded(action, `AWS did not renew the login to ${nameOf(action)}.`);
  }
  if (state.kind === 'signedOut') {
    throw loginNeeded(action, `Nobody is signed in to ${nameOf(action)}.`);
  }
  const token = quiet ? await tokens.read(action.session.id) : await freshToken(request);
  if (token !== undefined && token.expiresAt > system.now()) {
    return token;
  }
  if (quiet && token !== undefined && canRenew(token, now)) {
    const message = `The token of ${nameOf(action)} has expired; it can be renewed without a login.`;
    throw new ChainStop('unchecked', message, 'Check the identity to renew it.');
  }
  throw loginNeeded(action, `The login to ${nameOf(action)} expired at ${formatDate(state.expiresAt)}.`);
}

async function getCredentials(request: SsoRequest, action: SsoAction, token: Token): Promise<Credentials> {
  try {
    const got = await roleCredentials(request, token.accessToken, action);
    return { ...got, accountId: action.accountId };
  } catch (error) {
    if (error instanceof AwsError && error.failure === 'unauthorized') {
      throw loginNeeded(action, `AWS no longer accepts the login to ${nameOf(action)}.`);
    }
    if (error instanceof AwsError && (error.failure === 'forbidden' || error.failure === 'missing')) {
      throw new ChainStop(
        'failed',
        error.message,
        `Check account ${action.accountId} and role ${action.roleName}, and who is signed in to ${nameOf(action)}.`,
      );
    }
    throw error;
  }
}

/**
 * Credentials of a role in IAM Identity Center, by the session's token.
 * @throws ChainError: `login` when nobody is signed in; Cancelled.
 */
export async function findSsoCredentials(run: ChainRun, link: PlanLink, action: SsoAction): Promise<Found> {
  const { deps, options, settings } = run;
  const requestFor = (signal: AbortSignal): SsoRequest => ({
    ...deps,
    session: action.session,
    settings,
    signal,
  });
  const keyFor = (token: Token): string => hash('sso', action, settings, token.accessToken);

  const before = await deps.tokens.read(action.session.id);
  const kept = before && deps.cache.peek(keyFor(before));
  if (before !== undefined && kept !== undefined && before.expiresAt <= deps.system.now()) {
    run.record(link, 'skipped', 'the login has expired, but credentials that it gave are still good');
    return { credentials: kept, source: link.source, key: keyFor(before), stsRegion: action.session.region };
  }
  const token = await run.step(
    link,
    async () => {
      completeSession(action.session, settings.endpoints.sso_oidc);
      return await findToken(requestFor(options.signal), action, options.quiet);
    },
    found => `signed in until ${formatDate(found.expiresAt)}`,
  );
  const key = keyFor(token);
  const credentials = await run.step(
    { source: 'GetRoleCredentials', place: link.place },
    () =>
      deps.cache.get({
        key,
        owners: [run.owner, `session ${action.session.id}`],
        quiet: options.quiet,
        signal: options.signal,
        load: signal => getCredentials(requestFor(signal), action, token),
      }),
    () => `${action.roleName} in ${action.accountId}`,
  );
  return { credentials, source: link.source, key, stsRegion: action.session.region };
}
