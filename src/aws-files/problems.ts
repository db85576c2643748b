import type { LoadedFile } from './load.ts';
import type { SectionIndex } from './profiles.ts';
import type { FileName, Problem } from './snapshot.ts';

export function findProblems(
  files: Readonly<Record<FileName, LoadedFile>>,
  _index: SectionIndex,
): readonly Problem[] {
  return files.config.trouble === undefined ? [] : [];
}
