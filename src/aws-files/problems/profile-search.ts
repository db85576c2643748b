import type { MergedSection } from '../merged-section.ts';
import type { Rule } from '../problem-rules.ts';
import type { SectionIndex } from '../section-index.ts';
import { keyName, numbersOf } from './known-keys.ts';
import { type Details, type ProblemList, rowPiece, type Subject } from './problem-list.ts';
import type { Facts } from './profile-facts.ts';

/** One profile or session with what counts in it, while its lines have just been read. */
export type ProfileSearch = {
  readonly problems: ProblemList;
  readonly index: SectionIndex;
  readonly section: MergedSection;
  readonly facts: Facts;
  readonly subject: Subject | undefined;
};

/** The numbers of the keys by which a profile gets its credentials, and of those that go with them. */
export const KEY = numbersOf([
  'aws_access_key_id',
  'aws_secret_access_key',
  'aws_session_token',
  'aws_security_token',
  'role_arn',
  'source_profile',
  'credential_source',
  'web_identity_token_file',
  'credential_process',
  'login_session',
  'sso_session',
  'sso_start_url',
  'sso_region',
  'sso_account_id',
  'sso_role_name',
  'endpoint_url',
  'services',
]);

/** A problem of a section, at the value of a key or, without one, at its header. */
export function report(
  search: ProfileSearch,
  rule: Rule,
  key: number | undefined,
  message: string,
  details: Details = {},
): void {
  const { facts, problems, section, subject } = search;
  const piece = key === undefined ? undefined : facts.piece(key);
  const [part] = section.parts;
  if (piece !== undefined) {
    problems.add(rule, piece, message, { subject, ...details });
  } else if (part !== undefined) {
    problems.add(rule, rowPiece(part.file, part.rows.header), message, { subject, ...details });
  }
}

/** The first of the keys that is set. */
export function firstSet(facts: Facts, keys: readonly number[]): number | undefined {
  return keys.find(key => facts.has(key));
}

/** `region, output and s3`. */
export function listKeyNames(keys: readonly number[]): string {
  const names = keys.map(keyName);
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}
