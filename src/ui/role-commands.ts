import * as vscode from 'vscode';
import { isPlainName } from '../aws-files/dialects/sdk.ts';
import type { KeyValue } from '../aws-files/file-edits.ts';
import { createProfile } from '../aws-files/profile-edits.ts';
import { UserError } from '../lib/errors.ts';
import { escapeIcons, visible } from '../lib/escape.ts';
import type { Account } from '../sso/portal-calls.ts';
import { completeSession, findSession, type SsoSession } from '../sso/session.ts';
import { accountLabel } from '../view/account-rows.ts';
import { DEFAULT_TEMPLATE, nameRoles } from '../view/name-template.ts';
import { usualRegion } from '../view/role-defaults.ts';
import { keyOf, type RoleInUse } from '../view/role-in-use.ts';
import { type Call, sessionOf, textArgument } from './call.ts';
import type { CommandTable } from './edge.ts';
import { applyEdits, type EditParts } from './edit-flow.ts';
import { readTemplate } from './generate-picks.ts';
import { askName, refuseName } from './name-steps.ts';
import type { Parts } from './parts.ts';
import { pickSession } from './session-picks.ts';
import { accessSteps, chosenAccount } from './setup-role.ts';
import { requestFor } from './sso-request.ts';
import { askSteps } from './steps.ts';

type Needs = EditParts &
  Pick<Parts, 'sessions' | 'tokens' | 'lists' | 'system' | 'version' | 'window' | 'generateMemory'>;

/** A role in an account, through a session. */
type Role = { readonly session: SsoSession; readonly account: Account; readonly role: string };

/** So is the profile called by which terminals find a role that is used once. */
const ONCE_TEMPLATE = 'once-{account:kebab}-{role}';

/** From a role to its use, with and without a profile. */
export function roleCommands(parts: Needs) {
  return {
    useOnce: call => useOnce(call, parts),
    saveRoleAsProfile: call => save(call, parts),
  } satisfies CommandTable;
}

/** Makes a role this window's active identity; the user's files stay as they are. Resolves to what tools call it. */
async function useOnce(call: Call, parts: Needs): Promise<string> {
  await parts.ready;
  const found = (await namedRole(call, parts)) ?? (await askRole('Use a Role Once', parts));
  const { session, account, role } = found;
  if (session.kind === 'session' && !isPlainName(session.id)) {
    throw new UserError(
      `Terminals cannot use a role of ${visible(session.id)}: the SDKs do not read its name.`,
      {
        hint: 'Rename the session first.',
      },
    );
  }
  const { snapshot } = parts.store;
  const profile = nameFor(ONCE_TEMPLATE, found, name => snapshot.profiles.has(name));
  const region = parts.generateMemory.lastRun(session.id)?.region || usualRegion(snapshot, session);
  const keys = keysFor(found, parts);
  await parts.window.useRole({ profile, keys: region === undefined ? keys : [...keys, ['region', region]] });
  if (call.by === 'user') {
    const text = `This window works as ${role} in ${accountLabel(account)}. Your AWS files were not changed.`;
    vscode.window.setStatusBarMessage(escapeIcons(visible(text)), 5000);
  }
  return profile;
}

/** Writes a role into the config file as a profile; one that is used once goes on under that name. */
async function save(call: Call, parts: Needs): Promise<string> {
  await parts.ready;
  const { role: inUse } = parts.window.active;
  const used = await roleInUse(parts);
  const found = (await namedRole(call, parts)) ?? used ?? (await askRole('Save a Role as Profile', parts));
  const { session, account, role } = found;
  const { snapshot } = parts.store;
  const last = parts.generateMemory.lastRun(session.id);
  const isTaken = (name: string): boolean => snapshot.profiles.has(name);
  const given = textArgument(call, 3);
  const proposal = nameFor(last?.template ?? DEFAULT_TEMPLATE, found, isTaken);
  const name =
    call.by === 'program'
      ? (given ?? proposal)
      : await askName('profile', snapshot, {
          title: `Save ${role} in ${accountLabel(account)} as Profile`,
          prompt: 'The name of the profile',
          start: proposal,
        });
  const refused = refuseName('profile', snapshot, name);
  if (refused !== undefined) {
    throw new UserError(refused, { hint: 'Choose another name.' });
  }
  const isUsed = used !== undefined && isSameRole(used, found);
  const region = isUsed ? keyOfActive(parts, 'region') : last?.region;
  const keys = Object.fromEntries([
    ...keysFor(found, parts),
    ...(region ? [['region', region]] : []),
    ...(last?.output ? [['output', last.output]] : []),
  ]);
  const { written } = await applyEdits(parts, now => createProfile(now, name, keys), {
    by: call.by,
    done: `Saved ${role} in ${account.id} as profile ${name}`,
    ...(isUsed ? { undone: () => useAgain(inUse, name, parts) } : {}),
  });
  // What is in an unsaved editor no tool finds yet.
  if (isUsed && !written.some(({ inEditor }) => inEditor)) {
    await parts.window.choose(name);
  }
  return name;
}

/** Works as the role again whose profile is gone, unless the user switched since. */
async function useAgain(role: RoleInUse | undefined, profile: string, { window }: Needs): Promise<void> {
  if (role !== undefined && window.active.profile === profile) {
    await window.useRole(role);
  }
}

/** The role of the row, or the one that a program names: session, account id, role. */
async function namedRole(call: Call, parts: Needs): Promise<Role | undefined> {
  const { node } = call;
  if (node?.kind === 'role') {
    return node;
  }
  if (call.by === 'user') {
    return undefined;
  }
  const [target, accountId, role] = [sessionOf(call), textArgument(call, 1), textArgument(call, 2)];
  if (target === undefined || accountId === undefined || role === undefined) {
    throw new UserError('A role is named by its SSO session, the account ID and its own name.', {
      hint: 'Give all three.',
    });
  }
  return roleOf(target, accountId, role, parts);
}

async function roleOf(target: string, accountId: string, role: string, parts: Needs): Promise<Role> {
  const session = findSession(parts.store.snapshot, target);
  if (session === undefined) {
    throw new UserError(`There is no SSO session ${target} in your config file.`, {
      hint: 'Check the name, or set up the session.',
    });
  }
  if (!/^\d{12}$/.test(accountId) || !/^[\w+=,.@-]{1,64}$/.test(role)) {
    throw new UserError(`${visible(accountId)} and ${visible(role)} are no account ID and role.`, {
      hint: 'An account ID has twelve digits, a role is the name of a permission set.',
    });
  }
  // What the account is called is said where it is known: AWS is not asked for that.
  await parts.lists.load(session);
  return { session, account: chosenAccount({ sso_account_id: accountId }, session, parts), role };
}

function keyOfActive(parts: Needs, key: string): string | undefined {
  const { role } = parts.window.active;
  return role && keyOf(role, key);
}

/** The role that this window uses without a profile; undefined also where its session is gone from the files. */
async function roleInUse(parts: Needs): Promise<Role | undefined> {
  const target = keyOfActive(parts, 'sso_session') ?? keyOfActive(parts, 'sso_start_url');
  const accountId = keyOfActive(parts, 'sso_account_id');
  const role = keyOfActive(parts, 'sso_role_name');
  return target === undefined ||
    accountId === undefined ||
    role === undefined ||
    findSession(parts.store.snapshot, target) === undefined
    ? undefined
    : roleOf(target, accountId, role, parts);
}

function isSameRole(one: Role, other: Role): boolean {
  return (
    one.session.kind === other.session.kind &&
    one.session.id === other.session.id &&
    one.account.id === other.account.id &&
    one.role === other.role
  );
}

async function askRole(title: string, parts: Needs): Promise<Role> {
  const session = await pickSession(parts, title, () => true);
  const answers = await askSteps(title, accessSteps(parts, { sessionOf: () => session }));
  const { sso_role_name: role = '' } = answers;
  return { session, account: chosenAccount(answers, session, parts), role };
}

function nameFor(
  template: string,
  { session, account, role }: Role,
  isTaken: (name: string) => boolean,
): string {
  const fields = { account: account.name || account.id, accountId: account.id, role, session: session.id };
  const [named] = nameRoles(readTemplate(template, DEFAULT_TEMPLATE), [fields], isTaken);
  return named?.name ?? `${account.id}-${role}`;
}

/** @throws UserError when the session lacks what a login needs. */
function keysFor({ session, account, role }: Role, parts: Needs): readonly KeyValue[] {
  const { settings } = requestFor(session, parts);
  const { startUrl, region } = completeSession(session, settings.endpoints.sso_oidc);
  return [
    ...(session.kind === 'session'
      ? ([['sso_session', session.id]] as const)
      : ([
          ['sso_start_url', startUrl],
          ['sso_region', region],
        ] as const)),
    ['sso_account_id', account.id],
    ['sso_role_name', role],
  ];
}
