import { Cancelled } from '../lib/errors.ts';

type Work<T> = { readonly done: Promise<T>; readonly stop: AbortController; users: number };

/** Work that several ask for at once is done once; it is called off when the last of them has gone. */
export class SharedWork<T> {
  readonly #works = new Map<string, Work<T>>();

  /** Joins the work under way for `key`, or starts it. @throws what the work throws; Cancelled once `signal` is aborted. */
  async join(key: string, signal: AbortSignal, start: (signal: AbortSignal) => Promise<T>): Promise<T> {
    if (signal.aborted) {
      throw new Cancelled();
    }
    const work = this.#works.get(key) ?? this.#start(key, start);
    work.users += 1;
    const gone = Promise.withResolvers<never>();
    const leave = (): void => gone.reject(new Cancelled());
    signal.addEventListener('abort', leave, { once: true });
    try {
      return await Promise.race([work.done, gone.promise]);
    } finally {
      signal.removeEventListener('abort', leave);
      work.users -= 1;
      if (work.users === 0) {
        // Whoever asks from now on starts anew.
        this.#forget(key, work);
        work.stop.abort();
      }
    }
  }

  #start(key: string, start: (signal: AbortSignal) => Promise<T>): Work<T> {
    const stop = new AbortController();
    const work: Work<T> = { done: start(stop.signal), stop, users: 0 };
    this.#works.set(key, work);
    const settled = (): void => this.#forget(key, work);
    work.done.then(settled, settled);
    return work;
  }

  #forget(key: string, work: Work<T>): void {
    if (this.#works.get(key) === work) {
      this.#works.delete(key);
    }
  }
}
