import * as vscode from 'vscode';
import type { Rule } from '../aws-files/problem-rules.ts';
import type { FlowSetting } from '../sso/login.ts';
import { readRules } from '../view/problem-list.ts';

export type Settings = {
  /** Empty: where AWS's tools look. */
  readonly configFile: string | undefined;
  readonly credentialsFile: string | undefined;
  readonly identityCheck: 'quiet' | 'always' | 'off';
  readonly showStatusBar: boolean;
  readonly overrideKeys: boolean;
  readonly ssoFlow: FlowSetting;
  /** The checks of the files that are off. */
  readonly problemsOff: ReadonlySet<Rule>;
  /** How long an SSO login lasts before the user must sign in again; 0: not known. */
  readonly sessionHours: number;
  /** How long before its end the user is told; 0: never. */
  readonly notifyBeforeMinutes: number;
};

/** The settings as they are now. A value of the wrong type counts as not set. */
export function readSettings(): Settings {
  const settings = vscode.workspace.getConfiguration('rolecall');
  const check = settings.get<unknown>('identity.check');
  const flow = settings.get<unknown>('sso.flow');
  return {
    configFile: path(settings.get<unknown>('configFile')),
    credentialsFile: path(settings.get<unknown>('credentialsFile')),
    identityCheck: check === 'always' || check === 'off' ? check : 'quiet',
    showStatusBar: settings.get<unknown>('statusBar.show') !== false,
    overrideKeys: settings.get<unknown>('terminal.overrideKeys') !== false,
    ssoFlow: flow === 'browser' || flow === 'device' ? flow : 'auto',
    problemsOff: readRules(settings.get<unknown>('problems.off')),
    sessionHours: amount(settings.get<unknown>('sso.sessionHours'), 2160),
    notifyBeforeMinutes: amount(settings.get<unknown>('sso.notifyBeforeMinutes'), 1440),
  };
}

function path(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
}

/** A number from 0 to `most`; anything else counts as 0, which turns off what it is for. */
function amount(value: unknown, most: number): number {
  return typeof value === 'number' && value > 0 ? Math.min(value, most) : 0;
}
