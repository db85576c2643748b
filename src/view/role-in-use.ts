import { DIALECTS } from '../aws-files/file-dialects.ts';
import type { KeyValue } from '../aws-files/file-edits.ts';
import type { Place, Profile, Setting, Snapshot } from '../aws-files/snapshot.ts';

/**
 * A role of an SSO session that a window works as though no profile of the files names it. It is one in a private
 * copy of the config file, under a name that no profile of the files has.
 */
export type RoleInUse = {
  readonly profile: string;
  /** The keys of that profile: session, account, role, region. None of them is a secret. */
  readonly keys: readonly KeyValue[];
  /** Names the private file. */
  readonly id: string;
};

/** What came out of a memory that may be of another version, if it is one. */
export function readRoleInUse(value: unknown): RoleInUse | undefined {
  if (typeof value !== 'object' || value === null) {
    return undefined;
  }
  const profile: unknown = Reflect.get(value, 'profile');
  const id: unknown = Reflect.get(value, 'id');
  const keys: unknown = Reflect.get(value, 'keys');
  return typeof profile === 'string' &&
    typeof id === 'string' &&
    /^[0-9a-f]{1,32}$/.test(id) &&
    Array.isArray(keys) &&
    keys.every(isKeyValue)
    ? { profile, id, keys }
    : undefined;
}

function isKeyValue(value: unknown): value is KeyValue {
  return Array.isArray(value) && value.length === 2 && value.every(part => typeof part === 'string');
}

/** The value of one of the profile's keys. */
export function keyOf(role: RoleInUse, key: string): string | undefined {
  return role.keys.find(([name]) => name === key)?.[1];
}

/** Whether it is this role in this account through this session. */
export function isRole(used: RoleInUse, session: string, account: string, role: string): boolean {
  return (
    (keyOf(used, 'sso_session') ?? keyOf(used, 'sso_start_url')) === session &&
    keyOf(used, 'sso_account_id') === account &&
    keyOf(used, 'sso_role_name') === role
  );
}

/**
 * The files as if the role had a profile in them, so that chain, status and exports need not know of it. Its place is
 * that of its session.
 */
export function withRole(snapshot: Snapshot, role: RoleInUse): Snapshot {
  const profile = profileOf(snapshot, role);
  // Made when it is asked for: gathering the sections of big files takes time.
  let profiles: ReadonlyMap<string, Profile> | undefined;
  return {
    files: snapshot.files,
    get profiles() {
      profiles ??= new Map([...snapshot.profiles, [role.profile, profile]]);
      return profiles;
    },
    get sessions() {
      return snapshot.sessions;
    },
    get services() {
      return snapshot.services;
    },
    get problems() {
      return snapshot.problems;
    },
    get isSearched() {
      return snapshot.isSearched;
    },
  };
}

function profileOf(snapshot: Snapshot, role: RoleInUse): Profile {
  const get = (key: string): string | undefined => keyOf(role, key.toLowerCase());
  const place = (): Place =>
    snapshot.sessions.get(get('sso_session') ?? '')?.places[0] ?? {
      file: snapshot.files.config.path,
      line: 1,
    };
  const settingOf = ([key, value]: KeyValue): Setting => ({ key, value, origin: 'config', place: place() });
  return {
    name: role.profile,
    readBy: DIALECTS,
    get places() {
      return [place()];
    },
    get,
    setting: key => {
      const value = get(key);
      return value === undefined ? undefined : settingOf([key.toLowerCase(), value]);
    },
    pick: <K extends string>(keys: readonly K[]) => {
      const picked: Partial<Record<K, string | undefined>> = {};
      for (const key of keys) {
        picked[key] = get(key);
      }
      return picked as Record<K, string | undefined>;
    },
    settings: () => role.keys.map(settingOf),
  };
}
