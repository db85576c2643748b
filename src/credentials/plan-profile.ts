import type { Place, Profile, Snapshot } from '../aws-files/snapshot.ts';
import type { PlanLink } from './plan-link.ts';
import { roleLinks } from './plan-role.ts';
import {
  brokenLines,
  type Candidate,
  choose,
  firstSetting,
  hasRole,
  plainCandidates,
} from './plan-sources.ts';

/** Why a profile gives no credentials though it looks so. */
function idleLinks(profile: Profile): readonly PlanLink[] {
  const session = firstSetting(profile, 'sso_session', 'sso_start_url');
  const secret = firstSetting(profile, 'aws_secret_access_key');
  const skip = (source: string, place: Place, reason: string): PlanLink => ({
    source,
    place,
    action: { kind: 'skip', reason },
  });
  return [
    ...(session && firstSetting(profile, 'sso_account_id', 'sso_role_name') === undefined
      ? [skip('SSO', session.place, 'the profile names no account and role: it gives a bearer token only')]
      : []),
    ...(secret && firstSetting(profile, 'aws_access_key_id') === undefined
      ? [skip('static keys', secret.place, 'aws_secret_access_key without aws_access_key_id')]
      : []),
  ];
}

/**
 * The links of one profile, in botocore's order: its role, web identity of the environment (`web`) and of the
 * profile, SSO, keys in the credentials file, `aws login`, `credential_process`, keys in the config file.
 */
export function profileLinks(
  snapshot: Snapshot,
  profile: Profile,
  web: PlanLink | undefined,
): readonly PlanLink[] {
  const broken = brokenLines(profile);
  if (broken.length > 0) {
    return broken;
  }
  const plain = plainCandidates(snapshot, profile);
  const roleArn = firstSetting(profile, 'role_arn');
  const candidates: readonly Candidate[] = [
    ...(hasRole(profile)
      ? [{ source: 'role_arn', place: roleArn?.place, links: () => roleLinks(snapshot, profile) }]
      : []),
    ...(web === undefined ? [] : [{ source: web.source, place: undefined, links: () => [web] }]),
    ...plain,
  ];
  return [...idleLinks(profile), ...choose(candidates)];
}
