import { UserError } from '../lib/errors.ts';
import type { CommandTable } from './edge.ts';
import type { EditParts } from './edit-flow.ts';

/** What comes before an edit is written, and after. */
export function undoCommands({ history, previews }: EditParts) {
  return {
    undoEdit: async () => {
      if (history.last === undefined) {
        throw new UserError('There is no edit to undo.', {
          hint: 'Only what this window changed in your AWS files can be undone here.',
        });
      }
      await history.undo(history.last, new AbortController().signal);
    },
    applyPreview: async () => previews.apply(),
    discardPreview: async () => previews.discard(),
  } satisfies CommandTable;
}
