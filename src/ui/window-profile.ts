import type * as vscode from 'vscode';
import type { Disposable } from '../lib/disposable.ts';
import { Emitter } from '../lib/emitter.ts';
import type { Environment } from '../lib/system.ts';
import {
  type ActiveProfile,
  shadowingVariable,
  startProfile,
  terminalVariables,
} from '../view/active-profile.ts';
import { readSettings } from './settings.ts';

const CHOICE = 'activeProfile';
const RECENT = 'recentProfiles';
const MOST_RECENT = 8;

/** The active profile of this window: remembered by the workspace, carried into new terminals. */
export class WindowProfile implements Disposable {
  readonly #context: vscode.ExtensionContext;
  readonly #env: Environment;
  readonly #changes = new Emitter<ActiveProfile>();
  #active: ActiveProfile;

  readonly onDidChange = this.#changes.event;

  constructor(context: vscode.ExtensionContext, env: Environment) {
    this.#context = context;
    this.#env = env;
    this.#active = startProfile(context.workspaceState.get<string | null>(CHOICE), env);
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
    return shadowingVariable(this.#active, this.#env, readSettings().overrideKeys);
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
    const wanted = terminalVariables(this.#active, this.#env, readSettings().overrideKeys);
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
    const description =
      this.#active.profile === null ? undefined : 'The active AWS profile, chosen in Rolecall.';
    if (collection.description !== description) {
      collection.description = description;
    }
  }

  dispose(): void {
    this.#changes.dispose();
  }
}
