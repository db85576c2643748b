import * as vscode from 'vscode';
import { UserError } from '../lib/errors.ts';
import type { CommandTable } from './edge.ts';
import type { Parts } from './parts.ts';

/**
 * What Enter does on a row that does not open: it follows a link, and edits a key or a link that leads nowhere. VS Code
 * hands over the row that has the focus because the `args` of the keys in package.json ask for it
 * (`$focusedTreeItem`).
 */
export function rowCommands({ store }: Pick<Parts, 'store'>) {
  return {
    openRow: async ({ node }) => {
      if (node?.kind !== 'key' && node?.kind !== 'standsOn') {
        throw new UserError('No key has the focus.', { hint: 'Choose a row below a profile first.' });
      }
      const { profiles, sessions } = store.snapshot;
      const leads =
        node.kind === 'standsOn' &&
        (node.target.kind === 'profile' ? profiles : sessions).has(node.target.name);
      await vscode.commands.executeCommand(leads ? 'rolecall.reveal' : 'rolecall.setProfileKey', node);
    },
  } satisfies CommandTable;
}
