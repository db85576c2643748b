import { readPlainRows } from './dialects/plain-rows.ts';
import { readDialect } from './dialects/read.ts';
import type { DialectReading, RefusalReason } from './dialects/reading.ts';
import { readSdk } from './dialects/sdk.ts';
import { idOf, keysOf, Model, type Names } from './edit-model.ts';
import type { Excerpt } from './edit-regions.ts';
import { removedRows, rowsOf, writtenPieces } from './edit-rows.ts';
import { Target } from './edit-target.ts';
import { DIALECTS } from './file-dialects.ts';
import type { SectionEdit, SectionRef } from './file-edits.ts';
import type { Dialect, FileName } from './kinds.ts';

/**
 * Reads an excerpt in every dialect, before and after: each must find what the edits ask for wherever it found the
 * section, and all else as it was; none may refuse the file for something new. Gives the first that does not.
 */
export function findMisread(
  file: FileName,
  excerpt: Excerpt,
  edits: readonly SectionEdit[],
): Dialect | undefined {
  const { before, after, splices } = excerpt;
  const plain = { before: readPlainRows(before, file), after: readPlainRows(after, file) };
  const was = Target.of({ reading: readSdk(before, file) });
  const is = Target.of({ reading: readSdk(after, file) });
  const touched = rowsOf(before, splices);
  const removed = removedRows(before, splices);
  const written = rowsOf(after, writtenPieces(splices));
  const mayDouble = edits.some(({ type }) => type === 'copy');
  // AWS CLI has a form for every name, where the others have none.
  if (
    edits.some(
      edit =>
        'name' in edit &&
        edit.type !== 'renameKey' &&
        is.parts({ ...edit.section, name: edit.name }).length === 0,
    )
  ) {
    return 'cli';
  }
  return DIALECTS.find(dialect => {
    const old = readDialect(dialect, before, file, plain.before);
    const now = readDialect(dialect, after, file, plain.after);
    const keys = keysOf(old);
    const names: Names = {
      before: ref => (keys.has(idOf(ref)) ? ref : nameTo(dialect, was, ref)),
      isThere: ref => was.parts(ref).length > 0,
      isFound: ref => is.parts(ref).some(({ readBy }) => readBy.includes(dialect)),
    };
    const model = new Model(dialect, keys, names, ({ row, rowsEnd }) => removed.hasAny(row, rowsEnd));
    for (const edit of edits) {
      model.apply(edit, (id, name) => {
        const key = keys.get(id)?.get(name);
        return key !== undefined && touched.hasAny(key.row, key.rowsEnd);
      });
    }
    return (
      !model.accepts(keysOf(now), ({ row, rowsEnd }) => written.hasAny(row, rowsEnd)) ||
      refusesMore(dialect, old, now, mayDouble)
    );
  });
}

/** A dialect's own name for a section: in the credentials file `[profile a]` has another one to each. */
function nameTo(dialect: Dialect, target: Target, ref: SectionRef): SectionRef | undefined {
  const parts = target.parts(ref);
  if (parts.some(({ readBy }) => readBy.includes(dialect))) {
    return ref;
  }
  return parts
    .flatMap(({ rows, dialects }) => dialects.namesOf(rows))
    .find(({ readBy }) => readBy.includes(dialect));
}

/** A copy has the faults of what it copies. */
function refusesMore(
  dialect: Dialect,
  before: DialectReading,
  after: DialectReading,
  mayDouble: boolean,
): boolean {
  if (dialect === 'sdk') {
    return false;
  }
  const old = countRefusals(before);
  return [...countRefusals(after)].some(
    ([reason, count]) => count > (old.get(reason) ?? 0) * (mayDouble ? 2 : 1),
  );
}

function countRefusals({ refusals }: DialectReading): ReadonlyMap<RefusalReason, number> {
  const counts = new Map<RefusalReason, number>();
  for (const { reason } of refusals) {
    counts.set(reason, (counts.get(reason) ?? 0) + 1);
  }
  return counts;
}
