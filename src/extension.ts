import { join } from 'node:path';
import * as vscode from 'vscode';
import { Store } from './aws-files/store.ts';
import type { Identity } from './credentials/credentials.ts';
import { IdentityCheck } from './credentials/identity-check.ts';
import { onDispose } from './lib/disposable.ts';
import { lazy } from './lib/lazy.ts';
import { realSystem } from './lib/system.ts';
import { AccessLists } from './sso/access-lists.ts';
import { LoginRecordFile } from './sso/login-record.ts';
import { TokenCache } from './sso/token-cache.ts';
import { keptVersions } from './ui/backups.ts';
import { askIdentity } from './ui/chain.ts';
import { COMMAND_NAMES } from './ui/command-names.ts';
import { lazyCommands, registerCommands } from './ui/edge.ts';
import { EditHistory } from './ui/edit-history.ts';
import { ExpiryNotice } from './ui/expiry-notice.ts';
import { ExplanationView } from './ui/explanation-view.ts';
import { FilePairs } from './ui/file-pairs.ts';
import { registerFixes } from './ui/fix-provider.ts';
import { GenerateMemory } from './ui/generate-memory.ts';
import { IdentityFollow } from './ui/identity-follow.ts';
import { Log } from './ui/log.ts';
import { followLostEdits } from './ui/lost-edits.ts';
import { openFiles } from './ui/open-files.ts';
import type { Parts } from './ui/parts.ts';
import { Previews } from './ui/preview.ts';
import { ProblemPanel } from './ui/problem-panel.ts';
import { ProfilesView } from './ui/profiles-view.ts';
import { SessionFollow } from './ui/session-follow.ts';
import { SessionsView } from './ui/sessions-view.ts';
import { readSettings } from './ui/settings.ts';
import { requestFor } from './ui/sso-request.ts';
import { StatusBar } from './ui/status-bar.ts';
import { WindowProfile } from './ui/window-profile.ts';
import { missingFiles } from './view/files-place.ts';
import { SessionModel } from './view/session-model.ts';

/** What Rolecall offers to other extensions: names and identity, never secrets. */
export type Api = {
  readonly version: 1;
  /** The active profile of this window; undefined where none is chosen. */
  activeProfile(): string | undefined;
  readonly onDidChangeActiveProfile: vscode.Event<string | undefined>;
  /** Who a profile is; the active one when omitted. Rejects with an error for the user. */
  identity(profile?: string): Promise<Identity>;
};

/** VS Code says nothing when an extension fails to start, so Rolecall does. */
export function activate(context: vscode.ExtensionContext): Api {
  const log = new Log();
  context.subscriptions.push(log);
  try {
    return start(context, log);
  } catch (error) {
    log.error('start', error);
    void vscode.window.showErrorMessage('Rolecall could not start. Its output channel says why.');
    throw error;
  }
}

/** Builds the parts and wires them. Nothing is read or asked before the first await: opening VS Code must not pay. */
function start(context: vscode.ExtensionContext, log: Log): Api {
  const system = realSystem();
  const version = String(context.extension.packageJSON.version);
  const settings = readSettings();
  const backups = keptVersions(context, log);
  const store = new Store({
    system,
    paths: { config: settings.configFile, credentials: settings.credentialsFile },
    editors: openFiles,
    backups,
  });
  store.leaveOut(settings.problemsOff);
  const tokens = new TokenCache({ system });
  const lists = new AccessLists({
    system,
    folder: join(context.globalStorageUri.fsPath, 'access'),
    onTrouble: error => log.error('keeping lists of accounts', error),
    requestFor: session => requestFor(session, { store, system, version, tokens }),
  });
  const resolver = lazy(
    async () => new (await import('./credentials/resolve.ts')).Resolver({ system, version, tokens }),
  );
  const identity = new IdentityCheck(resolver, system);
  const logins = new LoginRecordFile(join(context.globalStorageUri.fsPath, 'logins.json'));
  const sessions = new SessionModel(tokens, system, {
    record: logins,
    hours: () => readSettings().sessionHours,
  });
  const window = new WindowProfile(context, { system, store, log });
  const files = new FilePairs(context, { system, store, window, log });
  const noted: NotedContext = new Map();
  const ready = load(store, sessions, files, noted, log);
  const closing = new AbortController();
  const parts: Parts = {
    system,
    version,
    log,
    store,
    tokens,
    lists,
    resolver,
    identity,
    sessions,
    window,
    files,
    backups,
    history: new EditHistory(store, log),
    previews: new Previews(log),
    generateMemory: new GenerateMemory(context.globalState),
    closing: closing.signal,
    ready,
  };
  const profilesView = new ProfilesView(parts);
  const sessionsView = new SessionsView(parts);
  const explanation = new ExplanationView(parts);
  const follow = new IdentityFollow(parts);
  const panel = new ProblemPanel(parts);
  const activeChanges = new vscode.EventEmitter<string | undefined>();

  // What commands do is loaded with the first one that is called.
  const commands = lazyCommands(COMMAND_NAMES, async () => {
    const { allCommands } = await import('./ui/commands.ts');
    return allCommands({ ...parts, profilesView, sessionsView, explanation, follow, panel });
  });
  context.subscriptions.push(
    onDispose(() => closing.abort()),
    store,
    tokens,
    lists,
    identity,
    sessions,
    window,
    files,
    parts.history,
    parts.previews,
    profilesView,
    sessionsView,
    explanation,
    follow,
    new StatusBar(parts),
    new SessionFollow(parts),
    new ExpiryNotice({ ...parts, record: logins }),
    panel,
    registerFixes(panel),
    activeChanges,
    vscode.window.onDidChangeWindowState(() => window.keepRole()),
    vscode.window.onDidOpenTerminal(() => window.keepRole()),
    window.onDidChange(active => activeChanges.fire(active.profile ?? undefined)),
    store.watch(error => log.error('following the files', error)),
    store.onDidChange(() => void noteFiles(store, files, noted, log)),
    followLostEdits({ store, system, log }),
    vscode.workspace.onDidChangeConfiguration(event => {
      if (event.affectsConfiguration('rolecall.terminal.overrideKeys')) {
        window.writeTerminalVariables();
      }
      if (event.affectsConfiguration('rolecall.problems.off')) {
        store.leaveOut(readSettings().problemsOff);
      }
    }),
    ...registerCommands(commands, log),
  );
  window.writeTerminalVariables();
  void ready.then(() => window.restoreRole());
  follow.check();
  return {
    version: 1,
    activeProfile: () => window.active.profile ?? undefined,
    onDidChangeActiveProfile: activeChanges.event,
    identity: async profile => {
      await ready;
      return askIdentity(parts, profile ?? window.active.profile ?? undefined, 'program');
    },
  };
}

/** The first reading of the files and tokens. Bad files are problems in the snapshot, not failures of this. */
async function load(
  store: Store,
  sessions: SessionModel,
  files: FilePairs,
  noted: NotedContext,
  log: Log,
): Promise<void> {
  try {
    await sessions.update(await store.load());
  } catch (error) {
    log.error('first reading of the files', error);
  }
  // Not awaited: the rows need not wait for VS Code's answer.
  void noteFiles(store, files, noted, log);
}

/** The context keys as VS Code was told them last: most changes of the files change none. */
type NotedContext = Map<string, boolean>;

/**
 * The empty view says something else when a file cannot be read, or is not there though somebody named it; and
 * nothing before the files were read.
 */
async function noteFiles(
  { snapshot }: Store,
  files: FilePairs,
  noted: NotedContext,
  log: Log,
): Promise<void> {
  const unreadable = Object.values(snapshot.files).some(file => file.status === 'unreadable');
  const missing = missingFiles(files.locate(files.present), snapshot.files).length > 0;
  for (const [key, value] of Object.entries({ unreadable, missing, loaded: true })) {
    if (noted.get(key) === value) {
      continue;
    }
    noted.set(key, value);
    try {
      await vscode.commands.executeCommand('setContext', `rolecall.${key}`, value);
    } catch (error) {
      log.error('setting a context key', error);
    }
  }
}
