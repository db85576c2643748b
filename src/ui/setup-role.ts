import { validateValue } from '../aws-files/schema.ts';
import type { Account } from '../sso/portal-calls.ts';
import type { SsoSession } from '../sso/session.ts';
import { accountLabel, profileForRole } from '../view/account-rows.ts';

import { cliProfileName, offeredRegions, proposedProfileName } from '../view/setup-words.ts';
import { groupAccountId, spanInWords } from '../view/words.ts';
import { nameStep } from './name-steps.ts';
import type { Parts } from './parts.ts';
import { type Answers, type Choice, LIST_AGAIN, type Step } from './step-walk.ts';

type Needs = Pick<Parts, 'store' | 'sessions' | 'lists' | 'system'>;

export type AccessOptions = {
  /** The session whose accounts are listed. */
  readonly sessionOf: (answers: Answers) => SsoSession | undefined;
  readonly when?: (answers: Answers) => boolean;
  /** Lists made before, in milliseconds since the epoch, may be of another login: they are made anew. */
  readonly since?: number;
};

/** A list older than this, in milliseconds, tells its age and can be made anew. */
const AGE_SHOWN = 60_000;

/**
 * The questions for an account and one of its roles, from the lists of a session that is signed in: their ids are the
 * keys that they answer. A session with one account and an account with one role need no question; what is not listed
 * may be typed.
 */
export function accessSteps(parts: Needs, options: AccessOptions): readonly [account: Step, role: Step] {
  const { sessionOf, when = () => true } = options;
  const accounts =
    (anew: boolean) =>
    async (answers: Answers, signal: AbortSignal): Promise<readonly Choice[]> => {
      const session = sessionOf(answers);
      return session === undefined ? [] : listAccounts(session, parts, isOld(anew, options), signal);
    };
  const roles =
    (anew: boolean) =>
    async (answers: Answers, signal: AbortSignal): Promise<readonly Choice[]> => {
      const session = sessionOf(answers);
      const account = answers['sso_account_id'] ?? '';
      return session === undefined ? [] : listRoles(session, account, parts, isOld(anew, options), signal);
    };
  return [
    {
      id: 'sso_account_id',
      kind: 'pick',
      prompt: 'The account: type to search, or an account ID',
      when,
      choices: accounts(false),
      renewed: accounts(true),
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
        choices: roles(false),
        renewed: roles(true),
        sole: true,
        other: { refuse: value => validateValue('sso_role_name', value) },
      }),
    },
  ];
}

type IsOld = (list: { readonly listedAt: number; readonly size: number }) => boolean;

/** Whether a list is to be made anew. One entry is taken unasked, and only from a list that is new. */
function isOld(anew: boolean, { since = 0 }: AccessOptions): IsOld {
  return ({ listedAt, size }) => anew || listedAt < since || size < 2;
}

async function listAccounts(
  session: SsoSession,
  { lists, sessions, system }: Needs,
  isOld: IsOld,
  signal: AbortSignal,
): Promise<readonly Choice[]> {
  const known = (await lists.load(session)).accounts;
  const fresh = known !== undefined && isOld({ listedAt: known.listedAt, size: known.accounts.length });
  const { accounts, listedAt } = await lists.accounts(session, { signal, fresh });
  sessions.learnAccounts(accounts);
  const choices = [...accounts]
    .toSorted((one, other) => accountLabel(one).localeCompare(accountLabel(other)))
    .map(account => ({
      label: accountLabel(account),
      value: account.id,
      description: account.name ? groupAccountId(account.id) : '',
      // The plain id is what people paste.
      detail: [account.id, account.email].filter(Boolean).join(' · '),
      icon: 'organization',
    }));
  return [...choices, ...listAgain(system.now() - listedAt)];
}

async function listRoles(
  session: SsoSession,
  account: string,
  { lists, store, system }: Needs,
  isOld: IsOld,
  signal: AbortSignal,
): Promise<readonly Choice[]> {
  const known = (await lists.load(session)).roles.get(account);
  const fresh = known !== undefined && isOld({ listedAt: known.listedAt, size: known.names.length });
  const names = await lists.roles(session, account, { signal, fresh });
  const listedAt = lists.known(session).roles.get(account)?.listedAt ?? system.now();
  const choices = names.toSorted().map(role => {
    const profile = profileForRole(store.snapshot, session, account, role);
    return {
      label: role,
      value: role,
      icon: 'person',
      ...(profile === undefined ? {} : { description: `profile ${profile}` }),
    };
  });
  return [...choices, ...listAgain(system.now() - listedAt)];
}

/** The last entry of a list that is not of now. */
function listAgain(age: number): readonly Choice[] {
  return age < AGE_SHOWN
    ? []
    : [
        {
          label: 'List again',
          value: LIST_AGAIN,
          description: `listed ${spanInWords(age)} ago`,
          icon: 'refresh',
        },
      ];
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

/**
 * The questions for the profile of a role: account, role, region, output and name.
 * @param since when the user signed in, if that was just now.
 */
export function roleProfileSteps(session: SsoSession, parts: Needs, since: number): readonly Step[] {
  const role = (answers: Answers): string =>
    `${answers['sso_role_name'] ?? ''} in ${accountWords(answers, session, parts)}`;
  return [
    ...accessSteps(parts, { sessionOf: () => session, since }),
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
