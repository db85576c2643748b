import type { Document } from '../document.ts';
import type { Dialect, FileName, SectionKind } from '../kinds.ts';

/** One key as a dialect reads it; offsets are those of the document's text. */
export type DialectKey = {
  /**
   * The name as the dialect compares it: lower case but in `js`; nested keys are `s3.addressing_style`, where
   * `cli` keeps the case of what follows the dot.
   */
  readonly key: string;
  readonly value: string;
  /** The row of the key, and the one after the last row that its value takes in. */
  readonly row: number;
  readonly rowsEnd: number;
  readonly keyBegin: number;
  readonly keyEnd: number;
  /** The value on the key's own row; equal where it has none there. */
  readonly valueBegin: number;
  readonly valueEnd: number;
  /** The row of the key that opens the block it stands in; -1 for a key of the section itself. */
  readonly blockRow: number;
  /** `cli` alone: the key stands in `[DEFAULT]`, which lends its keys to every section. */
  readonly inherited: boolean;
};

/** Goes over the keys of a section without an object for each: the fields are those of the present one. */
export type KeyCursor = Omit<DialectKey, 'key' | 'value' | 'inherited'> & {
  /** The key has no value but a block of nested keys, which follow. */
  readonly opensBlock: boolean;
  /** Goes to the next key; false after the last. */
  next(): boolean;
  key(): string;
  value(): string;
};

/** A section as a dialect reads it: what counts in the end, sections of one name joined or replaced as it does. */
export type DialectSection = {
  readonly kind: SectionKind;
  readonly name: string;
  /** The rows of the headers that count. Never empty. */
  readonly headers: readonly number[];
  /** The keys that count, in the order of the text; those of `[DEFAULT]` last. Read from the text at each call. */
  keys(): readonly DialectKey[];
  /**
   * Visits each key that stands in the section, in the order of the text: those that a later one replaces and
   * those that open a block too, those of `[DEFAULT]` not.
   */
  walk(visit: (cursor: KeyCursor) => void): void;
};

/** Why a dialect's tools refuse a whole file, and the row that makes them; a byte order mark stands in line 1. */
export type Refusal = { readonly row: number; readonly reason: RefusalReason };

export type RefusalReason =
  | 'notUtf8'
  | 'byteOrderMark'
  | 'beforeFirstSection'
  | 'noDelimiter'
  | 'noKey'
  | 'duplicateKey'
  | 'duplicateSection'
  | 'nestedWithoutEquals'
  | 'forbiddenName';

/** A header that the other dialects see and `js` does not. */
export type UnseenHeader = {
  readonly row: number;
  /** The section before it that gets the keys after it; undefined when no section does. */
  readonly into: DialectSection | undefined;
};

/** A document as one dialect reads it. Reading goes on after what makes the dialect's tools give up. */
export type DialectReading = {
  readonly dialect: Dialect;
  readonly document: Document;
  readonly file: FileName;
  /** In the order of their first headers. */
  readonly sections: readonly DialectSection[];
  /** The first refusal is the one that the tools report. Of a great many the first alone. Looked for when asked for. */
  readonly refusals: readonly Refusal[];
  /** `js` alone. Looked for when asked for. */
  readonly unseenHeaders: readonly UnseenHeader[];
};
