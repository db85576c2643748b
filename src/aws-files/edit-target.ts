import { UserError } from '../lib/errors.ts';
import type { SdkReading } from './dialects/sdk.ts';
import type { Document } from './document.ts';
import type { SectionRef } from './file-edits.ts';
import { kindWords, validateName } from './names.ts';
import type { MergedSection, SectionIndex } from './profiles.ts';

/** A file's text as the edits see it. */
export type Target = {
  readonly document: Document;
  readonly reading: SdkReading;
  readonly index: SectionIndex;
};

/** The section of that kind and name in a file, if it is there. */
export function findSection(index: SectionIndex, ref: SectionRef): MergedSection | undefined {
  const maps = { profile: index.profiles, 'sso-session': index.sessions, services: index.services };
  return maps[ref.kind].get(ref.name);
}

/** Throws `UserError` when there is a reason to refuse. */
export function refuse(reason: string | undefined): void {
  if (reason !== undefined) {
    throw new UserError(reason);
  }
}

/** The section, or `UserError` when it is gone. */
export function needSection(target: Target, ref: SectionRef): MergedSection {
  const section = findSection(target.index, ref);
  if (section === undefined) {
    throw new UserError(`The ${kindWords(ref.kind)} ${ref.name} is not there any more.`, {
      hint: 'Another program changed the file. Look at it, then try again.',
    });
  }
  return section;
}

/** Throws `UserError` when the name is bad or taken. */
export function needFree(target: Target, ref: SectionRef): void {
  refuse(validateName(ref.kind, ref.name));
  if (findSection(target.index, ref) !== undefined) {
    throw new UserError(`There is a ${kindWords(ref.kind)} ${ref.name} already.`, {
      hint: 'Choose another name.',
    });
  }
}
