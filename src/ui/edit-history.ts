import * as vscode from 'vscode';
import type { Store } from '../aws-files/store.ts';
import type { Disposable } from '../lib/disposable.ts';
import { UserError } from '../lib/errors.ts';
import { escapeIcons } from '../lib/escape.ts';
import { type DoneEdit, UndoHistory } from '../view/undo-history.ts';
import { inBackground } from './edge.ts';
import type { Log } from './log.ts';

/** So long the status bar offers to take an edit back. */
const OFFER_MS = 10_000;

/** The edits that this window made, and the ways to take the last one back. Forgotten when the window closes. */
export class EditHistory implements Disposable {
  readonly #store: Store;
  readonly #log: Log;
  readonly #history = new UndoHistory();
  #offer:
    | { readonly edit: DoneEdit; readonly item: vscode.StatusBarItem; readonly timer: NodeJS.Timeout }
    | undefined;

  constructor(store: Store, log: Log) {
    this.#store = store;
    this.#log = log;
  }

  get last(): DoneEdit | undefined {
    return this.#history.last;
  }

  add(edit: DoneEdit): void {
    this.#history.add(edit);
    this.#endOffer();
    this.#tellMenus();
  }

  /** Says in the status bar what was done; a click takes it back. */
  offer(edit: DoneEdit): void {
    this.#endOffer();
    const item = vscode.window.createStatusBarItem('rolecall.undo', vscode.StatusBarAlignment.Left, 0);
    item.name = 'AWS Profiles: Undo';
    item.text = `$(check) ${escapeIcons(edit.done)} · Undo`;
    item.tooltip = 'Undo this edit of your AWS files';
    item.command = 'rolecall.undoEdit';
    item.accessibilityInformation = { label: `${edit.done}. Undo`, role: 'button' };
    item.show();
    this.#offer = { edit, item, timer: setTimeout(() => this.#endOffer(), OFFER_MS) };
  }

  /**
   * Takes an edit back, on the files as they are now.
   * @throws UserError when it was taken back before, or when the lines that it changed are not as it left them.
   */
  async undo(edit: DoneEdit, signal: AbortSignal): Promise<void> {
    if (!this.#history.has(edit)) {
      throw new UserError('That edit cannot be undone any more.', {
        hint: 'It was undone already, or many edits came after it.',
      });
    }
    await this.#store.undo(edit.written, signal);
    this.#history.remove(edit);
    if (this.#offer?.edit === edit) {
      this.#endOffer();
    }
    this.#tellMenus();
    await edit.undone?.();
    vscode.window.setStatusBarMessage(escapeIcons(`Undone: ${edit.done}`), 5000);
  }

  dispose(): void {
    this.#endOffer();
    this.#history.clear();
  }

  #endOffer(): void {
    clearTimeout(this.#offer?.timer);
    this.#offer?.item.dispose();
    this.#offer = undefined;
  }

  #tellMenus(): void {
    const set = vscode.commands.executeCommand('setContext', 'rolecall.canUndo', this.last !== undefined);
    inBackground('setting a context key', Promise.resolve(set), this.#log);
  }
}
