import { join, resolve } from 'node:path';
import type * as vscode from 'vscode';
import { redirection } from '../aws-files/location.ts';
import type { Snapshot } from '../aws-files/snapshot.ts';
import type { Store } from '../aws-files/store.ts';
import type { Disposable } from '../lib/disposable.ts';
import { Emitter } from '../lib/emitter.ts';
import type { System } from '../lib/system.ts';
import {
  type ActiveProfile,
  roleRedirection,
  shadowingVariable,
  startProfile,
  terminalVariables,
  variablesDescription,
} from '../view/active-profile.ts';
import { type RoleInUse, readRoleInUse, withRole } from '../view/role-in-use.ts';
import { inBackground } from './edge.ts';
import type { Log } from './log.ts';
import { RoleFile } from './role-file.ts';
import { readSettings } from './settings.ts';

const CHOICE = 'activeProfile';
const ROLE = 'roleInUse';
const RECENT = 'recentProfiles';
const MOST_RECENT = 8;

type Sources = { readonly system: System; readonly store: Store; readonly log: Log };

/**
 * The active profile of this window: remembered by the workspace, carried into new terminals with the way to the
 * files that hold it.
 */
export class WindowProfile implements Disposable {
  readonly #context: vscode.ExtensionContext;
  readonly #parts: Sources;
  readonly #changes = new Emitter<ActiveProfile>();
  readonly #file: RoleFile;
  #active: ActiveProfile;
  #withRole: { readonly of: Snapshot; readonly role: RoleInUse; readonly snapshot: Snapshot } | undefined;

  readonly onDidChange = this.#changes.event;

  constructor(context: vscode.ExtensionContext, parts: Sources) {
    this.#context = context;
    this.#parts = parts;
    this.#file = new RoleFile(join(context.globalStorageUri.fsPath, 'roles'), parts);
    this.#active = startProfile(
      context.workspaceState.get<string | null>(CHOICE),
      parts.system.env,
      readRoleInUse(context.workspaceState.get<unknown>(ROLE)),
    );
  }

  get active(): ActiveProfile {
    return this.#active;
  }

  /** The files as the active profile sees them: with the role in use, where there is one. */
  get snapshot(): Snapshot {
    const { snapshot } = this.#parts.store;
    const { role } = this.#active;
    if (role === undefined) {
      return snapshot;
    }
    if (this.#withRole?.of !== snapshot || this.#withRole.role !== role) {
      this.#withRole = { of: snapshot, role, snapshot: withRole(snapshot, role) };
    }
    return this.#withRole.snapshot;
  }

  /** Profiles that were switched to, newest first; in whichever window. */
  get recent(): readonly string[] {
    return this.#context.globalState.get<readonly string[]>(RECENT) ?? [];
  }

  /** The inherited variable that wins over the active profile in new terminals. */
  get shadowedBy(): string | undefined {
    return shadowingVariable(this.#active, this.#parts.system.env, readSettings().overrideKeys);
  }

  /** Makes `profile` the active one; null clears. Terminals opened from now on follow. */
  async choose(profile: string | null): Promise<void> {
    if (
      profile !== null &&
      profile === this.#active.role?.profile &&
      !this.#parts.store.snapshot.profiles.has(profile)
    ) {
      return;
    }
    this.#become({ profile, from: 'user' });
    await this.#file.show(undefined);
    await this.#context.workspaceState.update(ROLE, undefined);
    await this.#context.workspaceState.update(CHOICE, profile);
    if (profile !== null) {
      const recent = [profile, ...this.recent.filter(name => name !== profile)];
      await this.#context.globalState.update(RECENT, recent.slice(0, MOST_RECENT));
    }
  }

  /**
   * Makes a role that no profile names the active identity, under a name that no profile of the files has. Terminals
   * opened from now on follow: they find it in a private config file, which stands before they are told.
   */
  async useRole(role: Omit<RoleInUse, 'id'>): Promise<void> {
    await this.#use({ ...role, id: this.#file.newId() });
  }

  async #use(inUse: RoleInUse): Promise<void> {
    await this.#file.show(inUse);
    this.#become({ profile: inUse.profile, from: 'user', role: inUse });
    await this.#context.workspaceState.update(ROLE, inUse);
  }

  /** The role in use goes on when its session gets another name, in the file that terminals know. */
  async followSession(from: string, to: string): Promise<void> {
    const { role } = this.#active;
    if (role?.keys.some(([key, value]) => key === 'sso_session' && value === from)) {
      const keys = role.keys.map(([key, value]) => [key, key === 'sso_session' ? to : value] as const);
      await this.#use({ ...role, keys });
    }
  }

  /** The private config file of the role in use has to be there, too, after the window was opened anew. */
  restoreRole(): void {
    if (this.#active.role !== undefined) {
      inBackground('copying the config file', this.#file.show(this.#active.role), this.#parts.log);
    }
  }

  /** The file of the role in use stays while the window does: a sweep of another one took it for left behind, say. */
  keepRole(): void {
    const { role } = this.#active;
    if (role !== undefined) {
      inBackground('keeping the copy of the config file', this.#keep(role), this.#parts.log);
    }
  }

  async #keep(role: RoleInUse): Promise<void> {
    if (!(await this.#file.touch(role)) && this.#active.role === role) {
      await this.#file.show(role);
    }
  }

  /** The config file by which terminals find the role in use; undefined when there is none. */
  get roleFile(): string | undefined {
    return this.#active.role && this.#file.path(this.#active.role);
  }

  /** A renamed profile stays the active one under its new name. */
  async follow(from: string, to: string): Promise<void> {
    await this.#context.globalState.update(
      RECENT,
      this.recent.map(name => (name === from ? to : name)),
    );
    if (this.#active.profile === from && this.#active.from === 'user' && this.#active.role === undefined) {
      await this.choose(to);
    }
  }

  /**
   * Brings VS Code's collection of terminal variables in line. Writes only what differs: each write makes VS
   * Code mark open terminals as outdated.
   */
  writeTerminalVariables(): void {
    const collection = this.#context.environmentVariableCollection;
    const { system, store } = this.#parts;
    const files = redirection(system, store.paths);
    const wanted = terminalVariables(
      this.#active,
      system.env,
      readSettings().overrideKeys,
      roleRedirection(files, this.roleFile, resolve(store.paths.config)),
    );
    const stale: string[] = [];
    collection.forEach(variable => {
      if (!wanted.has(variable)) {
        stale.push(variable);
      }
    });
    for (const variable of stale) {
      collection.delete(variable);
    }
    for (const [variable, value] of wanted) {
      if (collection.get(variable)?.value !== value) {
        collection.replace(variable, value, {
          applyAtProcessCreation: true,
          applyAtShellIntegration: true,
        });
      }
    }
    const description = variablesDescription(this.#active, files);
    if (collection.description !== description) {
      collection.description = description;
    }
  }

  dispose(): void {
    this.#changes.dispose();
    this.#file.dispose();
  }

  #become(active: ActiveProfile): void {
    this.#active = active;
    this.writeTerminalVariables();
    this.#changes.fire(active);
  }
}
