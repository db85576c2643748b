export type ReplaceOptions = {
  readonly signal: AbortSignal;
  /** The mode of a file that did not exist; an existing file keeps its own. Default 0600. */
  readonly mode?: number;
};

/**
 * Replaces a file as a whole, under an exclusive lock. `change` gets the present bytes (undefined: no file)
 * and returns the new ones; undefined leaves all as it is.
 * Rejects with `UserError` when it cannot be written (the file is then untouched), `Cancelled` on abort.
 */
export declare function replaceFile(
  path: string,
  change: (bytes: Buffer | undefined) => Buffer | undefined,
  options: ReplaceOptions,
): Promise<void>;

/** Removes a file under its lock; resolves to whether there was one. */
export declare function removeFile(path: string, options: { readonly signal: AbortSignal }): Promise<boolean>;
