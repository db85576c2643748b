import { type Disposable, onDispose } from './disposable.ts';

/** Subscribes a listener; dispose the result to stop. The same shape as a VS Code event of one argument. */
export type Event<T> = (listener: (value: T) => void) => Disposable;

/** The source of an `Event`. A listener that throws does not keep the value from the others. */
export class Emitter<T> implements Disposable {
  readonly #listeners = new Set<(value: T) => void>();

  readonly event: Event<T> = listener => {
    // Each subscription is its own entry, so that one function may subscribe twice.
    const entry = (value: T): void => listener(value);
    this.#listeners.add(entry);
    return onDispose(() => this.#listeners.delete(entry));
  };

  fire(value: T): void {
    const failures: unknown[] = [];
    for (const listener of [...this.#listeners]) {
      try {
        listener(value);
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) {
      throw failures[0];
    }
  }

  dispose(): void {
    this.#listeners.clear();
  }
}
