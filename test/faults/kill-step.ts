import { writeSync } from 'node:fs';
import fsPromises from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';

/** When the process is to die: before, after or, where it writes, amid its `step`-th file operation (from 1). */
export type KillPoint = { readonly step: number; readonly side: 'before' | 'amid' | 'after' };

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
  'writeFile',
] as const;
const METHODS = ['chmod', 'chown', 'read', 'stat', 'sync', 'write', 'writeFile'] as const;
const WRITES: ReadonlySet<string> = new Set(['writeFile', 'handle.write', 'handle.writeFile']);

/**
 * Makes this process kill itself at a file operation: every asynchronous one that comes after the call is counted,
 * whoever makes it. Says on standard output what it died of; resolves to a function that says what there was. The
 * product is loaded as it is; only Node's own functions are wrapped, in this process alone.
 */
export async function killAt({ step, side }: KillPoint): Promise<() => readonly string[]> {
  const names: string[] = [];
  const wrap = (name: string, run: Operation): Operation =>
    async function wrapped(this: unknown, ...args: readonly unknown[]): Promise<unknown> {
      names.push(name);
      const isDue = names.length === step;
      if (isDue && side === 'before') {
        die(name);
      }
      try {
        return await run.apply(this, isDue && side === 'amid' ? args.map(half) : [...args]);
      } finally {
        // Also when it failed: not to be there is an answer, too.
        if (isDue) {
          die(name);
        }
      }
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
  return () => names;
}

/** The first half of what is to be written. */
function half(value: unknown, index: number, { length }: readonly unknown[]): unknown {
  // Given to a function, the first of two is a path.
  const isContent = length === 1 || index > 0;
  if (isContent && Buffer.isBuffer(value)) {
    return value.subarray(0, value.length / 2);
  }
  return isContent && typeof value === 'string' ? value.slice(0, value.length / 2) : value;
}

export function isWrite(name: string): boolean {
  return WRITES.has(name);
}

function die(name: string): void {
  writeSync(1, `died at ${name}\n`);
  process.kill(process.pid, 'SIGKILL');
}
