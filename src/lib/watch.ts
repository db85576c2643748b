import type { Disposable } from './disposable.ts';

export type WatchOptions = { readonly debounceMs?: number; readonly pollMs?: number };

/** Calls `onChange` within a second after any of the files was changed, made or removed, by whichever program. */
export declare function watchFiles(
  paths: readonly string[],
  onChange: () => void,
  options?: WatchOptions,
): Disposable;

/** The same for the files of a folder (not below), rewrites in place included; the folder need not exist yet. */
export declare function watchFolder(path: string, onChange: () => void, options?: WatchOptions): Disposable;
