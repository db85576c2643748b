/** Lines `oldBegin` to `oldEnd` (0-based, exclusive) of the one text give way to `newBegin` to `newEnd` of the other. */
export type LineChange = {
  readonly oldBegin: number;
  readonly oldEnd: number;
  readonly newBegin: number;
  readonly newEnd: number;
};

/** So many pairs of lines are compared each with each; a larger piece without a landmark counts as replaced whole. */
const MAX_PAIRS = 250_000;

/**
 * What changed between two texts, as pieces in their order: outside of them the lines are the same. Lines that stand
 * once in both texts are the landmarks, so that time grows with the length and hardly with the number of changes.
 */
export function diffLines(old: readonly string[], now: readonly string[]): readonly LineChange[] {
  const changes: LineChange[] = [];
  const pieces = [{ oldBegin: 0, oldEnd: old.length, newBegin: 0, newEnd: now.length }];
  for (let piece = pieces.pop(); piece !== undefined; piece = pieces.pop()) {
    const rest = withoutCommonEnds(old, now, piece);
    if (rest.oldBegin === rest.oldEnd || rest.newBegin === rest.newEnd) {
      if (rest.oldBegin !== rest.oldEnd || rest.newBegin !== rest.newEnd) {
        changes.push(rest);
      }
      continue;
    }
    const landmarks = findLandmarks(old, now, rest);
    if (landmarks.length === 0) {
      changes.push(...diffSmall(old, now, rest));
      continue;
    }
    // The last piece is pushed first, so that the changes come in order.
    let { oldEnd, newEnd } = rest;
    for (const [oldAt, newAt] of landmarks.reverse()) {
      pieces.push({ oldBegin: oldAt + 1, oldEnd, newBegin: newAt + 1, newEnd });
      oldEnd = oldAt;
      newEnd = newAt;
    }
    pieces.push({ oldBegin: rest.oldBegin, oldEnd, newBegin: rest.newBegin, newEnd });
  }
  return changes;
}

function withoutCommonEnds(
  old: readonly string[],
  now: readonly string[],
  { oldBegin, oldEnd, newBegin, newEnd }: LineChange,
): LineChange {
  let head = 0;
  const most = Math.min(oldEnd - oldBegin, newEnd - newBegin);
  while (head < most && old[oldBegin + head] === now[newBegin + head]) {
    head += 1;
  }
  let tail = 0;
  while (tail < most - head && old[oldEnd - 1 - tail] === now[newEnd - 1 - tail]) {
    tail += 1;
  }
  return {
    oldBegin: oldBegin + head,
    oldEnd: oldEnd - tail,
    newBegin: newBegin + head,
    newEnd: newEnd - tail,
  };
}

type Pair = readonly [oldAt: number, newAt: number];

/** Lines that stand once in both pieces, as many of them as come in the same order in both. */
function findLandmarks(
  old: readonly string[],
  now: readonly string[],
  { oldBegin, oldEnd, newBegin, newEnd }: LineChange,
): Pair[] {
  const inOld = placesOfSingles(old, oldBegin, oldEnd);
  const inNew = placesOfSingles(now, newBegin, newEnd);
  const pairs: Pair[] = [];
  for (const [line, newAt] of inNew) {
    const oldAt = inOld.get(line);
    if (oldAt !== undefined && oldAt !== -1 && newAt !== -1) {
      pairs.push([oldAt, newAt]);
    }
  }
  return longestRising(pairs);
}

/** Where each line stands; -1 for one that stands there twice. In the order of the text. */
function placesOfSingles(lines: readonly string[], begin: number, end: number): Map<string, number> {
  const places = new Map<string, number>();
  for (let at = begin; at < end; at++) {
    const line = lines[at] ?? '';
    places.set(line, places.has(line) ? -1 : at);
  }
  return places;
}

/** The longest run of pairs, which come in the order of the new text, whose old places rise too. */
function longestRising(pairs: readonly Pair[]): Pair[] {
  /** For each length, the index of the pair with the lowest old place that ends a run of it. */
  const ends: number[] = [];
  const before: number[] = [];
  for (const [index, [oldAt]] of pairs.entries()) {
    let low = 0;
    let high = ends.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((pairs[ends[middle] ?? 0]?.[0] ?? 0) < oldAt) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    before[index] = low === 0 ? -1 : (ends[low - 1] ?? -1);
    ends[low] = index;
  }
  const run: Pair[] = [];
  for (let index = ends.at(-1) ?? -1; index >= 0; index = before[index] ?? -1) {
    const pair = pairs[index];
    if (pair !== undefined) {
      run.push(pair);
    }
  }
  return run.reverse();
}

/** The least change of a small piece: the longest common run of lines stays. */
function diffSmall(old: readonly string[], now: readonly string[], piece: LineChange): readonly LineChange[] {
  const height = piece.oldEnd - piece.oldBegin;
  const width = piece.newEnd - piece.newBegin;
  if (height * width > MAX_PAIRS) {
    return [piece];
  }
  // Length of the longest common run from each pair of places on.
  const stride = width + 1;
  const common = new Uint32Array((height + 1) * stride);
  for (let i = height - 1; i >= 0; i--) {
    for (let j = width - 1; j >= 0; j--) {
      common[i * stride + j] =
        old[piece.oldBegin + i] === now[piece.newBegin + j]
          ? (common[(i + 1) * stride + j + 1] ?? 0) + 1
          : Math.max(common[(i + 1) * stride + j] ?? 0, common[i * stride + j + 1] ?? 0);
    }
  }
  const changes: LineChange[] = [];
  let [i, j] = [0, 0];
  while (i < height || j < width) {
    const [oldBegin, newBegin] = [piece.oldBegin + i, piece.newBegin + j];
    while (
      (i < height || j < width) &&
      !(i < height && j < width && old[piece.oldBegin + i] === now[piece.newBegin + j])
    ) {
      const down = i < height ? (common[(i + 1) * stride + j] ?? 0) : -1;
      const right = j < width ? (common[i * stride + j + 1] ?? 0) : -1;
      if (down >= right) {
        i += 1;
      } else {
        j += 1;
      }
    }
    if (piece.oldBegin + i > oldBegin || piece.newBegin + j > newBegin) {
      changes.push({ oldBegin, oldEnd: piece.oldBegin + i, newBegin, newEnd: piece.newBegin + j });
    }
    while (i < height && j < width && old[piece.oldBegin + i] === now[piece.newBegin + j]) {
      i += 1;
      j += 1;
    }
  }
  return changes;
}
