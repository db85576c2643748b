/** One measured way to do something. */
export type Way = {
  readonly name: string;
  /** Done before the clock starts, each time. */
  readonly prepare?: () => unknown;
  readonly run: () => unknown;
};

export type Timed = { readonly name: string; readonly ms: number };

/**
 * The median time of each way, in milliseconds. Each round does all of them in turn, so that each meets the same
 * state of the machine: what counts are the ratios within one run. Some rounds at the start do not count.
 */
export async function timeInTurn(ways: readonly Way[], rounds: number): Promise<readonly Timed[]> {
  const warmUps = Math.ceil(rounds / 5);
  const times = ways.map((): number[] => []);
  for (let round = -warmUps; round < rounds; round++) {
    for (const [index, { prepare, run }] of ways.entries()) {
      await prepare?.();
      const start = performance.now();
      await run();
      if (round >= 0) {
        times[index]?.push(performance.now() - start);
      }
    }
  }
  return ways.map(({ name }, index) => ({ name, ms: median(times[index] ?? []) }));
}

export function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
