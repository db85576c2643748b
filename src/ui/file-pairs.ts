import * as vscode from 'vscode';
import type { FileName } from '../aws-files/kinds.ts';
import { type Location, locateFiles, type PathOverrides } from '../aws-files/location.ts';
import type { Store } from '../aws-files/store.ts';
import { type Disposable, disposeAll, onDispose } from '../lib/disposable.ts';
import { UserError } from '../lib/errors.ts';
import type { System } from '../lib/system.ts';
import { FILE_SETTINGS } from '../view/files-place.ts';
import { inBackground } from './edge.ts';
import type { Log } from './log.ts';
import { readSettings } from './settings.ts';
import type { WindowProfile } from './window-profile.ts';

const USED = 'filePairs';
const MOST_USED = 8;

/** The two settings come one after the other when somebody changes both. */
const SETTLE_MS = 150;

type Sources = {
  readonly system: System;
  readonly store: Store;
  readonly window: WindowProfile;
  readonly log: Log;
};

/** The pair of files that the settings name, which the store and the terminals follow; and those used before. */
export class FilePairs implements Disposable {
  readonly #memory: vscode.Memento;
  readonly #parts: Sources;
  readonly #subscriptions: readonly Disposable[];
  #timer: NodeJS.Timeout | undefined;
  /** One of the two settings is written and the other not yet. */
  #isWriting = false;

  constructor(context: Pick<vscode.ExtensionContext, 'globalState'>, parts: Sources) {
    this.#memory = context.globalState;
    this.#parts = parts;
    this.#subscriptions = [
      onDispose(() => clearTimeout(this.#timer)),
      vscode.workspace.onDidChangeConfiguration(event => {
        if (Object.values(FILE_SETTINGS).some(name => event.affectsConfiguration(name))) {
          clearTimeout(this.#timer);
          this.#timer = setTimeout(() => {
            if (!this.#isWriting) {
              inBackground('changing the files', this.#follow(), parts.log, true);
            }
          }, SETTLE_MS);
        }
      }),
    ];
    // It may have been written into the settings while no window was open.
    inBackground('remembering the files', this.#remember(this.present), parts.log);
  }

  /** The pair as the settings name it. */
  get present(): PathOverrides {
    const { configFile, credentialsFile } = readSettings();
    return { config: configFile, credentials: credentialsFile };
  }

  /** Pairs that settings named, newest first; in whichever window, on whichever machine. */
  get used(): readonly PathOverrides[] {
    const kept = this.#memory.get<unknown>(USED);
    return Array.isArray(kept) ? kept.filter(isPair) : [];
  }

  /** Where a pair leads to. */
  locate(pair: PathOverrides): Readonly<Record<FileName, Location>> {
    const { env, home, platform } = this.#parts.system;
    return locateFiles(env, home, platform, pair);
  }

  /**
   * Writes the settings and reads those files. A file without a path is where AWS's tools look.
   * @throws UserError when VS Code cannot write its settings.
   */
  async choose(pair: PathOverrides): Promise<void> {
    const before = this.present;
    this.#isWriting = true;
    try {
      await writeSetting('config', pair.config);
      try {
        await writeSetting('credentials', pair.credentials);
      } catch (error) {
        await writeSetting('config', before.config);
        throw error;
      }
    } finally {
      this.#isWriting = false;
    }
    await this.#remember(before);
    await this.#follow();
  }

  /** Takes a pair off the list. */
  async forget(pair: PathOverrides): Promise<void> {
    await this.#memory.update(
      USED,
      this.used.filter(each => !isEqual(each, pair)),
    );
  }

  dispose(): void {
    disposeAll(this.#subscriptions);
  }

  async #follow(): Promise<void> {
    const { store, window } = this.#parts;
    const pair = this.present;
    const reading = store.setPaths(pair);
    window.writeTerminalVariables();
    await this.#remember(pair);
    await reading;
  }

  async #remember(pair: PathOverrides): Promise<void> {
    const { used } = this;
    const isNamed = pair.config !== undefined || pair.credentials !== undefined;
    if (isNamed && (used[0] === undefined || !isEqual(used[0], pair))) {
      const rest = used.filter(each => !isEqual(each, pair));
      await this.#memory.update(USED, [pair, ...rest].slice(0, MOST_USED));
    }
  }
}

async function writeSetting(file: FileName, path: string | undefined): Promise<void> {
  try {
    // Of machine scope: in a remote window VS Code keeps it there.
    await vscode.workspace
      .getConfiguration()
      .update(FILE_SETTINGS[file], path, vscode.ConfigurationTarget.Global);
  } catch (error) {
    throw new UserError(`The setting ${FILE_SETTINGS[file]} could not be written.`, {
      hint: 'Look whether your settings file is unsaved or has an error, then try again.',
      cause: error,
    });
  }
}

function isPair(value: unknown): value is PathOverrides {
  const isPath = (path: unknown): boolean => path === undefined || typeof path === 'string';
  return (
    typeof value === 'object' &&
    value !== null &&
    isPath(Reflect.get(value, 'config')) &&
    isPath(Reflect.get(value, 'credentials'))
  );
}

function isEqual(one: PathOverrides, other: PathOverrides): boolean {
  return one.config === other.config && one.credentials === other.credentials;
}
