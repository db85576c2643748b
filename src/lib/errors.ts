/** A button under an error message: its label and the command that it runs. */
export type ErrorAction = {
  readonly title: string;
  readonly command: string;
  readonly arguments?: readonly unknown[];
};

export type UserErrorOptions = {
  /** What the user can do next, as a sentence. */
  readonly hint?: string;
  readonly actions?: readonly ErrorAction[];
  /** Where the cause stands: a file and its 1-based line. */
  readonly file?: string;
  readonly line?: number;
  readonly cause?: unknown;
};

/**
 * Something that the user should read: what happened (`message`) and what to do next (`hint`).
 * Neither text may hold a secret. Text of files, processes and servers may stand in them as it is:
 * the one edge that shows the error escapes it.
 */
export class UserError extends Error {
  override readonly name: string = 'UserError';
  readonly hint: string | undefined;
  readonly actions: readonly ErrorAction[];
  readonly file: string | undefined;
  readonly line: number | undefined;

  constructor(message: string, options: UserErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.hint = options.hint;
    this.actions = options.actions ?? [];
    this.file = options.file;
    this.line = options.line;
  }
}

/** The user, or whoever owns the `AbortSignal`, called it off. Never shown. */
export class Cancelled extends Error {
  override readonly name = 'Cancelled';

  constructor() {
    super('Cancelled');
  }
}

/** Throws `Cancelled` once `signal` is aborted. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) {
    throw new Cancelled();
  }
}

/** The code of a Node system error (`ENOENT`, `EACCES`, …), or undefined for anything else. */
export function systemErrorCode(error: unknown): string | undefined {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') {
    return error.code;
  }
  return undefined;
}
