import type { FileEdits } from './file-edits.ts';
import type { Dialect, FileName } from './kinds.ts';
import type { Rule, Severity } from './problem-rules.ts';

/** Where something stands: the file's path and the 1-based line. */
export type Place = { readonly file: string; readonly line: number };

/** A piece of a file: lines and columns count from 1, columns in UTF-16 units; the end is exclusive. */
export type Range = {
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
};

/**
 * One key as AWS's tools read it. `key` is lower case; a key inside a nested block is `s3.addressing_style`,
 * and the key that opens a block is not a setting of its own.
 */
export type Setting = {
  readonly key: string;
  readonly value: string;
  readonly origin: FileName;
  readonly place: Place;
  /** The SDKs do not read this key here; the value is what AWS CLI and boto3 read. */
  readonly cliOnly?: true;
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
  /** The dialects that find a profile of this name (`[profile "a b"]`: AWS CLI alone). Never empty. */
  readonly readBy: readonly Dialect[];
};

/** Mends a problem: what a button that does it says, and the edits. */
export type Fix = { readonly title: string; readonly edits: FileEdits };

/** Something that is wrong in a file, or with it. The message holds no value of a key that may be secret. */
export type Problem = {
  /** Which check found it; a setting turns each off by this name. */
  readonly rule: Rule;
  readonly severity: Severity;
  readonly message: string;
  readonly place: Place;
  /** The text that it is about, in the file of `place`. */
  readonly range: Range;
  readonly fix?: Fix;
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
