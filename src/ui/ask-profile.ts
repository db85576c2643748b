import { validateValue } from '../aws-files/schema.ts';
import type { Snapshot } from '../aws-files/snapshot.ts';
import { profileChoices, regionChoices, sessionChoices } from './key-steps.ts';
import { nameStep, refuseName } from './name-steps.ts';
import type { Answers, Choice, Step } from './step-walk.ts';
import { askSteps } from './steps.ts';

const KINDS: readonly Choice[] = [
  { value: 'sso', label: 'SSO role', detail: 'An account and a role of IAM Identity Center', icon: 'cloud' },
  { value: 'role', label: 'Assume a role', detail: 'On top of another profile', icon: 'arrow-swap' },
  { value: 'keys', label: 'Access keys', detail: 'An access key of an IAM user', icon: 'key' },
  {
    value: 'process',
    label: 'Credential process',
    detail: 'A program that prints credentials',
    icon: 'gear',
  },
  { value: 'web', label: 'Web identity', detail: 'A role for the token in a file', icon: 'globe' },
  { value: 'plain', label: 'Region only', detail: 'Credentials come from elsewhere', icon: 'circle-outline' },
];

/** A question whose id is the key that the answer is written to. */
function keyStep(
  kind: string,
  key: string,
  prompt: string,
  more: { placeholder?: string; optional?: boolean; password?: boolean } = {},
): Step {
  return {
    id: key,
    kind: 'input',
    prompt,
    when: answers => answers['kind'] === kind,
    refuse: value => validateValue(key, value),
    ...more,
  };
}

/**
 * Asks for a new profile, kind by kind.
 * @throws Cancelled when a question is dismissed.
 */
export async function askNewProfile(
  snapshot: Snapshot,
  named: string | undefined,
): Promise<{ name: string; keys: Record<string, string> }> {
  const noSession = snapshot.sessions.size === 0;
  const steps: readonly Step[] = [
    {
      id: 'kind',
      kind: 'pick',
      prompt: 'Where do its credentials come from?',
      choices: () => KINDS.filter(kind => kind.value !== 'role' || snapshot.profiles.size > 0),
    },
    {
      id: 'sso_session',
      kind: 'pick',
      prompt: 'Through which SSO session?',
      when: answers => answers['kind'] === 'sso' && !noSession,
      choices: () => sessionChoices(snapshot),
    },
    ...(noSession
      ? [
          keyStep('sso', 'sso_start_url', 'The start URL of your AWS access portal', {
            placeholder: 'https://acme.awsapps.com/start',
          }),
          {
            id: 'sso_region',
            kind: 'pick',
            prompt: 'The region of your IAM Identity Center',
            when: (answers: Answers) => answers['kind'] === 'sso',
            choices: regionChoices,
            other: { refuse: (value: string) => validateValue('sso_region', value) },
          } as const,
        ]
      : []),
    keyStep('sso', 'sso_account_id', 'The account ID', { placeholder: '123456789012' }),
    keyStep('sso', 'sso_role_name', 'The role (permission set)', { placeholder: 'ReadOnlyAccess' }),
    {
      id: 'source_profile',
      kind: 'pick',
      prompt: 'The profile whose credentials assume the role',
      when: answers => answers['kind'] === 'role',
      choices: () => profileChoices(snapshot),
    },
    ...['role', 'web'].map(kind =>
      keyStep(kind, 'role_arn', 'The role to assume', {
        placeholder: 'arn:aws:iam::123456789012:role/Deploy',
      }),
    ),
    keyStep('role', 'external_id', 'The external ID that the role wants', { optional: true }),
    keyStep('role', 'mfa_serial', 'The MFA device', {
      optional: true,
      placeholder: 'arn:aws:iam::123456789012:mfa/me',
    }),
    keyStep('web', 'web_identity_token_file', 'The file with the token'),
    keyStep('keys', 'aws_access_key_id', 'The access key ID', { placeholder: 'AKIA…' }),
    keyStep('keys', 'aws_secret_access_key', 'The secret access key', { password: true }),
    keyStep('keys', 'aws_session_token', 'The session token', { password: true, optional: true }),
    keyStep('process', 'credential_process', 'The program and its arguments'),
    {
      id: 'region',
      kind: 'pick',
      prompt: 'The region',
      optional: true,
      choices: regionChoices,
      other: { refuse: value => validateValue('region', value) },
    },
    {
      ...nameStep('profile', snapshot, {
        prompt: 'The name of the profile',
        start: answers => named ?? suggestedName(answers),
      }),
      // Whoever gave a name that will do is not asked for it.
      when: () => named === undefined || refuseName('profile', snapshot, named) !== undefined,
    },
  ];
  const { kind: _kind, name = named ?? '', ...keys } = await askSteps('Add Profile', steps);
  return { name, keys };
}

function suggestedName(answers: Answers): string | undefined {
  const role = answers['sso_role_name'] ?? answers['role_arn']?.split('/').at(-1);
  const account = answers['sso_account_id'];
  return [role, account].filter(Boolean).join('-') || undefined;
}
