import type { Section } from './snapshot.ts';

/**
 * What a profile gets its credentials from, in the order of AWS CLI: an assumed role (`source_profile` or
 * `credential_source`), a web identity, SSO, keys, `aws login`, a process. `token`: an SSO session only, for
 * bearer tokens. `empty`: none of them.
 */
export type ProfileKind = 'role' | 'webIdentity' | 'sso' | 'keys' | 'login' | 'process' | 'token' | 'empty';

/** The keys that tell the kind. */
export const KIND_KEYS = [
  'role_arn',
  'web_identity_token_file',
  'sso_account_id',
  'sso_role_name',
  'sso_start_url',
  'aws_access_key_id',
  'aws_secret_access_key',
  'login_session',
  'credential_process',
  'sso_session',
] as const;

/** The kind of a profile (botocore/credentials.py: `create_credential_resolver`). */
export function profileKind(
  profile: Section,
  values: Readonly<Record<(typeof KIND_KEYS)[number], string | undefined>> = profile.pick(KIND_KEYS),
): ProfileKind {
  if (values.role_arn) {
    return values.web_identity_token_file ? 'webIdentity' : 'role';
  }
  if (values.sso_account_id || values.sso_role_name || values.sso_start_url) {
    return 'sso';
  }
  const hasKeys = values.aws_access_key_id !== undefined || values.aws_secret_access_key !== undefined;
  const keys = hasKeys
    ? (profile.setting('aws_access_key_id') ?? profile.setting('aws_secret_access_key'))
    : undefined;
  if (keys?.origin === 'credentials') {
    return 'keys';
  }
  if (values.login_session) {
    return 'login';
  }
  if (values.credential_process) {
    return 'process';
  }
  if (hasKeys) {
    return 'keys';
  }
  return values.sso_session ? 'token' : 'empty';
}
