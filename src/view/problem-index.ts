import type { Problem, Snapshot } from '../aws-files/snapshot.ts';

/** The problems of a snapshot by the row that they belong to. */
export type ProblemsByRow = ReadonlyMap<string, readonly Problem[]>;

export function indexProblems(snapshot: Snapshot): ProblemsByRow {
  const index = new Map<string, Problem[]>();
  for (const problem of snapshot.problems) {
    if (problem.subject !== undefined) {
      const id = `${problem.subject.kind}:${problem.subject.name}`;
      const list = index.get(id);
      if (list === undefined) {
        index.set(id, [problem]);
      } else {
        list.push(problem);
      }
    }
  }
  return index;
}

export function problemsOf(
  index: ProblemsByRow,
  kind: 'profile' | 'session',
  name: string,
): readonly Problem[] {
  return index.get(`${kind}:${name}`) ?? [];
}

const PROFILE = 'profile:';

const NONE: ProblemsByRow = new Map();

/**
 * The index of the present snapshot, made once for each. While its problems are still looked for it is the one
 * before: marks that went and came back with every edit would flicker.
 */
export class ProblemIndex {
  #made: { readonly of: Snapshot; readonly byRow: ProblemsByRow } | undefined;
  readonly #changed = new Set<string>();

  of(snapshot: Snapshot): ProblemsByRow {
    if (this.#made?.of !== snapshot && snapshot.isSearched) {
      const byRow = indexProblems(snapshot);
      for (const id of [...(this.#made?.byRow ?? NONE).keys(), ...byRow.keys()]) {
        this.#changed.add(id);
      }
      this.#made = { of: snapshot, byRow };
    }
    return this.#made?.byRow ?? NONE;
  }

  /** The profiles that have problems or had some when this was last asked: no others' marks differ since. */
  changedProfiles(snapshot: Snapshot): readonly string[] {
    this.of(snapshot);
    const ids = [...this.#changed].filter(id => id.startsWith(PROFILE));
    this.#changed.clear();
    return ids.map(id => id.slice(PROFILE.length));
  }
}
