import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { mkdir, readdir, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Store } from '../aws-files/store.ts';
import type { Disposable } from '../lib/disposable.ts';
import { UserError } from '../lib/errors.ts';
import type { System } from '../lib/system.ts';
import { runInTurns } from '../lib/turns.ts';
import type { RoleInUse } from '../view/role-in-use.ts';
import type { Log } from './log.ts';

type Sources = { readonly system: System; readonly store: Store; readonly log: Pick<Log, 'error'> };

/** What a window that was killed left behind goes after so many milliseconds without a sign of life. */
const LEFT_BEHIND = 14 * 24 * 3_600_000;

const SUFFIX = '.config';

/**
 * The private config files through which terminals find a role that stands in no file of the user's: one for each window
 * that uses one, without secrets, made anew when the real file changes. They are read-only, so that a tool that would
 * write to what will be thrown away fails and says so.
 */
export class RoleFile implements Disposable {
  readonly #folder: string;
  readonly #parts: Sources;
  readonly #subscription: Disposable;
  #role: RoleInUse | undefined;
  /** The end of the line of writes: an old text never comes after a newer one. */
  #last: Promise<void> = Promise.resolve();

  constructor(folder: string, parts: Sources) {
    this.#folder = folder;
    this.#parts = parts;
    this.#subscription = parts.store.onDidChange(() => {
      if (this.#role !== undefined) {
        this.#write(this.#role).catch((error: unknown) => parts.log.error('copying the config file', error));
      }
    });
  }

  /** A name for a file that no other window has. */
  newId(): string {
    return randomBytes(8).toString('hex');
  }

  path({ id }: RoleInUse): string {
    return join(this.#folder, `${id}${SUFFIX}`);
  }

  /**
   * Has the file of this role there, and no other of this window. Resolves when it stands.
   * @throws UserError when it cannot be written; then the one before is still there.
   */
  async show(role: RoleInUse | undefined): Promise<void> {
    const before = this.#role;
    this.#role = role;
    if (role !== undefined) {
      try {
        await this.#write(role);
      } catch (error) {
        if (this.#role === role) {
          this.#role = before;
        }
        throw error;
      }
    }
    if (before !== undefined && before.id !== role?.id) {
      await this.#queue(() => rm(this.path(before), { force: true }));
    }
    if (role !== undefined) {
      await this.#sweep();
    }
  }

  /** Lets other windows know that the file is in use; resolves to whether it is there. */
  async touch(role: RoleInUse): Promise<boolean> {
    const now = this.#parts.system.now() / 1000;
    return utimes(this.path(role), now, now).then(
      () => true,
      () => false,
    );
  }

  dispose(): void {
    this.#subscription.dispose();
    if (this.#role !== undefined) {
      // Nobody waits for a window that closes.
      rmSync(this.path(this.#role), { force: true });
      this.#role = undefined;
    }
  }

  #write(role: RoleInUse): Promise<void> {
    return this.#queue(async () => {
      const { store, system } = this.#parts;
      // Loaded by the first role that is used: it edits the text.
      const { harmlessCopy } = await import('../aws-files/harmless-copy.ts');
      const bytes = await runInTurns(
        harmlessCopy(store.snapshot, introduction(store.paths.config), toExtra(role)),
      );
      if (this.#role?.id !== role.id) {
        return;
      }
      const path = this.path(role);
      const temporary = `${path}.new`;
      // On Windows what is read-only cannot be replaced.
      const mode = system.platform === 'win32' ? 0o600 : 0o400;
      try {
        await mkdir(this.#folder, { recursive: true, mode: 0o700 });
        await rm(temporary, { force: true });
        await writeFile(temporary, bytes, { mode, flag: 'wx' });
        await rename(temporary, path);
        if (this.#role?.id !== role.id) {
          // The window closed meanwhile, or went on to something else.
          await rm(path, { force: true });
        }
      } catch (error) {
        throw new UserError(`${path}, by which terminals find the role, could not be written.`, {
          hint: 'Look whether the disk is full and the folder yours.',
          file: path,
          cause: error,
        });
      }
    });
  }

  #queue(work: () => Promise<void>): Promise<void> {
    const run = this.#last.then(work);
    this.#last = run.catch(() => undefined);
    return run;
  }

  async #sweep(): Promise<void> {
    const { system } = this.#parts;
    // There is no folder when the window went on to something else before anything was written.
    for (const name of await readdir(this.#folder).catch(() => [])) {
      const path = join(this.#folder, name);
      // Another window may have taken its own away meanwhile.
      const found = await stat(path).catch(() => undefined);
      if (found !== undefined && system.now() - found.mtimeMs > LEFT_BEHIND) {
        await rm(path, { force: true });
      }
    }
  }
}

function toExtra({ profile, keys }: RoleInUse): { name: string; settings: RoleInUse['keys'] } {
  return { name: profile, settings: keys };
}

function introduction(config: string): readonly string[] {
  return [
    'Made by Rolecall for the terminals of one window, which uses a role that no profile names.',
    `It is a copy of ${JSON.stringify(config)} without what may be a secret, and goes when the window`,
    'works as another profile. Nothing that is written here lasts.',
  ];
}
