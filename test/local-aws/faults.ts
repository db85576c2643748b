import type { Operation } from './messages.ts';

export type Fault =
  /** This answer instead of the true one. */
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly body?: string;
      readonly headers?: Readonly<Record<string, string>>;
    }
  /** An error in the service's own form: `{ kind: 'error', code: 'SlowDownException' }`. */
  | { readonly kind: 'error'; readonly code: string; readonly message?: string; readonly status?: number }
  /** A web page, as a captive portal or a proxy gives it. */
  | { readonly kind: 'html'; readonly status?: number }
  /** The connection is reset before any answer. */
  | { readonly kind: 'reset' }
  /** The true answer, broken off in the middle of its body. */
  | { readonly kind: 'cut' }
  /** The true answer, `ms` milliseconds of real time later. */
  | { readonly kind: 'delay'; readonly ms: number }
  /** No answer until `release()`; then the true one. */
  | { readonly kind: 'hang' };

export type InjectedFault = {
  /** How often it has struck. */
  readonly used: number;
  /** Lets every request go on that hangs in it. */
  release(): void;
  /** Takes the fault back; hanging requests go on. */
  dispose(): void;
};

/** A fault that has struck a request. */
export type Strike = {
  readonly fault: Fault;
  /** Resolves on `release()`. */
  released(): Promise<void>;
};

type Entry = {
  readonly operation: Operation | '*';
  readonly fault: Fault;
  left: number;
  used: number;
  waiting: (() => void)[];
};

function release(entry: Entry): void {
  for (const go of entry.waiting.splice(0)) {
    go();
  }
}

/** The faults to come. The oldest one that fits a request strikes it. */
export class Faults {
  readonly #entries: Entry[] = [];

  /** `fault` for the next `times` requests of `operation` (`*`: of any); for all of them when not given. */
  add(operation: Operation | '*', fault: Fault, times = Number.POSITIVE_INFINITY): InjectedFault {
    const entry: Entry = { operation, fault, left: times, used: 0, waiting: [] };
    this.#entries.push(entry);
    return {
      get used() {
        return entry.used;
      },
      release: () => release(entry),
      dispose: () => {
        entry.left = 0;
        release(entry);
      },
    };
  }

  /** Takes every fault back; hanging requests go on. */
  clear(): void {
    for (const entry of this.#entries.splice(0)) {
      release(entry);
    }
  }

  /** The fault for a request of `operation`, counted as used. */
  take(operation: Operation): Strike | undefined {
    const entry = this.#entries.find(
      each => each.left > 0 && (each.operation === '*' || each.operation === operation),
    );
    if (entry === undefined) {
      return undefined;
    }
    entry.left -= 1;
    entry.used += 1;
    return {
      fault: entry.fault,
      released: () => new Promise(resolve => entry.waiting.push(resolve)),
    };
  }
}
