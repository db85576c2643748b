import { setImmediate as nextTurn } from 'node:timers/promises';

/** Work that says where it can pause: a generator that yields there and returns the result. */
export type Turns<T> = Generator<undefined, T>;

/** Does the work in one go. */
export function runAtOnce<T>(work: Turns<T>): T {
  for (;;) {
    const step = work.next();
    if (step.done === true) {
      return step.value;
    }
  }
}

/** Does the work with the event loop turning at every pause, so that nothing else has to wait for the whole. */
export async function runInTurns<T>(work: Turns<T>): Promise<T> {
  for (;;) {
    const step = work.next();
    if (step.done === true) {
      return step.value;
    }
    await nextTurn();
  }
}
