import { findChangedLines } from '../lib/byte-diff.ts';
import { splitLines } from './line-splices.ts';
import type { WrittenFile } from './write-edits.ts';

/** How long an edit is looked after, in milliseconds: a program that read the file before it has written by then. */
const WATCH_MS = 2000;
/** How long it must be gone, in milliseconds: AWS CLI empties a file before it fills it again. */
const CONFIRM_MS = 150;

/** What the present bytes say of the edits that were just made. */
export type Looked = {
  /** Edits that another program wrote over. Each is told once. */
  readonly lost: readonly WrittenFile[];
  /** After how many milliseconds to look again, whether or not anything changes; undefined for no need. */
  readonly againMs: number | undefined;
};

type RecentEdit = {
  readonly written: WrittenFile;
  readonly at: number;
  /** When it was first not there. */
  goneAt: number | undefined;
};

/**
 * Looks after edits for two seconds. Programs that know nothing of Rolecall's lock read a file, think, and write it
 * as a whole; what Rolecall wrote in between is then gone although it was on the disk. Nothing can prevent that, but
 * it can be noticed: none of what the edit changed is there any more.
 */
export class RecentEdits {
  readonly #edits = new Set<RecentEdit>();

  /** Remembers what was written, at `now` in milliseconds. Earlier edits that it undoes are not looked after any more. */
  note(written: readonly WrittenFile[], now: number): void {
    for (const each of written) {
      for (const edit of this.#edits) {
        if (edit.written.path === each.path && takesBack(each, edit.written)) {
          this.#edits.delete(edit);
        }
      }
      if (!each.inEditor) {
        this.#edits.add({ written: each, at: now, goneAt: undefined });
      }
    }
  }

  /** The files whose edits are looked after. */
  get paths(): ReadonlySet<string> {
    return new Set([...this.#edits].map(edit => edit.written.path));
  }

  /** Compares the edits of a file with its bytes at `now`; `undefined` stands for no file. */
  look(path: string, bytes: Buffer | undefined, now: number): Looked {
    const lost: WrittenFile[] = [];
    let againMs: number | undefined;
    const lookIn = (ms: number): void => {
      againMs = Math.min(againMs ?? ms, ms);
    };
    for (const edit of this.#edits) {
      if (edit.written.path !== path) {
        continue;
      }
      if (!isGone(edit.written, bytes)) {
        edit.goneAt = undefined;
        if (now - edit.at >= WATCH_MS) {
          this.#edits.delete(edit);
        } else {
          lookIn(WATCH_MS - (now - edit.at));
        }
        continue;
      }
      edit.goneAt ??= now;
      if (now - edit.goneAt >= CONFIRM_MS) {
        this.#edits.delete(edit);
        lost.push(edit.written);
      } else {
        lookIn(CONFIRM_MS - (now - edit.goneAt));
      }
    }
    return { lost, againMs };
  }
}

/** Whether an edit was there before the next one, and is not any more. */
function takesBack(next: WrittenFile, edit: WrittenFile): boolean {
  return !isGone(edit, next.before ?? Buffer.alloc(0)) && isGone(edit, next.after ?? Buffer.alloc(0));
}

/**
 * Whether the file is again as if the edit had never been: no line that it added is there, and every line that it
 * removed is. A line that somebody changed further, or took away with its section, is theirs.
 */
function isGone({ before, after }: WrittenFile, present: Buffer | undefined): boolean {
  // Nobody removes a file by mistake; what is no text cannot be edited anyway, and the views say so.
  if (present === undefined || present.includes(0) || after?.equals(present) === true) {
    return false;
  }
  const old = before ?? Buffer.alloc(0);
  const ours = after ?? Buffer.alloc(0);
  const { begin, end, newEnd } = findChangedLines(old, ours);
  const changes = countLines(ours.subarray(begin, newEnd));
  for (const [line, count] of countLines(old.subarray(begin, end))) {
    changes.set(line, (changes.get(line) ?? 0) - count);
  }
  const oldCounts = countLines(old);
  const counts = countLines(present);
  const real = [...changes].filter(([, change]) => change !== 0);
  // A header may be there again for the sake of a later edit.
  const keys = real.filter(([line]) => !line.startsWith('['));
  return (
    real.length > 0 &&
    (keys.length > 0 ? keys : real).every(([line, change]) => {
      const more = (counts.get(line) ?? 0) - (oldCounts.get(line) ?? 0);
      return change > 0 ? more <= 0 : more >= 0;
    })
  );
}

function countLines(bytes: Buffer): Map<string, number> {
  const counts = new Map<string, number>();
  for (const line of splitLines(bytes.toString('latin1'))) {
    // A last line without an end is the same line; and so it is when a program writes other ends. Blank ones come
    // and go with anything.
    const text = line.trimEnd();
    if (text !== '') {
      counts.set(text, (counts.get(text) ?? 0) + 1);
    }
  }
  return counts;
}
