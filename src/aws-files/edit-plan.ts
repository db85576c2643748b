import { planRetarget, planSet, planUnset } from './edit-keys.ts';
import { planLines } from './edit-lines.ts';
import { planAdd, planCopy, planRemove, planRename } from './edit-sections.ts';
import type { Target } from './edit-target.ts';
import type { Edit } from './file-edits.ts';
import type { Splice } from './layout.ts';

/** The changes of text that make an edit; none when there is nothing to do. Throws `UserError` when it is refused. */
export function planEdit(target: Target, edit: Edit): readonly Splice[] {
  switch (edit.type) {
    case 'set':
      return planSet(target, edit);
    case 'unset':
      return planUnset(target, edit.section, edit.key);
    case 'add':
      return planAdd(target, edit.section, edit.settings);
    case 'remove':
      return planRemove(target, edit.section);
    case 'rename':
      return planRename(target, edit.section, edit.name);
    case 'copy':
      return planCopy(target, edit.section, edit.name);
    case 'retarget':
      return planRetarget(target, edit.key, edit.from, edit.to);
    case 'lines':
      return planLines(target, edit);
  }
}
