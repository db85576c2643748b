import { setImmediate as nextTurn } from 'node:timers/promises';

/** So many rows take a few milliseconds. */
const ROWS_A_TURN = 250;

export type RowLooksOptions = {
  /** Whether the row of that name looks different from how it was last shown. */
  readonly isDifferent: (name: string) => boolean;
  /** Gets the names of all rows that looked different, when all were looked at; there may be none. */
  readonly onLooked: (different: readonly string[]) => void;
};

/** Looks in turns of the event loop whether rows changed, and tells of all that did at once. */
export class RowLooks {
  readonly #options: RowLooksOptions;
  readonly #due = new Set<string>();
  readonly #different = new Set<string>();
  #isLooking = false;

  constructor(options: RowLooksOptions) {
    this.#options = options;
  }

  /** Looks at these rows, also at those that it looked at a moment ago. Rejects with what `options` throw. */
  async look(names: Iterable<string>): Promise<void> {
    for (const name of names) {
      this.#due.add(name);
    }
    if (this.#isLooking) {
      return;
    }
    this.#isLooking = true;
    try {
      while (this.#due.size > 0) {
        // At first, too: what the caller has fired goes out before this.
        await nextTurn();
        this.#lookAtSome();
      }
    } finally {
      this.#isLooking = false;
    }
    const different = [...this.#different];
    this.#different.clear();
    this.#options.onLooked(different);
  }

  /** Forgets what is still to be looked at, and what looked different. */
  clear(): void {
    this.#due.clear();
    this.#different.clear();
  }

  #lookAtSome(): void {
    let looked = 0;
    for (const name of this.#due) {
      if (looked === ROWS_A_TURN) {
        return;
      }
      looked += 1;
      this.#due.delete(name);
      if (this.#options.isDifferent(name)) {
        this.#different.add(name);
      }
    }
  }
}
