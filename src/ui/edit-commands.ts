import * as vscode from 'vscode';
import type { FileEdits } from '../aws-files/file-edits.ts';
import { createProfile, deleteProfile, duplicateProfile, renameProfile } from '../aws-files/profile-edits.ts';
import type { Snapshot } from '../aws-files/snapshot.ts';
import { escapeMessage } from '../lib/escape.ts';
import { count, shortPath } from '../view/words.ts';
import { askNewProfile } from './ask-profile.ts';
import { refuseProfileName } from './ask-session.ts';
import { type Call, textArgument } from './call.ts';
import { chooseProfile, knownProfile } from './choose.ts';
import { confirmDeletion } from './confirm.ts';
import type { CommandTable } from './edge.ts';
import { keysArgument } from './key-steps.ts';
import type { Parts } from './parts.ts';
import { askSteps } from './steps.ts';

type Needs = Pick<Parts, 'store' | 'sessions' | 'window' | 'ready' | 'system'>;

/** Changes of whole profiles in the files. Each is the smallest change of text; the views follow the files. */
export function editCommands(parts: Needs) {
  return {
    createProfile: call => create(call, parts),
    renameProfile: call => rename(call, parts),
    duplicateProfile: call => duplicate(call, parts),
    deleteProfile: call => remove(call, parts),
  } satisfies CommandTable;
}

/** Makes an edit of the present snapshot and writes it. */
export async function apply(
  parts: Pick<Parts, 'store' | 'ready'>,
  edit: (snapshot: Snapshot) => FileEdits,
): Promise<void> {
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
