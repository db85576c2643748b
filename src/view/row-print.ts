import { type ProfileNode, type ProfileTreeState, profileChildren, profileRow } from './profile-tree.ts';
import type { Row } from './row.ts';

/** All that can differ between two rows of one id, as one text. */
export function printOf({ description = '', icon, context, collapsible, accessibleLabel }: Row): string {
  return [description, icon.id, icon.color ?? '', context, collapsible, accessibleLabel].join('\n');
}

/** All rows below a row, as one text. */
export function printBelow(node: ProfileNode, state: ProfileTreeState): string {
  return profileChildren(state.snapshot, node)
    .map(child => {
      const row = profileRow(child, state);
      return [row.id, printOf(row), printBelow(child, state)].join('\n');
    })
    .join('\n');
}
