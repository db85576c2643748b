import type { Snapshot } from '../aws-files/snapshot.ts';
import { listSessions, type SsoSession, sessionOfProfile } from './session.ts';

/**
 * The session that a profile signs in with: its own, else that of the profile that it stands on, any depth.
 * A section of the profile's own name is none of its business. Undefined when no session is behind it.
 */
export function sessionBehind(snapshot: Snapshot, profile: string): SsoSession | undefined {
  const seen = new Set<string>();
  for (let next: string | undefined = profile; next !== undefined && !seen.has(next); ) {
    seen.add(next);
    const own = sessionOfProfile(snapshot, next);
    if (own !== undefined) {
      const shared = listSessions(snapshot).find(each => each.kind === own.kind && each.id === own.id);
      return { ...own, ...shared, region: own.region ?? shared?.region };
    }
    next = snapshot.profiles.get(next)?.get('source_profile');
  }
  return undefined;
}
