import type { FileEdits } from '../aws-files/file-edits.ts';
import { renameMarkers } from '../aws-files/generated.ts';
import { createSession, deleteSession, renameSession, setSessionKey } from '../aws-files/profile-edits.ts';
import type { Snapshot } from '../aws-files/snapshot.ts';
import { type Disposable, onDispose } from '../lib/disposable.ts';
import { Cancelled, UserError } from '../lib/errors.ts';
import { moveLogin } from '../sso/move-login.ts';
import type { SsoSession } from '../sso/session.ts';
import { count } from '../view/words.ts';
import { askNewSession, askSessionName } from './ask-session.ts';
import { type Call, sessionOf, textArgument } from './call.ts';
import type { CommandTable } from './edge.ts';
import { MANY_REFERENCES } from './edit-commands.ts';
import { applyEdits } from './edit-flow.ts';
import { answeredValue, keyStep, keysArgument, valueStep } from './key-steps.ts';
import { askName } from './name-steps.ts';
import type { Parts } from './parts.ts';
import { pickSession } from './session-picks.ts';
import { goOnSettingUp, logInTo, type SetUpParts, setUpSso } from './setup.ts';
import type { Choice } from './step-walk.ts';
import { askSteps } from './steps.ts';

type Needs = SetUpParts & Pick<Parts, 'tokens' | 'window' | 'generateMemory'>;

/** The sections of SSO sessions. */
export function sessionCommands(parts: Needs) {
  return {
    createSession: call => create(call, parts),
    editSession: call => edit(call, parts),
    deleteSession: call => remove(call, parts),
  } satisfies CommandTable;
}

async function create(call: Call, parts: Needs): Promise<string> {
  await parts.ready;
  if (call.by === 'user') {
    const started = call.link?.session;
    const { session } = await (started === undefined ? setUpSso(parts) : goOnSettingUp(started, parts));
    return session;
  }
  const given = keysArgument(call);
  const named = textArgument(call, 0);
  const { name, keys } =
    given === undefined
      ? await askSessionKeys(named, parts)
      : { name: named ?? (await askSessionName(parts.store.snapshot)), keys: given };
  await applyEdits(parts, snapshot => createSession(snapshot, name, keys), {
    by: call.by,
    done: `Added the SSO session ${name}`,
  });
  return name;
}

/** Asks for what a program leaves open: a section of its own, whatever else there is. */
async function askSessionKeys(
  named: string | undefined,
  parts: Needs,
): Promise<{ readonly name: string; readonly keys: Readonly<Record<string, string>> }> {
  const answer = await askNewSession(parts, named, 'add');
  if (answer.kind !== 'new') {
    throw new Cancelled();
  }
  return answer;
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
    await setKey(id, key, answeredValue(key, value), call, parts);
  }
  return id;
}

/** What a login is bound to: AWS knows the token of one portal, in one region, for some scopes. */
const LOGIN_KEYS: ReadonlySet<string> = new Set(['sso_start_url', 'sso_region', 'sso_registration_scopes']);

async function setKey(
  id: string,
  key: string,
  value: string | null,
  call: Call,
  parts: Needs,
): Promise<void> {
  const done =
    value === null ? `Removed ${key} from the SSO session ${id}` : `Set ${key} of the SSO session ${id}`;
  const token = parts.sessions.tokens.get(id);
  const needsLogin = LOGIN_KEYS.has(key) && token !== undefined && token.kind !== 'signedOut';
  await applyEdits(parts, now => setSessionKey(now, id, key, value), {
    by: call.by,
    done: needsLogin ? `${done}. Its login was made for the old value: log in anew` : done,
    ...(needsLogin ? { actions: [logInTo(id, 'anew')] } : {}),
  });
}

/** Renames a session; its login goes with it. */
async function rename(id: string, call: Call, parts: Needs): Promise<string> {
  const { store, sessions } = parts;
  const session = sessions.sessions.find(each => each.kind === 'session' && each.id === id);
  if (session === undefined) {
    throw noSession(id);
  }
  // Said before anybody types a name for nothing.
  (await claimLogin(id, parts)).dispose();
  const name = await askName('sso-session', store.snapshot, {
    title: `Rename SSO Session ${id}`,
    prompt: 'The new name',
    start: id,
  });
  const users = session.profiles.length;
  const claim = await claimLogin(id, parts);
  try {
    await applyEdits(parts, snapshot => renamed(snapshot, id, name, parts), {
      by: call.by,
      done: `Renamed the SSO session ${id} to ${name}`,
      offer: 'notification',
      preview: users > MANY_REFERENCES ? `Rename the SSO session ${id} to ${name}` : undefined,
      from: call.node === undefined ? undefined : 'rolecall.sessions',
      detail: `${count(users, 'profile')} that use it follow.`,
      undone: () => takeAlong({ ...session, id: name }, id, parts),
    });
    await takeAlong(session, name, parts);
  } finally {
    claim.dispose();
  }
  return name;
}

/** The markers of the profiles that were generated for the session follow. */
function renamed(snapshot: Snapshot, id: string, name: string, { store }: Needs): FileEdits {
  const edits = renameSession(snapshot, id, name);
  const markers = renameMarkers(snapshot, store.config, id, name);
  return { ...edits, config: [...markers, ...(edits.config ?? [])] };
}

/** What stands outside of the files follows, too: the login, the role in use, what profiles are generated by. */
async function takeAlong(session: SsoSession, name: string, parts: Needs): Promise<void> {
  await takeLoginAlong(session, name, parts);
  await parts.window.followSession(session.id, name);
  await parts.generateMemory.follow(session.id, name);
}

/** A login that runs would end under the old name. @throws UserError while one does, in whichever window. */
async function claimLogin(id: string, parts: Needs): Promise<Disposable> {
  const claim = parts.sessions.pending.has(id) ? undefined : await tryClaim(id, parts);
  if (claim === undefined) {
    throw new UserError(`Somebody is logging in to ${id} right now, so it was not renamed.`, {
      hint: 'Finish that login, or cancel it, then rename the session.',
    });
  }
  return claim;
}

async function tryClaim(id: string, { tokens, log }: Needs): Promise<Disposable | undefined> {
  try {
    return await tokens.tryClaimLogin(id, new AbortController().signal);
  } catch (error) {
    // Where nothing can be written, no login can run: the section may well be renamed.
    log.error('claiming a login', error);
    return onDispose(() => undefined);
  }
}

async function takeLoginAlong(session: SsoSession, name: string, { sessions, tokens }: Needs): Promise<void> {
  const { signal } = new AbortController();
  await moveLogin(tokens, session, name, signal);
  await sessions.moveLogin(session.id, name);
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
