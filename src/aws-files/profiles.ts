import { runAtOnce, runInTurns, type Turns } from '../lib/turns.ts';
import type { ReportFault, SdkReading, SectionRows } from './dialects/sdk.ts';
import { Definitions, isKey, readBlock, readValue } from './dialects/sdk-definitions.ts';
import { DIALECTS, FileDialects } from './file-dialects.ts';
import type { Dialect, FileName, SectionKind } from './kinds.ts';
import type { FileState, Place, Problem, Profile, Section, Setting, Snapshot } from './snapshot.ts';

/** One file as it was read: its path and the reading of its text. */
export type FileReading = { readonly path: string; readonly reading: SdkReading };

/** One section of one file. */
export type Part = {
  readonly file: FileReading;
  readonly rows: SectionRows;
  /** The dialects to which it has the name that it is listed under. */
  readonly readBy: readonly Dialect[];
  /** What other dialects make of the file. */
  readonly dialects: FileDialects;
};

/**
 * Sections of one name. Nothing is copied out of the text before it is asked for.
 * The last definition of a key wins, credentials after config, by the cross-SDK grammar. Keys that it does not find
 * are those of AWS CLI's; a profile that the JavaScript SDK alone reads has that one's keys.
 */
export class MergedSection implements Profile {
  readonly name: string;
  // There are thousands of these: a list is made where there is more than one of something.
  #first: Part;
  #more: Part[] | undefined;
  #others: Part[] | undefined;

  constructor(name: string, first: Part) {
    this.name = name;
    this.#first = first;
  }

  /**
   * The sections whose keys decide: those that the SDKs read, and where there is none, those that another dialect reads.
   * In the order of the files, config first. Never empty.
   */
  get parts(): readonly Part[] {
    return this.#more === undefined ? [this.#first] : [this.#first, ...this.#more];
  }

  /** Further sections that have this name to other dialects alone: `[profile "a"]` beside `[profile a]`. */
  get others(): readonly Part[] {
    return this.#others ?? [];
  }

  /** For the index alone, while it is being made. */
  addPart(part: Part): void {
    const isSdk = isOfSdk(part);
    if (isOfSdk(this.#first) === isSdk) {
      this.#more ??= [];
      this.#more.push(part);
    } else if (isSdk) {
      this.#others = [this.#first, ...(this.#more ?? [])];
      this.#first = part;
      this.#more = undefined;
    } else {
      this.#others ??= [];
      this.#others.push(part);
    }
  }

  get readBy(): readonly Dialect[] {
    return DIALECTS.filter(dialect => this.#all().some(({ readBy }) => readBy.includes(dialect)));
  }

  /** Whether some of its keys may stand in a section that lends them to all. */
  get borrows(): boolean {
    return this.#all().some(({ dialects }) => dialects.lends);
  }

  get places(): readonly Place[] {
    return this.#all().map(part => place(part, part.rows.header));
  }

  get(key: string): string | undefined {
    return this.setting(key)?.value;
  }

  setting(key: string): Setting | undefined {
    return this.#find(key) ?? this.#findNested(key) ?? this.#findElsewhere(key);
  }

  settings(): readonly Setting[] {
    const found = new Map<string, readonly Setting[]>();
    const isWhole = this.#walk((part, definitions, report) => {
      const key = keyOf(definitions);
      found.set(
        key,
        definitions.isBlock()
          ? blockSettings(part, definitions, key, report)
          : [plainSetting(part, definitions, key)],
      );
    });
    const settings = [...found.values()].flat();
    if (isWhole) {
      return settings;
    }
    const known = new Set(settings.map(({ key }) => key));
    const others = this.#readElsewhere().filter(({ key }) => !known.has(key));
    return [...settings, ...others].sort(byPlace);
  }

  pick<K extends string>(keys: readonly K[]): Readonly<Record<K, string | undefined>> {
    const values: Partial<Record<K, string | undefined>> = {};
    const isWhole = this.#walk(({ file }, definitions) => {
      const { keyBegin, keyEnd } = definitions;
      const key = keys.find(name => isKey(file.reading.document.text, keyBegin, keyEnd, name));
      if (key !== undefined) {
        values[key] = definitions.isBlock() ? undefined : readValue(definitions);
      }
    });
    if (!isWhole) {
      for (const { key, value } of this.#readElsewhere()) {
        const wanted = keys.find(name => name === key);
        if (wanted !== undefined && !Object.hasOwn(values, wanted)) {
          values[wanted] = value;
        }
      }
    }
    return values as Record<K, string | undefined>;
  }

  /** Visits every definition of the cross-SDK grammar. False when other dialects may find more keys than these. */
  #walk(visit: (part: Part, definitions: Definitions, report: () => void) => void): boolean {
    let isWhole = this.#others === undefined && !this.borrows;
    const report = (): void => {
      isWhole = false;
    };
    for (const part of this.parts) {
      if (!isOfSdk(part)) {
        return false;
      }
      const definitions = new Definitions(part.file.reading.document, part.rows, report);
      while (definitions.next()) {
        visit(part, definitions, report);
      }
    }
    return isWhole;
  }

  /** What AWS CLI finds under this name; the JavaScript SDK, where neither AWS CLI nor the other SDKs do. */
  #readElsewhere(): readonly Setting[] {
    const { readBy } = this;
    const isCli = readBy.includes('sdk') || readBy.includes('cli');
    const parts = this.#all().filter(part => part.readBy.includes(isCli ? 'cli' : 'js'));
    const settings = new Map<string, Setting>();
    for (const file of new Set(parts.map(part => part.file))) {
      const own = parts.filter(part => part.file === file);
      const sections = own.map(({ rows }) => rows);
      const keys = isCli ? own[0]?.dialects.cliKeys(sections) : own[0]?.dialects.jsKeys(sections);
      for (const { key, value, row } of keys ?? []) {
        const setting = {
          key: key.toLowerCase(),
          value,
          origin: file.reading.file,
          place: { file: file.path, line: file.reading.document.line(row) },
        };
        settings.set(setting.key, isCli ? { ...setting, cliOnly: true } : setting);
      }
    }
    return [...settings.values()];
  }

  /** Every section that some dialect reads by this name, in the order of the files. */
  #all(): readonly Part[] {
    return this.#others === undefined ? this.parts : [...this.parts, ...this.#others].sort(byHeader);
  }

  #findElsewhere(key: string): Setting | undefined {
    const isWhole = this.#walk((_, definitions, report) => {
      if (definitions.isBlock()) {
        readBlock(definitions, report);
      }
    });
    return isWhole ? undefined : this.#readElsewhere().find(setting => setting.key === key);
  }

  #find(key: string): Setting | undefined {
    const found = this.#last(key);
    return found === undefined || found.definition.isBlock()
      ? undefined
      : plainSetting(found.part, found.definition, key);
  }

  #findNested(key: string): Setting | undefined {
    const dot = key.indexOf('.');
    const block = dot > 0 ? this.#last(key.slice(0, dot)) : undefined;
    return block?.definition.isBlock()
      ? blockSettings(block.part, block.definition, key.slice(0, dot)).find(setting => setting.key === key)
      : undefined;
  }

  #last(key: string): { part: Part; definition: Definitions } | undefined {
    for (const part of [...this.parts].reverse()) {
      const definition = isOfSdk(part) ? lastDefinition(part, key) : undefined;
      if (definition !== undefined) {
        return { part, definition };
      }
    }
    return undefined;
  }
}

function isOfSdk(part: Part): boolean {
  return part.readBy.includes('sdk');
}

function byHeader(one: Part, other: Part): number {
  return one.file === other.file
    ? one.rows.header - other.rows.header
    : one.file.reading.file.localeCompare(other.file.reading.file);
}

function byPlace(one: Setting, other: Setting): number {
  return one.origin === other.origin
    ? one.place.line - other.place.line
    : one.origin.localeCompare(other.origin);
}

/** The last definition of a key of a section; a cursor that stands on it. */
export function lastDefinition(part: Part, key: string): Definitions | undefined {
  const { document } = part.file.reading;
  const definitions = new Definitions(document, part.rows);
  let row = -1;
  while (definitions.next()) {
    if (isKey(document.text, definitions.keyBegin, definitions.keyEnd, key)) {
      row = definitions.row;
    }
  }
  if (row === -1) {
    return undefined;
  }
  definitions.seek(row);
  return definitions;
}

function keyOf(definitions: Definitions): string {
  return definitions.document.text.slice(definitions.keyBegin, definitions.keyEnd).toLowerCase();
}

function place(part: Part, row: number): Place {
  return { file: part.file.path, line: part.file.reading.document.line(row) };
}

function plainSetting(part: Part, definitions: Definitions, key: string): Setting {
  return {
    key,
    value: readValue(definitions),
    origin: part.file.reading.file,
    place: place(part, definitions.row),
  };
}

function blockSettings(
  part: Part,
  definitions: Definitions,
  key: string,
  report?: ReportFault,
): readonly Setting[] {
  const { document, file: origin } = part.file.reading;
  const found = new Map<string, Setting>();
  for (const sub of readBlock(definitions, report)) {
    const name = `${key}.${document.text.slice(sub.keyBegin, sub.keyEnd).toLowerCase()}`;
    const value = document.read(sub.valueBegin, sub.valueEnd);
    found.set(name, { key: name, value, origin, place: place(part, sub.row) });
  }
  return [...found.values()];
}

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

/**
 * What a profile gets its credentials from, in the order of AWS CLI: an assumed role (`source_profile` or
 * `credential_source`), a web identity, SSO, keys, `aws login`, a process. `token`: an SSO session only, for
 * bearer tokens. `empty`: none of them.
 */
export type ProfileKind = 'role' | 'webIdentity' | 'sso' | 'keys' | 'login' | 'process' | 'token' | 'empty';

const KIND_KEYS = [
  'role_arn',
  'web_identity_token_file',
  'sso_account_id',
  'sso_role_name',
  'sso_start_url',
  'aws_access_key_id',
  'aws_secret_access_key',
  'login_session',
  'credential_process',
  'sso_session',
] as const;

/** The kind of a profile (botocore/credentials.py: `create_credential_resolver`). */
export function profileKind(profile: Section): ProfileKind {
  const values = profile.pick(KIND_KEYS);
  if (values.role_arn) {
    return values.web_identity_token_file ? 'webIdentity' : 'role';
  }
  if (values.sso_account_id || values.sso_role_name || values.sso_start_url) {
    return 'sso';
  }
  const hasKeys = values.aws_access_key_id !== undefined || values.aws_secret_access_key !== undefined;
  const keys = hasKeys
    ? (profile.setting('aws_access_key_id') ?? profile.setting('aws_secret_access_key'))
    : undefined;
  if (keys?.origin === 'credentials') {
    return 'keys';
  }
  if (values.login_session) {
    return 'login';
  }
  if (values.credential_process) {
    return 'process';
  }
  if (hasKeys) {
    return 'keys';
  }
  return values.sso_session ? 'token' : 'empty';
}

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
