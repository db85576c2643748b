import type { Turns } from '../lib/turns.ts';
import { planRenameKey, planRetarget, planSet, planUnset } from './edit-keys.ts';
import { planLines } from './edit-lines.ts';
import { planAdd, planAddAll, planCopy, planRemove, planRename } from './edit-sections.ts';
import type { Plan, Target } from './edit-target.ts';
import type { Edit } from './file-edits.ts';

/**
 * The ways to make an edit, the one to be preferred first. The others are for files that a tool would not read as
 * asked after the first. Throws `UserError` when the edit is refused.
 */
export function* planEdit(target: Target, edit: Edit): Turns<readonly Plan[]> {
  switch (edit.type) {
    case 'set':
      return planSet(target, edit);
    case 'unset':
      return planUnset(target, edit.section, edit.key);
    case 'renameKey':
      return planRenameKey(target, edit);
    case 'add':
      return planAdd(target, edit.section, edit.settings);
    case 'addAll':
      return planAddAll(target, edit.sections);
    case 'remove':
      return planRemove(target, edit.section, edit.was);
    case 'rename':
      return planRename(target, edit.section, edit.name);
    case 'copy':
      return planCopy(target, edit.section, edit.name);
    case 'retarget':
      return yield* planRetarget(target, edit);
    case 'lines':
      return [() => planLines(target, edit)];
  }
}
