import * as vscode from 'vscode';
import {
  createProfile,
  createSession,
  deleteSession,
  renameSession,
  setSessionKey,
} from '../aws-files/profile-edits.ts';
import { UserError } from '../lib/errors.ts';
import { escapeIcons, escapeMessage } from '../lib/escape.ts';
import { completeSession, type SsoSession } from '../sso/session.ts';
import { count } from '../view/words.ts';
import { askNewSession, askRoleProfileName, askSessionName, refuseSessionName } from './ask-session.ts';
import { type Call, sessionOf, textArgument } from './call.ts';
import { confirmDeletion } from './confirm.ts';
import type { CommandTable } from './edge.ts';
import { answeredValue, keyStep, keysArgument, valueStep } from './key-steps.ts';
import type { Parts } from './parts.ts';
import { pickSession } from './session-picks.ts';
import { requestFor } from './sso-request.ts';
import type { Choice } from './step-walk.ts';
import { askSteps } from './steps.ts';

type Needs = Pick<Parts, 'store' | 'sessions' | 'tokens' | 'ready' | 'system' | 'version'>;

/** The sections of SSO sessions, and roles that become profiles. */
export function sessionCommands(parts: Needs) {
  return {
    createSession: call => create(call, parts),
    editSession: call => edit(call, parts),
    deleteSession: call => remove(call, parts),
    saveRoleAsProfile: call => saveRole(call, parts),
  } satisfies CommandTable;
}

async function create(call: Call, parts: Needs): Promise<string> {
  await parts.ready;
  const given = keysArgument(call);
  const named = textArgument(call, 0);
  const { name, keys } =
    given === undefined
      ? await askNewSession(parts.store.snapshot, named)
      : { name: named ?? (await askSessionName(parts.store.snapshot)), keys: given };
  await parts.store.apply(createSession(parts.store.snapshot, name, keys), new AbortController().signal);
  if (call.by === 'user') {
    void offerLogin(name);
  }
  return name;
}

async function offerLogin(name: string): Promise<void> {
  const text = escapeMessage(`Added the SSO session ${name}.`);
  const chosen = await vscode.window.showInformationMessage(text, 'Log In');
  if (chosen !== undefined) {
    await vscode.commands.executeCommand('rolecall.login', { from: 'link', session: name });
  }
}

async function sectionSession(call: Call, parts: Needs, title: string): Promise<SsoSession> {
  await parts.ready;
  const target = sessionOf(call);
  const session =
    target === undefined
      ? await pickSession(parts, title, each => each.kind === 'session')
      : parts.sessions.sessions.find(each => each.kind === 'session' && each.id === target);
  if (session === undefined) {
    throw noSession(target);
  }
  return session;
}

function noSession(name: string | undefined): UserError {
  return new UserError(`There is no [sso-session ${name}] section in your config file.`, {
    hint: 'Check the name, or set up the session.',
  });
}

/** Stands for the session's name in the list of its keys, where no key can be called so. */
const NAME = ' name';

async function edit(call: Call, parts: Needs): Promise<string> {
  const { id } = await sectionSession(call, parts, 'Edit SSO Session');
  const { snapshot } = parts.store;
  const section = snapshot.sessions.get(id);
  if (section === undefined) {
    throw noSession(id);
  }
  const name: Choice = {
    label: 'Name',
    value: NAME,
    description: id,
    detail: 'The profiles that use it follow.',
    group: 'set here',
  };
  const { key = '', value } = await askSteps(`Edit SSO Session ${id}`, [
    keyStep({ kind: 'sso-session', section, withPresent: true, more: [name] }),
    {
      id: 'value',
      kind: 'later',
      when: ({ key }) => key !== NAME,
      make: ({ key = '' }) => valueStep({ section: 'sso-session', key, present: section.get(key), snapshot }),
    },
  ]);
  if (key === NAME) {
    return rename(id, parts);
  }
  if (value === undefined || value !== section.get(key)) {
    const edits = setSessionKey(parts.store.snapshot, id, key, answeredValue(key, value));
    await parts.store.apply(edits, new AbortController().signal);
  }
  return id;
}

/** Renames a session; its login goes with it. */
async function rename(id: string, parts: Needs): Promise<string> {
  const { store, tokens } = parts;
  const { name = '' } = await askSteps(`Rename SSO Session ${id}`, [
    {
      id: 'name',
      kind: 'input',
      prompt: 'The new name',
      start: () => id,
      refuse: value => refuseSessionName(store.snapshot, value),
    },
  ]);
  const { signal } = new AbortController();
  const token = await tokens.read(id);
  await store.apply(renameSession(store.snapshot, id, name), signal);
  if (token !== undefined) {
    await tokens.write(name, token, signal);
    await tokens.remove(id, signal);
  }
  return name;
}

async function remove(call: Call, parts: Needs): Promise<string> {
  const session = await sectionSession(call, parts, 'Delete SSO Session');
  const edits = deleteSession(parts.store.snapshot, session.id);
  if (call.args[1] !== true) {
    const users = session.profiles.length;
    await confirmDeletion(
      `Delete the SSO session ${session.id}?`,
      users === 0 ? 'No profile uses it.' : `${count(users, 'profile')} will no longer be able to log in.`,
    );
  }
  await parts.store.apply(edits, new AbortController().signal);
  return session.id;
}

async function saveRole(call: Call, parts: Needs): Promise<string> {
  const { node } = call;
  if (node?.kind !== 'role') {
    throw new UserError('Choose a role in the SSO Sessions view first.', {
      hint: 'Open a session, then an account.',
    });
  }
  const { session, account, role } = node;
  const name = await askRoleProfileName(parts.store.snapshot, account, role);
  const { startUrl, region } = completeSession(
    session,
    requestFor(session, parts).settings.endpoints.sso_oidc,
  );
  const keys = {
    ...(session.kind === 'session'
      ? { sso_session: session.id }
      : { sso_start_url: startUrl, sso_region: region }),
    sso_account_id: account.id,
    sso_role_name: role,
  };
  const edits = createProfile(parts.store.snapshot, name, keys);
  await parts.store.apply(edits, new AbortController().signal);
  vscode.window.setStatusBarMessage(escapeIcons(`Saved ${role} in ${account.id} as profile ${name}`), 4000);
  return name;
}
