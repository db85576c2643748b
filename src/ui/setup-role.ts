import { validateValue } from '../aws-files/schema.ts';
import type { Account } from '../sso/portal-calls.ts';
import type { SsoSession } from '../sso/session.ts';
import { accountLabel, profileForRole } from '../view/account-rows.ts';

import { cliProfileName, offeredRegions, proposedProfileName } from '../view/setup-words.ts';
import { groupAccountId } from '../view/words.ts';
import { nameStep } from './name-steps.ts';
import type { Parts } from './parts.ts';
import type { Answers, Choice, Step } from './step-walk.ts';

type Needs = Pick<Parts, 'store' | 'sessions' | 'lists' | 'system'>;

/** Chooses the session whose accounts are listed. */
type SessionOf = (answers: Answers) => SsoSession | undefined;

/**
 * The questions for an account and one of its roles, from the lists of a session that is signed in: their ids are the
 * keys that they answer. A session with one account and an account with one role need no question; what is not listed
 * may be typed.
 */
export function accessSteps(
  parts: Needs,
  sessionOf: SessionOf,
  when: (answers: Answers) => boolean,
): readonly [account: Step, role: Step] {
  return [
    {
      id: 'sso_account_id',
      kind: 'pick',
      prompt: 'The account: type to search, or an account ID',
      when,
      choices: (answers, signal) => listAccounts(sessionOf(answers), parts, signal),
      sole: true,
      other: { refuse: value => validateValue('sso_account_id', value) },
    },
    {
      id: 'sso_role_name',
      kind: 'later',
      when,
      make: answers => ({
        id: 'sso_role_name',
        kind: 'pick',
        prompt: `The role (permission set) in ${accountWords(answers, sessionOf(answers), parts)}`,
        choices: ({ sso_account_id: account = '' }, signal) =>
          listRoles(sessionOf(answers), account, parts, signal),
        sole: true,
        other: { refuse: value => validateValue('sso_role_name', value) },
      }),
    },
  ];
}

async function listAccounts(
  session: SsoSession | undefined,
  { lists, sessions }: Needs,
  signal: AbortSignal,
): Promise<readonly Choice[]> {
  if (session === undefined) {
    return [];
  }
  const { accounts } = await lists.accounts(session, { signal });
  sessions.learnAccounts(accounts);
  return [...accounts]
    .toSorted((one, other) => accountLabel(one).localeCompare(accountLabel(other)))
    .map(account => ({
      label: accountLabel(account),
      value: account.id,
      description: account.name ? groupAccountId(account.id) : '',
      // The plain id is what people paste.
      detail: [account.id, account.email].filter(Boolean).join(' · '),
      icon: 'organization',
    }));
}

async function listRoles(
  session: SsoSession | undefined,
  account: string,
  { lists, store }: Needs,
  signal: AbortSignal,
): Promise<readonly Choice[]> {
  if (session === undefined) {
    return [];
  }
  const roles = await lists.roles(session, account, { signal });
  return roles.toSorted().map(role => {
    const profile = profileForRole(store.snapshot, session, account, role);
    return {
      label: role,
      value: role,
      icon: 'person',
      ...(profile === undefined ? {} : { description: `profile ${profile}` }),
    };
  });
}

/** The account that was chosen, by what the lists know of it. */
export function chosenAccount(answers: Answers, session: SsoSession | undefined, { lists }: Needs): Account {
  const id = answers['sso_account_id'] ?? '';
  const known = session && lists.known(session).accounts?.accounts.find(each => each.id === id);
  return known ?? { id, name: undefined, email: undefined };
}

function accountWords(answers: Answers, session: SsoSession | undefined, parts: Needs): string {
  return accountLabel(chosenAccount(answers, session, parts));
}

/** The regions for a profile: that of its session first, which is where most begin. */
function profileRegions(session: SsoSession | undefined, { store, system }: Needs): readonly Choice[] {
  const region = session?.region;
  const known = region === undefined ? [] : [{ id: region, why: 'where your IAM Identity Center is' }];
  return offeredRegions({ known, snapshot: store.snapshot, env: system.env, partition: undefined }).map(
    ({ id, name, group, why }) => ({
      label: id,
      value: id,
      description: [name, why].filter(Boolean).join(' · '),
      group,
    }),
  );
}

/** The questions for the profile of a role: account, role, region, output and name. */
export function roleProfileSteps(session: SsoSession, parts: Needs): readonly Step[] {
  const role = (answers: Answers): string =>
    `${answers['sso_role_name'] ?? ''} in ${accountWords(answers, session, parts)}`;
  return [
    ...accessSteps(
      parts,
      () => session,
      () => true,
    ),
    {
      id: 'region',
      kind: 'later',
      make: answers => ({
        id: 'region',
        kind: 'pick',
        prompt: `The region in which ${role(answers)} works`,
        optional: true,
        choices: () => profileRegions(session, parts),
        ...(session.region === undefined ? {} : { start: session.region }),
        other: { refuse: value => validateValue('region', value) },
      }),
    },
    {
      id: 'output',
      kind: 'pick',
      prompt: 'How AWS CLI prints its answers: json when skipped',
      optional: true,
      choices: () => ['json', 'yaml', 'yaml-stream', 'text', 'table'].map(value => ({ label: value, value })),
    },
    {
      id: 'name',
      kind: 'later',
      make: answers => {
        const { snapshot } = parts.store;
        const account = chosenAccount(answers, session, parts);
        const name = answers['sso_role_name'] ?? '';
        return nameStep('profile', snapshot, {
          prompt: `The name of the profile for ${role(answers)}. AWS CLI would propose ${cliProfileName(account.id, name)}.`,
          start: () => proposedProfileName(snapshot, session.id, account, name),
        });
      },
    },
  ];
}
