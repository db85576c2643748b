import * as vscode from 'vscode';
import type { FileEdits } from '../aws-files/file-edits.ts';
import {
  createProfile,
  deleteProfile,
  duplicateProfile,
  renameProfile,
  setProfileKey,
} from '../aws-files/profile-edits.ts';
import { keySchemas, maskedValue } from '../aws-files/schema.ts';
import type { Snapshot } from '../aws-files/snapshot.ts';
import { Cancelled, UserError } from '../lib/errors.ts';
import { escapeMessage } from '../lib/escape.ts';
import { count, shortPath } from '../view/words.ts';
import { askNewProfile } from './ask-profile.ts';
import { refuseProfileName } from './ask-session.ts';
import { type Call, textArgument } from './call.ts';
import { chooseProfile, knownProfile } from './choose.ts';
import { confirmDeletion } from './confirm.ts';
import type { CommandTable } from './edge.ts';
import { keysArgument, valueStep } from './key-steps.ts';
import type { Parts } from './parts.ts';
import type { Choice } from './step-walk.ts';
import { askSteps } from './steps.ts';

type Needs = Pick<Parts, 'store' | 'sessions' | 'window' | 'ready' | 'system'>;

/** Changes of profiles in the files. Each is the smallest change of text; the views follow the files. */
export function editCommands(parts: Needs) {
  return {
    createProfile: call => create(call, parts),
    editProfile: async call => {
      const profile = await chooseProfile(call, parts, { title: 'Edit Profile', orActive: false });
      const key = await askKey(profile, parts);
      await editKey(profile, key, parts);
      return profile;
    },
    setProfileKey: call => setKey(call, parts),
    unsetProfileKey: async call => {
      if (call.node?.kind === 'key') {
        await apply(parts, snapshot => setProfileKey(snapshot, ...keyOf(call), null));
      }
    },
    renameProfile: call => rename(call, parts),
    duplicateProfile: call => duplicate(call, parts),
    deleteProfile: call => remove(call, parts),
  } satisfies CommandTable;
}

/** Makes an edit of the present snapshot and writes it. */
async function apply(parts: Needs, edit: (snapshot: Snapshot) => FileEdits): Promise<void> {
  await parts.ready;
  await parts.store.apply(edit(parts.store.snapshot), new AbortController().signal);
}

async function create(call: Call, parts: Needs): Promise<string> {
  await parts.ready;
  const named = textArgument(call, 0);
  const given = keysArgument(call);
  const { name, keys } =
    given === undefined
      ? await askNewProfile(parts.store.snapshot, named)
      : { name: named ?? (await askName('Add Profile', '', parts)), keys: given };
  await apply(parts, snapshot => createProfile(snapshot, name, keys));
  if (call.by === 'user') {
    void offerUse(name);
  }
  return name;
}

async function offerUse(name: string): Promise<void> {
  const text = escapeMessage(`Added the profile ${name}.`);
  const chosen = await vscode.window.showInformationMessage(text, 'Switch to It');
  if (chosen !== undefined) {
    await vscode.commands.executeCommand('rolecall.switchProfile', { from: 'link', profile: name });
  }
}

/** Lets the user choose one of the profile's keys, or one to add. @throws Cancelled */
async function askKey(profile: string, parts: Needs): Promise<string> {
  const settings = knownProfile(parts, profile).settings();
  const present = new Set(settings.map(setting => setting.key));
  const choices: Choice[] = [
    ...settings.map(({ key, value, origin }) => ({
      label: key,
      value: key,
      description: maskedValue(key, value).text,
      detail: `in ${origin}`,
    })),
    ...keySchemas()
      .filter(schema => schema.sections.includes('profile') && !present.has(schema.key))
      .filter(schema => schema.type !== 'block' && !schema.key.includes('*'))
      .map(schema => ({ label: schema.key, value: schema.key, description: 'add', detail: schema.help })),
  ];
  const { key = '' } = await askSteps(`Edit Profile ${profile}`, [
    {
      id: 'key',
      kind: 'pick',
      prompt: 'Which key?',
      choices: () => choices,
      other: {
        refuse: value => (/^[\w.-]+$/.test(value) ? undefined : 'A key has letters, digits, _ and -.'),
      },
    },
  ]);
  return key;
}

async function editKey(profile: string, key: string, parts: Needs): Promise<void> {
  const { snapshot } = parts.store;
  const present = knownProfile(parts, profile).get(key);
  const { value } = await askSteps(`Edit Profile ${profile}`, [
    valueStep({ section: 'profile', key, present, snapshot, name: profile }),
  ]);
  if (value === undefined) {
    throw new Cancelled();
  }
  await apply(parts, now => setProfileKey(now, profile, key, value));
}

function keyOf(call: Call): [profile: string, key: string] {
  if (call.node?.kind === 'key') {
    return [call.node.profile, call.node.key];
  }
  throw new UserError('Choose a key of a profile first.', { hint: 'Open a profile in the sidebar.' });
}

async function setKey(call: Call, parts: Needs): Promise<void> {
  await parts.ready;
  if (call.by === 'user') {
    await editKey(...keyOf(call), parts);
    return;
  }
  const [profile, key, value] = call.args;
  if (
    typeof profile !== 'string' ||
    typeof key !== 'string' ||
    (typeof value !== 'string' && value !== null)
  ) {
    throw new UserError('setProfileKey takes a profile, a key, and a value or null.', {
      hint: 'For example: "dev", "region", "eu-west-1".',
    });
  }
  await apply(parts, snapshot => setProfileKey(snapshot, profile, key, value));
}

async function askName(title: string, start: string, parts: Needs): Promise<string> {
  const { name = '' } = await askSteps(title, [
    {
      id: 'name',
      kind: 'input',
      prompt: 'The name of the profile',
      start: () => start,
      refuse: value => refuseProfileName(parts.store.snapshot, value),
    },
  ]);
  return name;
}

async function rename(call: Call, parts: Needs): Promise<string> {
  const profile = await chooseProfile(call, parts, { title: 'Rename Profile', orActive: false });
  const name = textArgument(call, 1) ?? (await askName(`Rename Profile ${profile}`, profile, parts));
  await apply(parts, snapshot => renameProfile(snapshot, profile, name));
  await parts.window.follow(profile, name);
  return name;
}

async function duplicate(call: Call, parts: Needs): Promise<string> {
  const profile = await chooseProfile(call, parts, { title: 'Duplicate Profile', orActive: false });
  const name =
    textArgument(call, 1) ?? (await askName(`Duplicate Profile ${profile}`, `${profile}-copy`, parts));
  await apply(parts, snapshot => duplicateProfile(snapshot, profile, name));
  return name;
}

async function remove(call: Call, parts: Needs): Promise<void> {
  const profile = await chooseProfile(call, parts, { title: 'Delete Profile', orActive: false });
  if (call.args[1] !== true) {
    const { snapshot } = parts.store;
    const places = knownProfile(parts, profile).places.map(
      place => `${shortPath(place.file, parts.system.home)}, line ${place.line}`,
    );
    const users = [...snapshot.profiles.values()].filter(each => each.get('source_profile') === profile);
    const warning =
      users.length === 0
        ? ''
        : ` ${count(users.length, 'profile')} stand${users.length === 1 ? 's' : ''} on it: ${users
            .slice(0, 5)
            .map(each => each.name)
            .join(', ')}${users.length > 5 ? ' …' : ''}.`;
    await confirmDeletion(
      `Delete the profile ${profile}?`,
      `It goes from ${places.join(' and ')}.${warning}`,
    );
  }
  await apply(parts, snapshot => deleteProfile(snapshot, profile));
  if (parts.window.active.profile === profile && parts.window.active.from === 'user') {
    // Terminals would be sent to a profile that is gone.
    await parts.window.choose(null);
  }
}
