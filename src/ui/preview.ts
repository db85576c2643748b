import { basename } from 'node:path';
import * as vscode from 'vscode';
import { type Disposable, disposeAll } from '../lib/disposable.ts';
import { Cancelled } from '../lib/errors.ts';
import { escapeMessage } from '../lib/escape.ts';
import type { ChangePreview } from '../view/change-preview.ts';
import { inBackground } from './edge.ts';
import type { Log } from './log.ts';

/** The scheme of the texts that a preview shows; menus in package.json name it. */
const SCHEME = 'rolecall-preview';

/** How a file would change, without secrets. */
export type ShownFile = { readonly path: string; readonly change: ChangePreview };

export type PreviewRequest = {
  /** What would be done: `Delete the profile dev`. It names the editors, and is the question. */
  readonly title: string;
  /** What more there is to know, as sentences. */
  readonly detail: string;
  readonly files: readonly ShownFile[];
  /** The view that the user comes from, to go back to; the editor when not given. */
  readonly from: string | undefined;
};

/** A preview that is open. */
export type Preview = {
  /** Resolves when the user wants the change. @throws Cancelled when not. */
  answer(): Promise<void>;
  /** Shows other texts in the same editors, because the files changed, and asks again. */
  renew(files: readonly ShownFile[]): Promise<void>;
  /** Closes the editors and the question. */
  close(): Promise<void>;
};

type Answer = { readonly promise: Promise<void>; resolve(): void; reject(reason: Cancelled): void };

type Open = Preview & { answerWith(wanted: boolean): void };

/**
 * Shows what an edit would do before it is done: a diff editor for each file, read-only, without secrets, and a
 * notification with the question. One at a time; the next one discards it.
 */
export class Previews implements vscode.TextDocumentContentProvider, Disposable {
  readonly #log: Log;
  readonly #changes = new vscode.EventEmitter<vscode.Uri>();
  readonly #texts = new Map<string, string>();
  #registration: Disposable | undefined;
  #present: Open | undefined;
  #count = 0;

  readonly onDidChange = this.#changes.event;

  constructor(log: Log) {
    this.#log = log;
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.#texts.get(uri.toString()) ?? 'This preview is over.\n';
  }

  async open(request: PreviewRequest): Promise<Preview> {
    this.discard();
    this.#registration ??= vscode.workspace.registerTextDocumentContentProvider(SCHEME, this);
    this.#count += 1;
    const authority = String(this.#count);
    // Not read before it is asked for; a preview that is discarded at once must not count as an unhandled failure.
    let answer = newAnswer();
    const question = this.#ask(request);
    const watch = vscode.window.tabGroups.onDidChangeTabs(({ closed }) => {
      if (closed.some(tab => isOf(tab, authority)) && tabsOf(authority).length === 0) {
        preview.answerWith(false);
      }
    });
    const preview: Open = {
      answerWith: wanted => (wanted ? answer.resolve() : answer.reject(new Cancelled())),
      answer: () => answer.promise,
      renew: async files => {
        answer = newAnswer();
        await this.#show(authority, request.title, files);
        question.tell('Your files changed meanwhile. Look again:');
      },
      close: async () => {
        if (this.#present === preview) {
          this.#present = undefined;
        }
        watch.dispose();
        question.end();
        // First the keyboard, then the editors: closed ones leave it nowhere.
        if (request.from !== undefined) {
          this.#focus(`${request.from}.focus`);
        }
        await vscode.window.tabGroups.close(tabsOf(authority), true);
        if (request.from === undefined) {
          this.#focus('workbench.action.focusActiveEditorGroup');
        }
        for (const uri of this.#texts.keys()) {
          if (vscode.Uri.parse(uri).authority === authority) {
            this.#texts.delete(uri);
          }
        }
      },
    };
    this.#present = preview;
    try {
      await this.#show(authority, request.title, request.files);
    } catch (error) {
      await preview.close();
      throw error;
    }
    return preview;
  }

  /** What the button Apply does; nothing when no preview is open. */
  apply(): void {
    this.#present?.answerWith(true);
  }

  /** What the button Discard does; nothing when no preview is open. */
  discard(): void {
    this.#present?.answerWith(false);
  }

  dispose(): void {
    this.discard();
    disposeAll([this.#changes, ...(this.#registration === undefined ? [] : [this.#registration])]);
    this.#texts.clear();
  }

  #focus(command: string): void {
    inBackground(
      'going back after a preview',
      Promise.resolve(vscode.commands.executeCommand(command)),
      this.#log,
    );
  }

  async #show(authority: string, title: string, files: readonly ShownFile[]): Promise<void> {
    const languages = await vscode.languages.getLanguages();
    // The first one again at the end: it is the one in front.
    for (const { path, change } of [...files, ...files.slice(0, files.length > 1 ? 1 : 0)]) {
      const name = basename(path);
      const sides = [];
      for (const side of ['before', 'after'] as const) {
        const uri = vscode.Uri.from({ scheme: SCHEME, authority, path: `/${side}/${name}` });
        this.#texts.set(uri.toString(), change[side]);
        this.#changes.fire(uri);
        const document = await vscode.workspace.openTextDocument(uri);
        if (languages.includes('ini') && document.languageId !== 'ini') {
          await vscode.languages.setTextDocumentLanguage(document, 'ini');
        }
        sides.push(uri);
      }
      const line = (change.line ?? 1) - 1;
      await vscode.commands.executeCommand('vscode.diff', ...sides, `${name}: ${title}`, {
        preview: false,
        selection: new vscode.Range(line, 0, line, 0),
      });
    }
  }

  /**
   * The question as a notification, for those who do not see the buttons of the editor. It stays as long as the
   * preview and goes with it, which only a progress notification does.
   */
  #ask({ title, detail }: PreviewRequest): { tell(more: string): void; end(): void } {
    const { promise: ended, resolve: end } = Promise.withResolvers<void>();
    let report: (more: string) => void = () => undefined;
    const links = '[Apply](command:rolecall.applyPreview) · [Discard](command:rolecall.discardPreview)';
    const text = `${title}? ${detail}`;
    const shown = vscode.window.withProgress(
      // Without its button the notification would be one line, and its links out of sight.
      { location: vscode.ProgressLocation.Notification, cancellable: true },
      async (progress, cancel) => {
        // An increment, if of nothing, keeps the bar from running: nothing goes on.
        report = more =>
          progress.report({ message: `${escapeMessage(`${more} ${text}`.trim())} ${links}`, increment: 0 });
        report('');
        const listener = cancel.onCancellationRequested(() => this.discard());
        await ended;
        listener.dispose();
      },
    );
    inBackground('asking about a preview', Promise.resolve(shown), this.#log);
    return { tell: more => report(more), end };
  }
}

function newAnswer(): Answer {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  // Whoever waits for it gets the rejection; one that comes before anybody waits is no failure.
  promise.catch(() => undefined);
  return { promise, resolve, reject };
}

function isOf({ input }: vscode.Tab, authority: string): boolean {
  return (
    input instanceof vscode.TabInputTextDiff &&
    input.modified.scheme === SCHEME &&
    input.modified.authority === authority
  );
}

function tabsOf(authority: string): readonly vscode.Tab[] {
  return vscode.window.tabGroups.all.flatMap(group => group.tabs).filter(tab => isOf(tab, authority));
}
