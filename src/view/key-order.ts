import type { ProfileKind } from '../aws-files/profile-kind.ts';
import { keySchemas } from '../aws-files/schema.ts';
import type { KeySchema, KeySection } from '../aws-files/schema-keys.ts';

/** A key to offer, and the line of the list that it stands below. */
export type OfferedKey = { readonly schema: KeySchema; readonly group: string };

const ROLE = [
  'role_arn',
  'source_profile',
  'credential_source',
  'external_id',
  'mfa_serial',
  'role_session_name',
  'duration_seconds',
];
const SSO = ['sso_session', 'sso_account_id', 'sso_role_name'];
const KEYS = ['aws_access_key_id', 'aws_secret_access_key', 'aws_session_token', 'aws_account_id'];

/** The keys that belong to what a profile gets its credentials from, the needed ones first. */
const FITTING: Readonly<Record<ProfileKind, readonly string[]>> = {
  role: ROLE,
  webIdentity: ['role_arn', 'web_identity_token_file', 'role_session_name', 'duration_seconds'],
  sso: SSO,
  token: SSO,
  keys: KEYS,
  login: ['login_session'],
  process: ['credential_process'],
  empty: ['sso_session', 'role_arn', 'source_profile', 'credential_process', 'aws_access_key_id'],
};

/** Of these a profile has one or the other. */
const RIVALS: Readonly<Record<string, string>> = {
  source_profile: 'credential_source',
  credential_source: 'source_profile',
};

const COMMON = ['region', 'output'];

/**
 * The keys that a section may still get: those that fit its kind, then what everybody sets, then the others in
 * AWS's order, old ones last. Without a kind the section is an SSO session.
 */
export function offeredKeys(
  section: KeySection,
  kind: ProfileKind | undefined,
  present: ReadonlySet<string>,
): readonly OfferedKey[] {
  const free = keySchemas().filter(
    ({ key, sections, type }) =>
      sections.includes(section) && !present.has(key) && type !== 'block' && !key.includes('*'),
  );
  const named = (keys: readonly string[]): readonly KeySchema[] =>
    keys.flatMap(key => free.find(schema => schema.key === key) ?? []);
  const fitting = named(kind === undefined ? [] : FITTING[kind]).filter(
    ({ key }) => !present.has(RIVALS[key] ?? ''),
  );
  const common = named(COMMON);
  const rest = free.filter(schema => !fitting.includes(schema) && !common.includes(schema));
  return [
    ...grouped(fitting, 'for this kind of profile'),
    ...grouped(common, 'for every profile'),
    ...grouped(
      rest.filter(schema => schema.deprecated !== true),
      section === 'profile' ? 'more keys' : 'keys to add',
    ),
    ...grouped(
      rest.filter(schema => schema.deprecated === true),
      'old keys',
    ),
  ];
}

function grouped(schemas: readonly KeySchema[], group: string): readonly OfferedKey[] {
  return schemas.map(schema => ({ schema, group }));
}
