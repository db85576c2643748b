import type { Turns } from '../../lib/turns.ts';
import type { SdkReading } from '../dialects/sdk.ts';
import type { FileName, SectionKind } from '../kinds.ts';
import type { LoadedFile } from '../load.ts';
import type { FileReading, MergedSection, Part } from '../merged-section.ts';
import type { SectionIndex } from '../section-index.ts';
import type { Problem } from '../snapshot.ts';
import { checkCredentials, checkHidden } from './credential-problems.ts';
import { searchDialects } from './dialect-problems.ts';
import { hasStrayHeaders, isText, reportMode, searchFile } from './file-problems.ts';
import { FileReadings } from './file-readings.ts';
import { HeaderSearch } from './header-problems.ts';
import { subjectOf } from './header-words.ts';
import { KeyAdvice } from './key-advice.ts';
import { ProblemList } from './problem-list.ts';
import { KEY } from './profile-search.ts';
import { References } from './reference-problems.ts';
import { SectionSearch } from './section-search.ts';
import { checkSession, checkSso, LegacySso } from './sso-problems.ts';

/** A few milliseconds' work. */
const SECTIONS_A_TURN = 500;

const FILES: readonly FileName[] = ['config', 'credentials'];

/** One search of both files. */
export class ProblemSearch {
  readonly #files: Readonly<Record<FileName, LoadedFile>>;
  readonly #index: SectionIndex;
  readonly #problems = new ProblemList();
  readonly #sections = new SectionSearch(this.#problems, new KeyAdvice());
  readonly #references = new References(this.#problems);
  readonly #legacy = new LegacySso();
  /** Of the files that are text. */
  readonly #readings = new Map<FileName, FileReadings>();
  /** For each row of a file that is text, 1 where it is a header whose section was read. */
  readonly #visited = new Map<FileName, Uint8Array>();

  constructor(files: Readonly<Record<FileName, LoadedFile>>, index: SectionIndex) {
    this.#files = files;
    this.#index = index;
  }

  *run(): Turns<readonly Problem[]> {
    for (const file of FILES) {
      yield* this.#searchFile(this.#files[file]);
      yield;
    }
    yield* this.#searchMerged('sso-session', this.#index.sessions);
    yield* this.#searchMerged('services', this.#index.services);
    yield* this.#searchMerged('profile', this.#index.profiles);
    yield* this.#references.searchLoops();
    const { config, credentials } = this.#files;
    const files = { config: config.state, credentials: credentials.state };
    this.#legacy.report(this.#problems, { ...this.#index, files, problems: [], isSearched: false });
    for (const readings of this.#readings.values()) {
      yield* this.#searchRest(readings);
      const odd = this.#sections.odd.filter(({ part }) => part.file.reading === readings.file.reading);
      if (odd.length > 0) {
        yield* searchDialects(this.#problems, readings, odd);
      }
      this.#checkMode(readings.file);
    }
    return this.#problems.list(FILES.map(file => this.#files[file].state.path));
  }

  *#searchFile({ state, reading, trouble }: LoadedFile): Turns<void> {
    const file: FileReading = { path: state.path, reading };
    if (!isText(this.#problems, file)) {
      return;
    }
    const readings = new FileReadings(file);
    this.#readings.set(reading.file, readings);
    const visited = new Uint8Array(reading.document.rows);
    if (reading.document.hasOddRows) {
      // Headers that stand among the rows of another section for the SDKs: with these they are read.
      for (const { header } of readings.dialects.headers()) {
        visited[header] = 1;
      }
      for (const { header } of reading.sections) {
        visited[header] = 0;
      }
    }
    if (readings.joinsLines || hasStrayHeaders(reading)) {
      this.#problems.holdFixes(file);
    }
    this.#visited.set(reading.file, visited);
    yield* searchFile(this.#problems, file, trouble);
    const headers = new HeaderSearch(this.#problems, readings);
    const odd = yield* headers.findOdd();
    if (odd.length > 0 || this.#hasRepeats(reading)) {
      yield* headers.searchTwice();
    }
    if (odd.length > 0) {
      yield* headers.searchOdd(odd);
    }
  }

  /** Whether sections of one name may stand more than once in the file. */
  #hasRepeats(reading: SdkReading): boolean {
    return Object.values(this.#index).some(sections => {
      for (const { parts } of sections.values()) {
        if (parts.length > 1 && parts.filter(({ file }) => file.reading === reading).length > 1) {
          return true;
        }
      }
      return false;
    });
  }

  /** Sections by their names, both files together. */
  *#searchMerged(kind: SectionKind, sections: ReadonlyMap<string, MergedSection>): Turns<void> {
    let checked = 0;
    for (const section of sections.values()) {
      this.#searchSection(kind, section);
      checked += 1;
      if (checked % SECTIONS_A_TURN === 0) {
        yield;
      }
    }
  }

  #searchSection(kind: SectionKind, section: MergedSection): void {
    const { name } = section;
    const subject =
      kind === 'services' ? undefined : ({ kind: kind === 'profile' ? 'profile' : 'session', name } as const);
    this.#sections.start(kind, subject);
    let isWhole = true;
    for (const part of section.others) {
      if (this.#visit(part)) {
        this.#sections.read(part, false);
      }
    }
    for (const part of section.parts) {
      // What two dialects list under different names is read once, under the first.
      if (this.#visit(part)) {
        this.#sections.read(part, true);
      } else {
        isWhole = false;
      }
    }
    if (!isWhole) {
      return;
    }
    const { facts } = this.#sections;
    this.#sections.finish(facts.has(KEY.endpoint_url) || facts.has(KEY.services));
    const search = { problems: this.#problems, index: this.#index, section, facts, subject };
    if (kind === 'sso-session') {
      checkSession(search);
    } else if (kind === 'profile') {
      this.#references.check(search);
      checkCredentials(search);
      checkSso(search);
      checkHidden(search);
      this.#legacy.check(search);
    }
  }

  /** Marks a part as read; false when it was before, or its file is no text. */
  #visit({ file, rows }: Pick<Part, 'file' | 'rows'>): boolean {
    const visited = this.#visited.get(file.reading.file);
    if (visited === undefined || visited[rows.header] === 1) {
      return false;
    }
    visited[rows.header] = 1;
    return true;
  }

  /** Sections that have no name for anybody, or do not count: their lines can be wrong all the same. */
  *#searchRest(readings: FileReadings): Turns<void> {
    const { file } = readings;
    let checked = 0;
    for (const rows of file.reading.sections) {
      if (this.#visit({ file, rows })) {
        this.#sections.start('profile', subjectOf(readings.namesOf(rows)));
        this.#sections.read({ file, rows }, true);
      }
      checked += 1;
      if (checked % SECTIONS_A_TURN === 0) {
        yield;
      }
    }
  }

  #checkMode(file: FileReading): void {
    const row = this.#sections.secrets.get(file.reading.file);
    if (row !== undefined) {
      reportMode(this.#problems, file, this.#files[file.reading.file].mode, row);
    }
  }
}
