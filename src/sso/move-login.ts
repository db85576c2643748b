import { Cancelled, UserError } from '../lib/errors.ts';
import type { CompleteSession, SsoSession } from './session.ts';
import type { TokenCache } from './token-cache.ts';

/**
 * Takes the login of a session along to its new name: the token file, and the registrations of the OAuth client, whose
 * names AWS's tools compute of the session's. A login that already has the new name gives way. The files keep
 * their text as it is.
 * @param session the session under its old name.
 * @throws UserError when a file cannot be moved; the login then still has the old name, or has both. Cancelled.
 */
export async function moveLogin(
  tokens: TokenCache,
  session: SsoSession,
  name: string,
  signal: AbortSignal,
): Promise<void> {
  try {
    await tokens.move(session.id, name, signal);
    const complete = completeOrNone(session);
    if (complete !== undefined) {
      await tokens.moveRegistration(complete, { ...complete, id: name }, signal);
    }
  } catch (error) {
    if (error instanceof Cancelled) {
      throw error;
    }
    const why = error instanceof UserError ? ` ${error.message}` : '';
    throw new UserError(`The session is now called ${name}, but its login could not be moved.${why}`, {
      hint: `Mend the cause, or log in to ${name}.`,
      cause: error,
    });
  }
}

/** A session that says too little never had a registration. */
function completeOrNone(session: SsoSession): CompleteSession | undefined {
  const { startUrl, region } = session;
  return startUrl === undefined || region === undefined ? undefined : { ...session, startUrl, region };
}
