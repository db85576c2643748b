import * as vscode from 'vscode';
import type { Disposable } from '../lib/disposable.ts';
import { UserError } from '../lib/errors.ts';
import { redact } from '../lib/redact.ts';

/** The output channel "Rolecall". Everything goes through `redact`. */
export class Log implements Disposable {
  readonly #channel = vscode.window.createOutputChannel('Rolecall', { log: true });

  info(text: string): void {
    this.#channel.info(redact(text));
  }

  /** An error with its causes: what was written for the user in its own words, the rest with its stack. */
  error(what: string, error: unknown): void {
    this.#channel.error(redact(`${what}: ${describe(error)}`));
  }

  show(): void {
    this.#channel.show(true);
  }

  dispose(): void {
    this.#channel.dispose();
  }
}

function describe(error: unknown, depth = 0): string {
  if (!(error instanceof Error)) {
    return String(error);
  }
  const cause =
    error.cause === undefined || depth > 4 ? '' : `\n  caused by ${describe(error.cause, depth + 1)}`;
  const text =
    error instanceof UserError
      ? [error.message, error.hint].filter(Boolean).join(' ')
      : (error.stack ?? error.message);
  return `${text}${cause}`;
}
