import * as vscode from 'vscode';
import { lazy } from '../lib/lazy.ts';
import type { ProblemPanel } from './problem-panel.ts';

/** Offers the fixes of problems in the light bulb. What makes them is loaded for the first file that has a problem. */
export function registerFixes(panel: ProblemPanel): vscode.Disposable {
  const fixes = lazy(() => import('./problem-fixes.ts'));
  return vscode.languages.registerCodeActionsProvider(
    // The files have no language and no name of their own.
    { scheme: 'file' },
    {
      provideCodeActions: async (document, range) =>
        panel.markedIn(document).length === 0 ? [] : (await fixes()).fixActions(panel, document, range),
      resolveCodeAction: async action => (await fixes()).resolveFix(action),
    },
    { providedCodeActionKinds: [vscode.CodeActionKind.QuickFix] },
  );
}
