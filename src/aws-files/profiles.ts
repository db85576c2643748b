import { runAtOnce, runInTurns, type Turns } from '../lib/turns.ts';
import { readCliHeader } from './dialects/cli.ts';
import type { SdkReading, SectionRows } from './dialects/sdk.ts';
import { Definitions, isKey, readBlock, readValue } from './dialects/sdk-definitions.ts';
import type { Dialect, FileName } from './kinds.ts';
import type { FileState, Place, Problem, Profile, Section, Setting, Snapshot } from './snapshot.ts';

/** One file as it was read: its path and the reading of its text. */
export type FileReading = { readonly path: string; readonly reading: SdkReading };

/** One section of one file. */
export type Part = { readonly file: FileReading; readonly rows: SectionRows };

/**
 * Sections of one name. Nothing is copied out of the text before it is asked for.
 * The last definition of a key wins, credentials after config.
 */
export class MergedSection implements Profile {
  readonly name: string;
  readonly readBy: readonly Dialect[];
  /** In the order of the files, config first. Never empty. */
  readonly parts: readonly Part[];

  constructor(name: string, parts: readonly Part[], readBy: readonly Dialect[]) {
    this.name = name;
    this.parts = parts;
    this.readBy = readBy;
  }

  get places(): readonly Place[] {
    return this.parts.map(part => place(part, part.rows.header));
  }

  get(key: string): string | undefined {
    return this.setting(key)?.value;
  }

  setting(key: string): Setting | undefined {
    return this.#find(key) ?? this.#findNested(key);
  }

  settings(): readonly Setting[] {
    const found = new Map<string, readonly Setting[]>();
    for (const part of this.parts) {
      const definitions = new Definitions(part.file.reading.document, part.rows);
      while (definitions.next()) {
        const key = keyOf(definitions);
        found.set(
          key,
          definitions.isBlock()
            ? blockSettings(part, definitions, key)
            : [plainSetting(part, definitions, key)],
        );
      }
    }
    return [...found.values()].flat();
  }

  pick<K extends string>(keys: readonly K[]): Readonly<Record<K, string | undefined>> {
    const values: Partial<Record<K, string | undefined>> = {};
    for (const part of this.parts) {
      const { document } = part.file.reading;
      const definitions = new Definitions(document, part.rows);
      while (definitions.next()) {
        const { keyBegin, keyEnd } = definitions;
        const key = keys.find(name => isKey(document.text, keyBegin, keyEnd, name));
        if (key !== undefined) {
          values[key] = definitions.isBlock() ? undefined : readValue(definitions);
        }
      }
    }
    return values as Record<K, string | undefined>;
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
    for (let index = this.parts.length - 1; index >= 0; index--) {
      const part = this.parts[index];
      const definition = part === undefined ? undefined : lastDefinition(part, key);
      if (part !== undefined && definition !== undefined) {
        return { part, definition };
      }
    }
    return undefined;
  }
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

function blockSettings(part: Part, definitions: Definitions, key: string): readonly Setting[] {
  const { document, file: origin } = part.file.reading;
  const found = new Map<string, Setting>();
  for (const sub of readBlock(definitions)) {
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
 * `[default]` of the config file does not count beside `[profile default]`. Names that only AWS CLI reads
 * follow, where the SDKs have no section of that name.
 */
export function indexSections(files: readonly FileReading[]): SectionIndex {
  const maps = { profile: newParts(), 'sso-session': newParts(), services: newParts() };
  const cliMaps = { profile: newParts(), 'sso-session': newParts(), services: newParts() };
  for (const file of files) {
    const { sections, document } = file.reading;
    const hidesBare = sections.some(
      rows => rows.name === 'default' && rows.kind === 'profile' && !rows.bareDefault,
    );
    for (const rows of sections) {
      if (rows.kind === 'ignored') {
        const header = readCliHeader(document, file.reading.file, rows.header);
        if (header !== undefined) {
          addPart(cliMaps[header.kind], header.name, { file, rows });
        }
      } else if (rows.kind !== 'broken' && !(rows.bareDefault && hidesBare)) {
        addPart(maps[rows.kind], rows.name, { file, rows });
      }
    }
  }
  return {
    profiles: mergeParts(maps.profile, cliMaps.profile),
    sessions: mergeParts(maps['sso-session'], cliMaps['sso-session']),
    services: mergeParts(maps.services, cliMaps.services),
  };
}

const EVERY_DIALECT: readonly Dialect[] = ['sdk', 'js', 'cli'];
const CLI_ALONE: readonly Dialect[] = ['cli'];

type Parts = Map<string, Part[]>;

function newParts(): Parts {
  return new Map();
}

function addPart(map: Parts, name: string, part: Part): void {
  const parts = map.get(name);
  if (parts === undefined) {
    map.set(name, [part]);
  } else {
    parts.push(part);
  }
}

function mergeParts(all: Parts, cliOnly: Parts): ReadonlyMap<string, MergedSection> {
  const merged = new Map<string, MergedSection>();
  for (const [name, parts] of all) {
    merged.set(name, new MergedSection(name, parts, EVERY_DIALECT));
  }
  for (const [name, parts] of cliOnly) {
    if (!merged.has(name)) {
      merged.set(name, new MergedSection(name, parts, CLI_ALONE));
    }
  }
  return merged;
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

/** Both files at one moment, its problems looked for when they are first asked for. */
export class FilesSnapshot implements Snapshot {
  readonly files: Readonly<Record<FileName, FileState>>;
  readonly profiles: ReadonlyMap<string, Profile>;
  readonly sessions: ReadonlyMap<string, Section>;
  readonly services: ReadonlyMap<string, Section>;
  readonly #search: () => Turns<readonly Problem[]>;
  #problems: readonly Problem[] | undefined;
  #searching: Promise<readonly Problem[]> | undefined;

  constructor(
    files: Readonly<Record<FileName, FileState>>,
    index: SectionIndex,
    search: () => Turns<readonly Problem[]>,
  ) {
    this.files = files;
    this.profiles = index.profiles;
    this.sessions = index.sessions;
    this.services = index.services;
    this.#search = search;
  }

  get problems(): readonly Problem[] {
    this.#problems ??= runAtOnce(this.#search());
    return this.#problems;
  }

  get isSearched(): boolean {
    return this.#problems !== undefined;
  }

  /** Looks for the problems ahead of time, in turns. */
  async findProblems(): Promise<void> {
    this.#searching ??= runInTurns(this.#search());
    this.#problems ??= await this.#searching;
  }
}
