import type { SectionName } from '../file-dialects.ts';
import type { Dialect } from '../kinds.ts';
import type { Subject } from './problem-list.ts';

/** Sections of tools, which are no mistake. */
export const OTHER_SECTIONS = /^(plugins|preview|toplevel|okta|sso-session-cache|granted_registry.*)$/;

/** Keys by which a profile becomes somebody. */
export const IDENTITY_KEYS: ReadonlySet<string> = new Set([
  'aws_access_key_id',
  'aws_secret_access_key',
  'aws_session_token',
  'role_arn',
  'source_profile',
  'credential_source',
  'credential_process',
  'web_identity_token_file',
  'sso_session',
  'sso_start_url',
  'sso_account_id',
  'sso_role_name',
  'login_session',
]);

/** Who reads a section, by whether the SDKs, the JavaScript SDK and AWS CLI do. */
export const READERS: Readonly<Record<string, string>> = {
  'false false true': 'Only AWS CLI and boto3 read a section of this name.',
  'false true false': 'Only the JavaScript SDK reads this section.',
  'false true true': 'The SDKs other than the JavaScript SDK do not read this section.',
  'true false false': 'Neither AWS CLI nor the JavaScript SDK reads this section.',
  'true false true': 'The JavaScript SDK does not read this section.',
  'true true false': 'AWS CLI and boto3 do not read this section.',
};

/** What a dialect's tools are called. */
export const TOOLS: Readonly<Record<Dialect, string>> = {
  sdk: 'the SDKs',
  js: 'the JavaScript SDK',
  cli: 'AWS CLI',
};

/** No name of a profile is longer; a broken file may hold a line of many megabytes. */
export const LONGEST_NAME = 200;

/** A name as it stands in a message. */
export function cutName(name: string): string {
  return name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME)}…` : name;
}

/** “a” (the SDKs), “ a” (the JavaScript SDK, AWS CLI). */
export function listNames(names: readonly SectionName[]): string {
  return names
    .map(({ name, readBy }) => `“${cutName(name)}” (${readBy.map(dialect => TOOLS[dialect]).join(', ')})`)
    .join(', ');
}

/** The row of the tree that a section is. */
export function subjectOf(names: readonly SectionName[]): Subject | undefined {
  const [first] = names;
  if (first === undefined || first.kind === 'services') {
    return undefined;
  }
  return { kind: first.kind === 'profile' ? 'profile' : 'session', name: first.name };
}
