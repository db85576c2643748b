/** Keeps the last version of a file that Rolecall did not write, outside of the user's folders. */
export type Backups = {
  /** Called before each write with what it replaces; keeps the bytes unless they are what was noted last. */
  keep(path: string, bytes: Buffer, signal: AbortSignal): Promise<void>;
  /** Called after each write with what stands in the file now. */
  noteWritten(path: string, bytes: Buffer, signal: AbortSignal): Promise<void>;
  /** Called after a write that took secrets out of the file: they go from the kept version too. */
  forget(path: string, secrets: readonly string[], signal: AbortSignal): Promise<void>;
};
