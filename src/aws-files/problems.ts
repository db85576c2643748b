import type { Turns } from '../lib/turns.ts';
import type { FileName } from './kinds.ts';
import type { LoadedFile } from './load.ts';
import type { Severity } from './problem-rules.ts';
import type { MergedSection, SectionIndex } from './profiles.ts';
import { maskedValue } from './schema.ts';
import type { Problem, Range, Section } from './snapshot.ts';
import { searchSyntaxProblems } from './syntax-problems.ts';

/** A few milliseconds' work. */
const PROFILES_A_TURN = 500;

/**
 * What is wrong with the two files: what cannot be read, what the readers refuse or ignore, and settings that
 * cannot work. A message names keys, sections and lines, never a value.
 */
export function* searchProblems(
  files: Readonly<Record<FileName, LoadedFile>>,
  index: SectionIndex,
): Turns<readonly Problem[]> {
  const problems: Problem[] = [];
  for (const { state, reading, trouble } of [files.config, files.credentials]) {
    if (trouble !== undefined) {
      problems.push({
        rule: 'unreadable',
        severity: 'error',
        message: `This file could not be read. ${trouble}`,
        place: { file: state.path, line: 1 },
        range: wholeLine(1),
      });
    }
    problems.push(...(yield* searchSyntaxProblems({ path: state.path, reading })));
    yield;
  }
  for (const session of index.sessions.values()) {
    checkSession(session, problems);
  }
  const links = new Map<string, string>();
  let checked = 0;
  for (const profile of index.profiles.values()) {
    checkProfile(profile, index, problems, links);
    checked += 1;
    if (checked % PROFILES_A_TURN === 0) {
      yield;
    }
  }
  reportLoops(index, links, problems);
  return problems;
}

type Values = Readonly<Record<(typeof KEYS)[number], string | undefined>>;

function wholeLine(line: number): Range {
  return { line, column: 1, endLine: line, endColumn: 1 };
}

/** The keys that settle where credentials come from. */
const KEYS = [
  'role_arn',
  'source_profile',
  'credential_source',
  'web_identity_token_file',
  'sso_session',
  'sso_start_url',
  'sso_region',
  'sso_account_id',
  'sso_role_name',
  'aws_access_key_id',
  'aws_secret_access_key',
  'services',
] as const;

function add(
  problems: Problem[],
  section: Section,
  kind: 'profile' | 'session',
  severity: Severity,
  key: string | undefined,
  message: string,
): void {
  const place = (key === undefined ? undefined : section.setting(key)?.place) ?? section.places[0];
  if (place !== undefined) {
    const subject = { kind, name: section.name };
    problems.push({ rule: 'incomplete', severity, message, place, range: wholeLine(place.line), subject });
  }
}

function checkSession(session: Section, problems: Problem[]): void {
  for (const key of ['sso_start_url', 'sso_region']) {
    if (!session.get(key)) {
      add(problems, session, 'session', 'error', undefined, `${key} is missing: a login needs it.`);
    }
  }
}

function checkProfile(
  profile: MergedSection,
  index: SectionIndex,
  problems: Problem[],
  links: Map<string, string>,
): void {
  const values = profile.pick(KEYS);
  const report = (severity: Severity, key: string | undefined, message: string): void =>
    add(problems, profile, 'profile', severity, key, message);
  checkRole(profile.name, values, index, report, links);
  checkSso(values, index, report);
  const { aws_access_key_id: id, aws_secret_access_key: secret, services } = values;
  if ((id === undefined) !== (secret === undefined)) {
    const missing = id === undefined ? 'aws_access_key_id' : 'aws_secret_access_key';
    report(
      'error',
      id === undefined ? 'aws_secret_access_key' : 'aws_access_key_id',
      `${missing} is missing.`,
    );
  }
  if (services && !index.services.has(services)) {
    report('error', 'services', 'services names a section that does not exist.');
  }
}

/** A name as it stands in the file; of several lines the first. */
function shown(name: string): string {
  return maskedValue('source_profile', name).text;
}

type Report = (severity: Severity, key: string | undefined, message: string) => void;

function checkRole(
  name: string,
  values: Values,
  index: SectionIndex,
  report: Report,
  links: Map<string, string>,
): void {
  const { source_profile: source, credential_source: credentialSource } = values;
  if (source && !index.profiles.has(source)) {
    report(
      'error',
      'source_profile',
      `source_profile names a profile that does not exist: ${shown(source)}.`,
    );
  }
  if (!values.role_arn) {
    return;
  }
  if (source && credentialSource) {
    report(
      'error',
      'credential_source',
      'Both source_profile and credential_source are set. Remove one of them.',
    );
  } else if (!source && !credentialSource && !values.web_identity_token_file) {
    const message = 'role_arn needs source_profile, credential_source or web_identity_token_file beside it.';
    report('error', 'role_arn', message);
  }
  if (source && index.profiles.has(source)) {
    links.set(name, source);
  }
}

function checkSso(values: Values, index: SectionIndex, report: Report): void {
  const { sso_session: session, sso_start_url: url, sso_account_id: account, sso_role_name: role } = values;
  if (session && !index.sessions.has(session)) {
    report('error', 'sso_session', `sso_session names a session that does not exist: ${shown(session)}.`);
  }
  if ((account || role) && !session && !url) {
    report('error', account ? 'sso_account_id' : 'sso_role_name', 'sso_session or sso_start_url is missing.');
  }
  if (url && !session && !values.sso_region) {
    report('error', 'sso_start_url', 'sso_region is missing: a login needs it.');
  }
  if (account && !role) {
    report('error', 'sso_account_id', 'sso_role_name is missing.');
  } else if (role && !account) {
    report('error', 'sso_role_name', 'sso_account_id is missing.');
  } else if (url && !session && !account) {
    report('error', 'sso_start_url', 'sso_account_id and sso_role_name are missing.');
  }
}

/** A chain of `source_profile` ends at static keys; a profile may name itself when it has them (botocore). */
function reportLoops(index: SectionIndex, links: Map<string, string>, problems: Problem[]): void {
  const done = new Set<string>();
  for (const start of links.keys()) {
    const trail = new Map<string, number>();
    let name: string | undefined = start;
    while (name !== undefined && !done.has(name)) {
      if (trail.has(name)) {
        reportLoop(index, [...trail.keys()].slice(trail.get(name)), problems);
        break;
      }
      trail.set(name, trail.size);
      const next: string | undefined = links.get(name);
      name = next === undefined || index.profiles.get(next)?.get('aws_access_key_id') ? undefined : next;
    }
    for (const passed of trail.keys()) {
      done.add(passed);
    }
  }
}

function reportLoop(index: SectionIndex, names: readonly string[], problems: Problem[]): void {
  const text = [...names, names[0]].join(' → ');
  for (const name of names) {
    const profile = index.profiles.get(name);
    if (profile !== undefined) {
      add(
        problems,
        profile,
        'profile',
        'error',
        'source_profile',
        `source_profile goes in a circle: ${text}.`,
      );
    }
  }
}
