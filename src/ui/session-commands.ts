import * as vscode from 'vscode';
import {
  createProfile,
  createSession,
  deleteSession,
  renameSession,
  setSessionKey,
} from '../aws-files/profile-edits.ts';
import { UserError } from '../lib/errors.ts';
import { completeSession, type SsoSession } from '../sso/session.ts';
import { count } from '../view/words.ts';
import { askNewSession, askRoleProfileName, askSessionName } from './ask-session.ts';
import { type Call, sessionOf, textArgument } from './call.ts';
import type { CommandTable } from './edge.ts';
import { MANY_REFERENCES } from './edit-commands.ts';
import { applyEdits, type EditParts } from './edit-flow.ts';
import { answeredValue, keyStep, keysArgument, valueStep } from './key-steps.ts';
import { askName } from './name-steps.ts';
import type { Parts } from './parts.ts';
import { pickSession } from './session-picks.ts';
import { requestFor } from './sso-request.ts';
import type { Choice } from './step-walk.ts';
import { askSteps } from './steps.ts';

type Needs = EditParts & Pick<Parts, 'sessions' | 'tokens' | 'system' | 'version'>;

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
  await applyEdits(parts, snapshot => createSession(snapshot, name, keys), {
    by: call.by,
    done: `Added the SSO session ${name}`,
    actions: [
      {
        title: 'Log In',
        run: async () => vscode.commands.executeCommand('rolecall.login', { from: 'link', session: name }),
      },
    ],
  });
  return name;
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
    keyStep({ kind: 'sso-session', section, use: 'edit', more: [name] }),
    {
      id: 'value',
      kind: 'later',
      when: ({ key }) => key !== NAME,
      make: ({ key = '' }) => valueStep({ section: 'sso-session', key, present: section.get(key), snapshot }),
    },
  ]);
  if (key === NAME) {
    return rename(id, call, parts);
  }
  if (value === undefined || value !== section.get(key)) {
    const wanted = answeredValue(key, value);
    await applyEdits(parts, now => setSessionKey(now, id, key, wanted), {
      by: call.by,
      done:
        wanted === null ? `Removed ${key} from the SSO session ${id}` : `Set ${key} of the SSO session ${id}`,
    });
  }
  return id;
}

/** Renames a session; its login goes with it. */
async function rename(id: string, call: Call, parts: Needs): Promise<string> {
  const { store, tokens } = parts;
  const name = await askName('sso-session', store.snapshot, {
    title: `Rename SSO Session ${id}`,
    prompt: 'The new name',
    start: id,
  });
  const users = parts.sessions.sessions.find(each => each.id === id)?.profiles.length ?? 0;
  await applyEdits(parts, snapshot => renameSession(snapshot, id, name), {
    by: call.by,
    done: `Renamed the SSO session ${id} to ${name}`,
    offer: 'notification',
    preview: users > MANY_REFERENCES ? `Rename the SSO session ${id} to ${name}` : undefined,
    from: call.node === undefined ? undefined : 'rolecall.sessions',
    detail: `${count(users, 'profile')} that use it follow.`,
    undone: () => moveLogin(name, id, tokens),
  });
  await moveLogin(id, name, tokens);
  return name;
}

async function moveLogin(from: string, to: string, tokens: Parts['tokens']): Promise<void> {
  const { signal } = new AbortController();
  const token = await tokens.read(from);
  if (token !== undefined) {
    await tokens.write(to, token, signal);
    await tokens.remove(from, signal);
  }
}

async function remove(call: Call, parts: Needs): Promise<string> {
  const session = await sectionSession(call, parts, 'Delete SSO Session');
  const users = session.profiles.length;
  await applyEdits(parts, snapshot => deleteSession(snapshot, session.id), {
    // What a program did not confirm, the user is asked.
    by: call.args[1] === true ? call.by : 'user',
    done: `Deleted the SSO session ${session.id}`,
    preview: `Delete the SSO session ${session.id}`,
    from: call.node === undefined ? undefined : 'rolecall.sessions',
    detail:
      users === 0 ? 'No profile uses it.' : `${count(users, 'profile')} will no longer be able to log in.`,
  });
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
  await applyEdits(parts, snapshot => createProfile(snapshot, name, keys), {
    by: call.by,
    done: `Saved ${role} in ${account.id} as profile ${name}`,
  });
  return name;
}
