import type { Change } from '../lib/atomic-file.ts';
import { UserError } from '../lib/errors.ts';
import { diffLines, type LineChange } from '../lib/line-diff.ts';
import { splitLines } from './line-splices.ts';
import type { WrittenFile } from './write-edits.ts';

/** The change that takes back what was written: it keeps what others changed elsewhere, and refuses to guess. */
export function undoChange(written: WrittenFile): Change {
  const { before, after, path } = written;
  return bytes => {
    if (after === undefined ? bytes === undefined : bytes?.equals(after) === true) {
      return before ?? null;
    }
    if (after === undefined || bytes === undefined) {
      throw refusal(path);
    }
    const texts = [before ?? Buffer.alloc(0), after, bytes].map(each => splitLines(each.toString('latin1')));
    const [old = [], ours = [], present = []] = texts;
    return Buffer.from(invert(old, ours, present, path).join(''), 'latin1');
  };
}

/** `present` with each change from `old` to `ours` taken back where it stands now. */
function invert(
  old: readonly string[],
  ours: readonly string[],
  present: readonly string[],
  path: string,
): readonly string[] {
  const places = placesIn(ours.length, diffLines(ours, present));
  const result: string[] = [];
  let done = 0;
  for (const change of diffLines(old, ours)) {
    const found = findPlace(change, places, present.length);
    if (found === undefined || found < done) {
      throw refusal(path);
    }
    result.push(...present.slice(done, found), ...old.slice(change.oldBegin, change.oldEnd));
    done = found + change.newEnd - change.newBegin;
  }
  return [...result, ...present.slice(done)];
}

/** Where the lines that a change wrote stand now, with those round it where it removed some. */
function findPlace({ newBegin, newEnd }: LineChange, places: Int32Array, end: number): number | undefined {
  const isRemoval = newBegin === newEnd;
  const first = isRemoval ? newBegin - 1 : newBegin;
  const last = isRemoval ? newBegin : newEnd - 1;
  const place = (line: number): number =>
    line === places.length ? end : line < 0 ? -1 : (places[line] ?? -2);
  const begin = place(first);
  for (let line = first; line <= last; line++) {
    if (place(line) === -2 || place(line) !== begin + line - first) {
      return undefined;
    }
  }
  return isRemoval ? begin + 1 : begin;
}

/** For each of the lines, where it stands after the changes; -2 for one that is gone. */
function placesIn(lines: number, changes: readonly LineChange[]): Int32Array {
  const places = new Int32Array(lines).fill(-2);
  let line = 0;
  let place = 0;
  for (const change of [...changes, { oldBegin: lines, oldEnd: lines, newBegin: 0, newEnd: 0 }]) {
    while (line < change.oldBegin) {
      places[line] = place;
      line += 1;
      place += 1;
    }
    line = change.oldEnd;
    place = change.newEnd;
  }
  return places;
}

function refusal(path: string): UserError {
  return new UserError(`${path} changed since at the lines of that edit, so it was not undone.`, {
    hint: 'Change it back in the file itself.',
    file: path,
  });
}
