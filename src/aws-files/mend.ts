import { UserError } from '../lib/errors.ts';
import { applyEdits } from './edit.ts';
import type { Edit, FileEdits } from './file-edits.ts';
import type { FileName } from './kinds.ts';
import type { Fix, Problem } from './snapshot.ts';

/** Whether a fix changes this file and no other. */
export function isFixOf(fix: Fix, file: FileName): boolean {
  return Object.entries(fix.edits).every(([name, edits]) => name === file || edits.length === 0);
}

/**
 * What the problems' fixes are together, each once. From the end of the files up, so that the lines that a fix names
 * are still where they were when its turn comes.
 */
export function joinFixes(problems: readonly Problem[]): readonly FileEdits[] {
  const sorted = problems.toSorted((one, other) => other.range.line - one.range.line);
  const seen = new Set<string>();
  return sorted.flatMap(({ fix }) => {
    const key = JSON.stringify(fix?.edits);
    if (fix === undefined || seen.has(key)) {
      return [];
    }
    seen.add(key);
    return [fix.edits];
  });
}

/**
 * A file's text with fixes made. Of several, one that cannot be made any more after those before it is left out: its
 * problem is found again if it is still there.
 * @throws UserError when none can be made.
 */
export function mendText(text: string, file: FileName, fixes: readonly FileEdits[]): string {
  const all = fixes.map(fix => fix[file] ?? []);
  try {
    return edit(text, file, all.flat());
  } catch (error) {
    if (!(error instanceof UserError) || all.length < 2) {
      throw error;
    }
  }
  let mended = text;
  let refusal: unknown;
  for (const edits of all) {
    try {
      mended = edit(mended, file, edits);
    } catch (error) {
      if (!(error instanceof UserError)) {
        throw error;
      }
      refusal ??= error;
    }
  }
  if (mended === text && refusal !== undefined) {
    throw refusal;
  }
  return mended;
}

function edit(text: string, file: FileName, edits: readonly Edit[]): string {
  return applyEdits(Buffer.from(text, 'utf8'), file, edits).toString('utf8');
}
