import { validateText } from '../names.ts';
import type { Fix } from '../snapshot.ts';
import { keyName } from './known-keys.ts';
import type { Hidden } from './profile-facts.ts';
import { firstSet, KEY, listKeyNames, type ProfileSearch, report } from './profile-search.ts';

/** Checks where a profile's credentials come from: whether that is whole, and the same for every tool. */
export function checkCredentials(search: ProfileSearch): void {
  checkRole(search);
  checkKeys(search);
  if (!search.facts.has(KEY.role_arn)) {
    checkOrder(search);
  }
}

/** Keys with which other programs say where a role's credentials come from. */
const FOREIGN_SOURCE =
  /^(include_profile|parent_profile|mfa_process|web_identity_token_process|aws_saml|okta_|azure_|google_|saml|x_principal)/;

function checkRole(search: ProfileSearch): void {
  const { facts, section } = search;
  const source = facts.has(KEY.source_profile);
  const origin = facts.has(KEY.credential_source);
  const token = facts.has(KEY.web_identity_token_file);
  if (!facts.has(KEY.role_arn)) {
    if (token) {
      report(
        search,
        'incomplete',
        KEY.web_identity_token_file,
        'role_arn is missing: the token is used to assume a role.',
      );
    }
    return;
  }
  if (source && origin) {
    const message = 'Both source_profile and credential_source are set. Remove one of them.';
    report(search, 'conflict', KEY.credential_source, message, { severity: 'error' });
  } else if (
    !source &&
    !origin &&
    !token &&
    !section.settings().some(({ key }) => FOREIGN_SOURCE.test(key))
  ) {
    const message = 'role_arn needs source_profile, credential_source or web_identity_token_file beside it.';
    report(search, 'incomplete', KEY.role_arn, message);
  }
}

/** The parts of an access key belong together, in one file (botocore/credentials.py: SharedCredentialProvider). */
function checkKeys(search: ProfileSearch): void {
  const { facts } = search;
  const id = facts.has(KEY.aws_access_key_id);
  const secret = facts.has(KEY.aws_secret_access_key);
  const token = firstSet(facts, [KEY.aws_session_token, KEY.aws_security_token]);
  if (id !== secret) {
    const [there, missing] = id
      ? [KEY.aws_access_key_id, KEY.aws_secret_access_key]
      : [KEY.aws_secret_access_key, KEY.aws_access_key_id];
    report(search, 'incomplete', there, `${keyName(missing)} is missing.`);
    return;
  }
  if (!id) {
    if (token !== undefined) {
      const message = `${keyName(token)} has no effect without aws_access_key_id and aws_secret_access_key.`;
      report(search, 'incomplete', token, message, { severity: 'warning' });
    }
    return;
  }
  checkOneFile(search, KEY.aws_secret_access_key, 'error');
  if (token !== undefined) {
    checkOneFile(search, token, 'warning');
  } else if (/^ASIA[A-Z0-9]{12,}$/.test(facts.value(KEY.aws_access_key_id) ?? '')) {
    const message = 'This is the id of a temporary access key, which needs aws_session_token beside it.';
    report(search, 'incomplete', KEY.aws_access_key_id, message, { severity: 'warning' });
  }
  const [modern, old] = [facts.value(KEY.aws_session_token), facts.value(KEY.aws_security_token)];
  if (modern !== undefined && old !== undefined && modern !== old) {
    const message =
      'AWS CLI and boto3 use aws_security_token and not aws_session_token, the SDKs do the contrary.';
    report(search, 'conflict', KEY.aws_security_token, message);
  }
}

function checkOneFile(search: ProfileSearch, key: number, severity: 'error' | 'warning'): void {
  const { facts } = search;
  const home = facts.file(KEY.aws_access_key_id);
  const other = facts.file(key);
  if (home === undefined || other === undefined || home === other) {
    return;
  }
  const [here, there] = [home.reading.file, other.reading.file];
  const message = `aws_access_key_id stands in the ${here} file and ${keyName(key)} in the ${there} file: the SDKs join the two, AWS CLI and boto3 do not.`;
  const stray = here === 'config' ? KEY.aws_access_key_id : key;
  report(search, 'conflict', key, message, { severity, fix: () => moveToCredentials(search, stray) });
}

function moveToCredentials({ facts, section }: ProfileSearch, key: number): Fix | undefined {
  const value = facts.value(key);
  const name = keyName(key);
  if (value === undefined || validateText(name, value) !== undefined) {
    return undefined;
  }
  const ref = { kind: 'profile', name: section.name } as const;
  return {
    title: `Move ${name} to the credentials file`,
    edits: {
      credentials: [{ type: 'set', section: ref, key: name, value }],
      config: [{ type: 'unset', section: ref, key: name }],
    },
  };
}

/** Programs that give the credentials that the profile's SSO settings give. */
const SSO_PROGRAMS =
  /\b(aws-sso-util|aws-sso|granted|assume|yawsso|aws-vault|aws configure export-credentials)\b/;

/**
 * Several sources in one profile: AWS CLI takes SSO, keys of the credentials file, `aws login`, a process, keys of
 * the config file; the JavaScript SDK keys, a process, SSO, `aws login`.
 */
function checkOrder(search: ProfileSearch): void {
  const { facts } = search;
  const sso = firstSet(facts, [KEY.sso_account_id, KEY.sso_role_name]);
  const isKeyed = facts.has(KEY.aws_access_key_id);
  const isInConfig = facts.file(KEY.aws_access_key_id)?.reading.file === 'config';
  const process = facts.has(KEY.credential_process);
  const login = facts.has(KEY.login_session);
  if (isKeyed && sso !== undefined) {
    const message =
      'AWS CLI and boto3 use the SSO settings of this profile, the JavaScript SDK this access key.';
    report(search, 'conflict', KEY.aws_access_key_id, message);
  } else if (isKeyed && isInConfig && (process || login)) {
    const other = login ? 'the session of “aws login”' : 'credential_process';
    const message = `AWS CLI and boto3 use ${other}, the JavaScript SDK this access key.`;
    report(search, 'conflict', KEY.aws_access_key_id, message);
  } else if (isKeyed && (process || login)) {
    const key = process ? KEY.credential_process : KEY.login_session;
    report(search, 'conflict', key, `The access key comes first, so ${keyName(key)} is not used.`, {
      severity: 'info',
    });
  } else if (process && sso !== undefined && !SSO_PROGRAMS.test(facts.value(KEY.credential_process) ?? '')) {
    const message =
      'AWS CLI and boto3 use the SSO settings of this profile, the JavaScript SDK runs credential_process.';
    report(search, 'conflict', KEY.credential_process, message, { severity: 'info' });
  } else if (process && login) {
    const message =
      'AWS CLI and boto3 use the session of “aws login”, the JavaScript SDK runs credential_process.';
    report(search, 'conflict', KEY.credential_process, message, { severity: 'info' });
  }
}

/** The parts of an access key are told together. */
const ACCESS_KEY: ReadonlySet<number> = new Set([
  KEY.aws_access_key_id,
  KEY.aws_secret_access_key,
  KEY.aws_session_token,
]);

/** Says which lines of the config file the credentials file hides. */
export function checkHidden(search: ProfileSearch): void {
  const { facts } = search;
  if (facts.hidden.length === 0) {
    return;
  }
  const parts = facts.hidden.filter(({ key }) => ACCESS_KEY.has(key));
  const others = facts.hidden.filter(({ key }) => !ACCESS_KEY.has(key));
  for (const group of [parts, ...others.map(hidden => [hidden])]) {
    reportHidden(search, group);
  }
}

function reportHidden({ problems, section, subject }: ProfileSearch, hidden: readonly Hidden[]): void {
  const [first] = hidden;
  if (first === undefined) {
    return;
  }
  const { piece, by } = first;
  const keys = hidden.map(({ key }) => key);
  const names = listKeyNames(keys);
  const line = by.file.reading.document.line(by.row);
  const message = `The credentials file sets ${names} too, in line ${line}: that one counts, and this one is hidden.`;
  const ref = { kind: 'profile', name: section.name } as const;
  problems.add('shadowed', piece, message, {
    subject,
    fix: () => ({
      title: `Remove ${names} from the config file`,
      edits: { config: keys.map(key => ({ type: 'unset', section: ref, key: keyName(key) })) },
    }),
  });
}
