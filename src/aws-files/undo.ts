import { UserError } from '../lib/errors.ts';
import { diffLines, type LineChange } from '../lib/line-diff.ts';
import type { Turns } from '../lib/turns.ts';
import { readDialect } from './dialects/read.ts';
import { parseDocument } from './document.ts';
import type { ChangedFile, FileChange, FileContent } from './file-change.ts';
import type { FileName } from './kinds.ts';
import { splitLines } from './line-splices.ts';
import type { WrittenFile } from './write-edits.ts';

/**
 * Takes back what was written, on the file as it is now. Where nobody changed it since, it gets the very bytes that
 * it had, or is removed if it was made. Otherwise lines that others changed elsewhere stay; when one of the lines
 * that were written, or that stand round removed ones, is not as it was left, it throws `UserError`.
 */
export function undoChange(written: WrittenFile): FileChange {
  const { before, after, path, file } = written;
  return {
    file,
    make: function* ({ bytes }: FileContent): Turns<ChangedFile> {
      const isAsLeft = after === undefined ? bytes === undefined : bytes?.equals(after) === true;
      const undone = isAsLeft ? before : yield* undoneBytes(written, bytes);
      if (!isAsLeft && refusals(undone, file) > Math.max(refusals(before, file), refusals(bytes, file))) {
        throw new UserError(`${path} was not undone: AWS CLI would refuse the file then.`, {
          hint: 'Something was added since that the edit had removed. Look at the file.',
          file: path,
        });
      }
      return { before: bytes, after: undone ?? null };
    },
  };
}

/** One character for each byte, so that nothing is lost whatever the bytes are. */
function* undoneBytes({ before, after, path }: WrittenFile, present: Buffer | undefined): Turns<Buffer> {
  if (after === undefined || present === undefined) {
    throw refusal(path);
  }
  const old = splitLines((before ?? Buffer.alloc(0)).toString('latin1'));
  const ours = splitLines(after.toString('latin1'));
  const now = splitLines(present.toString('latin1'));
  yield;
  const changes = diffLines(old, ours);
  yield;
  const places = new Places(ours, now);
  let result = '';
  let done = 0;
  for (const change of changes) {
    const lines = old.slice(change.oldBegin, change.oldEnd);
    const written = ours.slice(change.newBegin, change.newEnd);
    const found = places.find(change, !beginsSection(written.length === 0 ? lines : written));
    if (found === undefined || found < done) {
      throw refusal(path);
    }
    result += now.slice(done, found).join('') + lines.join('');
    done = found + written.length;
  }
  return Buffer.from(result + now.slice(done).join(''), 'latin1');
}

const GONE = -2;

/** Where the lines of one text stand in another. */
class Places {
  readonly #ours: readonly string[];
  readonly #now: readonly string[];
  readonly #places: Int32Array;

  constructor(ours: readonly string[], now: readonly string[]) {
    this.#ours = ours;
    this.#now = now;
    this.#places = new Int32Array(ours.length).fill(GONE);
    let line = 0;
    let place = 0;
    const end = { oldBegin: ours.length, oldEnd: ours.length, newEnd: now.length };
    for (const change of [...diffLines(ours, now), end]) {
      while (line < change.oldBegin) {
        this.#places[line] = place;
        line += 1;
        place += 1;
      }
      line = change.oldEnd;
      place = change.newEnd;
    }
  }

  /**
   * Where the lines that a change wrote stand, or those round the ones that it removed; undefined when they are not
   * together. Lines of a section must stand in it: the same ones in another section are not the same.
   */
  find({ newBegin, newEnd }: LineChange, isInSection: boolean): number | undefined {
    const isRemoval = newBegin === newEnd;
    const first = isRemoval ? newBegin - 1 : newBegin;
    const last = isRemoval ? newBegin : newEnd - 1;
    const begin = this.#place(first);
    for (let line = first; line <= last; line++) {
      if (this.#place(line) === GONE || this.#place(line) !== begin + line - first) {
        return undefined;
      }
    }
    const at = isRemoval ? begin + 1 : begin;
    const isSame = this.#place(headerAbove(this.#ours, newBegin)) === headerAbove(this.#now, at);
    return isSame || !isInSection ? at : undefined;
  }

  /** One before the first for the line before the first; the end for the one after the last. */
  #place(line: number): number {
    if (line < 0) {
      return -1;
    }
    return line === this.#places.length ? this.#now.length : (this.#places[line] ?? GONE);
  }
}

const HEADER = /^\s*\[/;

/** The line of the header that a line stands under; -1 for none. */
function headerAbove(lines: readonly string[], line: number): number {
  let header = line - 1;
  while (header >= 0 && !HEADER.test(lines[header] ?? '')) {
    header -= 1;
  }
  return header;
}

/** Whether lines start with a header, comments and blank ones aside. */
function beginsSection(lines: readonly string[]): boolean {
  return HEADER.test(lines.find(line => !/^\s*(?:[#;]|$)/.test(line)) ?? '');
}

/** How much there is for which AWS CLI refuses the file. */
function refusals(bytes: Buffer | undefined, file: FileName): number {
  return readDialect('cli', parseDocument(bytes ?? new Uint8Array()), file).refusals.length;
}

function refusal(path: string): UserError {
  return new UserError(`${path} changed since where that edit was, so it was not undone.`, {
    hint: 'Change it back in the file itself.',
    file: path,
  });
}
