import type { Snapshot } from '../aws-files/snapshot.ts';
import { planChain } from '../credentials/plan.ts';
import { isDecisive } from '../credentials/plan-link.ts';
import type { Environment } from '../lib/system.ts';

/**
 * What tools use where no profile is chosen, as far as files and environment tell: the profile's name, or the
 * variable. Undefined when nothing there gives credentials. Asks nobody.
 */
export function defaultSource(snapshot: Snapshot, env: Environment): string | undefined {
  const plan = planChain(snapshot, env, undefined);
  const deciding = plan.links.find(isDecisive);
  if (deciding === undefined || deciding.action.kind === 'fail') {
    return undefined;
  }
  return deciding.place === undefined ? deciding.source : plan.settingsFrom;
}
