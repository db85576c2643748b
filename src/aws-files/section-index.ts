import { DIALECTS, FileDialects } from './file-dialects.ts';
import type { SectionKind } from './kinds.ts';
import { type FileReading, MergedSection, type Part } from './merged-section.ts';

/** The sections of the files by kind and name, all of them in the order of the files. */
export type SectionIndex = {
  readonly profiles: ReadonlyMap<string, MergedSection>;
  readonly sessions: ReadonlyMap<string, MergedSection>;
  readonly services: ReadonlyMap<string, MergedSection>;
};

/**
 * Joins the sections of the two files by the cross-SDK rules: the sections of one name are one, and a bare
 * `[default]` of the config file does not count beside `[profile default]`. Names that only some dialects read are
 * there too; a section that two of them read by different names is there twice.
 */
export function indexSections(files: readonly FileReading[]): SectionIndex {
  const index = { profile: newMap(), 'sso-session': newMap(), services: newMap() };
  for (const file of files) {
    visitParts(file, () => true, addPart.bind(undefined, index));
  }
  return { profiles: index.profile, sessions: index['sso-session'], services: index.services };
}

/** The section of one name in one file, as `indexSections` has it; for who asks for few of many. */
export function findSection(file: FileReading, kind: SectionKind, name: string): MergedSection | undefined {
  let section: MergedSection | undefined;
  visitParts(
    file,
    (otherKind, otherName) => otherKind === kind && otherName === name,
    (_, __, part) => {
      if (section === undefined) {
        section = new MergedSection(name, part);
      } else {
        section.addPart(part);
      }
    },
  );
  return section;
}

/** Visits the sections of a file by each name that they have, in the order of the text. */
function visitParts(
  file: FileReading,
  isWanted: (kind: SectionKind, name: string) => boolean,
  visit: (kind: SectionKind, name: string, part: Part) => void,
): void {
  const dialects = new FileDialects(file.reading);
  const bareReaders = dialects.bareDefaultReaders();
  for (const rows of dialects.headers()) {
    const isHidden = rows.bareDefault && bareReaders !== DIALECTS;
    if (dialects.isCommon(rows) && !isHidden) {
      if (isWanted(rows.kind, rows.name)) {
        visit(rows.kind, rows.name, { file, rows, readBy: DIALECTS, dialects });
      }
      continue;
    }
    for (const { kind, name, readBy: all } of dialects.namesOf(rows)) {
      const readBy = isHidden ? all.filter(dialect => bareReaders.includes(dialect)) : all;
      if (readBy.length > 0 && isWanted(kind, name)) {
        visit(kind, name, { file, rows, readBy, dialects });
      }
    }
  }
}

function newMap(): Map<string, MergedSection> {
  return new Map();
}

function addPart(
  index: Readonly<Record<SectionKind, Map<string, MergedSection>>>,
  kind: SectionKind,
  name: string,
  part: Part,
): void {
  const section = index[kind].get(name);
  if (section === undefined) {
    index[kind].set(name, new MergedSection(name, part));
  } else {
    section.addPart(part);
  }
}
