import type { Document } from '../document.ts';
import type { Dialect, FileName, SectionKind } from '../kinds.ts';

/** One key as a dialect reads it; offsets are those of the document's text. */
export type DialectKey = {
  /** The name as the dialect compares it: lower case but in `js`; nested keys are `s3.addressing_style`. */
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
};

/** A section as a dialect reads it: what counts in the end, sections of one name joined or replaced as it does. */
export type DialectSection = {
  readonly kind: SectionKind;
  readonly name: string;
  /** The rows of the headers that count. */
  readonly headers: readonly number[];
  /** The keys that count, in the order of the text. */
  keys(): readonly DialectKey[];
};

/** Why a dialect's tools refuse a whole file, and the row that makes them. */
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

/** A document as one dialect reads it. Reading goes on after what makes the dialect's tools give up. */
export type DialectReading = {
  readonly dialect: Dialect;
  readonly document: Document;
  readonly file: FileName;
  readonly sections: readonly DialectSection[];
  /** The first refusal is the one that the tools report. */
  readonly refusals: readonly Refusal[];
};
