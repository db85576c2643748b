import * as vscode from 'vscode';
import type { FileName } from '../aws-files/kinds.ts';
import { convertLegacySso, findLegacySso, type LegacySso } from '../aws-files/legacy-sso.ts';
import { moveKeys } from '../aws-files/profile-edits.ts';
import { UserError } from '../lib/errors.ts';
import type { SsoSession } from '../sso/session.ts';
import { freeName, suggestedSessionName } from '../view/start-url-words.ts';
import { staticSettings } from '../view/static-keys.ts';
import { count } from '../view/words.ts';
import { type Call, profileOf, sessionOf, textArgument } from './call.ts';
import { chooseProfile, knownProfile } from './choose.ts';
import type { CommandTable } from './edge.ts';
import { applyEdits, type EditParts } from './edit-flow.ts';
import { nameStep, refuseName } from './name-steps.ts';
import type { Parts } from './parts.ts';
import { pickSession } from './session-picks.ts';
import { askSteps } from './steps.ts';

type Needs = EditParts & Pick<Parts, 'sessions' | 'window' | 'system'>;

/** Keys and sessions from where they stand to where they had better stand. */
export function convertCommands(parts: Needs) {
  return {
    moveKeys: call => move(call, parts),
    convertLegacySso: call => convert(call, parts),
  } satisfies CommandTable;
}

/** Moves the keys of an access key to the other file; resolves to the file where they are now. */
async function move(call: Call, parts: Needs): Promise<FileName> {
  const profile = await chooseProfile(call, parts, { title: 'Move Access Keys', orActive: false });
  const settings = staticSettings(knownProfile(parts, profile));
  const [from, second] = new Set(settings.map(({ origin }) => origin));
  if (from === undefined) {
    throw new UserError(`The profile ${profile} has no access key.`, {
      hint: 'Choose a profile whose access key stands in your AWS files.',
    });
  }
  const to =
    fileArgument(call) ??
    (second === undefined ? otherFile(from) : await askFile(`Move Access Keys of ${profile}`));
  const keys = settings.map(({ key }) => key);
  await applyEdits(parts, snapshot => moveKeys(snapshot, profile, keys, to), {
    by: call.by,
    done: `Moved the access key of ${profile} to the ${to} file`,
    preview: `Move the access key of ${profile} to the ${to} file`,
    from: call.node === undefined ? undefined : 'rolecall.profiles',
  });
  return to;
}

function otherFile(file: FileName): FileName {
  return file === 'config' ? 'credentials' : 'config';
}

/** The file that a program names. @throws UserError when it is neither. */
function fileArgument(call: Call): FileName | undefined {
  const given = textArgument(call, 1);
  if (given === undefined || given === 'config' || given === 'credentials') {
    return given;
  }
  throw new UserError(`There is no AWS file "${given}".`, { hint: 'Name "credentials" or "config".' });
}

async function askFile(title: string): Promise<FileName> {
  const { file } = await askSteps(title, [
    {
      id: 'file',
      kind: 'pick',
      prompt: 'To which file?',
      choices: () => [
        {
          value: 'credentials',
          label: 'credentials',
          description: 'where AWS CLI keeps them',
          icon: 'lock',
        },
        { value: 'config', label: 'config', description: 'often shared with others', icon: 'file' },
      ],
    },
  ]);
  return file === 'config' ? 'config' : 'credentials';
}

/** Makes an `[sso-session]` of a legacy start URL; resolves to its name. */
async function convert(call: Call, parts: Needs): Promise<string> {
  await parts.ready;
  const profile = await chooseLegacy(call, parts);
  const legacy = findLegacySso(parts.store.snapshot, profile);
  const users = count(legacy.profiles.length, 'profile');
  const name = textArgument(call, 1) ?? (await askSessionFor(legacy, users, parts));
  await applyEdits(parts, snapshot => convertLegacySso(snapshot, findLegacySso(snapshot, profile), name), {
    by: call.by,
    done: `Gave ${users} the SSO session ${name}`,
    preview: `Give ${users} the SSO session ${name}`,
    from:
      call.node === undefined
        ? undefined
        : call.node.kind === 'session'
          ? 'rolecall.sessions'
          : 'rolecall.profiles',
    detail: 'Log in once more afterwards: from then on the login can renew itself.',
    actions: [
      {
        title: 'Log In',
        run: async () => vscode.commands.executeCommand('rolecall.login', { from: 'link', session: name }),
      },
    ],
  });
  return name;
}

/** A profile that signs in in the old form, as a row or a program names it: itself, or by its start URL. */
async function chooseLegacy(call: Call, parts: Needs): Promise<string> {
  const named = sessionOf(call) ?? profileOf(call);
  if (named !== undefined && parts.store.snapshot.profiles.has(named)) {
    return named;
  }
  const isLegacy = ({ kind }: SsoSession): boolean => kind === 'legacy';
  const session =
    named === undefined
      ? await pickSession(parts, 'Convert Legacy SSO', isLegacy)
      : parts.sessions.sessions.find(each => isLegacy(each) && each.id === named);
  const [first] = session?.profiles ?? [];
  if (first === undefined) {
    throw new UserError(`"${named}" does not sign in with SSO in the old form.`, {
      hint: 'Name a profile with an sso_start_url and without an sso_session, or the start URL.',
    });
  }
  return first;
}

async function askSessionFor(legacy: LegacySso, users: string, parts: Needs): Promise<string> {
  const { snapshot } = parts.store;
  const known = legacy.session;
  const refuse = (name: string): string | undefined =>
    name === known ? undefined : refuseName('sso-session', snapshot, name);
  const prompt =
    known === undefined
      ? `A short name for the session that ${users} will sign in through.`
      : `The session ${known} has this start URL. ${users} will sign in through it.`;
  const start = known ?? freeName(suggestedSessionName(legacy.startUrl), refuse);
  const { name = '' } = await askSteps('Convert Legacy SSO', [
    { ...nameStep('sso-session', snapshot, { prompt, start: () => start }), refuse },
  ]);
  return name;
}
