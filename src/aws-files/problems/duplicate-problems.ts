import { findKey } from '../schema.ts';
import type { Fix } from '../snapshot.ts';
import { findKnownKey } from './known-keys.ts';
import { fixRows, type RowChange } from './line-fixes.ts';
import { type ProblemList, rowPiece, type Subject } from './problem-list.ts';
import { definitionsOf, type SectionPart } from './section-lines.ts';

/** Says that a key of a section, or of a block of it (`s3.addressing_style`), stands there a second time. */
export function reportDuplicate(
  problems: ProblemList,
  part: SectionPart,
  row: number,
  key: string,
  isNested: boolean,
  subject: Subject | undefined,
): void {
  // The name of a key that nobody knows may be a piece of something else.
  const isKnown = findKnownKey(key, 0, key.length) !== -1 || findKey('profile', key) !== undefined;
  const name = isKnown ? key : 'This key';
  const message = isNested
    ? `${name} is set twice in this block: the last one counts.`
    : `${name} is set twice in this section: the SDKs take the last one, AWS CLI refuses the whole file.`;
  problems.add('duplicate', rowPiece(part.file, row), message, {
    severity: isNested ? 'warning' : 'error',
    subject,
    fix: () => dropEarlier(part, key),
  });
}

/** Leaves the last definition, which is the one that the SDKs take. Comments at the margin stay. */
function dropEarlier(part: SectionPart, key: string): Fix | undefined {
  const { document } = part.file.reading;
  const changes: RowChange[] = [];
  for (const { row, lastRow } of definitionsOf(part, key).slice(0, -1)) {
    for (let each = row; each <= lastRow; each++) {
      if (each === row || document.isIndented(each)) {
        changes.push({ row: each, lastRow: each, change: () => [] });
      }
    }
  }
  return changes.length === 0
    ? undefined
    : fixRows(part.file, `Remove the earlier ${changes.length === 1 ? 'line' : 'lines'}`, changes);
}
