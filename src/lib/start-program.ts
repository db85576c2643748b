import { spawn } from 'node:child_process';
import { Cancelled } from './errors.ts';
import type { Environment } from './system.ts';

export type StartOptions = {
  readonly signal: AbortSignal;
  readonly env: Environment;
  /** Where it starts; never a folder of the workspace. */
  readonly cwd: string;
  /** After so many milliseconds without an end it counts as started. */
  readonly settleMs: number;
};

/**
 * Starts a program that outlives us, such as a browser: without a shell, its output dropped. Resolves when it has
 * ended well or has run for a while.
 * Rejects with the system's own error when it cannot be started, with an Error when it fails at once, and with
 * `Cancelled` on abort; the program itself is left alone then.
 */
export function startProgram(file: string, args: readonly string[], options: StartOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    if (options.signal.aborted) {
      reject(new Cancelled());
      return;
    }
    const child = spawn(file, args, {
      env: { ...options.env },
      cwd: options.cwd,
      shell: false,
      detached: true,
      stdio: 'ignore',
    });
    child.unref();
    const settle = (end: () => void): void => {
      clearTimeout(timer);
      options.signal.removeEventListener('abort', onAbort);
      end();
    };
    const onAbort = (): void => settle(() => reject(new Cancelled()));
    const timer = setTimeout(() => settle(resolve), options.settleMs);
    options.signal.addEventListener('abort', onAbort, { once: true });
    // Stays for good: an error that nobody listens to would end the extension host.
    child.on('error', error => settle(() => reject(error)));
    child.once('exit', code =>
      settle(() => (code === 0 ? resolve() : reject(new Error(`It ended with code ${code}.`)))),
    );
  });
}
