import type { FileName } from '../../../src/aws-files/kinds.ts';
import { CONSTRUCTS, type Construct } from './corpus-constructs.ts';
import { Random, Scene } from './corpus-scene.ts';
import type { Files } from './dialect-results.ts';

/** Files in which each construct of the grammars stands many times, and how often each does. */
export type Corpus = {
  readonly pairs: readonly Files[];
  /** How many files there are, empty ones not counted. */
  readonly files: number;
  readonly counts: ReadonlyMap<string, number>;
};

/** What can be done to a whole file. */
const WHOLE: readonly { readonly name: string; change(random: Random, text: string): string | Uint8Array }[] =
  [
    { name: 'byte order mark', change: (_, text) => `\ufeff${text}` },
    { name: 'CRLF', change: (_, text) => text.replaceAll('\n', '\r\n') },
    { name: 'lone CR', change: (_, text) => text.replaceAll('\n', '\r') },
    {
      name: 'mixed line ends',
      change: (random, text) =>
        text.replaceAll('\n', () => random.pick(['\n', '\r\n', '\r', '\n\n', '\r\r\n'])),
    },
    { name: 'no final newline', change: (_, text) => text.replace(/\n+$/, '') },
    {
      name: 'text before the first section',
      change: (random, text) => `${random.pick(['region = a', 'rubbish', '  a = b', '[', '\0'])}\n${text}`,
    },
    { name: 'comment before the first section', change: (_, text) => `# note\n\n  ; note\n${text}` },
    { name: 'invalid UTF-8', change: breakEncoding },
  ];

/** What can stand for a whole file. */
const NOTHING: readonly { readonly name: string; readonly texts: readonly string[] }[] = [
  { name: 'empty file', texts: [''] },
  { name: 'blank file', texts: ['\n', ' \n\t\n', '# note', '\r\n\r\n', '\f\n', '\ufeff'] },
];

/** Bytes of a lead without a tail, of a tail without a lead, of a half of a character. */
const BROKEN = [[0xff], [0xc3], [0x85], [0xa0], [0xe2, 0x80], [0xed, 0xa0, 0x80], [0xc0, 0xa0]];

function breakEncoding(random: Random, text: string): Uint8Array {
  const bytes = Buffer.from(text);
  const at = random.below(bytes.length + 1);
  return Buffer.concat([bytes.subarray(0, at), Buffer.from(random.pick(BROKEN)), bytes.subarray(at)]);
}

/**
 * `count` pairs of files from a seed: always the same for the same two numbers. What has stood least often comes
 * first, so that each construct gets its share; one file in three holds what makes AWS CLI refuse it.
 */
export function makeCorpus(seed: number, count: number): Corpus {
  const random = new Random(seed);
  const counter = new Counter(random);
  const pairs: Files[] = [];
  let files = 0;
  for (let index = 0; index < count; index++) {
    const which = random.below(4);
    const shared = random.once(3) ? ['shared'] : [];
    if (which > 1 && shared.length > 0) {
      counter.count(SAME_PROFILE);
    }
    const config = which === 0 ? undefined : makeFile(counter, random, 'config', shared);
    const credentials =
      which === 0 || which > 1 ? makeFile(counter, random, 'credentials', shared) : undefined;
    files += (config === undefined ? 0 : 1) + (credentials === undefined ? 0 : 1);
    pairs.push({ config: config ?? Buffer.alloc(0), credentials: credentials ?? Buffer.alloc(0) });
  }
  return { pairs, files, counts: counter.counts };
}

/** Chooses what has stood least often so far. */
class Counter {
  readonly counts = new Map<string, number>();
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
  }

  count(name: string): void {
    this.counts.set(name, (this.counts.get(name) ?? 0) + 1);
  }

  #of({ name }: { readonly name: string }): number {
    return this.counts.get(name) ?? 0;
  }

  choose<T extends { readonly name: string }>(choices: readonly T[]): T {
    let chosen = this.#random.pick(choices);
    for (const other of [this.#random.pick(choices), this.#random.pick(choices)]) {
      chosen = this.#of(other) < this.#of(chosen) ? other : chosen;
    }
    this.count(chosen.name);
    return chosen;
  }
}

function makeFile(counter: Counter, random: Random, file: FileName, names: readonly string[]): Uint8Array {
  if (random.once(20)) {
    return Buffer.from(random.pick(counter.choose(NOTHING).texts));
  }
  const scene = new Scene(random, file, names);
  const fatal = random.once(3);
  const wanted = (place: Construct['place']): readonly Construct[] =>
    CONSTRUCTS.filter(each => each.place === place && (fatal || each.isFatal !== true));
  const parts: string[] = [];
  const sections = random.below(4) + 1;
  for (let index = 0; index < sections; index++) {
    // The first one is plain half of the time, so that what spills has somewhere to go.
    const isPlain = index === 0 ? random.once(2) : random.once(4);
    parts.push(
      isPlain ? `${scene.header()}\n${scene.lines()}` : counter.choose(wanted('section')).write(scene),
    );
    const bodies = random.below(3);
    for (let line = 0; line < bodies; line++) {
      parts.push(random.once(4) ? scene.lines() : counter.choose(wanted('body')).write(scene));
    }
    if (random.once(2)) {
      parts.push('');
    }
  }
  const text = `${parts.join('\n')}\n`;
  const changed = random.once(5) ? counter.choose(WHOLE).change(random, text) : text;
  return typeof changed === 'string' ? Buffer.from(changed) : changed;
}

const SAME_PROFILE = 'same profile in both files';
const NAMES = [...[...CONSTRUCTS, ...WHOLE, ...NOTHING].map(({ name }) => name), SAME_PROFILE];

/** The counts as lines to print, the rarest construct first. */
export function describeCounts({ counts, files, pairs }: Corpus): string {
  const lines = NAMES.map(name => [counts.get(name) ?? 0, name] as const)
    .sort(([one], [other]) => one - other)
    .map(([count, name]) => `  ${String(count).padStart(5)}  ${name}`);
  return [`${files} files in ${pairs.length} pairs; of each construct:`, ...lines].join('\n');
}

/** How often the rarest construct stands in the corpus. */
export function rarest({ counts }: Corpus): number {
  return Math.min(...NAMES.map(name => counts.get(name) ?? 0));
}
