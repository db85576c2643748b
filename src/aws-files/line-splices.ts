import { diffLines } from '../lib/line-diff.ts';
import type { Splice } from './layout.ts';

/** The changes of text that make `now` of `old`, whole lines each. */
export function lineSplices(old: string, now: string): readonly Splice[] {
  const [before, after] = [splitLines(old), splitLines(now)];
  const starts = startsOf(before);
  return diffLines(before, after).map(change => ({
    begin: starts[change.oldBegin] ?? old.length,
    end: starts[change.oldEnd] ?? old.length,
    text: after.slice(change.newBegin, change.newEnd).join(''),
  }));
}

/** The lines with their line ends, as every dialect parts them. */
export function splitLines(text: string): readonly string[] {
  return text.match(/[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+$/g) ?? [];
}

function startsOf(lines: readonly string[]): readonly number[] {
  let offset = 0;
  return lines.map(line => {
    offset += line.length;
    return offset - line.length;
  });
}
