import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { Splice } from '../../../src/aws-files/layout.ts';
import type { OpenEditor, OpenEditors } from '../../../src/aws-files/open-editors.ts';
import { Store, type StoreOptions } from '../../../src/aws-files/store.ts';
import { UserError } from '../../../src/lib/errors.ts';
import { realSystem } from '../../../src/lib/system.ts';
import { temporaryFolder } from '../lib/temporary-folder.ts';

export type FileTexts = { readonly config?: string | Buffer; readonly credentials?: string | Buffer };

/** A home folder with these files, and a store of them that is loaded. */
export class StoreScene {
  readonly store: Store;
  readonly #folder: string;

  private constructor(folder: string, store: Store) {
    this.#folder = folder;
    this.store = store;
  }

  static async make(
    context: TestContext,
    files: FileTexts,
    options: Omit<StoreOptions, 'system'> = {},
  ): Promise<StoreScene> {
    const home = temporaryFolder(context);
    const store = new Store({ ...options, system: { ...realSystem(), env: {}, home } });
    const scene = new StoreScene(join(home, '.aws'), store);
    context.after(() => store.dispose());
    mkdirSync(join(home, '.aws'));
    for (const [name, text] of Object.entries(files)) {
      writeFileSync(scene.path(name), text, { mode: 0o600 });
    }
    await store.load();
    return scene;
  }

  path(name: string): string {
    return join(this.#folder, name);
  }

  /** The text of a file; undefined when there is none. */
  read(name: string): string | undefined {
    return existsSync(this.path(name)) ? readFileSync(this.path(name), 'utf8') : undefined;
  }

  /** The texts of both files, config first. */
  texts(): readonly (string | undefined)[] {
    return [this.read('config'), this.read('credentials')];
  }

  /** What another program does. */
  write(name: string, text: string): void {
    writeFileSync(this.path(name), text);
  }
}

/** Editors that hold texts in memory, as VS Code's do, by the names of the files. */
export class MemoryEditors implements OpenEditors {
  readonly #texts = new Map<string, string>();
  /** Why an editor's bytes could not survive a save. */
  trouble: string | undefined;
  /** Whether the editor refuses to change its text. */
  isStubborn = false;
  onReplace: () => void = () => undefined;

  open(name: string, text: string): void {
    this.#texts.set(name, text);
  }

  text(name: string): string | undefined {
    return this.#texts.get(name);
  }

  find(path: string): OpenEditor | undefined {
    const name = path.endsWith('credentials') ? 'credentials' : 'config';
    const text = this.#texts.get(name);
    return text === undefined
      ? undefined
      : {
          text,
          trouble: this.trouble,
          replace: async splices => {
            if (this.isStubborn || this.#texts.get(name) !== text) {
              throw new UserError('The editor does not change its text.');
            }
            this.onReplace();
            this.#texts.set(name, replaceAll(text, splices));
          },
        };
  }
}

/** From the end, so that offsets hold. */
function replaceAll(text: string, splices: readonly Splice[]): string {
  return splices.reduceRight(
    (result, splice) => result.slice(0, splice.begin) + splice.text + result.slice(splice.end),
    text,
  );
}
