import type { FileName } from '../aws-files/kinds.ts';
import type { Place, Profile, Setting, Snapshot } from '../aws-files/snapshot.ts';
import { type SsoSession, sessionOfProfile, shownSession } from '../sso/session.ts';
import type { Action, PlanLink } from './plan-link.ts';

/** A source that a profile names, with the links that it comes to. */
export type Candidate = {
  readonly source: string;
  readonly place: Place | undefined;
  readonly links: () => readonly PlanLink[];
};

export function at(place: Place | undefined): string {
  return place === undefined ? '' : ` (${place.file}:${place.line})`;
}

/** The first of these keys that the profile sets to something. */
export function firstSetting(profile: Profile, ...keys: readonly string[]): Setting | undefined {
  return keys.map(key => profile.setting(key)).find(setting => setting !== undefined && setting.value !== '');
}

export function fail(source: string, place: Place | undefined, reason: string, hint: string): PlanLink {
  return { source, place, action: { kind: 'fail', reason, hint } };
}

export function notYet(source: string, setting: Setting, what: string): PlanLink {
  return fail(
    source,
    setting.place,
    `Rolecall does not support ${what} yet${at(setting.place)}.`,
    'AWS CLI and the SDKs use it by themselves. Choose another profile to see its identity here.',
  );
}

/** Keys of the chain whose value goes on in further lines, most often another key that was indented by mistake. */
export function brokenLines(profile: Profile): readonly PlanLink[] {
  const broken = profile.settings().find(({ key, value }) => CHAIN_KEYS.has(key) && /[\r\n]/.test(value));
  return broken === undefined
    ? []
    : [
        fail(
          `profile ${profile.name}`,
          broken.place,
          `The value of ${broken.key} of profile ${profile.name} goes on in the next line${at(broken.place)}.`,
          'If that line is a key, start it at the margin.',
        ),
      ];
}

const CHAIN_KEYS: ReadonlySet<string> = new Set([
  'aws_access_key_id',
  'aws_secret_access_key',
  'aws_session_token',
  'aws_account_id',
  'ca_bundle',
  'credential_process',
  'credential_source',
  'external_id',
  'mfa_serial',
  'role_arn',
  'role_session_name',
  'services',
  'source_profile',
  'sso_account_id',
  'sso_region',
  'sso_role_name',
  'sso_session',
  'sso_start_url',
]);

export function hasStaticKeys(profile: Profile): boolean {
  return firstSetting(profile, 'aws_access_key_id', 'aws_secret_access_key') !== undefined;
}

export function hasRole(profile: Profile): boolean {
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
          source: session.kind === 'session' ? `sso-session ${session.id}` : `SSO ${shownSession(session)}`,
          place: session.place,
          action: { kind: 'sso', session, accountId: account.value, roleName: role.value },
        };
  };
  return { source: 'SSO', place: first.place, links: () => [link()] };
}

/** The sources of a profile but for its role, in botocore's order. */
export function plainCandidates(snapshot: Snapshot, profile: Profile): readonly Candidate[] {
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
export function choose(candidates: readonly Candidate[]): readonly PlanLink[] {
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
