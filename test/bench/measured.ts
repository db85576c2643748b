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
  /** What is in use after that and was not before the load, in bytes. */
  readonly heap: number;
  /** One changed line, several times; none where there is no profile. */
  readonly refreshes: readonly Refreshed[];
};

/** What one changed line of the config file, written by another process, led to. */
export type Refreshed = {
  /** From the system's event to the change event of the tree, in milliseconds. */
  readonly ms: number;
  /** How many nodes the tree named as changed in all; infinite when it asked for all rows. */
  readonly nodes: number;
  /** The longest stall until the rows and the problems were as they should be again, in milliseconds. */
  readonly stall: number;
};
