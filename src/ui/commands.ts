import { accountCommands } from './account-commands.ts';
import { checkCommands } from './check-commands.ts';
import type { CommandName } from './command-names.ts';
import { convertCommands } from './convert-commands.ts';
import type { CommandTable } from './edge.ts';
import { editCommands } from './edit-commands.ts';
import type { ExplanationView } from './explanation-view.ts';
import { fileCommands } from './file-commands.ts';
import { generateCommands } from './generate-commands.ts';
import { identityCommands } from './identity-commands.ts';
import type { IdentityFollow } from './identity-follow.ts';
import { keyCommands } from './key-commands.ts';
import { loginCommands } from './login-commands.ts';
import type { Parts } from './parts.ts';
import type { ProblemPanel } from './problem-panel.ts';
import type { ProfilesView } from './profiles-view.ts';
import { restoreCommands } from './restore-commands.ts';
import { roleCommands } from './role-commands.ts';
import { rowCommands } from './row-commands.ts';
import { sessionCommands } from './session-commands.ts';
import type { SessionsView } from './sessions-view.ts';
import { switchCommands } from './switch-commands.ts';
import { filesCommands } from './switch-files.ts';
import { undoCommands } from './undo-commands.ts';

/** What commands can reach: the parts, and the views that some of them turn to. */
export type CommandParts = Parts & {
  readonly profilesView: ProfilesView;
  readonly sessionsView: SessionsView;
  readonly explanation: ExplanationView;
  readonly follow: IdentityFollow;
  readonly panel: ProblemPanel;
};

/** The one table of commands: id → what it does. */
export function allCommands(parts: CommandParts): CommandTable<CommandName> {
  return {
    ...switchCommands(parts),
    ...loginCommands(parts),
    ...sessionCommands(parts),
    ...accountCommands(parts),
    ...roleCommands(parts),
    ...generateCommands(parts),
    ...identityCommands(parts),
    ...editCommands(parts),
    ...keyCommands(parts),
    ...convertCommands(parts),
    ...rowCommands(parts),
    ...undoCommands(parts),
    ...restoreCommands(parts),
    ...fileCommands(parts),
    ...filesCommands(parts),
    ...checkCommands(parts),
  };
}
