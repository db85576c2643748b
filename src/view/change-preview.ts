import { diffLines } from '../lib/line-diff.ts';
import { maskLines, rawLines } from './masked-text.ts';

/** A change of a file as it may be shown: both texts without secrets, line by line those of the file. */
export type ChangePreview = {
  readonly before: string;
  readonly after: string;
  /** The 1-based line of `after` where the first change is; undefined when only line ends differ. */
  readonly line: number | undefined;
  /** The lines that go and come, as they are: for `isSameChange` alone, never to be shown. */
  readonly lines: readonly (readonly [gone: readonly string[], come: readonly string[]])[];
};

/** What marks a line whose hidden part is another one now, so that it shows as changed and tells nothing. */
const CHANGED = ' (changed)';

/** Makes the two texts of a change of a file; `undefined` stands for a file that does not exist. */
export function previewChange(before: Uint8Array | undefined, after: Uint8Array | undefined): ChangePreview {
  const [old, now] = [rawLines(before), rawLines(after)];
  const [shownOld, shownNow] = [maskLines(before), [...maskLines(after)]];
  const changes = diffLines(old, now);
  for (const { oldBegin, oldEnd, newBegin, newEnd } of changes) {
    const gone = new Set(old.slice(oldBegin, oldEnd));
    const shownGone = new Set(shownOld.slice(oldBegin, oldEnd));
    for (let at = newBegin; at < newEnd; at++) {
      const shown = shownNow[at] ?? '';
      if (shown !== '' && shownGone.has(shown) && !gone.has(now[at] ?? '')) {
        shownNow[at] = shown + CHANGED;
      }
    }
  }
  const [first] = changes;
  return {
    before: shownOld.join('\n'),
    after: shownNow.join('\n'),
    line: first === undefined ? undefined : Math.min(first.newBegin + 1, now.length),
    lines: changes.map(change => [
      old.slice(change.oldBegin, change.oldEnd),
      now.slice(change.newBegin, change.newEnd),
    ]),
  };
}

/** Whether two changes take away and put in the same lines; where these stand may differ. */
export function isSameChange(one: ChangePreview, other: ChangePreview): boolean {
  return (
    one.lines.length === other.lines.length &&
    one.lines.every((lines, index) =>
      lines.every((side, which) => {
        const same = other.lines[index]?.[which] ?? [];
        return side.length === same.length && side.every((line, at) => line === same[at]);
      }),
    )
  );
}
