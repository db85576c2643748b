const LINE_FEED = 10;
const RETURN = 13;
/** So many bytes are compared at once. */
const STEP = 4096;

/** Bytes `begin` to `end` (exclusive) of the one text give way to `begin` to `newEnd` of the other. */
export type ByteChange = { readonly begin: number; readonly end: number; readonly newEnd: number };

/** What lies between the beginning and the end that two texts have in common: whole lines of both. */
export function findChangedLines(old: Buffer, now: Buffer): ByteChange {
  const shorter = Math.min(old.length, now.length);
  let begin = 0;
  while (begin + STEP <= shorter && old.compare(now, begin, begin + STEP, begin, begin + STEP) === 0) {
    begin += STEP;
  }
  while (begin < shorter && old[begin] === now[begin]) {
    begin += 1;
  }
  while (!isLineStart(old, begin) || !isLineStart(now, begin)) {
    begin -= 1;
  }
  let same = 0;
  const most = shorter - begin;
  while (same + STEP <= most && isSameTail(old, now, same)) {
    same += STEP;
  }
  while (same < most && old[old.length - 1 - same] === now[now.length - 1 - same]) {
    same += 1;
  }
  while (same > 0 && !(isLineStart(old, old.length - same) && isLineStart(now, now.length - same))) {
    same -= 1;
  }
  return { begin, end: old.length - same, newEnd: now.length - same };
}

function isLineStart(bytes: Buffer, at: number): boolean {
  const last = bytes[at - 1];
  return at === 0 || last === LINE_FEED || (last === RETURN && bytes[at] !== LINE_FEED);
}

/** Whether the `STEP` bytes before the last `same` ones are the same. */
function isSameTail(old: Buffer, now: Buffer, same: number): boolean {
  const oldEnd = old.length - same;
  const newEnd = now.length - same;
  return old.compare(now, newEnd - STEP, newEnd, oldEnd - STEP, oldEnd) === 0;
}
