import { runAtOnce, runInTurns, type Turns } from '../lib/turns.ts';
import type { FileName } from './kinds.ts';
import type { SectionIndex } from './section-index.ts';
import type { FileState, Problem, Profile, Section, Snapshot } from './snapshot.ts';

/** Both files at one moment, its sections gathered and its problems looked for when they are first asked for. */
export class FilesSnapshot implements Snapshot {
  readonly files: Readonly<Record<FileName, FileState>>;
  readonly #makeIndex: () => SectionIndex;
  readonly #search: (index: SectionIndex) => Turns<readonly Problem[]>;
  #index: SectionIndex | undefined;
  #problems: readonly Problem[] | undefined;
  #searching: Promise<readonly Problem[]> | undefined;

  constructor(
    files: Readonly<Record<FileName, FileState>>,
    makeIndex: () => SectionIndex,
    search: (index: SectionIndex) => Turns<readonly Problem[]>,
  ) {
    this.files = files;
    this.#makeIndex = makeIndex;
    this.#search = search;
  }

  get index(): SectionIndex {
    this.#index ??= this.#makeIndex();
    return this.#index;
  }

  /** Whether asking for the sections costs nothing any more. */
  get isIndexed(): boolean {
    return this.#index !== undefined;
  }

  get profiles(): ReadonlyMap<string, Profile> {
    return this.index.profiles;
  }

  get sessions(): ReadonlyMap<string, Section> {
    return this.index.sessions;
  }

  get services(): ReadonlyMap<string, Section> {
    return this.index.services;
  }

  get problems(): readonly Problem[] {
    this.#problems ??= runAtOnce(this.#search(this.index));
    return this.#problems;
  }

  get isSearched(): boolean {
    return this.#problems !== undefined;
  }

  /** Looks for the problems ahead of time, in turns. */
  async findProblems(): Promise<void> {
    this.#searching ??= runInTurns(this.#search(this.index));
    this.#problems ??= await this.#searching;
  }
}
