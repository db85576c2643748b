import { validateName } from '../aws-files/names.ts';
import { validateValue } from '../aws-files/schema.ts';
import type { Snapshot } from '../aws-files/snapshot.ts';
import type { Account } from '../sso/portal.ts';
import { accountLabel } from '../view/session-tree.ts';
import { regionChoices } from './key-steps.ts';
import type { Step } from './step-walk.ts';
import { askSteps } from './steps.ts';

/** The question for the name of a new session, its id `name`; left out when `named` will do. */
function nameStep(snapshot: Snapshot, named: string | undefined): Step {
  const refuse = (value: string): string | undefined => refuseSessionName(snapshot, value);
  return {
    id: 'name',
    kind: 'input',
    prompt: 'A short name for this session',
    when: () => named === undefined || refuse(named) !== undefined,
    start: ({ url = '' }) => named ?? suggestedName(url),
    refuse,
  };
}

/** Asks how a new session is to be called. @throws Cancelled */
export async function askSessionName(snapshot: Snapshot): Promise<string> {
  const { name = '' } = await askSteps('Set Up SSO', [nameStep(snapshot, undefined)]);
  return name;
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
    nameStep(snapshot, named),
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
function suggestedName(url: string): string {
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
  const { name = '' } = await askSteps(`Save ${role} in ${accountLabel(account)} as Profile`, [
    {
      id: 'name',
      kind: 'input',
      prompt: 'The name of the profile',
      start: () => suggestion,
      refuse: value => refuseProfileName(snapshot, value),
    },
  ]);
  return name;
}

/** Why a new profile cannot have this name; undefined when it can. */
export function refuseProfileName(snapshot: Snapshot, name: string): string | undefined {
  return snapshot.profiles.has(name) ? `There is a profile ${name} already.` : validateName('profile', name);
}

/** Why a session cannot have this new name; undefined when it can. */
export function refuseSessionName(snapshot: Snapshot, name: string): string | undefined {
  return snapshot.sessions.has(name)
    ? `There is an SSO session ${name} already.`
    : validateName('sso-session', name);
}
