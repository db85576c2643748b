import { basename } from 'node:path';
import type { ProfileKind } from '../aws-files/profile-kind.ts';
import { maskedValue } from '../aws-files/schema.ts';
import type { Profile } from '../aws-files/snapshot.ts';
import { accountOfArn, groupAccountId } from './words.ts';

/** The codicon of each kind. */
export const KIND_ICONS: Readonly<Record<ProfileKind, string>> = {
  role: 'arrow-swap',
  webIdentity: 'globe',
  sso: 'cloud',
  keys: 'key',
  login: 'sign-in',
  process: 'gear',
  token: 'shield',
  empty: 'circle-outline',
};

/** The kind of a profile in words, for its accessible label, its tooltip and search. */
export const KIND_WORDS: Readonly<Record<ProfileKind, string>> = {
  role: 'assume role',
  webIdentity: 'web identity',
  sso: 'SSO',
  keys: 'access keys',
  login: 'console login',
  process: 'process',
  token: 'SSO token only',
  empty: 'no credentials',
};

/** The keys whose values a summary tells. */
export const SUMMARY_KEYS = [
  'sso_account_id',
  'sso_role_name',
  'role_arn',
  'source_profile',
  'credential_source',
  'aws_access_key_id',
  'aws_session_token',
  'credential_process',
  'login_session',
  'sso_session',
  'region',
] as const;

/** `Admin · Sandbox 1234-5678-9012`, `→ role/Deploy via dev`, `keys …WXYZ in credentials`. */
export function summaryOf(
  profile: Profile,
  kind: ProfileKind,
  accountNames: ReadonlyMap<string, string>,
  values: Readonly<Record<(typeof SUMMARY_KEYS)[number], string | undefined>> = profile.pick(SUMMARY_KEYS),
): string {
  // A value of several lines may hold a key that was indented by mistake.
  const shown = (key: (typeof SUMMARY_KEYS)[number]): string | undefined => {
    const value = values[key];
    return value === undefined ? undefined : maskedValue(key, value).text;
  };
  switch (kind) {
    case 'sso': {
      const account = shown('sso_account_id') ?? '';
      const name = accountNames.get(account);
      const where = [name, groupAccountId(account)].filter(Boolean).join(' ');
      return [shown('sso_role_name'), where].filter(Boolean).join(' · ') || 'SSO';
    }
    case 'role':
    case 'webIdentity': {
      const arn = shown('role_arn') ?? '';
      const account = accountOfArn(arn);
      const source = shown('source_profile') ?? shown('credential_source');
      const via = kind === 'webIdentity' ? 'web identity' : source;
      // What it stands on comes before the account: a narrow view cuts the end.
      const role = `→ ${arn.replace(/^arn:[^:]*:[^:]*:[^:]*:[^:]*:/, '') || arn}`;
      const where = account === undefined ? '' : (accountNames.get(account) ?? groupAccountId(account));
      return [via === undefined ? role : `${role} via ${via}`, where].filter(Boolean).join(' · ');
    }
    case 'keys': {
      const id = profile.setting('aws_access_key_id');
      const end = shown('aws_access_key_id')?.replace(/[• ]/g, '') ?? '';
      const temporary = shown('aws_session_token') === undefined ? 'keys' : 'temporary keys';
      return id === undefined ? `${temporary}, no key id` : `${temporary} …${end} in ${id.origin}`;
    }
    case 'process': {
      // The program alone: its folder says little, its arguments may be secret.
      return `process ${basename((shown('credential_process') ?? '').replace(/ •+$/, ''))}`;
    }
    case 'login':
      return `console login ${shown('login_session') ?? ''}`;
    case 'token':
      return `SSO token of ${shown('sso_session') ?? ''}`;
    case 'empty':
      return shown('region') === undefined ? 'no credentials' : `no credentials · ${shown('region')}`;
  }
}

/** The account that the files tell for a profile, or undefined. */
export function accountOf(profile: Profile): string | undefined {
  const role = profile.get('role_arn');
  const own = profile.get('sso_account_id') ?? profile.get('aws_account_id');
  return (
    (role === undefined ? undefined : accountOfArn(role)) ??
    (own === undefined ? undefined : maskedValue('aws_account_id', own).text)
  );
}
