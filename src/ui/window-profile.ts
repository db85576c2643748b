import type * as vscode from 'vscode';
import { redirection } from '../aws-files/location.ts';
import type { Store } from '../aws-files/store.ts';
import type { Disposable } from '../lib/disposable.ts';
import { Emitter } from '../lib/emitter.ts';
import type { System } from '../lib/system.ts';
import {
  type ActiveProfile,
  shadowingVariable,
  startProfile,
  terminalVariables,
  variablesDescription,
} from '../view/active-profile.ts';
import { readSettings } from './settings.ts';

const CHOICE = 'activeProfile';
const RECENT = 'recentProfiles';
const MOST_RECENT = 8;

type Sources = { readonly system: System; readonly store: Store };

/**
 * The active profile of this window: remembered by the workspace, carried into new terminals with the way to the
 * files that hold it.
 */
export class WindowProfile implements Disposable {
  readonly #context: vscode.ExtensionContext;
  readonly #parts: Sources;
  readonly #changes = new Emitter<ActiveProfile>();
  #active: ActiveProfile;

  readonly onDidChange = this.#changes.event;

  constructor(context: vscode.ExtensionContext, parts: Sources) {
    this.#context = context;
    this.#parts = parts;
    this.#active = startProfile(context.workspaceState.get<string | null>(CHOICE), parts.system.env);
  }

  get active(): ActiveProfile {
    return this.#active;
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
    this.#active = { profile, from: 'user' };
    this.writeTerminalVariables();
    this.#changes.fire(this.#active);
    await this.#context.workspaceState.update(CHOICE, profile);
    if (profile !== null) {
      const recent = [profile, ...this.recent.filter(name => name !== profile)];
      await this.#context.globalState.update(RECENT, recent.slice(0, MOST_RECENT));
    }
  }

  /** A renamed profile stays the active one under its new name. */
  async follow(from: string, to: string): Promise<void> {
    await this.#context.globalState.update(
      RECENT,
      this.recent.map(name => (name === from ? to : name)),
    );
    if (this.#active.profile === from && this.#active.from === 'user') {
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
    const wanted = terminalVariables(this.#active, system.env, readSettings().overrideKeys, files);
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
  }
}
