import { writeSync } from 'node:fs';
import fsPromises from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';

/** When the process is to die: just before or just after its `step`-th file operation (from 1). */
export type KillPoint = { readonly step: number; readonly side: 'before' | 'after' };

type Operation = (...args: readonly unknown[]) => Promise<unknown>;

const FUNCTIONS = [
  'access',
  'chmod',
  'lstat',
  'mkdir',
  'open',
  'readFile',
  'readdir',
  'readlink',
  'realpath',
  'rename',
  'stat',
  'symlink',
  'unlink',
] as const;
const METHODS = ['chmod', 'chown', 'read', 'stat', 'sync', 'writeFile'] as const;

/**
 * Makes this process kill itself at a file operation: every asynchronous one that comes after the call is counted,
 * whoever makes it. Says on standard output what it died of, or, in the end, how many there were. The product is
 * loaded as it is; only Node's own functions are wrapped, in this process alone.
 */
export async function killAt({ step, side }: KillPoint): Promise<{ readonly count: () => number }> {
  let steps = 0;
  const wrap = (name: string, run: Operation): Operation =>
    async function wrapped(this: unknown, ...args: readonly unknown[]): Promise<unknown> {
      steps += 1;
      const isDue = steps === step;
      if (isDue && side === 'before') {
        die(name);
      }
      const result = await run.apply(this, [...args]);
      if (isDue) {
        die(name);
      }
      return result;
    };
  const handle = await fsPromises.open(process.execPath, 'r');
  const prototype: object = Object.getPrototypeOf(handle);
  await handle.close();
  for (const name of FUNCTIONS) {
    Reflect.set(fsPromises, name, wrap(name, fsPromises[name] as Operation));
  }
  for (const name of METHODS) {
    Reflect.set(prototype, name, wrap(`handle.${name}`, Reflect.get(prototype, name) as Operation));
  }
  syncBuiltinESMExports();
  return { count: () => steps };
}

function die(name: string): void {
  writeSync(1, `died at ${name}\n`);
  process.kill(process.pid, 'SIGKILL');
}
