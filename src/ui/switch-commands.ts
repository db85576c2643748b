import * as vscode from 'vscode';
import { UserError } from '../lib/errors.ts';
import { escapeMessage } from '../lib/escape.ts';
import { inheritedChoice } from '../view/active-profile.ts';
import { type Call, profileOf, readCall } from './call.ts';
import { chooseProfile, knownProfile } from './choose.ts';
import type { CommandTable } from './edge.ts';
import type { Parts } from './parts.ts';
import { pickProfile } from './profile-picks.ts';
import type { ProfilesView } from './profiles-view.ts';
import type { SessionsView } from './sessions-view.ts';
import { openProfileTerminal } from './terminal.ts';

type Needs = Pick<Parts, 'store' | 'sessions' | 'window' | 'ready' | 'system'> & {
  readonly profilesView: ProfilesView;
  readonly sessionsView: SessionsView;
};

/** Choosing the active profile, finding profiles, terminals. */
export function switchCommands(parts: Needs) {
  return {
    switchProfile: call => switchProfile(call, parts),
    clearProfile: call => choose(null, call, parts),
    activeProfile: async () => {
      await parts.ready;
      const { profile } = parts.window.active;
      // What VS Code passes is its own: a launch configuration names no profile.
      return profile ?? chooseProfile(readCall([]), parts, { title: 'AWS Profile', orActive: false });
    },
    searchProfiles: async () => {
      const picked = await pickProfile(parts, {
        title: 'Search Profiles',
        placeholder: 'Name, account, role or region',
        details: true,
        buttons: true,
      });
      if (picked !== null) {
        await parts.profilesView.reveal(picked);
      }
    },
    reveal: call => reveal(call, parts),
    openTerminal: async call => {
      const profile = await chooseProfile(call, parts, { title: 'Open a Terminal As', orActive: true });
      openProfileTerminal(parts, profile);
    },
  } satisfies CommandTable;
}

async function switchProfile(call: Call, parts: Needs): Promise<string | null> {
  await parts.ready;
  const named = call.by === 'program' && call.args[0] === null ? null : profileOf(call);
  const profile =
    named !== undefined
      ? named
      : await pickProfile(parts, {
          title: 'Switch Profile',
          placeholder: 'The profile that this window works as',
          clear: true,
          buttons: true,
        });
  return choose(profile, call, parts);
}

async function choose(profile: string | null, call: Call, parts: Needs): Promise<string | null> {
  if (profile !== null) {
    knownProfile(parts, profile);
  }
  await parts.window.choose(profile);
  if (profile === null && call.by === 'user') {
    void vscode.window.showInformationMessage(
      escapeMessage(`No profile is active in this window. ${inheritedChoice(parts.system.env)}`),
    );
  }
  return profile;
}

async function reveal(call: Call, parts: Needs): Promise<void> {
  await parts.ready;
  const target = call.link?.target ?? (call.node?.kind === 'standsOn' ? call.node.target : undefined);
  if (target === undefined) {
    return;
  }
  if (target.kind === 'place') {
    await openAt(target.file, target.line);
  } else if (target.kind === 'profile') {
    await parts.profilesView.reveal(target.name);
  } else {
    await parts.sessionsView.reveal(target.name);
  }
}

/** Shows a file with the cursor at the 1-based line. */
export async function openAt(file: string, line: number): Promise<void> {
  const position = new vscode.Position(Math.max(0, line - 1), 0);
  try {
    await vscode.window.showTextDocument(vscode.Uri.file(file), {
      selection: new vscode.Range(position, position),
    });
  } catch (error) {
    const why = error instanceof Error ? ` ${error.message.replace(/[.\s]*$/, '.')}` : '';
    throw new UserError(`${file} could not be opened.${why}`, {
      hint: 'Check that it is a text file that you may read.',
      file,
      cause: error,
    });
  }
}
