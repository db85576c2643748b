import type { Operation } from './messages.ts';

/** A request as it came in. Holds no secret: no token, code, secret key or signature. */
export type RequestRecord = {
  readonly operation: Operation;
  readonly method: string;
  readonly path: string;
  /** The raw query with its `?`, or empty. */
  readonly search: string;
  /** The server's clock, in milliseconds since the epoch. */
  readonly time: number;
  readonly userAgent: string;
  /** Of a signed request. */
  readonly accessKeyId: string | undefined;
  /** That a signed request was signed for. */
  readonly region: string | undefined;
  /** The body's fields that are harmless: `grantType`, `scopes`, `RoleArn`, … Lists are joined by blanks. */
  readonly parameters: Readonly<Record<string, string>>;
  /** Undefined until the answer is sent, and for good when the connection was reset. */
  status: number | undefined;
};

/** The body fields that may be kept; all others are dropped. */
const HARMLESS: ReadonlySet<string> = new Set([
  ...['clientName', 'clientType', 'scopes', 'grantTypes', 'redirectUris', 'issuerUrl', 'startUrl'],
  ...['grantType', 'redirectUri', 'user_code', 'decision'],
  ...['Action', 'Version', 'RoleArn', 'RoleSessionName', 'ExternalId', 'SerialNumber', 'DurationSeconds'],
  ...['Policy', 'SourceIdentity', 'ProviderId'],
]);

export function harmlessParameters(fields: Iterable<readonly [string, unknown]>): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [name, value] of fields) {
    if (HARMLESS.has(name) && value !== null && value !== undefined) {
      kept[name] = Array.isArray(value) ? value.join(' ') : String(value);
    }
  }
  return kept;
}

/** Everything that was asked, oldest first. */
export class RequestLog {
  readonly #records: RequestRecord[] = [];
  readonly #watchers = new Set<() => void>();

  get all(): readonly RequestRecord[] {
    return this.#records;
  }

  of(operation: Operation): readonly RequestRecord[] {
    return this.#records.filter(record => record.operation === operation);
  }

  clear(): void {
    this.#records.length = 0;
  }

  /**
   * Resolves with the latest record once `count` requests of `operation` have come in since the last `clear()`,
   * at once when they already have. An answer need not have been sent. Rejects with the signal's reason.
   */
  seen(operation: Operation, count = 1, signal?: AbortSignal): Promise<RequestRecord> {
    return new Promise((resolve, reject) => {
      const done = (): void => {
        this.#watchers.delete(look);
        signal?.removeEventListener('abort', abort);
      };
      const abort = (): void => {
        done();
        reject(signal?.reason);
      };
      const look = (): void => {
        const found = this.of(operation)[count - 1];
        if (found !== undefined) {
          done();
          resolve(found);
        }
      };
      if (signal?.aborted === true) {
        abort();
        return;
      }
      signal?.addEventListener('abort', abort);
      this.#watchers.add(look);
      look();
    });
  }

  /** Calls `listener` for each record as it comes in. */
  onRecord(listener: (record: RequestRecord) => void): { dispose(): void } {
    const watcher = (): void => {
      const latest = this.#records.at(-1);
      if (latest !== undefined) {
        listener(latest);
      }
    };
    this.#watchers.add(watcher);
    return { dispose: () => this.#watchers.delete(watcher) };
  }

  add(record: RequestRecord): void {
    this.#records.push(record);
    for (const watcher of [...this.#watchers]) {
      watcher();
    }
  }
}
