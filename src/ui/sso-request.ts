import type { Snapshot } from '../aws-files/snapshot.ts';
import type { Environment } from '../lib/system.ts';
import { type CallSettings, callSettings } from '../sso/call-settings.ts';
import type { SsoRequest } from '../sso/request.ts';
import type { SsoSession } from '../sso/session.ts';
import type { Parts } from './parts.ts';

/** What a call for a session needs, but for the signal. */
export function requestFor(
  session: SsoSession,
  parts: Pick<Parts, 'store' | 'system' | 'version' | 'tokens'>,
): Omit<SsoRequest, 'signal'> {
  const { store, system, version, tokens } = parts;
  return { system, version, tokens, session, settings: sessionSettings(session, store.snapshot, system.env) };
}

/**
 * How AWS is called for a session. A login serves all profiles of the session, so their own endpoints count only
 * where all of them say the same: one profile that points at a local test server must not lead the others there.
 */
function sessionSettings(session: SsoSession, snapshot: Snapshot, env: Environment): CallSettings {
  const [first, ...rest] = session.profiles.map(name => callSettings(snapshot, env, name));
  const agreed = first !== undefined && rest.every(each => JSON.stringify(each) === JSON.stringify(first));
  return agreed ? first : callSettings(snapshot, env, undefined);
}
