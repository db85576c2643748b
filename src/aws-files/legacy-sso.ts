import { UserError } from '../lib/errors.ts';
import type { Edit, FileEdits } from './file-edits.ts';
import { validateName } from './names.ts';
import type { Profile, Snapshot } from './snapshot.ts';

/** The scope that lets a login renew itself; AWS CLI asks for the same one. */
const SCOPE = 'sso:account:access';

/** Profiles that sign in with SSO in the old form: the start URL and the region stand in each of them. */
export type LegacySso = {
  /** As it is written: `start` and `start/#` are two logins. */
  readonly startUrl: string;
  readonly region: string;
  /** In the order of the files. Never empty. */
  readonly profiles: readonly string[];
  /** A session of this start URL and region that is there already. */
  readonly session: string | undefined;
};

/**
 * All profiles that sign in in the old form with the start URL of one of them.
 * @throws UserError when that one does not, or they do not name one region.
 */
export function findLegacySso(snapshot: Snapshot, name: string): LegacySso {
  const startUrl = legacyUrl(snapshot.profiles.get(name));
  if (startUrl === undefined) {
    throw new UserError(`The profile ${name} does not sign in with SSO in the old form.`, {
      hint: 'Choose one with an sso_start_url and without an sso_session.',
    });
  }
  const profiles = [...snapshot.profiles.values()].filter(profile => legacyUrl(profile) === startUrl);
  const region = needOneRegion(profiles);
  const session = [...snapshot.sessions.values()].find(
    each => each.get('sso_start_url') === startUrl && each.get('sso_region') === region,
  );
  return { startUrl, region, profiles: profiles.map(profile => profile.name), session: session?.name };
}

function legacyUrl(profile: Profile | undefined): string | undefined {
  const { sso_start_url: url, sso_session: session } = profile?.pick(['sso_start_url', 'sso_session']) ?? {};
  return session ? undefined : url || undefined;
}

/**
 * Gives the profiles an `[sso-session]` in place of the two keys, so that their login can renew itself. The section
 * is added, unless there is one of that name, start URL and region.
 * @throws UserError when the name will not do, or is that of another session.
 */
export function convertLegacySso(
  snapshot: Snapshot,
  { startUrl, region, profiles }: LegacySso,
  session: string,
): FileEdits {
  const config: Edit[] = [];
  const credentials: Edit[] = [];
  const known = snapshot.sessions.get(session);
  if (known === undefined) {
    const reason = validateName('sso-session', session);
    if (reason !== undefined) {
      throw new UserError(reason, { hint: 'Choose another name.' });
    }
    config.push({
      type: 'add',
      section: { kind: 'sso-session', name: session },
      settings: [
        ['sso_start_url', startUrl],
        ['sso_region', region],
        ['sso_registration_scopes', SCOPE],
      ],
    });
  } else if (known.get('sso_start_url') !== startUrl || known.get('sso_region') !== region) {
    throw new UserError(`There is an SSO session ${session} of another start URL or region.`, {
      hint: 'Choose another name.',
    });
  }
  for (const name of profiles) {
    const profile = snapshot.profiles.get(name);
    config.push(...editsInConfig(name, profile, session));
    if (profile?.places.some(({ file }) => file === snapshot.files.credentials.path)) {
      credentials.push(...unsetLegacyKeys(name));
    }
  }
  return credentials.length === 0 ? { config } : { config, credentials };
}

function needOneRegion(profiles: readonly Profile[]): string {
  const users = Map.groupBy(profiles, profile => profile.get('sso_region') || '');
  const regions = [...users.keys()].filter(region => region !== '');
  const [region] = regions;
  if (region === undefined) {
    throw new UserError(`No sso_region is set in ${listNames(profiles)}.`, {
      hint: 'Set it to the region of your IAM Identity Center, then try again.',
    });
  }
  if (regions.length > 1) {
    const told = regions.map(each => `${each} in ${listNames(users.get(each) ?? [])}`).join(', ');
    throw new UserError(`The profiles of this start URL name different regions: ${told}.`, {
      hint: 'An IAM Identity Center is in one region. Set sso_region to it in all of them, then try again.',
    });
  }
  return region;
}

function listNames(profiles: readonly Profile[]): string {
  const names = profiles.slice(0, 3).map(({ name }) => name);
  return names.join(', ') + (profiles.length > names.length ? ' and others' : '');
}

/** The session takes the place of the start URL, in its line where it stands in the config file. */
function editsInConfig(name: string, profile: Profile | undefined, session: string): readonly Edit[] {
  const section = { kind: 'profile', name } as const;
  const [unsetUrl, unsetRegion] = unsetLegacyKeys(name);
  return profile?.setting('sso_start_url')?.origin === 'config'
    ? [{ type: 'renameKey', section, key: 'sso_start_url', name: 'sso_session', value: session }, unsetRegion]
    : [{ type: 'set', section, key: 'sso_session', value: session, create: true }, unsetUrl, unsetRegion];
}

function unsetLegacyKeys(name: string): readonly [Edit, Edit] {
  const section = { kind: 'profile', name } as const;
  return [
    { type: 'unset', section, key: 'sso_start_url' },
    { type: 'unset', section, key: 'sso_region' },
  ];
}
