import { readFile } from 'node:fs/promises';

/**
 * What Rolecall remembers of logins, by the session's id. AWS CLI's token files tell when an access token ends but
 * not when the user signed in, and that is what the length of a session counts from. Holds no secret.
 */
export type LoginRecord = {
  /** When each session was last signed in to, in milliseconds since the epoch, as far as Rolecall saw it. */
  readonly logins: ReadonlyMap<string, number>;
  /** The end, in milliseconds since the epoch, that the user was last told of beforehand. */
  readonly noticed: ReadonlyMap<string, number>;
};

/** No session lives longer (IAM Identity Center: at most 90 days), so what is older goes. */
const KEPT_MS = 90 * 24 * 3_600_000;

/** Logins and ends that differ by less are one: several windows saw the same, each by its own look at the clock. */
const SAME_MS = 60_000;

/** The record of one machine, shared by all windows: a small JSON file in the extension's own storage. */
export class LoginRecordFile {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  /** The record as it stands. What cannot be read counts as nothing known. */
  async read(): Promise<LoginRecord> {
    try {
      return parse(await readFile(this.#path, 'utf8'));
    } catch {
      return parse('');
    }
  }

  /**
   * Remembers that the user signed in at `at`, in milliseconds since the epoch.
   * @throws UserError when the file cannot be written; Cancelled.
   */
  async noteLogin(id: string, at: number, signal: AbortSignal): Promise<void> {
    await this.#change(signal, ({ logins, noticed }) =>
      isSame(logins.get(id), at) ? undefined : { logins: new Map([...logins, [id, at]]), noticed },
    );
  }

  /**
   * A renamed session keeps its login time.
   * @throws UserError when the file cannot be written; Cancelled.
   */
  async move(from: string, to: string, signal: AbortSignal): Promise<void> {
    await this.#change(signal, ({ logins, noticed }) => {
      const at = logins.get(from);
      return at === undefined
        ? undefined
        : { logins: new Map([...[...logins].filter(([id]) => id !== from), [to, at]]), noticed };
    });
  }

  /**
   * Takes it on to tell the user of these ends.
   * @returns the ids that nobody has told of yet, whichever window asked first.
   * @throws UserError when the file cannot be written; Cancelled.
   */
  async claimNotice(ends: ReadonlyMap<string, number>, signal: AbortSignal): Promise<readonly string[]> {
    let claimed: readonly (readonly [string, number])[] = [];
    await this.#change(signal, ({ logins, noticed }) => {
      claimed = [...ends].filter(([id, end]) => !isSame(noticed.get(id), end));
      return claimed.length === 0 ? undefined : { logins, noticed: new Map([...noticed, ...claimed]) };
    });
    return claimed.map(([id]) => id);
  }

  async #change(
    signal: AbortSignal,
    change: (record: LoginRecord) => LoginRecord | undefined,
  ): Promise<void> {
    const { replaceFile } = await import('../lib/atomic-file.ts');
    await replaceFile(
      this.#path,
      bytes => {
        const changed = change(parse(bytes?.toString('utf8') ?? ''));
        return changed === undefined ? undefined : Buffer.from(format(changed));
      },
      { signal, sync: false },
    );
  }
}

function isSame(known: number | undefined, at: number): boolean {
  return known !== undefined && Math.abs(known - at) < SAME_MS;
}

function parse(text: string): LoginRecord {
  let fields: unknown;
  try {
    fields = JSON.parse(text);
  } catch {
    fields = undefined;
  }
  return { logins: times(fields, 'logins'), noticed: times(fields, 'noticed') };
}

function times(fields: unknown, name: string): ReadonlyMap<string, number> {
  const entries = typeof fields === 'object' && fields !== null ? Reflect.get(fields, name) : undefined;
  return new Map(
    typeof entries === 'object' && entries !== null
      ? Object.entries(entries).filter((entry): entry is [string, number] => Number.isFinite(entry[1]))
      : [],
  );
}

function format({ logins, noticed }: LoginRecord): string {
  const newest = Math.max(0, ...logins.values(), ...noticed.values());
  const kept = (map: ReadonlyMap<string, number>): object =>
    Object.fromEntries([...map].filter(([, at]) => newest - at <= KEPT_MS));
  return JSON.stringify({ logins: kept(logins), noticed: kept(noticed) });
}
