import assert from 'node:assert/strict';
import { test } from 'node:test';
import { applyEdits } from '../../../../src/aws-files/edit.ts';
import type { FileName } from '../../../../src/aws-files/kinds.ts';
import type { Problem } from '../../../../src/aws-files/snapshot.ts';
import { snapshotOf } from '../read.ts';

export type Case = {
  readonly name: string;
  readonly config?: string | Uint8Array;
  readonly credentials?: string | Uint8Array;
  /** One for each problem, in their order: `config 2:1-2:7 error syntax [row]: message`. */
  readonly finds: readonly RegExp[];
  /** What the fix of the first problem makes of the file that the problem is in. */
  readonly fixed?: string;
};

export type Texts = Readonly<Record<FileName, string | Uint8Array>>;

export function searchIn({ config, credentials }: Texts): readonly Problem[] {
  return snapshotOf(config, credentials).problems;
}

/** A problem on one line. */
export function describeProblem({ severity, rule, range, place, subject, message }: Problem): string {
  const file = place.file.slice(place.file.lastIndexOf('/') + 1);
  const where = `${range.line}:${range.column}-${range.endLine}:${range.endColumn}`;
  const row = subject === undefined ? '' : ` [${subject.name}]`;
  return `${file} ${where} ${severity} ${rule}${row}: ${message}`;
}

/** Both files with the edits of a problem's fix applied. */
export function applyFix(texts: Texts, { fix }: Problem): Texts {
  const edit = (file: FileName): Uint8Array =>
    applyEdits(Buffer.from(texts[file]), file, fix?.edits[file] ?? []);
  return { config: edit('config'), credentials: edit('credentials') };
}

export function testCases(cases: readonly Case[]): void {
  for (const { name, config = '', credentials = '', finds, fixed } of cases) {
    test(name, () => {
      const texts = { config, credentials };
      const problems = searchIn(texts);
      const found = problems.map(describeProblem);
      assert.equal(found.length, finds.length, found.join('\n'));
      finds.forEach((pattern, index) => {
        assert.match(found[index] ?? '', pattern);
      });
      const [first] = problems;
      if (fixed !== undefined && first !== undefined) {
        const file = first.place.file.endsWith('credentials') ? 'credentials' : 'config';
        const after = applyFix(texts, first);
        assert.equal(Buffer.from(after[file]).toString(), fixed);
        const left = searchIn(after).map(({ message }) => message);
        assert.ok(!left.includes(first.message), left.join('\n'));
      }
    });
  }
}
