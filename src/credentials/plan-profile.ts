import type { FileName, Place, Profile, Setting, Snapshot } from '../aws-files/snapshot.ts';
import { type SsoSession, sessionOfProfile } from '../sso/session.ts';
import type { Action, PlanLink } from './plan-link.ts';

/** A source that a profile names, with the links that it comes to. */
type Candidate = {
  readonly source: string;
  readonly place: Place | undefined;
  readonly links: () => readonly PlanLink[];
};

function at(place: Place | undefined): string {
  return place === undefined ? '' : ` (${place.file}:${place.line})`;
}

/** The first of these keys that the profile sets to something. */
function firstSetting(profile: Profile, ...keys: readonly string[]): Setting | undefined {
  return keys.map(key => profile.setting(key)).find(setting => setting !== undefined && setting.value !== '');
}

function fail(source: string, place: Place | undefined, reason: string, hint: string): PlanLink {
  return { source, place, action: { kind: 'fail', reason, hint } };
}

function notYet(source: string, setting: Setting, what: string): PlanLink {
  return fail(
    source,
    setting.place,
    `Rolecall does not support ${what} yet${at(setting.place)}.`,
    'AWS CLI and the SDKs use it by themselves. Choose another profile to see its identity here.',
  );
}

function hasStaticKeys(profile: Profile): boolean {
  return firstSetting(profile, 'aws_access_key_id', 'aws_secret_access_key') !== undefined;
}

function hasRole(profile: Profile): boolean {
  return (
    firstSetting(profile, 'role_arn') !== undefined &&
    firstSetting(profile, 'web_identity_token_file') === undefined
  );
}

/** Static keys of one file. AWS CLI reads each file by itself, so key id and secret must stand together. */
function staticAction(profile: Profile, keyId: Setting): Action {
  const secret = firstSetting(profile, 'aws_secret_access_key');
  if (secret === undefined || secret.origin !== keyId.origin) {
    return {
      kind: 'fail',
      reason:
        secret === undefined
          ? `Profile ${profile.name} has aws_access_key_id but no aws_secret_access_key${at(keyId.place)}.`
          : `Key id and secret of profile ${profile.name} stand in different files${at(keyId.place)}, which AWS CLI refuses.`,
      hint: 'Put both keys into the credentials file.',
    };
  }
  const token = ['aws_security_token', 'aws_session_token']
    .map(key => firstSetting(profile, key))
    .find(setting => setting?.origin === keyId.origin);
  const accountId = firstSetting(profile, 'aws_account_id')?.value;
  return {
    kind: 'keys',
    reason: `of profile ${profile.name}, in the ${keyId.origin} file`,
    credentials: {
      accessKeyId: keyId.value,
      secretAccessKey: secret.value,
      ...(token === undefined ? {} : { sessionToken: token.value }),
      ...(accountId === undefined ? {} : { accountId }),
    },
  };
}

function staticCandidate(profile: Profile, origin: FileName): Candidate | undefined {
  const keyId = firstSetting(profile, 'aws_access_key_id');
  return keyId?.origin === origin
    ? {
        source: 'static keys',
        place: keyId.place,
        links: () => [{ source: 'static keys', place: keyId.place, action: staticAction(profile, keyId) }],
      }
    : undefined;
}

/** The SSO session with what the profile itself says where the section is silent; a fault as text. */
function ssoSession(snapshot: Snapshot, profile: Profile): SsoSession | string {
  const named = firstSetting(profile, 'sso_session');
  const found = sessionOfProfile(snapshot, profile.name);
  if (found === undefined) {
    return named === undefined
      ? `Profile ${profile.name} has no sso_start_url and no sso_session.`
      : `sso-session "${named.value}", which profile ${profile.name} names, does not exist${at(named.place)}.`;
  }
  const startUrl = firstSetting(profile, 'sso_start_url')?.value;
  const region = firstSetting(profile, 'sso_region')?.value;
  const differs = (own: string | undefined, its: string | undefined): boolean =>
    named !== undefined && own !== undefined && its !== undefined && own !== its;
  if (differs(startUrl, found.startUrl) || differs(region, found.region)) {
    const key = differs(startUrl, found.startUrl) ? 'sso_start_url' : 'sso_region';
    return `Profile ${profile.name} and sso-session ${found.id} differ in ${key}, which AWS CLI refuses${at(firstSetting(profile, key)?.place)}.`;
  }
  return { ...found, startUrl: found.startUrl ?? startUrl, region: found.region ?? region };
}

function ssoCandidate(snapshot: Snapshot, profile: Profile): Candidate | undefined {
  const account = firstSetting(profile, 'sso_account_id');
  const role = firstSetting(profile, 'sso_role_name');
  const first = account ?? role;
  if (first === undefined) {
    return undefined;
  }
  const link = (): PlanLink => {
    if (account === undefined || role === undefined) {
      const [has, lacks] =
        account === undefined ? ['sso_role_name', 'sso_account_id'] : ['sso_account_id', 'sso_role_name'];
      const reason = `Profile ${profile.name} has ${has} but no ${lacks}${at(first.place)}.`;
      return fail('SSO', first.place, reason, `Add ${lacks} to the profile.`);
    }
    const session = ssoSession(snapshot, profile);
    return typeof session === 'string'
      ? fail('SSO', first.place, session, 'Correct the profile, or add the section.')
      : {
          source: session.kind === 'session' ? `sso-session ${session.id}` : `SSO ${session.id}`,
          place: session.place,
          action: { kind: 'sso', session, accountId: account.value, roleName: role.value },
        };
  };
  return { source: 'SSO', place: first.place, links: () => [link()] };
}

/** The sources of a profile but for its role, in botocore's order. */
function plainCandidates(snapshot: Snapshot, profile: Profile): readonly Candidate[] {
  const web = firstSetting(profile, 'web_identity_token_file');
  const login = firstSetting(profile, 'login_session');
  const process = firstSetting(profile, 'credential_process');
  const one = (setting: Setting | undefined, source: string, link: (setting: Setting) => PlanLink) =>
    setting && { source, place: setting.place, links: () => [link(setting)] };
  return [
    one(web, 'web identity', setting =>
      firstSetting(profile, 'role_arn') === undefined
        ? fail(
            'web identity',
            setting.place,
            `Profile ${profile.name} has web_identity_token_file but no role_arn${at(setting.place)}.`,
            'Add role_arn to the profile.',
          )
        : notYet('web identity', setting, 'web identity'),
    ),
    ssoCandidate(snapshot, profile),
    staticCandidate(profile, 'credentials'),
    one(login, 'aws login', setting => notYet('aws login', setting, 'aws login sessions')),
    one(process, 'credential_process', setting => ({
      source: 'credential_process',
      place: setting.place,
      action: {
        kind: 'process',
        command: setting.value,
        accountId: firstSetting(profile, 'aws_account_id')?.value,
      },
    })),
    staticCandidate(profile, 'config'),
  ].filter(candidate => candidate !== undefined);
}

/** The links of the first candidate; the others are skipped, since it comes first. */
function choose(candidates: readonly Candidate[]): readonly PlanLink[] {
  const [first, ...others] = candidates;
  if (first === undefined) {
    return [];
  }
  return [
    ...first.links(),
    ...others.map(
      ({ source, place }): PlanLink => ({
        source,
        place,
        action: { kind: 'skip', reason: `${first.source} comes first` },
      }),
    ),
  ];
}

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
function roleLinks(snapshot: Snapshot, top: Profile): readonly PlanLink[] {
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
