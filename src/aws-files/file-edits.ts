import type { FileName, SectionKind } from './kinds.ts';

/** A section by what it is, not by where it stands, so that an edit can be applied to a changed text. */
export type SectionRef = { readonly kind: SectionKind; readonly name: string };

export type KeyValue = readonly [key: string, value: string];

/**
 * Sets a key where its effective value stands, or adds it after the section's last one. `create` adds the section
 * when it is not there.
 */
export type SetKey = {
  readonly type: 'set';
  readonly section: SectionRef;
  readonly key: string;
  readonly value: string;
  readonly create?: true;
};

/** Removes every occurrence of a key; nothing to do when there is none. */
export type UnsetKey = { readonly type: 'unset'; readonly section: SectionRef; readonly key: string };

/**
 * Gives a key another name where it stands, and another value if one is given. Refused when it is not there once, or
 * when a key of the new name is.
 */
export type RenameKey = {
  readonly type: 'renameKey';
  readonly section: SectionRef;
  readonly key: string;
  readonly name: string;
  readonly value?: string;
};

/** Adds a section; refused when it exists. */
export type AddSection = {
  readonly type: 'add';
  readonly section: SectionRef;
  readonly settings: readonly KeyValue[];
};

/** A section to be added, with a comment line of its own above the header: `# …`. */
export type NewSection = {
  readonly section: SectionRef;
  readonly settings: readonly KeyValue[];
  readonly comment?: string;
};

/** Adds sections at once, as many as there may be; refused when one of them exists. */
export type AddSections = { readonly type: 'addAll'; readonly sections: readonly NewSection[] };

/** Removes every section of that name, and the comments that belong to it; nothing to do when there is none. */
export type RemoveSection = {
  readonly type: 'remove';
  readonly section: SectionRef;
  /** Its `ownText` when it was decided: refused where it has another one by now, in an open editor say. */
  readonly was?: string;
};

/** Renames every section of that name; refused when it is gone or the new name exists. */
export type RenameSection = { readonly type: 'rename'; readonly section: SectionRef; readonly name: string };

/** Adds a section with the lines of another; refused when that is gone or the new name exists. */
export type CopySection = { readonly type: 'copy'; readonly section: SectionRef; readonly name: string };

/** In every profile, gives the keys whose value is `from` the value `to`: references follow a rename. */
export type Retarget = {
  readonly type: 'retarget';
  readonly key: string;
  readonly from: string;
  readonly to: string;
};

/**
 * Replaces whole lines, given without their line ends; the new ones get those of the lines round them. Refused
 * when the lines from `line` on (1-based) are not `was` any more.
 */
export type ReplaceLines = {
  readonly type: 'lines';
  readonly line: number;
  readonly was: readonly string[];
  readonly now: readonly string[];
};

/** One change of one section, or of all. */
export type SectionEdit =
  | SetKey
  | UnsetKey
  | RenameKey
  | AddSection
  | RemoveSection
  | RenameSection
  | CopySection
  | Retarget;

/** One change of one file, as data. Nested keys are written `s3.addressing_style`. */
export type Edit = SectionEdit | AddSections | ReplaceLines;

export type FileEdits = Readonly<Partial<Record<FileName, readonly Edit[]>>>;
