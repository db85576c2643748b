import * as vscode from 'vscode';
import {
  type Comparison,
  compareAccess,
  compareRoles,
  type GoneProfile,
  generateEdits,
  type NamedRole,
  roleId,
} from '../aws-files/generated.ts';
import { refuseRole } from '../aws-files/generated-marker.ts';
import { validateValue } from '../aws-files/schema.ts';
import { Cancelled, UserError } from '../lib/errors.ts';
import { escapeIcons, escapeMessage, visible } from '../lib/escape.ts';
import { LoginNeeded } from '../sso/portal.ts';
import type { SsoSession } from '../sso/session.ts';
import { DEFAULT_TEMPLATE, type NameFields, nameRoles, parseTemplate } from '../view/name-template.ts';
import { usualOutput, usualRegion } from '../view/role-defaults.ts';
import { count } from '../view/words.ts';
import { type Call, sessionOf } from './call.ts';
import type { CommandTable } from './edge.ts';
import { applyEdits, type EditParts } from './edit-flow.ts';
import type { GenerateRun } from './generate-memory.ts';
import {
  askPlan,
  changedText,
  type GeneratePlan,
  pickRoles,
  previewOf,
  readTemplate,
} from './generate-picks.ts';
import type { Parts } from './parts.ts';
import { withProgress } from './progress.ts';
import { pickSession } from './session-picks.ts';

type Needs = EditParts & Pick<Parts, 'sessions' | 'lists' | 'system' | 'generateMemory'>;

/** A list older than this, in milliseconds, is asked for again: by it profiles are offered for removal. */
const MAX_AGE = 15 * 60_000;

/** A list of so few accounts is asked for again in any case: it takes a moment. */
const FEW_ACCOUNTS = 50;

/** Profiles for many accounts and roles at once. */
export function generateCommands(parts: Needs) {
  return { generateProfiles: call => generate(call, parts) } satisfies CommandTable;
}

/** What is to be done: roles to be added, and what for those that are gone. */
type Wanted = { readonly roles: readonly NameFields[]; readonly plan: GeneratePlan };

/** What there is: everything that the session gives access to, compared with the files. */
type Situation = Comparison & {
  readonly session: SsoSession;
  readonly listed: readonly NameFields[];
  readonly isComplete: boolean;
};

/** Resolves to the names that were written; none when there was nothing to do. */
async function generate(call: Call, parts: Needs): Promise<readonly string[]> {
  await parts.ready;
  const session = await sessionFor(call, parts);
  const situation = await lookRound(session, call.by, parts);
  const wanted =
    call.by === 'program' ? givenPlan(call.args[1], situation, parts) : await askWanted(situation, parts);
  return wanted === undefined ? [] : write(wanted, situation, call, parts);
}

async function sessionFor(call: Call, parts: Needs): Promise<SsoSession> {
  const target = sessionOf(call);
  const { sessions } = parts.sessions;
  const session =
    target === undefined
      ? await pickSession(parts, 'Generate Profiles', each => each.kind === 'session')
      : (sessions.find(each => each.kind === 'session' && each.id === target) ??
        sessions.find(each => each.id === target));
  if (session === undefined) {
    throw new UserError(`There is no [sso-session ${target}] section in your config file.`, {
      hint: 'Check the name, or set up the session.',
    });
  }
  if (session.kind === 'legacy') {
    throw new UserError('Profiles are generated for an [sso-session] only, and this is a legacy login.', {
      hint: 'Convert its profiles to an SSO session first.',
    });
  }
  return session;
}

/** Asks AWS for all accounts and roles, and compares. */
async function lookRound(session: SsoSession, by: Call['by'], parts: Needs): Promise<Situation> {
  const { lists, store, system } = parts;
  const { accounts, access } = await withProgress(
    `Listing the roles of ${session.id}`,
    by,
    async (signal, report) => {
      const onProgress = (done: number, of: number): void => report(`${done} of ${count(of, 'account')}`);
      try {
        const known = (await lists.load(session)).accounts?.accounts.length ?? 0;
        const isFew = known <= FEW_ACCOUNTS;
        const first = await lists.allRoles(session, { signal, onProgress, fresh: isFew });
        const isOld = system.now() - first.listedAt > MAX_AGE;
        const access =
          isOld && !isFew ? await lists.allRoles(session, { signal, onProgress, fresh: true }) : first;
        return { accounts: await lists.accounts(session, { signal }), access };
      } catch (error) {
        throw error instanceof LoginNeeded ? offeringLogin(error, session) : error;
      }
    },
  );
  parts.sessions.learnAccounts([...accounts.accounts]);
  const snapshot = await store.refresh();
  const names = new Map(accounts.accounts.map(({ id, name }) => [id, name || id]));
  const roles = new Map(
    [...access.roles].map(([accountId, list]) => [
      accountId,
      list.filter(role => refuseRole(session.id, { accountId, role }) === undefined),
    ]),
  );
  const listed = [...roles].flatMap(([accountId, list]) =>
    list.map(
      (role): NameFields => ({
        accountId,
        role,
        account: names.get(accountId) ?? accountId,
        session: session.id,
      }),
    ),
  );
  const isComplete = access.isComplete && accounts.isComplete;
  const comparison = compareAccess(snapshot, store.config, session.id, { roles, isComplete });
  return { ...comparison, session, listed: listed.sort(compareRoles), isComplete };
}

function offeringLogin(error: LoginNeeded, session: SsoSession): UserError {
  return new UserError(error.message, {
    cause: error,
    ...(error.hint === undefined ? {} : { hint: error.hint }),
    actions: [
      { title: 'Log In', command: 'rolecall.login', arguments: [{ from: 'link', session: session.id }] },
    ],
  });
}

/** The roles without a profile, with the names of their accounts. */
function missingOf({ missing, listed }: Situation): readonly NameFields[] {
  const ids = new Set(missing.map(roleId));
  return listed.filter(role => ids.has(roleId(role)));
}

/** What a program says, and for the rest what the user chose last. Roles are written `123456789012/Admin`. */
function givenPlan(options: unknown, situation: Situation, parts: Needs): Wanted {
  const given: object = typeof options === 'object' && options !== null ? options : {};
  const start = startOf(situation.session, parts);
  const text = (key: keyof GenerateRun): string => {
    const value: unknown = Reflect.get(given, key);
    return typeof value === 'string' ? value : start[key];
  };
  const template = text('template');
  const read = parseTemplate(template);
  if ('fault' in read) {
    throw new UserError(`The template ${template} cannot be used. ${read.fault}`, {
      hint: 'Write one such as {account:kebab}-{role}.',
    });
  }
  for (const key of ['region', 'output'] as const) {
    const fault = text(key) === '' ? undefined : validateValue(key, text(key));
    if (fault !== undefined) {
      throw new UserError(`The ${key} cannot be used. ${fault}`, { hint: 'Give another one.' });
    }
  }
  const only: unknown = Reflect.get(given, 'roles');
  const roles = missingOf(situation).filter(role => !Array.isArray(only) || only.includes(roleId(role)));
  const removal = Reflect.get(given, 'remove') === true ? 'unused' : 'keep';
  return { roles, plan: { template, region: text('region'), output: text('output'), removal } };
}

/** What the questions start with. */
function startOf(session: SsoSession, { generateMemory, store }: Needs): GenerateRun {
  return (
    generateMemory.lastRun(session.id) ?? {
      template: DEFAULT_TEMPLATE,
      region: usualRegion(store.snapshot, session) ?? '',
      output: usualOutput(store.snapshot, session) ?? '',
    }
  );
}

/** Asks the user; after a first run there is one question, and none when nothing is new. */
async function askWanted(situation: Situation, parts: Needs): Promise<Wanted | undefined> {
  const { session, gone } = situation;
  const missing = missingOf(situation);
  const last = parts.generateMemory.lastRun(session.id);
  const unseen = parts.generateMemory.unseen(session.id, missing);
  if (missing.length === 0 && gone.length === 0) {
    tellNothing(situation);
    return undefined;
  }
  const isTaken = (name: string): boolean => parts.store.snapshot.profiles.has(name);
  const title = `Generate Profiles for ${visible(session.id)}`;
  if (last !== undefined) {
    const short = await askShort(title, situation, { last, unseen, isTaken });
    if (short !== 'ask') {
      return short;
    }
  }
  const roles =
    missing.length === 0
      ? []
      : await pickRoles(
          `${title}: ${count(missing.length, 'role')} without a profile`,
          missing,
          role => last !== undefined && unseen.includes(role),
        );
  const plan = await askPlan(title, { roles, isTaken, gone, start: startOf(session, parts) });
  return { roles, plan };
}

type Short = { readonly last: GenerateRun; readonly unseen: readonly NameFields[] } & {
  readonly isTaken: (name: string) => boolean;
};

/** Offers to do as last time. @throws Cancelled */
async function askShort(
  title: string,
  situation: Situation,
  { last, unseen, isTaken }: Short,
): Promise<Wanted | 'ask'> {
  const unused = situation.gone.filter(({ users }) => users.length === 0);
  const names = previewOf(last.template, unseen, isTaken) ?? '';
  const as = [last.template, last.region, last.output].filter(part => part !== '').join(', ');
  const add = `Add ${count(unseen.length, 'new profile')}`;
  const remove = (word: string): string => `${word} ${unused.length} whose role is gone`;
  const goneNames = unused.map(({ name }) => name).join(', ');
  const items = [
    ...(unseen.length > 0 && unused.length > 0
      ? [
          {
            label: `${add}, ${remove('remove')}`,
            detail: `${as}: ${names} Removed: ${goneNames}`,
            wanted: { roles: unseen, plan: { ...last, removal: 'unused' } } as const,
          },
        ]
      : []),
    ...(unseen.length > 0
      ? [
          {
            label: add,
            detail: `${as}: ${names}`,
            wanted: { roles: unseen, plan: { ...last, removal: 'keep' } } as const,
          },
        ]
      : []),
    ...(unused.length > 0
      ? [
          {
            label: remove('Remove'),
            detail: goneNames,
            wanted: { roles: [], plan: { ...last, removal: 'unused' } } as const,
          },
        ]
      : []),
    {
      label: 'Choose roles, names and defaults…',
      detail: `${count(situation.missing.length, 'role')} without a profile`,
      wanted: 'ask' as const,
    },
  ];
  const picked = await vscode.window.showQuickPick(
    items.map(item => ({ ...item, label: escapeIcons(item.label), detail: escapeIcons(item.detail) })),
    {
      title,
      placeHolder: unseen.length === 0 ? 'No role is new since the last time' : 'As last time, or anew?',
      ignoreFocusOut: true,
    },
  );
  if (picked === undefined) {
    throw new Cancelled();
  }
  return picked.wanted;
}

function tellNothing({ session, present, goneEdited, isComplete }: Situation): void {
  const all = `Each of the ${count(present, 'role')} of ${session.id} has a profile. Nothing was changed.`;
  const kept =
    goneEdited.length === 0
      ? ''
      : ` Kept though the role is gone, because somebody edited them: ${goneEdited.map(({ name }) => name).join(', ')}.`;
  const partly = isComplete ? '' : ' Not every account answered.';
  void vscode.window.showInformationMessage(escapeMessage(all + kept + partly));
}

async function write(
  { roles, plan }: Wanted,
  situation: Situation,
  call: Call,
  parts: Needs,
): Promise<readonly string[]> {
  const { session } = situation;
  const { snapshot } = parts.store;
  const names = nameRoles(readTemplate(plan.template, DEFAULT_TEMPLATE), roles, name =>
    snapshot.profiles.has(name),
  );
  const remove = removedBy(plan, situation);
  if (names.length > 0 || remove.length > 0) {
    await applyEdits(
      parts,
      now => editsFor(session.id, { add: names, remove, plan, situation }, now, parts),
      {
        by: call.by,
        done: doneText(session.id, names.length, remove.length),
        preview: titleOf(session.id, names.length, remove.length),
        detail: detailOf(names, situation, plan),
        from: call.node === undefined ? undefined : 'rolecall.sessions',
      },
    );
  }
  if (call.by === 'user') {
    await parts.generateMemory.remember(session.id, plan, situation.listed);
  }
  return names.map(({ name }) => name);
}

function removedBy({ removal }: GeneratePlan, { gone }: Pick<Comparison, 'gone'>): readonly GoneProfile[] {
  return removal === 'keep' ? [] : removal === 'all' ? gone : gone.filter(({ users }) => users.length === 0);
}

type Change = {
  readonly add: readonly NamedRole[];
  readonly remove: readonly GoneProfile[];
  readonly plan: GeneratePlan;
  readonly situation: Situation;
};

/** The edits of the files as they are now: what was edited meanwhile is not removed any more. */
function editsFor(
  session: string,
  { add, remove, plan, situation }: Change,
  snapshot: Parameters<typeof compareAccess>[0],
  { store }: Needs,
) {
  const roles = new Map<string, string[]>();
  for (const { accountId, role } of situation.listed) {
    roles.set(accountId, [...(roles.get(accountId) ?? []), role]);
  }
  const now = compareAccess(snapshot, store.config, session, { roles, isComplete: situation.isComplete });
  const wanted = new Set(remove.map(({ name }) => name));
  const missing = new Set(now.missing.map(roleId));
  return generateEdits(
    session,
    add.filter(role => missing.has(roleId(role))),
    removedBy(plan, now).filter(({ name }) => wanted.has(name)),
    plan,
  );
}

function titleOf(session: string, added: number, removed: number): string {
  const parts = [
    added === 0 ? '' : `Add ${count(added, 'profile')}`,
    removed === 0 ? '' : `${added === 0 ? 'Remove' : 'remove'} ${count(removed, 'profile')}`,
  ];
  return `${parts.filter(part => part !== '').join(' and ')} of ${session}`;
}

function doneText(session: string, added: number, removed: number): string {
  return titleOf(session, added, removed)
    .replace('Add ', 'Added ')
    .replace('Remove ', 'Removed ')
    .replace('remove ', 'removed ');
}

function detailOf(
  names: readonly (NamedRole & { readonly isChanged: boolean })[],
  { gone, goneEdited, isComplete }: Situation,
  { removal }: GeneratePlan,
): string | undefined {
  const changed = names.filter(({ isChanged }) => isChanged);
  const [first] = changed;
  const kept = removal === 'all' ? [] : gone.filter(({ users }) => users.length > 0);
  const sentences = [
    first === undefined ? undefined : changedText(changed.length, first.name),
    ...kept.map(({ name, users }) => `${name} is kept: ${users.join(', ')} stands on it.`),
    goneEdited.length === 0
      ? undefined
      : `Kept because somebody edited them: ${goneEdited.map(({ name }) => name).join(', ')}.`,
    isComplete ? undefined : 'Not every account answered, so nothing is removed.',
  ];
  const text = sentences.filter(sentence => sentence !== undefined).join(' ');
  return text === '' ? undefined : text;
}
