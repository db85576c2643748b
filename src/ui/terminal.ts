import { basename } from 'node:path';
import * as vscode from 'vscode';
import { UserError } from '../lib/errors.ts';
import { visible } from '../lib/escape.ts';
import { boundTerminal, COMPETITORS, type Shell } from '../view/bound-terminal.ts';
import type { Parts } from './parts.ts';

/**
 * Opens a terminal as a profile, whatever profile is active. VS Code's collection of variables wins over a
 * terminal's own `env`, so where the two differ the shell is started through a program that sets the variables.
 */
export function openProfileTerminal(
  parts: Pick<Parts, 'window' | 'system' | 'store'>,
  profile: string,
): vscode.Terminal {
  const { env, platform } = parts.system;
  const { active } = parts.window;
  const name = `AWS ${visible(profile, 60)}`;
  const look = {
    name,
    iconPath: new vscode.ThemeIcon('account'),
    isTransient: true,
  };
  const terminal = vscode.window.createTerminal({ ...look, ...binding() });
  terminal.show();
  return terminal;

  /** A plain shell wherever that is enough: only there VS Code's shell integration works. */
  function binding(): vscode.TerminalOptions {
    if (active.from !== 'user' || active.profile === null) {
      return { env: { ...Object.fromEntries(COMPETITORS.map(name => [name, null])), AWS_PROFILE: profile } };
    }
    // Only the terminals of the role in use see its private config file.
    const configFile = active.role === undefined ? undefined : parts.store.paths.config;
    return active.profile === profile
      ? {}
      : shellFor(profile, { shell: vscode.env.shell, platform, env, configFile });
  }
}

function shellFor(profile: string, shell: Shell): { shellPath: string; shellArgs: string[] } {
  const bound = boundTerminal(profile, shell);
  if (bound === undefined) {
    throw new UserError(`A terminal of ${basename(shell.shell)} cannot be bound to another profile yet.`, {
      hint: 'Switch to the profile first, then open the terminal.',
    });
  }
  return { shellPath: bound.path, shellArgs: [...bound.args] };
}
