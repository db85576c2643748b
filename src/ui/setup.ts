import * as vscode from 'vscode';
import { createProfile, createSession } from '../aws-files/profile-edits.ts';
import { Cancelled, UserError } from '../lib/errors.ts';
import { escapeMessage } from '../lib/escape.ts';
import { listSessions, type SsoSession } from '../sso/session.ts';
import { askNewSession } from './ask-session.ts';
import { inBackground, isCancel } from './edge.ts';
import { applyEdits, type EditAction, type EditParts } from './edit-flow.ts';
import type { Parts } from './parts.ts';
import { roleProfileSteps } from './setup-role.ts';
import type { Answers } from './step-walk.ts';
import { askSteps } from './steps.ts';

export type SetUpParts = EditParts & Pick<Parts, 'sessions' | 'lists' | 'window' | 'system' | 'version'>;

/** The names of what stands in the end. */
export type SetUp = { readonly session: string; readonly profile: string | undefined };

/**
 * Sets up SSO from nothing to a working profile: a session, its login, an account and role of it, a profile. What was
 * written stays when the user stops on the way; a message says what stands, and goes on from there.
 * @throws Cancelled while nothing is written; UserError.
 */
export async function setUpSso(parts: SetUpParts): Promise<SetUp> {
  await parts.ready;
  const answer = await askNewSession(parts, undefined, 'setUp');
  if (answer.kind === 'present') {
    return goOnSettingUp(answer.session, parts);
  }
  if (answer.kind === 'legacy') {
    // Its profiles have their accounts and roles: nothing is left to ask. The command offers the login.
    const name = await vscode.commands.executeCommand<string | undefined>('rolecall.convertLegacySso', {
      from: 'link',
      session: answer.startUrl,
    });
    if (name === undefined) {
      throw new Cancelled();
    }
    return { session: name, profile: undefined };
  }
  const { name, keys, login } = answer;
  const { written } = await applyEdits(parts, snapshot => createSession(snapshot, name, keys), {
    by: 'user',
    done: `Added the SSO session ${name}`,
    ...(login ? {} : { actions: [logInTo(name)] }),
  });
  // In an editor that is not saved nobody can log in to it yet; the message offers to save it.
  const stands = !written.some(({ inEditor }) => inEditor);
  return login && stands ? goOnSettingUp(name, parts, 'new') : { session: name, profile: undefined };
}

/** The button that signs in to a session; `anew` although somebody is signed in. */
export function logInTo(session: string, anew?: 'anew'): EditAction {
  const target = { from: 'link', session, ...(anew === undefined ? {} : { force: true }) };
  return { title: 'Log In', run: async () => vscode.commands.executeCommand('rolecall.login', target) };
}

/**
 * From a session that is written to a profile that works: signs in where nobody is, then asks for account and role.
 * @throws UserError; Cancelled when the user stops and nothing was done since the start: `new` is a session of now.
 */
export async function goOnSettingUp(name: string, parts: SetUpParts, isNew?: 'new'): Promise<SetUp> {
  const stopped: SetUp = { session: name, profile: undefined };
  const session = sessionNamed(name, parts);
  let since = 0;
  if (!(await isSignedIn(session, parts))) {
    since = parts.system.now();
    if (!(await logIn(session))) {
      if (isNew === undefined) {
        throw new Cancelled();
      }
      tellWhatStands(
        `The SSO session ${name} is set up. Nobody is signed in to it, and no profile was added.`,
        name,
        parts,
      );
      return stopped;
    }
  }
  let answers: Answers;
  try {
    answers = await askSteps(`Add Profile for ${name}`, roleProfileSteps(session, parts, since));
  } catch (error) {
    if (!isCancel(error) || (isNew === undefined && since === 0)) {
      throw error;
    }
    tellWhatStands(`The SSO session ${name} is set up and signed in. No profile was added.`, name, parts);
    return stopped;
  }
  return { session: name, profile: await addRoleProfile(session, answers, parts) };
}

/** Whether a session has a token that lives, by its file as it is now. */
export async function isSignedIn(session: SsoSession, { sessions }: SetUpParts): Promise<boolean> {
  await sessions.refreshTokens();
  return sessions.tokens.get(session.id)?.kind === 'valid';
}

/** Signs in as the command does, which says itself what goes wrong; resolves to whether it worked. */
export async function logIn(session: SsoSession): Promise<boolean> {
  const result = await vscode.commands.executeCommand('rolecall.login', {
    from: 'link',
    session: session.id,
  });
  return result !== undefined;
}

function sessionNamed(name: string, { store }: SetUpParts): SsoSession {
  const session = listSessions(store.snapshot).find(({ kind, id }) => kind === 'session' && id === name);
  if (session === undefined) {
    throw new UserError(`There is no [sso-session ${name}] section in your config file.`, {
      hint: 'Set up SSO anew.',
    });
  }
  return session;
}

/** Writes the profile, and makes it the active one where none is; resolves to its name. */
async function addRoleProfile(session: SsoSession, answers: Answers, parts: SetUpParts): Promise<string> {
  const { name = '', ...keys } = answers;
  const { window } = parts;
  const isFirst = window.active.profile === null;
  await applyEdits(parts, snapshot => createProfile(snapshot, name, { sso_session: session.id, ...keys }), {
    by: 'user',
    done: isFirst ? `Added the profile ${name}, which this window now works as` : `Added the profile ${name}`,
    offer: 'notification',
    ...(isFirst ? { undone: () => leave(name, window) } : { actions: [switchTo(name)] }),
  });
  if (isFirst) {
    await window.choose(name);
  }
  return name;
}

/** Works as no profile where it was this one: the user may have switched since. */
async function leave(profile: string, window: Parts['window']): Promise<void> {
  if (window.active.profile === profile) {
    await window.choose(null);
  }
}

/** The button that makes a profile the active one. */
export function switchTo(profile: string): EditAction {
  return {
    title: 'Switch to It',
    run: async () => vscode.commands.executeCommand('rolecall.switchProfile', { from: 'link', profile }),
  };
}

/** Says what is there after the user stopped half-way, with a button that goes on. */
function tellWhatStands(text: string, session: string, { log }: SetUpParts): void {
  const button = 'Go On';
  const tell = async (): Promise<void> => {
    const chosen = await vscode.window.showInformationMessage(escapeMessage(text), button);
    if (chosen === button) {
      await vscode.commands.executeCommand('rolecall.createSession', { from: 'link', session });
    }
  };
  inBackground('a message of setting up', tell(), log, true);
}
