import { setProfileKey } from '../aws-files/profile-edits.ts';
import { UserError } from '../lib/errors.ts';
import { type ProfileNode, profileNeighbour } from '../view/profile-tree.ts';
import { type Call, textArgument } from './call.ts';
import { chooseProfile, knownProfile } from './choose.ts';
import type { CommandTable } from './edge.ts';
import { applyEdits, type EditParts } from './edit-flow.ts';
import { answeredValue, keyStep, valueStep } from './key-steps.ts';
import type { Parts } from './parts.ts';
import type { ProfilesView } from './profiles-view.ts';
import type { Step } from './step-walk.ts';
import { askSteps } from './steps.ts';

type Needs = EditParts &
  Pick<Parts, 'sessions' | 'window' | 'system'> & { readonly profilesView: ProfilesView };

/** Changes of the keys of a profile. */
export function keyCommands(parts: Needs) {
  return {
    addProfileKey: call => add(call, parts),
    editProfile: call => edit(call, parts),
    setProfileKey: call => set(call, parts),
    unsetProfileKey: call => unset(call, parts),
    renameProfileKey: call => rename(call, parts),
  } satisfies CommandTable;
}

async function add(call: Call, parts: Needs): Promise<string> {
  const profile = await chooseProfile(call, parts, { title: 'Add Key', orActive: false });
  const section = knownProfile(parts, profile);
  const named = textArgument(call, 1);
  const given = textArgument(call, 2);
  if (named !== undefined && section.setting(named.toLowerCase()) !== undefined) {
    throw new UserError(`The profile ${profile} has the key ${named} already.`, {
      hint: 'Set it instead.',
    });
  }
  const { key, value } =
    named !== undefined && given !== undefined
      ? { key: named, value: given }
      : await askKeyAndValue(`Add Key to ${profile}`, profile, named, 'add', parts);
  await change(call, profile, key, answeredValue(key, value), parts);
  return key;
}

async function edit(call: Call, parts: Needs): Promise<string> {
  const profile = await chooseProfile(call, parts, { title: 'Edit Profile', orActive: false });
  const { key, value } = await askKeyAndValue(`Edit Profile ${profile}`, profile, undefined, 'edit', parts);
  await change(call, profile, key, answeredValue(key, value), parts);
  return profile;
}

async function set(call: Call, parts: Needs): Promise<void> {
  await parts.ready;
  if (call.by === 'user') {
    const [profile, named] = keyOf(call);
    const { key, value } = await askKeyAndValue(`Edit Profile ${profile}`, profile, named, 'edit', parts);
    await change(call, profile, key, answeredValue(key, value), parts);
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
  await write(call, profile, key, value, parts);
}

async function unset(call: Call, parts: Needs): Promise<void> {
  const [profile, key] = keyOf(call);
  await change(call, profile, key, null, parts);
}

/** Gives a key another name where it stands; its value stays as it is. Resolves to the new name. */
async function rename(call: Call, parts: Needs): Promise<string> {
  await parts.ready;
  const [profile, key] = call.by === 'user' ? keyOf(call) : [textArgument(call, 0), textArgument(call, 1)];
  const section = knownProfile(parts, profile ?? '');
  const setting = section.setting(key?.toLowerCase() ?? '');
  if (setting === undefined) {
    throw new UserError(`The profile ${section.name} has no key ${key}.`, { hint: 'Name one that it has.' });
  }
  const { key: name = '' } =
    call.by === 'program'
      ? { key: textArgument(call, 2) }
      : await askSteps(`Rename ${setting.key} of ${section.name}`, [
          keyStep({ kind: 'profile', section, use: 'rename' }),
        ]);
  const ref = { kind: 'profile', name: section.name } as const;
  await applyEdits(
    parts,
    { [setting.origin]: [{ type: 'renameKey', section: ref, key: setting.key, name }] },
    { by: call.by, done: `Renamed ${setting.key} of the profile ${section.name} to ${name}` },
  );
  if (call.node !== undefined) {
    parts.profilesView.select({ kind: 'key', profile: section.name, key: name });
  }
  return name;
}

/** Writes what the user wants, if that is not what stands there, and goes on with the row that it concerns. */
async function change(
  call: Call,
  profile: string,
  key: string,
  value: string | null,
  parts: Needs,
): Promise<void> {
  const present = knownProfile(parts, profile).get(key);
  if (value === present) {
    return;
  }
  const node: ProfileNode = { kind: 'key', profile, key };
  const next = value === null ? profileNeighbour(parts.store.snapshot, node) : node;
  await write(call, profile, key, value, parts);
  // A row that only has another value keeps selection and focus by itself.
  const comesOrGoes = value === null || present === undefined;
  if (call.node !== undefined && next !== undefined && comesOrGoes) {
    parts.profilesView.select(next);
  }
}

async function write(
  call: Call,
  profile: string,
  key: string,
  value: string | null,
  parts: Needs,
): Promise<void> {
  await applyEdits(parts, snapshot => setProfileKey(snapshot, profile, key, value), {
    by: call.by,
    done:
      value === null ? `Removed ${key} from the profile ${profile}` : `Set ${key} of the profile ${profile}`,
  });
}

/**
 * Asks for a key of a profile, unless it is named, and for its value; an empty answer has no value.
 * @throws Cancelled when a question is dismissed.
 */
async function askKeyAndValue(
  title: string,
  profile: string,
  named: string | undefined,
  use: 'add' | 'edit',
  parts: Needs,
): Promise<{ readonly key: string; readonly value: string | undefined }> {
  const { snapshot } = parts.store;
  const section = knownProfile(parts, profile);
  const steps: readonly Step[] = [
    ...(named === undefined ? [keyStep({ kind: 'profile', section, use })] : []),
    {
      id: 'value',
      kind: 'later',
      make: ({ key = named ?? '' }) =>
        valueStep({ section: 'profile', key, present: section.get(key), snapshot, name: profile }),
    },
  ];
  const { key = named ?? '', value } = await askSteps(title, steps);
  return { key, value };
}

/** The key that a row stands for; what a profile stands on is the value of one. */
function keyOf({ node }: Call): [profile: string, key: string] {
  if (node?.kind === 'key') {
    return [node.profile, node.key];
  }
  if (node?.kind === 'standsOn') {
    return [node.path.at(-1) ?? '', node.target.kind === 'profile' ? 'source_profile' : 'sso_session'];
  }
  throw new UserError('Choose a key of a profile first.', { hint: 'Open a profile in the sidebar.' });
}
