import type { Turns } from '../lib/turns.ts';
import type { FileName } from './kinds.ts';
import type { LoadedFile } from './load.ts';
import { ProblemSearch } from './problems/problem-search.ts';
import type { SectionIndex } from './section-index.ts';
import type { Problem } from './snapshot.ts';

/**
 * What is wrong with the two files: what cannot be read, what AWS's tools refuse, ignore or read differently, and
 * settings that cannot work; with the edit that mends it, where there is one. In the order of the files and their
 * lines. A message names keys and sections, and quotes only values of keys that are known to be harmless; never
 * what stands in a comment. All rules are searched for: whoever wants some of them off leaves their problems out.
 */
export function searchProblems(
  files: Readonly<Record<FileName, LoadedFile>>,
  index: SectionIndex,
): Turns<readonly Problem[]> {
  return new ProblemSearch(files, index).run();
}
