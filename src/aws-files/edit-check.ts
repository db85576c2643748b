import type { Turns } from '../lib/turns.ts';
import { headerText, LENDER } from './dialects/cli-rows.ts';
import type { SectionRows } from './dialects/sdk.ts';
import type { PlannedEdit } from './edit-batch.ts';
import { excerpt, joinSpans, Regions, type Span } from './edit-regions.ts';
import type { Target } from './edit-target.ts';
import { findMisread } from './edit-verify.ts';
import type { SectionEdit, SectionRef } from './file-edits.ts';
import type { Dialect } from './kinds.ts';
import type { Splice } from './layout.ts';

/** So much of a text is read back at once, in characters; more is read in turns. */
const CHUNK = 30_000;

/** What one edit, or a part of a long one, changes and must be read to know what it did. */
type Unit = {
  readonly edits: readonly SectionEdit[];
  readonly order: number;
  readonly regions: readonly Span[];
};

/**
 * Reads the edits back in every dialect: the first that does not read as asked, if there is one. Only the regions that
 * they change are read. `splices` are those of all edits, in order.
 */
export function* checkEdits(
  target: Target,
  planned: readonly PlannedEdit[],
  splices: readonly Splice[],
): Turns<Dialect | undefined> {
  const units = makeUnits(target, planned);
  let begin = 0;
  let next = 0;
  while (begin < units.length) {
    const end = endOfChunk(units, begin);
    const chunk = units.slice(begin, end);
    const regions = joinSpans(chunk.flatMap(unit => unit.regions));
    const last = regions.at(-1)?.end ?? 0;
    const first = next;
    while (next < splices.length && (splices[next]?.end ?? 0) <= last) {
      next += 1;
    }
    const piece = excerpt(target.document, regions, splices.slice(first, next));
    const misread = findMisread(target.file, piece, editsOf(chunk));
    if (misread !== undefined) {
      return misread;
    }
    begin = end;
    if (begin < units.length) {
      yield;
    }
  }
  return undefined;
}

/** The edits of a chunk, each once, in the order in which they are made. */
function editsOf(chunk: readonly Unit[]): readonly SectionEdit[] {
  const edits = new Map(chunk.map(each => [each.order, each.edits]));
  return [...edits].sort(([one], [other]) => one - other).flatMap(([, each]) => each);
}

/** In the order of the text. Lines are given as text and mean what they say: they are not read back. */
function makeUnits(target: Target, planned: readonly PlannedEdit[]): readonly Unit[] {
  const around = new Regions(target.reading);
  let found: readonly Span[] | undefined;
  // All headers are looked at for them, so only where they are needed.
  const lenders = (): readonly Span[] => {
    found ??= lendersOf(target);
    return found;
  };
  const units: Unit[] = [];
  for (const [order, { edit, splices }] of planned.entries()) {
    if (edit.type === 'retarget') {
      const regions = joinSpans(splices.map(splice => around.around(splice)));
      units.push(...regions.map(region => ({ edits: [edit], order, regions: [region] })));
    } else if (edit.type === 'addAll') {
      const edits = edit.sections.map(each => ({ type: 'add' as const, ...each }));
      const spans = [...splices, ...lenders()].map(span => around.around(span));
      units.push({ edits, order, regions: joinSpans(spans) });
    } else if (edit.type !== 'lines' && splices.length > 0) {
      const spans = [...splices, ...headersOf(target, edit.section)];
      if (edit.type !== 'set' && edit.type !== 'remove') {
        spans.push(...lenders());
      }
      units.push({ edits: [edit], order, regions: joinSpans(spans.map(span => around.around(span))) });
    }
  }
  return units.sort((one, other) => beginOf(one) - beginOf(other));
}

/** Where the parts of a section begin, and what else a dialect joins with them: all that is read together. */
function headersOf(target: Target, ref: SectionRef): readonly Span[] {
  const parts = target.parts(ref).flatMap(part => {
    const { rows, dialects } = part;
    const names = dialects.isCommon(rows) ? [] : dialects.namesOf(rows);
    return [part, ...names.flatMap(name => target.parts(name))];
  });
  return parts.map(({ rows }) => belowHeader(target, rows));
}

/** What AWS CLI lends to sections that do not have it themselves: it may be what it refuses the file for. */
function lendersOf(target: Target): readonly Span[] {
  const { document, sections } = target.reading;
  return sections
    .filter(({ kind, name, header }) => {
      const mayLend = kind === 'ignored' || (kind === 'profile' && name === LENDER);
      return mayLend && headerText(document, header) === LENDER;
    })
    .map(rows => belowHeader(target, rows));
}

function belowHeader({ document }: Target, { header }: SectionRows): Span {
  const offset = document.lineEnd(header);
  return { begin: offset, end: offset };
}

function beginOf({ regions }: Unit): number {
  return regions[0]?.begin ?? 0;
}

/** The unit after those that are read together: a chunk's worth, and none of the rest reaches into their text. */
function endOfChunk(units: readonly Unit[], begin: number): number {
  let size = 0;
  let last = 0;
  let end = begin;
  for (let unit = units[end]; unit !== undefined; unit = units[end]) {
    if (size > CHUNK && beginOf(unit) >= last) {
      break;
    }
    last = Math.max(last, unit.regions.at(-1)?.end ?? 0);
    size += unit.regions.reduce((sum, region) => sum + region.end - region.begin, 0);
    end += 1;
  }
  return end;
}
