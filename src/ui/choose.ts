import type { Profile } from '../aws-files/snapshot.ts';
import { Cancelled, UserError } from '../lib/errors.ts';
import { type Call, profileOf } from './call.ts';
import type { Parts } from './parts.ts';
import { pickProfile } from './profile-picks.ts';

type Needs = Pick<Parts, 'store' | 'sessions' | 'window' | 'ready'>;

/**
 * The profile that a command is about: the one that the call names, else the active one where `orActive`, else
 * the one that the user picks.
 * @throws UserError when the named one is not in the files; Cancelled when the list is dismissed.
 */
export async function chooseProfile(
  call: Call,
  parts: Needs,
  options: { readonly title: string; readonly orActive: boolean },
): Promise<string> {
  await parts.ready;
  const named = profileOf(call) ?? (options.orActive ? parts.window.active.profile : null);
  if (named !== null && named !== undefined) {
    knownProfile(parts, named);
    return named;
  }
  const picked = await pickProfile(parts, { title: options.title, placeholder: 'Choose a profile' });
  if (picked === null) {
    throw new Cancelled();
  }
  return picked;
}

/** The profile of that name; the role in use counts as one. @throws UserError when the files have none. */
export function knownProfile({ window }: Pick<Parts, 'window'>, name: string): Profile {
  const profile = window.snapshot.profiles.get(name);
  if (profile === undefined) {
    throw new UserError(`There is no profile "${name}" in your AWS files.`, {
      hint: 'Check the name, or add the profile.',
      actions: [{ title: 'Open Config File', command: 'rolecall.openConfig', arguments: [{ from: 'link' }] }],
    });
  }
  return profile;
}
