import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { listAll, readContents, withHome } from './home.ts';
import { scenarios, setOwn, storeIn } from './scenarios.ts';
import { startScript } from './script.ts';

const WRITERS = ['one', 'two', 'three'];
/** The longest time for which the writers may write before they are killed, in milliseconds. */
const LONGEST_MS = 40;
const { signal } = new AbortController();

export type RandomFigures = {
  readonly kills: number;
  /** Edits whose promise was resolved. */
  readonly made: number;
  /** Edits that were on the disk although the writer died before it could say so. */
  readonly unsaid: number;
};

type Writer = {
  readonly child: ChildProcess;
  /** The last number that it said was written. */
  said(): number;
};

/**
 * Three processes edit one file, each its own key, and are all killed at a random moment; the next three go on with
 * what they find. After each round the file is whole and holds every edit that was said to be made; at last a writer
 * that nobody kills leaves nothing behind.
 */
export function killAtRandom(script: string, rounds: number): Promise<RandomFigures> {
  return withHome(async home => {
    await scenarios[0]?.prepare(home);
    const store = storeIn(home);
    await store.load();
    for (const name of WRITERS) {
      await store.apply(setOwn(name, 0), signal);
    }
    const paths = listAll(home);
    const pattern = withoutNumbers(read(home));
    const values = new Map(WRITERS.map(name => [name, 0]));
    let [made, unsaid] = [0, 0];
    for (let round = 0; round < rounds; round++) {
      const writers = new Map(
        WRITERS.map(name => [name, start(script, home, name, (values.get(name) ?? 0) + 1)]),
      );
      await Promise.all([...writers.values()].map(({ child }) => once(child, 'spawn')));
      // The first to write says that they are under way.
      await Promise.race([...writers.values()].map(firstWord));
      await new Promise(resolve => setTimeout(resolve, Math.random() * LONGEST_MS));
      const ends = [...writers.values()].map(async ({ child }) => {
        const end = once(child, 'close');
        child.kill('SIGKILL');
        const [, killed] = await end;
        assert.equal(killed, 'SIGKILL', 'a writer ended by itself');
      });
      await Promise.all(ends);
      const text = read(home);
      assert.equal(withoutNumbers(text), pattern, 'the file is not whole');
      for (const [name, { said }] of writers) {
        const last = values.get(name) ?? 0;
        const number = Number(
          new RegExp(`\\[profile ${name}\\]\\noutput = number-(\\d+)\\n`).exec(text)?.[1],
        );
        const least = Math.max(said(), last);
        assert.ok(number === least || number === least + 1, `${name} said ${least}, the file has ${number}`);
        made += least - last;
        unsaid += number - least;
        values.set(name, number);
      }
    }
    await store.apply(setOwn('one', 0), signal);
    store.dispose();
    assert.deepEqual(
      listAll(home).filter(path => !paths.includes(path)),
      [],
    );
    return { kills: rounds * WRITERS.length, made, unsaid };
  });
}

async function firstWord({ child }: Writer): Promise<void> {
  if (child.stdout !== null) {
    await once(child.stdout, 'data');
  }
}

function start(script: string, home: string, name: string, from: number): Writer {
  const { child, text } = startScript(script, [home, name, String(from)]);
  return {
    child,
    said: () => {
      // What is not a whole line was not said.
      const lines = text().split('\n');
      return Number(lines.at(-2) ?? 0);
    },
  };
}

function read(home: string): string {
  return readContents(home).config ?? '';
}

function withoutNumbers(text: string): string {
  return text.replaceAll(/number-\d+/g, 'number-N');
}
