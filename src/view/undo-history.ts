import type { WrittenFile } from '../aws-files/write-edits.ts';

/** An edit that can be taken back. */
export type DoneEdit = {
  /** What it did, as a sentence without its full stop: `Deleted the profile dev`. */
  readonly done: string;
  readonly written: readonly WrittenFile[];
  /** Run once it was taken back: what followed the edit outside of the files goes back too. */
  readonly undone?: (() => Promise<void>) | undefined;
};

const MAX_EDITS = 50;
const MAX_BYTES = 32 * 1024 * 1024;

/**
 * The edits of a window, newest last. It holds secrets, so it lives in memory only, and old edits go when there are
 * many of them or their files are large; the newest stays.
 */
export class UndoHistory {
  #edits: readonly DoneEdit[] = [];

  get last(): DoneEdit | undefined {
    return this.#edits.at(-1);
  }

  has(edit: DoneEdit): boolean {
    return this.#edits.includes(edit);
  }

  add(edit: DoneEdit): void {
    const kept: DoneEdit[] = [edit];
    let bytes = sizeOf(edit);
    for (const older of this.#edits.toReversed()) {
      bytes += sizeOf(older);
      if (bytes > MAX_BYTES || kept.length === MAX_EDITS) {
        break;
      }
      kept.push(older);
    }
    this.#edits = kept.reverse();
  }

  remove(edit: DoneEdit): void {
    this.#edits = this.#edits.filter(each => each !== edit);
  }

  clear(): void {
    this.#edits = [];
  }
}

function sizeOf({ written }: DoneEdit): number {
  return written.reduce((sum, { before, after }) => sum + (before?.length ?? 0) + (after?.length ?? 0), 0);
}
