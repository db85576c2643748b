import type { Place, Profile, Setting, Snapshot } from '../aws-files/snapshot.ts';
import type { PlanLink } from './plan-link.ts';
import {
  at,
  brokenLines,
  choose,
  fail,
  firstSetting,
  hasRole,
  hasStaticKeys,
  notYet,
  plainCandidates,
} from './plan-sources.ts';

function roleLink(profile: Profile, roleArn: Setting): PlanLink {
  const duration = firstSetting(profile, 'duration_seconds')?.value.trim();
  return {
    source: 'AssumeRole',
    place: roleArn.place,
    action: {
      kind: 'role',
      profile: profile.name,
      roleArn: roleArn.value,
      externalId: firstSetting(profile, 'external_id')?.value,
      sessionName: firstSetting(profile, 'role_session_name')?.value,
      // botocore goes on without one that is no whole number.
      durationSeconds: duration !== undefined && /^\d{1,9}$/.test(duration) ? Number(duration) : undefined,
      mfaSerial: firstSetting(profile, 'mfa_serial')?.value,
    },
  };
}

/** What forbids to go on from `profile` to its source, or the source. */
function nextProfile(snapshot: Snapshot, profile: Profile, visited: readonly Profile[]): Profile | PlanLink {
  const roleArn = firstSetting(profile, 'role_arn');
  const source = firstSetting(profile, 'source_profile');
  const credentialSource = firstSetting(profile, 'credential_source');
  const refuse = (place: Place | undefined, reason: string, hint: string): PlanLink =>
    fail('AssumeRole', place, `${reason}${at(place)}.`, hint);
  if (source !== undefined && credentialSource !== undefined) {
    const reason = `Profile ${profile.name} has both source_profile and credential_source`;
    return refuse(credentialSource.place, reason, 'Remove one of them.');
  }
  if (credentialSource !== undefined) {
    return notYet('credential_source', credentialSource, `credential_source = ${credentialSource.value}`);
  }
  if (source === undefined) {
    const reason = `Profile ${profile.name} has role_arn but neither source_profile nor credential_source`;
    return refuse(
      roleArn?.place,
      reason,
      'Add source_profile: the profile whose credentials assume the role.',
    );
  }
  const next = snapshot.profiles.get(source.value);
  if (next === undefined) {
    const reason = `The source_profile "${source.value}" of profile ${profile.name} does not exist`;
    return refuse(source.place, reason, 'Correct the name, or create the profile.');
  }
  if (next.name === profile.name && !hasStaticKeys(profile)) {
    const reason = `Profile ${profile.name} is its own source_profile but has no access key`;
    return refuse(source.place, reason, 'Name the profile whose credentials assume the role.');
  }
  const start = next.name === profile.name ? -1 : visited.findIndex(each => each.name === next.name);
  if (start >= 0) {
    const loop = [...visited.slice(start), next].map(each => each.name).join(' → ');
    return refuse(source.place, `source_profile goes round in a circle: ${loop}`, 'Break the circle.');
  }
  return next;
}

/** The chain of `source_profile` down to a source, then the roles back up. Any depth; a loop is refused. */
export function roleLinks(snapshot: Snapshot, top: Profile): readonly PlanLink[] {
  const notes: PlanLink[] = [];
  const roles: PlanLink[] = [];
  const visited: Profile[] = [];
  let profile = top;
  while (true) {
    visited.push(profile);
    const roleArn = firstSetting(profile, 'role_arn');
    const next = nextProfile(snapshot, profile, visited);
    if ('action' in next) {
      return [...notes, next];
    }
    if (roleArn !== undefined) {
      roles.unshift(roleLink(profile, roleArn));
    }
    if (next.name !== profile.name) {
      notes.push({
        source: `profile ${next.name}`,
        place: next.places[0],
        action: { kind: 'note', reason: `source_profile of ${profile.name}` },
      });
    }
    const broken = brokenLines(next);
    if (broken.length > 0) {
      return [...notes, ...broken];
    }
    // Static keys in a source profile go before its own role.
    if (hasStaticKeys(next) || !hasRole(next)) {
      const base = choose(plainCandidates(snapshot, next));
      const ending = base.length > 0 ? base : [emptySource(next, profile)];
      return [...notes, ...ending, ...roles];
    }
    profile = next;
  }
}

function emptySource(profile: Profile, user: Profile): PlanLink {
  return fail(
    `profile ${profile.name}`,
    profile.places[0],
    hasStaticKeys(profile)
      ? `Profile ${profile.name} has aws_secret_access_key but no aws_access_key_id${at(profile.places[0])}.`
      : `Profile ${profile.name}, the source_profile of ${user.name}, has no credentials${at(profile.places[0])}.`,
    'Add its credentials, or name another source_profile.',
  );
}
