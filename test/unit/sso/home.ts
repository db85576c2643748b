import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Snapshot } from '../../../src/aws-files/snapshot.ts';
import { Store } from '../../../src/aws-files/store.ts';
import { Cancelled } from '../../../src/lib/errors.ts';
import { type Environment, realSystem, type System } from '../../../src/lib/system.ts';
import { TokenCache } from '../../../src/sso/token-cache.ts';

/** A clock that stands still but for `sleep`, which takes no time of ours. */
export class Clock {
  time = Date.UTC(2026, 10, 21, 6, 0, 0);
  /** How much time went by, whatever `time` was set to meanwhile. */
  slept = 0;
  /** The waits that were asked for, in milliseconds. */
  readonly waits: number[] = [];

  readonly now = (): number => this.time;

  readonly elapsed = (): number => this.slept;

  readonly sleep = async (ms: number, signal: AbortSignal): Promise<void> => {
    this.waits.push(ms);
    // Others get their turn, as with a real timer.
    await new Promise(resolve => setImmediate(resolve));
    if (signal.aborted) {
      throw new Cancelled();
    }
    this.time += ms;
    this.slept += ms;
  };
}

/** A home folder of its own, with what the core needs of the outside. */
export type Home = AsyncDisposable & {
  readonly folder: string;
  readonly clock: Clock;
  readonly system: System;
  readonly tokens: TokenCache;
  /** Writes the files and reads them as Rolecall does. */
  write(config: string, credentials?: string): Promise<Snapshot>;
};

export async function makeHome(env: Environment = {}): Promise<Home> {
  const folder = await mkdtemp(join(tmpdir(), 'rolecall-test-'));
  const clock = new Clock();
  const { now, elapsed, sleep } = clock;
  const system: System = { ...realSystem(), env, home: folder, now, elapsed, sleep };
  const tokens = new TokenCache({ system });
  return {
    folder,
    clock,
    system,
    tokens,
    write: async (config, credentials = '') => {
      await mkdir(join(folder, '.aws'), { recursive: true });
      await writeFile(join(folder, '.aws', 'config'), config);
      await writeFile(join(folder, '.aws', 'credentials'), credentials);
      const store = new Store({ system });
      try {
        return await store.load(new AbortController().signal);
      } finally {
        store.dispose();
      }
    },
    [Symbol.asyncDispose]: async () => {
      tokens.dispose();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
