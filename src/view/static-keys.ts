import type { Profile, Setting } from '../aws-files/snapshot.ts';

/** The keys that AWS CLI keeps in the credentials file. */
export const STATIC_KEYS = [
  'aws_access_key_id',
  'aws_secret_access_key',
  'aws_session_token',
  'aws_security_token',
] as const;

/** The keys of the access key that counts for a profile, each with the file that it stands in. */
export function staticSettings(profile: Profile): readonly Setting[] {
  const set = profile.pick(STATIC_KEYS);
  return STATIC_KEYS.flatMap(key => (set[key] === undefined ? [] : (profile.setting(key) ?? [])));
}
