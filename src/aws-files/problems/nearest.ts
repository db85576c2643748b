/** No name of AWS's is longer; to compare longer ones would take long. */
const LONGEST = 128;

/**
 * The word that another one is a letter or two away from: for a short one a letter, for one of two letters none.
 * Of two that are as near, the first. Undefined when there is none.
 */
export function nearestWord(word: string, words: Iterable<string>): string | undefined {
  let nearest: string | undefined;
  let best = word.length < 3 || word.length > LONGEST ? 0 : word.length < 6 ? 1 : 2;
  for (const other of words) {
    if (best > 0 && other !== word && Math.abs(other.length - word.length) <= best) {
      const distance = countEdits(word, other);
      // A slip of the fingers seldom hits the first letter, and two that do make another word.
      if (distance <= best && (distance === 1 || other[0] === word[0])) {
        best = distance - 1;
        nearest = other;
      }
    }
  }
  return nearest;
}

/**
 * The name that was probably meant by one that does not exist: in other letters' case, in quotes or with its prefix,
 * else the nearest. Among `many` names only those are found whose difference is in one place.
 */
export function nearestName(name: string, names: Iterable<string>, many: boolean): string | undefined {
  const bare = name.replace(/^profile\s+/, '').replace(/^(["'])(.*)\1$/, '$2');
  const lower = bare.toLowerCase();
  const near: string[] = [];
  for (const other of names) {
    if (other === bare || other.toLowerCase() === lower) {
      return other;
    }
    if (!many || differsInOnePlace(bare, other)) {
      near.push(other);
    }
  }
  return nearestWord(bare, near);
}

function differsInOnePlace(one: string, other: string): boolean {
  const shorter = Math.min(one.length, other.length);
  let head = 0;
  while (head < shorter && one.charCodeAt(head) === other.charCodeAt(head)) {
    head += 1;
  }
  let tail = 0;
  while (
    tail < shorter - head &&
    one.charCodeAt(one.length - 1 - tail) === other.charCodeAt(other.length - 1 - tail)
  ) {
    tail += 1;
  }
  return Math.max(one.length, other.length) - head - tail <= 2;
}

/** How many letters must be put in, left out, replaced or swapped with their neighbour to turn one text into the other. */
function countEdits(one: string, other: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let row = 1; row <= one.length; row++) {
    const present = [row];
    for (let column = 1; column <= other.length; column++) {
      const isSame = one[row - 1] === other[column - 1];
      let cost = Math.min(
        (last[column] ?? 0) + 1,
        (present[column - 1] ?? 0) + 1,
        (last[column - 1] ?? 0) + (isSame ? 0 : 1),
      );
      if (row > 1 && column > 1 && one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1]) {
        cost = Math.min(cost, (beforeLast[column - 2] ?? 0) + 1);
      }
      present.push(cost);
    }
    beforeLast = last;
    last = present;
  }
  return last[other.length] ?? 0;
}
