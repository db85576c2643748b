/** The two files, by the names that AWS gives them. */
export type FileName = 'config' | 'credentials';

/** Where something stands: the file's path and the 1-based line. */
export type Place = { readonly file: string; readonly line: number };

/**
 * One key as AWS's tools read it. `key` is lower case; a key inside a nested block is `s3.addressing_style`,
 * and the key that opens a block is not a setting of its own.
 */
export type Setting = {
  readonly key: string;
  readonly value: string;
  readonly origin: FileName;
  readonly place: Place;
};

/** A section, or the sections of one name taken together. Values are read from the text when asked for. */
export type Section = {
  readonly name: string;
  /** The headers, config file first. Never empty. */
  readonly places: readonly Place[];
  get(key: string): string | undefined;
  setting(key: string): Setting | undefined;
  /** The values of some plain keys, in one pass over the text. */
  pick<K extends string>(keys: readonly K[]): Readonly<Record<K, string | undefined>>;
  /** Every effective setting, in the order of the files, config first. */
  settings(): readonly Setting[];
};

/** A profile: both files together, a key in the credentials file before the same key in the config file. */
export type Profile = Section & {
  /** Only AWS CLI and boto3 read a profile of this name (`[profile "a b"]`). */
  readonly cliOnly: boolean;
};

export type Severity = 'error' | 'warning' | 'info';

/** Something that is wrong in a file, or with it. The message holds no value of a key that may be secret. */
export type Problem = {
  readonly severity: Severity;
  readonly message: string;
  readonly place: Place;
  /** The row that it belongs to, where there is one. */
  readonly subject?: { readonly kind: 'profile' | 'session'; readonly name: string };
};

export type FileState = {
  readonly path: string;
  /** `missing` is no fault; `unreadable` comes with a problem that says why. */
  readonly status: 'read' | 'missing' | 'unreadable';
};

/** Both files at one moment. Immutable; a change of a file makes a new one. */
export type Snapshot = {
  readonly files: Readonly<Record<FileName, FileState>>;
  /** Every profile that has a section in either file, in the order of the files, config first. */
  readonly profiles: ReadonlyMap<string, Profile>;
  readonly sessions: ReadonlyMap<string, Section>;
  readonly services: ReadonlyMap<string, Section>;
  /** Looked for by whoever asks first; `Store.findProblems` asks in turns. */
  readonly problems: readonly Problem[];
  /** Whether asking for the problems costs nothing any more. */
  readonly isSearched: boolean;
};
