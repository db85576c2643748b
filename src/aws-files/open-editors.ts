import type { Splice } from './layout.ts';

/** A file that is open and not saved: its text stands in the editor's memory, and an edit must go there. */
export type OpenEditor = {
  /** The unsaved text. */
  readonly text: string;
  /** Why the bytes could not survive a save (mixed line ends, invalid UTF-8), as a sentence; else undefined. */
  readonly trouble: string | undefined;
  /**
   * Makes the changes, which are in order and do not overlap, as one undo step, and leaves the file unsaved.
   * Rejects when the text is not `text` any more.
   */
  replace(splices: readonly Splice[], signal: AbortSignal): Promise<void>;
};

export type OpenEditors = {
  /** The editor that holds unsaved changes of the file at `path`. */
  find(path: string): OpenEditor | undefined;
};
