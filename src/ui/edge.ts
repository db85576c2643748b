import * as vscode from 'vscode';
import type { Disposable } from '../lib/disposable.ts';
import { Cancelled, type ErrorAction, UserError } from '../lib/errors.ts';
import { escapeMessage } from '../lib/escape.ts';
import { lazy } from '../lib/lazy.ts';
import { type Call, readCall } from './call.ts';
import type { Log } from './log.ts';

/** A command: gets who called it and with what, resolves to what the contract says. */
export type Handler = (call: Call) => Promise<unknown>;

/** Command id without the prefix `rolecall.` → what it does. */
export type CommandTable<Name extends string = string> = Readonly<Record<Name, Handler>>;

/** The commands of a module that is loaded when the first of them is called. */
export function lazyCommands<Name extends string>(
  names: readonly Name[],
  load: () => Promise<CommandTable<Name>>,
): CommandTable {
  const table = lazy(load);
  return Object.fromEntries(
    names.map(name => [name, async (call: Call) => (await table())[name](call)] as const),
  );
}

/** Registers every command of a table behind the one edge where errors end. */
export function registerCommands(table: CommandTable, log: Log): Disposable[] {
  return Object.entries(table).map(([name, handler]) =>
    vscode.commands.registerCommand(`rolecall.${name}`, (...args: unknown[]) =>
      atEdge(`rolecall.${name}`, readCall(args), handler, log),
    ),
  );
}

async function atEdge(id: string, call: Call, handler: Handler, log: Log): Promise<unknown> {
  try {
    return await handler(call);
  } catch (error) {
    if (isCancel(error)) {
      return undefined;
    }
    log.error(id, error);
    if (call.by === 'program') {
      throw forProgram(error);
    }
    // Not awaited: a message stays until it is dismissed, and a command must not wait for that.
    void showError(error, log);
    return undefined;
  }
}

/**
 * Runs work that nobody waits for. What goes wrong is logged; it is shown only when `show` says so, because
 * what the user did not ask for never interrupts.
 */
export function inBackground(what: string, work: Promise<unknown>, log: Log, show = false): void {
  work.catch((error: unknown) => {
    if (isCancel(error)) {
      return;
    }
    log.error(what, error);
    if (show) {
      void showError(error, log);
    }
  });
}

/** Cancelled by us, or by VS Code. */
export function isCancel(error: unknown): boolean {
  return error instanceof Cancelled || error instanceof vscode.CancellationError;
}

/** VS Code hands a calling program the message alone, so the hint goes into it. */
function forProgram(error: unknown): unknown {
  return error instanceof UserError
    ? new UserError(wholeText(error), {
        cause: error,
        actions: error.actions,
        ...(error.file === undefined ? {} : { file: error.file }),
        ...(error.line === undefined ? {} : { line: error.line }),
      })
    : error;
}

const SHOW_LOG: ErrorAction = { title: 'Show Log', command: 'rolecall.showLog' };

async function showError(error: unknown, log: Log): Promise<void> {
  const text =
    error instanceof UserError
      ? wholeText(error)
      : 'Something in Rolecall went wrong. The log has the details.';
  const actions = [...(error instanceof UserError ? error.actions : []), SHOW_LOG];
  try {
    const chosen = await vscode.window.showErrorMessage(
      escapeMessage(text),
      ...actions.map(action => action.title),
    );
    const action = actions.find(each => each.title === chosen);
    if (action !== undefined) {
      await vscode.commands.executeCommand(action.command, ...(action.arguments ?? []));
    }
  } catch (failure) {
    log.error('showing an error', failure);
  }
}

function wholeText(error: UserError): string {
  return error.hint === undefined ? error.message : `${error.message} ${error.hint}`;
}
