import { readFile } from 'node:fs/promises';
import type { Disposable } from '../lib/disposable.ts';
import { Emitter, type Event } from '../lib/emitter.ts';
import { systemErrorCode } from '../lib/errors.ts';
import type { System } from '../lib/system.ts';
import { RecentEdits } from './recent-edits.ts';
import type { WrittenFile } from './write-edits.ts';

/**
 * Tells when another program wrote over an edit that was just made. It looks by itself until the edit has stood for
 * two seconds; whoever watches the files calls `look` at every change, so that nothing in between is missed.
 */
export class EditWatch implements Disposable {
  readonly #recent = new RecentEdits();
  readonly #lost = new Emitter<readonly WrittenFile[]>();
  readonly #end = new AbortController();
  readonly #system: System;
  readonly #onError: (error: unknown) => void;
  /** The end of the line of looks: one at a time. */
  #last: Promise<void> = Promise.resolve();
  /** When it looks by itself, in milliseconds since the epoch. */
  #dueAt = Number.POSITIVE_INFINITY;

  /** `onError` gets what a listener throws. */
  constructor(system: System, onError: (error: unknown) => void) {
    this.#system = system;
    this.#onError = onError;
  }

  /** Fires with edits that are gone from their files, each once. */
  get onDidLoseEdits(): Event<readonly WrittenFile[]> {
    return this.#lost.event;
  }

  /** Looks after what was written just now. */
  note(written: readonly WrittenFile[]): void {
    this.#recent.note(written, this.#system.now());
    this.look();
  }

  /** Compares the recent edits with the files. */
  look(): void {
    this.#last = this.#last.then(() => this.#look()).catch(this.#onError);
  }

  dispose(): void {
    this.#end.abort();
    this.#lost.dispose();
  }

  async #look(): Promise<void> {
    let againMs = Number.POSITIVE_INFINITY;
    const lost: WrittenFile[] = [];
    for (const path of this.#recent.paths) {
      const bytes = await readOrNone(path);
      const looked = this.#recent.look(path, bytes, this.#system.now());
      lost.push(...looked.lost);
      againMs = Math.min(againMs, looked.againMs ?? againMs);
    }
    this.#lookIn(againMs);
    if (lost.length > 0) {
      this.#lost.fire(lost);
    }
  }

  #lookIn(ms: number): void {
    const dueAt = this.#system.now() + ms;
    if (dueAt >= this.#dueAt || this.#end.signal.aborted) {
      return;
    }
    this.#dueAt = dueAt;
    const look = (): void => {
      this.#dueAt = Number.POSITIVE_INFINITY;
      this.look();
    };
    // Rejects only when all is over.
    this.#system.sleep(ms, this.#end.signal).then(look, () => undefined);
  }
}

/** The bytes of a file; undefined when there is none, or it cannot be read. */
async function readOrNone(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if (systemErrorCode(error) === undefined) {
      throw error;
    }
    return undefined;
  }
}
