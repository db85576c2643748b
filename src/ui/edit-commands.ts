import { createProfile, deleteProfile, duplicateProfile, renameProfile } from '../aws-files/profile-edits.ts';
import type { Snapshot } from '../aws-files/snapshot.ts';
import { Cancelled } from '../lib/errors.ts';
import { profileNeighbour } from '../view/profile-tree.ts';
import { count, shortPath } from '../view/words.ts';
import { askNewProfile } from './ask-profile.ts';
import { type Call, textArgument } from './call.ts';
import { chooseProfile, knownProfile } from './choose.ts';
import type { CommandTable } from './edge.ts';
import { applyEdits } from './edit-flow.ts';
import { keysArgument } from './key-steps.ts';
import { askName } from './name-steps.ts';
import type { ProfilesView } from './profiles-view.ts';
import { type SetUpParts, setUpSso, switchTo } from './setup.ts';

type Needs = SetUpParts & { readonly profilesView: ProfilesView };

/** A rename that changes more profiles than this besides its own is shown first. */
export const MANY_REFERENCES = 3;

/** Changes of whole profiles in the files. Each is the smallest change of text; the views follow the files. */
export function editCommands(parts: Needs) {
  return {
    createProfile: call => create(call, parts),
    renameProfile: call => rename(call, parts),
    duplicateProfile: call => duplicate(call, parts),
    deleteProfile: call => remove(call, parts),
  } satisfies CommandTable;
}

async function create(call: Call, parts: Needs): Promise<string> {
  await parts.ready;
  const named = textArgument(call, 0);
  const given = keysArgument(call);
  const answer =
    given === undefined
      ? await askNewProfile(parts, named)
      : { name: named ?? (await askProfileName('Add Profile', '', parts)), keys: given };
  if (!('keys' in answer)) {
    // The session stands, but what was asked for is a profile.
    const { profile } = await setUpSso(parts);
    if (profile === undefined) {
      throw new Cancelled();
    }
    return profile;
  }
  const { name, keys } = answer;
  await applyEdits(parts, snapshot => createProfile(snapshot, name, keys), {
    by: call.by,
    done: `Added the profile ${name}`,
    actions: [switchTo(name)],
  });
  return name;
}

function askProfileName(title: string, start: string, parts: Needs): Promise<string> {
  return askName('profile', parts.store.snapshot, { title, prompt: 'The name of the profile', start });
}

async function rename(call: Call, parts: Needs): Promise<string> {
  const profile = await chooseProfile(call, parts, { title: 'Rename Profile', orActive: false });
  const name = textArgument(call, 1) ?? (await askProfileName(`Rename Profile ${profile}`, profile, parts));
  const users = usersOf(parts.store.snapshot, profile);
  await applyEdits(parts, snapshot => renameProfile(snapshot, profile, name), {
    by: call.by,
    done: `Renamed the profile ${profile} to ${name}`,
    offer: 'notification',
    preview: users.length > MANY_REFERENCES ? `Rename the profile ${profile} to ${name}` : undefined,
    from: call.node === undefined ? undefined : 'rolecall.profiles',
    detail: `${count(users.length, 'profile')} that stand on it follow.`,
    undone: () => parts.window.follow(name, profile),
  });
  await parts.window.follow(profile, name);
  if (call.node !== undefined) {
    parts.profilesView.select({ kind: 'profile', profile: name });
  }
  return name;
}

async function duplicate(call: Call, parts: Needs): Promise<string> {
  const profile = await chooseProfile(call, parts, { title: 'Duplicate Profile', orActive: false });
  const name =
    textArgument(call, 1) ?? (await askProfileName(`Duplicate Profile ${profile}`, `${profile}-copy`, parts));
  await applyEdits(parts, snapshot => duplicateProfile(snapshot, profile, name), {
    by: call.by,
    done: `Duplicated the profile ${profile} as ${name}`,
  });
  if (call.node !== undefined) {
    parts.profilesView.select({ kind: 'profile', profile: name });
  }
  return name;
}

async function remove(call: Call, parts: Needs): Promise<void> {
  const profile = await chooseProfile(call, parts, { title: 'Delete Profile', orActive: false });
  const next = profileNeighbour(parts.store.snapshot, { kind: 'profile', profile });
  const isActive = parts.window.active.profile === profile && parts.window.active.from === 'user';
  await applyEdits(parts, snapshot => deleteProfile(snapshot, profile), {
    // What a program did not confirm, the user is asked.
    by: call.args[1] === true ? call.by : 'user',
    done: `Deleted the profile ${profile}`,
    preview: `Delete the profile ${profile}`,
    from: call.node === undefined ? undefined : 'rolecall.profiles',
    detail: whatGoes(profile, parts),
    undone: async () => (isActive ? parts.window.choose(profile) : undefined),
  });
  if (isActive) {
    // Terminals would be sent to a profile that is gone.
    await parts.window.choose(null);
  }
  if (call.node !== undefined && next !== undefined) {
    parts.profilesView.select(next);
  }
}

/** Where a profile goes from, and who stands on it, as sentences. */
function whatGoes(profile: string, parts: Needs): string {
  const places = knownProfile(parts, profile).places.map(
    place => `${shortPath(place.file, parts.system.home)}, line ${place.line}`,
  );
  const users = usersOf(parts.store.snapshot, profile);
  const warning =
    users.length === 0
      ? ''
      : ` ${count(users.length, 'profile')} stand${users.length === 1 ? 's' : ''} on it: ${users
          .slice(0, 5)
          .join(', ')}${users.length > 5 ? ' …' : ''}.`;
  return `It goes from ${places.join(' and ')}.${warning}`;
}

/** The names of the profiles that stand on another one. */
function usersOf(snapshot: Snapshot, profile: string): readonly string[] {
  return [...snapshot.profiles.values()]
    .filter(each => each.get('source_profile') === profile)
    .map(each => each.name);
}
