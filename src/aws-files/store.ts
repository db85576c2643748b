import type { Disposable } from '../lib/disposable.ts';
import type { Event } from '../lib/emitter.ts';
import type { Environment, System } from '../lib/system.ts';
import type { FileEdits } from './edit.ts';
import type { FileName, Snapshot } from './snapshot.ts';

/** Where the user says the files are (settings); they win over the environment. */
export type PathOverrides = { readonly [file in FileName]?: string | undefined };

export declare function locate(
  env: Environment,
  home: string,
  platform: NodeJS.Platform,
  overrides?: PathOverrides,
): Readonly<Record<FileName, string>>;

/** The two files: loaded, watched, edited. */
export declare class Store implements Disposable {
  constructor(options: { readonly system: System; readonly paths?: PathOverrides });
  /** The last one; before the first `load` it has no profiles. */
  get snapshot(): Snapshot;
  get paths(): Readonly<Record<FileName, string>>;
  /** Fires when the bytes of a file, or its state, changed; not for the first `load`. */
  readonly onDidChange: Event<Snapshot>;
  load(signal?: AbortSignal): Promise<Snapshot>;
  refresh(signal?: AbortSignal): Promise<Snapshot>;
  setPaths(paths: PathOverrides, signal?: AbortSignal): Promise<Snapshot>;
  /** Follows changes by other programs until disposed. */
  watch(): Disposable;
  /** Locks, re-reads, applies, verifies, replaces; the snapshot is the new one when the promise resolves. */
  apply(edits: FileEdits, signal: AbortSignal): Promise<Snapshot>;
  dispose(): void;
}
