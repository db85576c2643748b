import { validateValue } from '../aws-files/schema.ts';
import { Cancelled } from '../lib/errors.ts';
import { findSession, type SsoSession } from '../sso/session.ts';
import { proposedProfileName } from '../view/setup-words.ts';
import { profileChoices, regionChoices, sessionChoices } from './key-steps.ts';
import { nameStep, refuseName } from './name-steps.ts';
import { isSignedIn, logIn, type SetUpParts } from './setup.ts';
import { accessSteps, chosenAccount } from './setup-role.ts';
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

/** What asking for a profile comes to: its keys, or setting up the SSO session that it needs first. */
export type ProfileAnswer =
  | { readonly kind: 'profile'; readonly name: string; readonly keys: Record<string, string> }
  | { readonly kind: 'setUp' };

/** The session that is yet to be set up; no name of one begins with a blank. */
const SET_UP = ' set up';

/**
 * Asks for a new profile, kind by kind. Account and role of an SSO profile are chosen from lists where the user is
 * signed in or wants to be, else typed.
 * @throws Cancelled when a question is dismissed, or the login on the way.
 */
export async function askNewProfile(parts: SetUpParts, named: string | undefined): Promise<ProfileAnswer> {
  const { snapshot } = parts.store;
  const sessionOf = ({ sso_session: id }: Answers): SsoSession | undefined =>
    id === undefined ? undefined : findSession(snapshot, id);
  // As it was when the questions began: one that was answered does not go away on the way back.
  const signedIn = new Set(
    [...parts.sessions.tokens].filter(([, { kind }]) => kind === 'valid').map(([id]) => id),
  );
  const needsLogin = (answers: Answers): boolean =>
    isSso(answers) && !signedIn.has(answers['sso_session'] ?? '');
  const isListed = (answers: Answers): boolean => isSso(answers) && answers['access'] !== 'type';
  const isTyped = (answers: Answers): boolean => isSso(answers) && answers['access'] === 'type';
  const isSetUp = ({ sso_session: id }: Answers): boolean => id === SET_UP;
  const [account, role] = accessSteps(parts, { sessionOf, when: isListed });
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
      when: answers => answers['kind'] === 'sso',
      // Without any session there is one thing to do.
      sole: true,
      choices: () => [
        ...sessionChoices(snapshot),
        {
          label: 'Set up an SSO session…',
          value: SET_UP,
          detail: 'Then log in, and choose account and role of it',
          icon: 'add',
        },
      ],
    },
    {
      id: 'access',
      kind: 'pick',
      prompt: 'How to choose account and role of this session',
      when: needsLogin,
      choices: () => [
        { label: 'Log in, then choose account and role', value: 'list', icon: 'sign-in' },
        { label: 'Type the account ID and the role', value: 'type', icon: 'edit' },
      ],
    },
    {
      ...account,
      // Only who wants to log in gets to see a browser.
      prepare: async answers =>
        answers['access'] === 'list' ? signInTo(sessionOf(answers), parts) : undefined,
    },
    role,
    {
      ...keyStep('sso', 'sso_account_id', 'The account ID', { placeholder: '123456789012' }),
      when: isTyped,
    },
    {
      ...keyStep('sso', 'sso_role_name', 'The role (permission set)', { placeholder: 'ReadOnlyAccess' }),
      when: isTyped,
    },
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
      when: answers => !isSetUp(answers),
      optional: true,
      choices: regionChoices,
      other: { refuse: value => validateValue('region', value) },
    },
    {
      ...nameStep('profile', snapshot, {
        prompt: 'The name of the profile',
        start: answers => named ?? suggestedName(answers, sessionOf(answers), parts),
      }),
      // Whoever gave a name that will do is not asked for it.
      when: answers =>
        !isSetUp(answers) && (named === undefined || refuseName('profile', snapshot, named) !== undefined),
    },
  ];
  const answers = await askSteps('Add Profile', steps);
  const { kind: _kind, access: _access, name = named ?? '', ...keys } = answers;
  return isSetUp(answers) ? { kind: 'setUp' } : { kind: 'profile', name, keys };
}

/** Whether the profile is to be of a session that is there. */
function isSso({ kind, sso_session: session }: Answers): boolean {
  return kind === 'sso' && session !== SET_UP;
}

/** Signs in where nobody is. @throws Cancelled when that fails, which was said then. */
async function signInTo(session: SsoSession | undefined, parts: SetUpParts): Promise<void> {
  if (session !== undefined && !(await isSignedIn(session, parts)) && !(await logIn(session))) {
    throw new Cancelled();
  }
}

function suggestedName(
  answers: Answers,
  session: SsoSession | undefined,
  parts: SetUpParts,
): string | undefined {
  const role = answers['sso_role_name'];
  if (session !== undefined && role !== undefined) {
    return proposedProfileName(
      parts.store.snapshot,
      session.id,
      chosenAccount(answers, session, parts),
      role,
    );
  }
  return answers['role_arn']?.split('/').at(-1);
}
