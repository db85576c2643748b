import { commonEnds } from '../lib/common-ends.ts';
import type { Document } from './document.ts';
import type { FileName } from './kinds.ts';
import { MergedSection, type Part } from './merged-section.ts';
import type { Section, Snapshot } from './snapshot.ts';

/** What became of the sections of one kind, by name. */
export type ListChanges = {
  /** In the order of the newer list. */
  readonly added: readonly string[];
  readonly removed: readonly string[];
  /** Those in both lists whose text is another one, or who is read by other dialects. */
  readonly changed: readonly string[];
  /** Whether those in both lists stand in another order. */
  readonly moved: boolean;
};

export type SectionChanges = {
  readonly profiles: ListChanges;
  readonly sessions: ListChanges;
  readonly services: ListChanges;
};

/**
 * Which sections differ between two snapshots. Compares texts, not values: a comment that changed inside a section is
 * a change of it, a line that only moved further down is none.
 */
export function changedSections(before: Snapshot, after: Snapshot): SectionChanges {
  const isSame = compareSections();
  return {
    profiles: compareLists(before.profiles, after.profiles, isSame),
    sessions: compareLists(before.sessions, after.sessions, isSame),
    services: compareLists(before.services, after.services, isSame),
  };
}

function compareLists(
  before: ReadonlyMap<string, Section>,
  after: ReadonlyMap<string, Section>,
  isSame: (was: Section, is: Section) => boolean,
): ListChanges {
  const old = [...before.values()];
  const now = [...after.values()];
  // Nearly always the lists are the same but for a few: names are looked up only between the first and last of these.
  const shorter = Math.min(old.length, now.length);
  const head = changedPairs(old, now, { from: 0, count: shorter }, isSame);
  const tail = changedPairs(old, now, { from: -1, count: shorter - head.pairs }, isSame);
  const kept: string[] = [];
  const added: string[] = [];
  const changed = [...head.changed];
  for (const is of now.slice(head.pairs, now.length - tail.pairs)) {
    const was = before.get(is.name);
    if (was === undefined) {
      added.push(is.name);
      continue;
    }
    kept.push(is.name);
    if (!isSame(was, is)) {
      changed.push(is.name);
    }
  }
  const names = old.slice(head.pairs, old.length - tail.pairs).map(({ name }) => name);
  const stayed = names.filter(name => after.has(name));
  return {
    added,
    removed: names.filter(name => !after.has(name)),
    changed: [...changed, ...tail.changed.reverse()],
    moved: stayed.some((name, index) => name !== kept[index]),
  };
}

/**
 * Goes over pairs of sections of one name from the start of both lists, or from -1 backwards from their ends, up to the
 * first that are not: how many they are, and which changed.
 */
function changedPairs(
  old: readonly Section[],
  now: readonly Section[],
  { from, count }: { readonly from: 0 | -1; readonly count: number },
  isSame: (was: Section, is: Section) => boolean,
): { readonly pairs: number; readonly changed: string[] } {
  const changed: string[] = [];
  for (let pairs = 0; pairs < count; pairs++) {
    const was = old[from === 0 ? pairs : old.length - 1 - pairs];
    const is = now[from === 0 ? pairs : now.length - 1 - pairs];
    // The same text has the same name.
    if (was !== undefined && is !== undefined && !isSame(was, is)) {
      if (was.name !== is.name) {
        return { pairs, changed };
      }
      changed.push(is.name);
    }
  }
  return { pairs: count, changed };
}

/** Compares the texts of each pair of documents once. */
function compareSections(): (was: Section, is: Section) => boolean {
  const comparers: Partial<Record<FileName, { before: Document; after: Document; isSame: IsSamePart }>> = {};
  const isSamePart = (was: Part, is: Part): boolean => {
    const { document: before, file } = was.file.reading;
    const { document: after, file: other } = is.file.reading;
    let comparer = comparers[file];
    if (comparer === undefined) {
      comparer = { before, after, isSame: compareParts(before, after) };
      comparers[file] = comparer;
    }
    return file === other && was.file.path === is.file.path && comparer.isSame(was, is);
  };
  return (was, is) =>
    was instanceof MergedSection && is instanceof MergedSection
      ? isSameSection(was, is, isSamePart) && (!(was.borrows || is.borrows) || isSameContent(was, is))
      : was === is;
}

/** For sections whose keys may stand elsewhere: whether they read the same. */
function isSameContent(was: Section, is: Section): boolean {
  const content = (section: Section): string =>
    JSON.stringify(
      section.settings().map(({ key, value, origin, cliOnly }) => [key, value, origin, cliOnly]),
    );
  return content(was) === content(is);
}

/** Tells whether two sections are the same text, part by part, and read by the same dialects. */
function isSameSection(was: MergedSection, is: MergedSection, isSamePart: IsSamePart): boolean {
  const { only: wasOnly } = was;
  const { only: isOnly } = is;
  return wasOnly !== undefined && isOnly !== undefined
    ? isSameList(wasOnly.readBy, isOnly.readBy) && isSamePart(wasOnly, isOnly)
    : isSameParts(was.parts, is.parts, isSamePart) && isSameParts(was.others, is.others, isSamePart);
}

function isSameParts(was: readonly Part[], is: readonly Part[], isSamePart: IsSamePart): boolean {
  return (
    was.length === is.length &&
    was.every((part, index) => {
      const other = is[index];
      return other !== undefined && isSameList(part.readBy, other.readBy) && isSamePart(part, other);
    })
  );
}

function isSameList(one: readonly unknown[], other: readonly unknown[]): boolean {
  return one === other || (one.length === other.length && one.every((each, index) => each === other[index]));
}

export type IsSamePart = (was: Part, is: Part) => boolean;

/** Tells parts of the two documents that lie wholly before the first or after the last changed character. */
function compareParts(before: Document, after: Document): IsSamePart {
  const old = before.text;
  const now = after.text;
  const { head, tail } = commonEnds(old, now);
  return (was, is) => {
    const oldBegin = before.lineStart(was.rows.header);
    const oldEnd = endOf(before, was);
    const begin = after.lineStart(is.rows.header);
    const end = endOf(after, is);
    const isBefore = oldBegin === begin && oldEnd === end && end <= head;
    const isAfter = old.length - oldBegin === now.length - begin && oldEnd - oldBegin === end - begin;
    return isBefore || (isAfter && begin >= now.length - tail && oldBegin >= old.length - tail);
  };
}

/** A part goes from the start of its header's line to where the next header's line starts. */
function endOf(document: Document, { rows }: Part): number {
  return rows.end < document.rows ? document.lineStart(rows.end) : document.text.length;
}
