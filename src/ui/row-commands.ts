import * as vscode from 'vscode';
import { UserError } from '../lib/errors.ts';
import type { Call, Node } from './call.ts';
import type { CommandName } from './command-names.ts';
import type { CommandTable } from './edge.ts';

/** What a key of the keyboard does depends on the row; these find the command for it. */
type RowKey = 'edit' | 'remove' | 'open';

/**
 * The commands of the keyboard: F2, Delete and Enter on a row. VS Code hands over the row that has the focus,
 * because the `args` of the keys ask for it (`$focusedTreeItem`).
 */
export function rowCommands() {
  return {
    editRow: call => onRow('edit', call),
    removeRow: call => onRow('remove', call),
    openRow: call => onRow('open', call),
  } satisfies CommandTable;
}

async function onRow(key: RowKey, { node }: Call): Promise<void> {
  if (node === undefined) {
    throw new UserError('No row has the focus.', { hint: 'Choose a row of the sidebar first.' });
  }
  const found = commandFor(key, node);
  if (found !== undefined) {
    await vscode.commands.executeCommand(`rolecall.${found.command}`, found.argument);
  }
}

type Found = { readonly command: CommandName; readonly argument: unknown };

function commandFor(key: RowKey, node: Node): Found | undefined {
  const on = (command: CommandName): Found => ({ command, argument: node });
  switch (node.kind) {
    case 'profile':
      return key === 'edit' ? on('renameProfile') : key === 'remove' ? on('deleteProfile') : undefined;
    case 'key':
      return key === 'remove' ? on('unsetProfileKey') : on('setProfileKey');
    case 'standsOn':
      return key === 'open'
        ? { command: 'reveal', argument: { from: 'link', target: node.target } }
        : undefined;
    case 'session':
      return key === 'edit' ? on('editSession') : key === 'remove' ? on('deleteSession') : undefined;
    default:
      return undefined;
  }
}
