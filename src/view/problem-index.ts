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
