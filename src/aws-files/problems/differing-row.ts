import type { Dialect, SectionKind } from '../kinds.ts';
import type { Severity } from '../problem-rules.ts';
import type { KeySchema } from '../schema-keys.ts';
import type { Fix } from '../snapshot.ts';
import type { Piece } from './problem-list.ts';
import type { RowReading } from './row-readings.ts';
import type { SectionPart } from './section-lines.ts';

/** What each dialect that has the section reads in one row of it; `undefined` where it reads nothing. */
export type Readers = ReadonlyMap<Dialect, RowReading | undefined>;

/** One row that the tools read differently. */
export type Difference = {
  readonly piece: Piece;
  readonly message: string;
  readonly severity: Severity;
  readonly fix?: () => Fix | undefined;
};

/** One row, and what is known of the key that somebody reads there. */
export type Row = {
  readonly part: SectionPart;
  readonly kind: SectionKind;
  readonly row: number;
  readonly readers: Readers;
  readonly sdk: RowReading | undefined;
  readonly js: RowReading | undefined;
  readonly cli: RowReading | undefined;
  /** What is known of the key; undefined for one that is none of AWS's. */
  readonly schema: KeySchema | undefined;
  /** The key in lower case where AWS knows it: others may be a piece of something else. */
  readonly name: string;
};

/** `nothing`: no tool that reads the key reads it differently. `undefined`: it is not this. */
export type Described =
  | (Omit<Difference, 'severity'> & { readonly severity?: Severity })
  | 'nothing'
  | undefined;
