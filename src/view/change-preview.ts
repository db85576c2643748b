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

/**
 * What marks a line that hides something and goes, comes or is another one now. It tells nothing of what is hidden; but
 * lines of dots look alike, and without it an editor would take one for another when it looks for the changed ones.
 */
const REMOVED = ' (removed)';
const ADDED = ' (new)';
const CHANGED = ' (changed)';

/** Makes the two texts of a change of a file; `undefined` stands for a file that does not exist. */
export function previewChange(before: Uint8Array | undefined, after: Uint8Array | undefined): ChangePreview {
  const [old, now] = [rawLines(before), rawLines(after)];
  const [shownOld, shownNow] = [[...maskLines(before)], [...maskLines(after)]];
  const changes = diffLines(old, now);
  for (const { oldBegin, oldEnd, newBegin, newEnd } of changes) {
    const gone = hiddenLines(old, shownOld, oldBegin, oldEnd);
    const come = hiddenLines(now, shownNow, newBegin, newEnd);
    mark(shownOld, gone, come, REMOVED, '');
    mark(shownNow, come, gone, ADDED, CHANGED);
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

type HiddenLines = {
  readonly lines: readonly { readonly at: number; readonly raw: string; readonly shown: string }[];
  readonly raw: ReadonlySet<string>;
  readonly shown: ReadonlySet<string>;
};

/** The lines of a piece that are not shown as they are. */
function hiddenLines(
  raw: readonly string[],
  shown: readonly string[],
  begin: number,
  end: number,
): HiddenLines {
  const lines = [];
  for (let at = begin; at < end; at++) {
    const line = { at, raw: raw[at] ?? '', shown: shown[at] ?? '' };
    if (line.shown !== line.raw.trimEnd()) {
      lines.push(line);
    }
  }
  return {
    lines,
    raw: new Set(lines.map(line => line.raw)),
    shown: new Set(lines.map(line => line.shown)),
  };
}

/** Marks the lines of one side: `alone` where the other side has none that looks the same, else `paired`. */
function mark(shown: string[], own: HiddenLines, other: HiddenLines, alone: string, paired: string): void {
  for (const line of own.lines) {
    if (!other.raw.has(line.raw)) {
      shown[line.at] = line.shown + (other.shown.has(line.shown) ? paired : alone);
    }
  }
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
