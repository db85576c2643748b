import type { Snapshot } from '../aws-files/snapshot.ts';
import type { SsoSession } from '../sso/session.ts';

/**
 * The region that a new profile of a session most likely wants: the one most of its profiles have, else the region of
 * the session itself, which `aws configure sso` proposes too.
 */
export function usualRegion(snapshot: Snapshot, session: SsoSession): string | undefined {
  return mostCommon(snapshot, session, 'region')?.value ?? session.region;
}

/** The output format that most profiles of a session have; undefined where most have none. */
export function usualOutput(snapshot: Snapshot, session: SsoSession): string | undefined {
  const output = mostCommon(snapshot, session, 'output');
  return output !== undefined && output.count * 2 > session.profiles.length ? output.value : undefined;
}

type Common = { readonly value: string; readonly count: number };

function mostCommon(snapshot: Snapshot, session: SsoSession, key: string): Common | undefined {
  const counts = new Map<string, number>();
  for (const name of session.profiles) {
    const value = snapshot.profiles.get(name)?.get(key);
    if (value !== undefined && value !== '') {
      counts.set(value, (counts.get(value) ?? 0) + 1);
    }
  }
  // Of two that are as common, the one that stands first in the files.
  const [first] = [...counts].sort(([, one], [, other]) => other - one);
  return first && { value: first[0], count: first[1] };
}
