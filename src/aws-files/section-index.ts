import { DIALECTS, FileDialects, type SectionName } from './file-dialects.ts';
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
  const maps = newMaps();
  for (const file of files) {
    addParts(maps, file);
  }
  return { profiles: maps.profile, sessions: maps['sso-session'], services: maps.services };
}

/** The section of one name in one file, as `indexSections` has it; for who asks for few of many. */
export function findSection(file: FileReading, kind: SectionKind, name: string): MergedSection | undefined {
  const maps = newMaps();
  addParts(maps, file, { kind, name });
  return maps[kind].get(name);
}

type Maps = Readonly<Record<SectionKind, Map<string, MergedSection>>>;

function newMaps(): Maps {
  return { profile: new Map(), 'sso-session': new Map(), services: new Map() };
}

/** Adds the sections of a file by each name that they have, in the order of the text; of one name alone when asked. */
function addParts(maps: Maps, file: FileReading, only?: Omit<SectionName, 'readBy'>): void {
  const dialects = new FileDialects(file.reading);
  const bareReaders = dialects.bareDefaultReaders();
  for (const rows of dialects.headers()) {
    const isHidden = rows.bareDefault && bareReaders !== DIALECTS;
    if (dialects.isCommon(rows) && !isHidden) {
      if (only === undefined || (only.name === rows.name && only.kind === rows.kind)) {
        addPart(maps[rows.kind], rows.name, { file, rows, readBy: DIALECTS, dialects });
      }
      continue;
    }
    for (const { kind, name, readBy: all } of dialects.namesOf(rows)) {
      const readBy = isHidden ? all.filter(dialect => bareReaders.includes(dialect)) : all;
      if (readBy.length > 0 && (only === undefined || (only.name === name && only.kind === kind))) {
        addPart(maps[kind], name, { file, rows, readBy, dialects });
      }
    }
  }
}

function addPart(map: Map<string, MergedSection>, name: string, part: Part): void {
  const section = map.get(name);
  if (section === undefined) {
    map.set(name, new MergedSection(name, part));
  } else {
    section.addPart(part);
  }
}
