import type { FileName } from './snapshot.ts';

export type SectionKind = 'profile' | 'sso-session' | 'services';

/** A section by what it is, not by where it stands, so that an edit can be applied to a changed text. */
export type SectionRef = { readonly kind: SectionKind; readonly name: string };

export type KeyValue = readonly [key: string, value: string];

/** One change of one file, as data. Nested keys are written `s3.addressing_style`. */
export type Edit =
  /** Sets the effective occurrence of a key. `create` adds the section when it is not there. */
  | {
      readonly type: 'set';
      readonly section: SectionRef;
      readonly key: string;
      readonly value: string;
      readonly create?: true;
    }
  /** Removes every occurrence of a key; nothing to do when there is none. */
  | { readonly type: 'unset'; readonly section: SectionRef; readonly key: string }
  /** Adds a section; refused when it exists. */
  | { readonly type: 'add'; readonly section: SectionRef; readonly settings: readonly KeyValue[] }
  /** Removes every section of that name; nothing to do when there is none. */
  | { readonly type: 'remove'; readonly section: SectionRef }
  /** Renames every section of that name; refused when it is gone or the new name exists. */
  | { readonly type: 'rename'; readonly section: SectionRef; readonly name: string }
  /** Adds a section with the lines of another; refused when the new name exists. */
  | { readonly type: 'copy'; readonly section: SectionRef; readonly name: string };

export type FileEdits = Readonly<Partial<Record<FileName, readonly Edit[]>>>;

/**
 * The bytes of a file with `edits` applied in order; `undefined` stands for a file that does not exist.
 * Throws `UserError` when an edit cannot be made, or would not read back.
 */
export declare function applyEdits(
  bytes: Uint8Array | undefined,
  file: FileName,
  edits: readonly Edit[],
): Buffer;

/** Why `name` cannot be the name of a section, as a sentence; undefined when it can. */
export declare function validateName(kind: SectionKind, name: string): string | undefined;
