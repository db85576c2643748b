/** What one run in the extension host saw; times in milliseconds, sizes in bytes. */
export type Measured = {
  readonly profiles: number;
  /** Reading and compiling the entry chunk and what it imports. */
  readonly load: number;
  readonly activate: number;
  /** From the end of `activate` until the profiles view has all its rows as tree items. */
  readonly rows: number;
  /** The longest time for which the event loop was held up, from the load on. */
  readonly stall: number;
  /** The same, for as long, just before the load: what the host does by itself. */
  readonly stallBefore: number;
  readonly heap: number;
};
