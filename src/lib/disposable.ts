/** Whatever lives: a watcher, a timer, a listener, a server. The same shape as VS Code's own. */
export type Disposable = { dispose(): void };

/** Turns a function into a `Disposable` that runs it once. */
export function onDispose(run: () => void): Disposable {
  let done = false;
  return {
    dispose: () => {
      if (!done) {
        done = true;
        run();
      }
    },
  };
}

/** Disposes `parts` together, last first. */
export function disposeAll(parts: readonly Disposable[]): void {
  for (const part of [...parts].reverse()) {
    part.dispose();
  }
}
