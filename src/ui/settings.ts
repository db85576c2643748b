import * as vscode from 'vscode';
import type { Rule } from '../aws-files/problem-rules.ts';
import { readRules } from '../view/problem-list.ts';

export type Settings = {
  /** Empty: where AWS's tools look. */
  readonly configFile: string | undefined;
  readonly credentialsFile: string | undefined;
  readonly identityCheck: 'quiet' | 'always' | 'off';
  readonly showStatusBar: boolean;
  readonly overrideKeys: boolean;
  /** The checks of the files that are off. */
  readonly problemsOff: ReadonlySet<Rule>;
};

/** The settings as they are now. A value of the wrong type counts as not set. */
export function readSettings(): Settings {
  const settings = vscode.workspace.getConfiguration('rolecall');
  const check = settings.get<unknown>('identity.check');
  return {
    configFile: path(settings.get<unknown>('configFile')),
    credentialsFile: path(settings.get<unknown>('credentialsFile')),
    identityCheck: check === 'always' || check === 'off' ? check : 'quiet',
    showStatusBar: settings.get<unknown>('statusBar.show') !== false,
    overrideKeys: settings.get<unknown>('terminal.overrideKeys') !== false,
    problemsOff: readRules(settings.get<unknown>('problems.off')),
  };
}

function path(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
}
