import { realpath } from 'node:fs/promises';
import { resolve } from 'node:path';
import * as vscode from 'vscode';
import type { FileName } from '../aws-files/kinds.ts';
import type { FilePaths } from '../aws-files/location.ts';
import type { Store } from '../aws-files/store.ts';
import { type Disposable, disposeAll } from '../lib/disposable.ts';
import { Emitter } from '../lib/emitter.ts';
import { inBackground } from './edge.ts';
import type { Log } from './log.ts';

/** A tab that shows one of the files. */
export type OpenFile = { readonly uri: vscode.Uri; readonly file: FileName };

/** Which tabs show the config and the credentials file, by whatever name they were opened: links count. */
export class AwsDocuments implements Disposable {
  readonly #store: Store;
  readonly #subscriptions: readonly Disposable[];
  readonly #changes = new Emitter<void>();
  #files: ReadonlyMap<string, OpenFile> = new Map();
  #paths: FilePaths;
  /** Numbers the looks, so that a newer one ends an older one. */
  #look = 0;

  /** Fires when a tab of either file was opened or closed, and when the files are others. */
  readonly onDidChange = this.#changes.event;

  constructor(store: Store, log: Log) {
    this.#store = store;
    this.#paths = store.paths;
    const look = (): void => inBackground('looking for open AWS files', this.#lookAgain(), log);
    this.#subscriptions = [
      this.#changes,
      vscode.window.tabGroups.onDidChangeTabs(look),
      store.onDidChange(() => {
        if (store.paths !== this.#paths) {
          look();
        }
      }),
    ];
    look();
  }

  /** The tabs, by the URI as text. */
  get files(): ReadonlyMap<string, OpenFile> {
    return this.#files;
  }

  fileOf(document: vscode.TextDocument): FileName | undefined {
    return this.#files.get(document.uri.toString())?.file;
  }

  /** The open documents of the files; a tab that was not looked at yet has none. */
  get documents(): readonly vscode.TextDocument[] {
    return this.#files.size === 0
      ? []
      : vscode.workspace.textDocuments.filter(document => this.fileOf(document) !== undefined);
  }

  /** What stands in editors and is not saved. */
  get unsaved(): Readonly<Partial<Record<FileName, string>>> {
    const texts: Partial<Record<FileName, string>> = {};
    for (const document of this.documents) {
      const file = this.fileOf(document);
      if (file !== undefined && document.isDirty) {
        texts[file] = document.getText();
      }
    }
    return texts;
  }

  dispose(): void {
    disposeAll(this.#subscriptions);
  }

  async #lookAgain(): Promise<void> {
    this.#look += 1;
    const look = this.#look;
    const { paths } = this.#store;
    const uris = openUris();
    if (uris.length === 0 && this.#files.size === 0) {
      this.#paths = paths;
      return;
    }
    const real = { config: await realPath(paths.config), credentials: await realPath(paths.credentials) };
    const files = new Map<string, OpenFile>();
    for (const uri of uris) {
      const path = await realPath(uri.fsPath);
      if (path === real.config) {
        files.set(uri.toString(), { uri, file: 'config' });
      } else if (path === real.credentials) {
        files.set(uri.toString(), { uri, file: 'credentials' });
      }
    }
    const isSame =
      paths === this.#paths &&
      files.size === this.#files.size &&
      [...files].every(([uri, { file }]) => this.#files.get(uri)?.file === file);
    if (look === this.#look && !isSame) {
      this.#files = files;
      this.#paths = paths;
      this.#changes.fire();
    }
  }
}

function openUris(): readonly vscode.Uri[] {
  return vscode.window.tabGroups.all
    .flatMap(group => group.tabs)
    .flatMap(({ input }) => {
      if (input instanceof vscode.TabInputText) {
        return [input.uri];
      }
      return input instanceof vscode.TabInputTextDiff ? [input.original, input.modified] : [];
    })
    .filter(uri => uri.scheme === 'file');
}

async function realPath(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch {
    // Not on disk, or not to be reached: the name is all there is.
    return resolve(path);
  }
}
