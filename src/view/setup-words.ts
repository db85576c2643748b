import { listRegions, type Region } from '../aws-files/regions.ts';
import type { Snapshot } from '../aws-files/snapshot.ts';
import type { Environment } from '../lib/system.ts';
import { type Partition, partitionOf } from '../sso/aws-hosts.ts';
import type { Account } from '../sso/portal-calls.ts';
import { ACCOUNT_ACCESS } from '../sso/registration.ts';
import { DEFAULT_TEMPLATE, nameRoles, parseTemplate } from './name-template.ts';

/** A region in the list of a question, with the line above its group and what speaks for it. */
export type OfferedRegion = Region & { readonly group: string; readonly why?: string };

/** What is known of a region before anybody was asked: `as in the SSO session acme`. */
export type KnownRegion = { readonly id: string; readonly why: string };

/**
 * The regions to choose from: those known first, then those that the files and the environment name, then the others.
 * With a partition only the regions of it.
 */
export function offeredRegions(options: {
  readonly known: readonly KnownRegion[];
  readonly snapshot: Snapshot;
  readonly env: Environment;
  /** Undefined where it is not known. */
  readonly partition: Partition | undefined;
}): readonly OfferedRegion[] {
  const { known, snapshot, env, partition } = options;
  const regions = new Map(listRegions().map(region => [region.id, region]));
  const fits = (id: string): boolean => partition === undefined || partitionOf(id) === partition;
  const offered = new Map<string, OfferedRegion>();
  const offer = (id: string, group: string, why?: string): void => {
    if (fits(id) && !offered.has(id)) {
      const { name } = regions.get(id) ?? { name: '' };
      offered.set(id, { id, name, group, ...(why === undefined ? {} : { why }) });
    }
  };
  for (const { id, why } of known) {
    offer(id, 'known', why);
  }
  for (const id of usedRegions(snapshot, env).filter(each => regions.has(each))) {
    offer(id, 'in your AWS files');
  }
  for (const id of regions.keys()) {
    offer(id, 'all regions');
  }
  return [...offered.values()];
}

/** The regions that the sessions, the environment and the profiles name, the more often the earlier. */
function usedRegions(snapshot: Snapshot, env: Environment): readonly string[] {
  const counts = new Map<string, number>();
  const add = (region: string | undefined, weight: number): void => {
    if (region !== undefined && region !== '') {
      counts.set(region, (counts.get(region) ?? 0) + weight);
    }
  };
  // Where one IAM Identity Center is, another may be, and the work as well.
  const much = snapshot.profiles.size + 1;
  for (const session of snapshot.sessions.values()) {
    add(session.get('sso_region'), much);
  }
  add(env['AWS_REGION'], much);
  add(env['AWS_DEFAULT_REGION'], much);
  for (const profile of snapshot.profiles.values()) {
    add(profile.get('region'), 1);
  }
  return [...counts].toSorted(([, one], [, other]) => other - one).map(([region]) => region);
}

/** The scopes of a list as AWS CLI reads it: split at commas, blanks trimmed, empty ones dropped. */
export function splitScopes(text: string): readonly string[] {
  return text
    .split(',')
    .map(scope => scope.trim())
    .filter(scope => scope !== '');
}

/**
 * Why a list of scopes will not do, as a sentence; undefined when it will. The alphabet is OAuth's (RFC 6749, 3.3)
 * without the two characters that begin a comment.
 */
export function refuseScopes(text: string): string | undefined {
  const scopes = splitScopes(text);
  if (scopes.length === 0) {
    return 'Name at least one scope.';
  }
  const bad = scopes.find(scope => !/^[\x21\x24-\x3a\x3c-\x5b\x5d-\x7e]+$/.test(scope));
  if (bad !== undefined) {
    return /\s/.test(bad)
      ? 'Separate scopes with commas: a scope holds no blanks.'
      : 'A scope holds no quotation marks, “#”, “;”, backslashes or letters beyond ASCII.';
  }
  const twice = scopes.find((scope, index) => scopes.indexOf(scope) !== index);
  return twice === undefined ? undefined : `${twice} is named twice.`;
}

/** What to know of a list of scopes that will do. */
export function noteOnScopes(text: string): string | undefined {
  return splitScopes(text).includes(ACCOUNT_ACCESS)
    ? undefined
    : `Without ${ACCOUNT_ACCESS} no account can be listed.`;
}

/**
 * The name that is proposed for the profile of a role, as `Generate Profiles` would give it: `sandbox-Admin`. Never one
 * that is taken; every tool can read it.
 */
export function proposedProfileName(
  snapshot: Snapshot,
  session: string,
  account: Account,
  role: string,
): string {
  const template = parseTemplate(DEFAULT_TEMPLATE);
  const fields = { account: account.name || account.id, accountId: account.id, role, session };
  const named = 'fault' in template ? [] : nameRoles(template, [fields], name => snapshot.profiles.has(name));
  return named[0]?.name ?? '';
}

/** The name that `aws configure sso` would give that profile. */
export function cliProfileName(accountId: string, role: string): string {
  return `${role}-${accountId}`;
}
