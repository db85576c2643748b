import type { FileName } from '../../../src/aws-files/kinds.ts';

/** Numbers that look random and depend on the seed alone. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = (seed ^ 0x2545f491) >>> 0 || 1;
  }

  /** A whole number from 0 to `limit`, exclusive. */
  below(limit: number): number {
    // A xorshift of 32 bits.
    let state = this.#state;
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    this.#state = state >>> 0;
    return this.#state % limit;
  }

  pick<T>(choices: readonly T[]): T {
    const choice = choices[this.below(choices.length)];
    if (choice === undefined) {
      throw new RangeError('nothing to choose from');
    }
    return choice;
  }

  /** True once in `times` times. */
  once(times: number): boolean {
    return this.below(times) === 0;
  }
}

const KEYS = [
  'region',
  'output',
  'role_arn',
  'source_profile',
  'sso_session',
  'sso_account_id',
  'sso_role_name',
  'sso_start_url',
  'sso_region',
  'aws_access_key_id',
  'aws_secret_access_key',
  'credential_process',
  'mfa_serial',
  'external_id',
  'duration_seconds',
  'cli_pager',
  's3',
  'services',
];

const VALUES = [
  'eu-west-1',
  'json',
  'a',
  '123456789012',
  'arn:aws:iam::123456789012:role/Deploy',
  'two words',
  '/usr/bin/helper --flag',
  'x.y',
];

/** One file in the making: hands out names and keys that do not stand in it yet. */
export class Scene {
  readonly random: Random;
  readonly file: FileName;
  readonly #names: string[];
  #made = 0;
  #keys = 0;

  /** `names` are taken first: those of the other file. */
  constructor(random: Random, file: FileName, names: readonly string[] = []) {
    this.random = random;
    this.file = file;
    this.#names = [...names];
  }

  /** A plain name that no section of the file has. */
  name(): string {
    this.#made += 1;
    const taken = this.#names.shift();
    return taken ?? this.random.pick(['team', 'dev', 'x.y', 'me@corp', 'A', 'b/c']) + String(this.#made);
  }

  /** A plain key that the section does not have. */
  key(): string {
    this.#keys += 1;
    const base = KEYS[this.#keys % KEYS.length] ?? '';
    return this.#keys < KEYS.length ? base : `${base}_${this.#keys}`;
  }

  value(): string {
    return this.random.pick(VALUES);
  }

  pick(...choices: readonly string[]): string {
    return this.random.pick(choices);
  }

  /** `key = value`, plain. */
  line(): string {
    return `${this.key()}${this.pick(' = ', '=', ' =', '= ')}${this.value()}`;
  }

  lines(): string {
    return Array.from({ length: this.random.below(3) + 1 }, () => this.line()).join('\n');
  }

  /** What stands before a name between the brackets of this file. */
  prefix(): string {
    return this.file === 'config' ? 'profile ' : '';
  }

  /** A plain header with a new name. */
  header(): string {
    return `[${this.prefix()}${this.name()}]`;
  }
}
