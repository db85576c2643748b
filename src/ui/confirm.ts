import * as vscode from 'vscode';
import { Cancelled } from '../lib/errors.ts';
import { escapeMessage } from '../lib/escape.ts';

/** Asks before something is deleted. @throws Cancelled when the user does not want it. */
export async function confirmDeletion(question: string, detail: string): Promise<void> {
  const chosen = await vscode.window.showWarningMessage(
    escapeMessage(question),
    { modal: true, detail: escapeMessage(detail) },
    'Delete',
  );
  if (chosen === undefined) {
    throw new Cancelled();
  }
}
