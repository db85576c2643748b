import type { AddSections, Edit, SectionEdit, SectionRef } from './file-edits.ts';
import type { Splice } from './layout.ts';

/** An edit and the changes of text that make it. */
export type PlannedEdit = { readonly edit: Edit; readonly splices: readonly Splice[] };

/**
 * How many of the edits, from the first on, can be planned on the same text although they are to be made one after
 * the other: those that are about different keys, sections or lines. At least one. `headersOf` gives the rows where a
 * section begins, none for one that is not there: a section may have several names.
 */
export function countIndependent(
  edits: readonly Edit[],
  headersOf: (ref: SectionRef) => readonly number[],
): number {
  const keys = new Map<number, ReadonlySet<string>>();
  let firstLine = Number.POSITIVE_INFINITY;
  const takes = (edit: Edit): boolean => {
    if (edit.type === 'lines') {
      // Lines keep their numbers where all changes are below.
      const isBelow = edit.line + edit.was.length <= firstLine && keys.size === 0;
      firstLine = edit.line;
      return isBelow;
    }
    const about = keysOf(edit);
    const headers = about === undefined ? [] : headersOf(about.section);
    return (
      about !== undefined &&
      firstLine === Number.POSITIVE_INFINITY &&
      headers.length > 0 &&
      headers.every(header => takeKeys(keys, header, about.keys))
    );
  };
  let count = 0;
  for (let edit = edits[count]; edit !== undefined && takes(edit); edit = edits[count]) {
    count += 1;
  }
  return Math.max(count, 1);
}

/** The keys of a section that an edit is about, a nested one by its block; none for all of them. */
type About = { readonly section: SectionRef; readonly keys: readonly string[] };

/** Undefined for an edit that is about more than one section. */
function keysOf(edit: SectionEdit | AddSections): About | undefined {
  switch (edit.type) {
    case 'set':
    case 'unset':
      return { section: edit.section, keys: [blockName(edit.key)] };
    case 'renameKey':
      return { section: edit.section, keys: [blockName(edit.key), blockName(edit.name)] };
    case 'remove':
      return { section: edit.section, keys: [] };
    default:
      return undefined;
  }
}

function blockName(key: string): string {
  return key.toLowerCase().split('.', 1)[0] ?? '';
}

/** False when an edit before is about one of the keys of that section. */
function takeKeys(all: Map<number, ReadonlySet<string>>, header: number, keys: readonly string[]): boolean {
  const taken = all.get(header);
  if (taken !== undefined && (taken.size === 0 || keys.length === 0 || keys.some(key => taken.has(key)))) {
    return false;
  }
  all.set(header, new Set([...(taken ?? []), ...keys]));
  return true;
}

/** How many of the planned edits, from the first on, change pieces of text that do not meet. At least one. */
export function countApart(planned: readonly PlannedEdit[], textEnd: number): number {
  const all = planned.flatMap(({ splices }, index) => splices.map(splice => ({ ...splice, index })));
  all.sort((one, other) => one.begin - other.begin || one.end - other.end);
  let count = planned.length;
  let before = all[0];
  for (const splice of all.slice(1)) {
    if (before !== undefined && before.index !== splice.index && meet(before, splice, textEnd)) {
      count = Math.min(count, Math.max(before.index, splice.index));
    }
    before = before === undefined || splice.end >= before.end ? splice : before;
  }
  return Math.max(count, 1);
}

/** Two removals may touch: nothing is left between them. But the last of a file takes the blank lines before it along. */
function meet(one: Splice, other: Splice, textEnd: number): boolean {
  const areRemovals = one.text === '' && other.text === '' && other.end < textEnd;
  return one.end > other.begin || (one.end === other.begin && !areRemovals);
}
