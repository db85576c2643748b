import { validateValue } from '../aws-files/schema.ts';
import type { Snapshot } from '../aws-files/snapshot.ts';
import type { Account } from '../sso/portal.ts';
import { accountLabel } from '../view/account-rows.ts';
import { regionChoices } from './key-steps.ts';
import { askName, nameStep, refuseName } from './name-steps.ts';
import { askSteps } from './steps.ts';

const NAME = 'A short name for this session';

/** Asks how a new session is to be called. @throws Cancelled */
export function askSessionName(snapshot: Snapshot): Promise<string> {
  return askName('sso-session', snapshot, { title: 'Set Up SSO', prompt: NAME, start: '' });
}

/** Asks for a new `[sso-session]`. @throws Cancelled */
export async function askNewSession(
  snapshot: Snapshot,
  named: string | undefined,
): Promise<{ name: string; keys: Record<string, string> }> {
  const answers = await askSteps('Set Up SSO', [
    {
      id: 'url',
      kind: 'input',
      prompt: 'The start URL of your AWS access portal',
      placeholder: 'https://acme.awsapps.com/start',
      refuse: value => validateValue('sso_start_url', value),
    },
    {
      id: 'region',
      kind: 'pick',
      prompt: 'The region of your IAM Identity Center',
      choices: regionChoices,
      other: { refuse: value => validateValue('sso_region', value) },
    },
    {
      ...nameStep('sso-session', snapshot, {
        prompt: NAME,
        start: ({ url = '' }) => named ?? suggestedSessionName(url),
      }),
      // Whoever gave a name that will do is not asked for it.
      when: () => named === undefined || refuseName('sso-session', snapshot, named) !== undefined,
    },
  ]);
  const { name = named ?? '', url = '', region = '' } = answers;
  return {
    name,
    keys: {
      sso_start_url: url,
      sso_region: region,
      // The scope that lets the token renew itself; AWS CLI asks for the same one.
      sso_registration_scopes: 'sso:account:access',
    },
  };
}

/** `acme` of `https://acme.awsapps.com/start`. */
export function suggestedSessionName(url: string): string {
  return (
    URL.parse(url)
      ?.hostname.split('.')[0]
      ?.replace(/[^\w-]/g, '') ?? ''
  );
}

/** Asks how the profile of a role is to be called. @throws Cancelled */
export async function askRoleProfileName(
  snapshot: Snapshot,
  account: Account,
  role: string,
): Promise<string> {
  const suggestion = `${accountLabel(account)}-${role}`.toLowerCase().replace(/[^a-z0-9_.@-]+/g, '-');
  return askName('profile', snapshot, {
    title: `Save ${role} in ${accountLabel(account)} as Profile`,
    prompt: 'The name of the profile',
    start: suggestion,
  });
}
