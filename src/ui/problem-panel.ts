import * as vscode from 'vscode';
import type { FileName } from '../aws-files/kinds.ts';
import type { FilePaths } from '../aws-files/location.ts';
import type { Severity } from '../aws-files/problem-rules.ts';
import type { Problem, Snapshot } from '../aws-files/snapshot.ts';
import { type Disposable, disposeAll, onDispose } from '../lib/disposable.ts';
import { visible } from '../lib/escape.ts';
import { stretchOf } from '../view/problem-list.ts';
import { AwsDocuments, type OpenFile } from './aws-documents.ts';
import { inBackground } from './edge.ts';
import type { Parts } from './parts.ts';

/** After the last key that was typed. */
const TYPED_MS = 300;

const FILES: readonly FileName[] = ['config', 'credentials'];

const SEVERITIES: Readonly<Record<Severity, vscode.DiagnosticSeverity>> = {
  error: vscode.DiagnosticSeverity.Error,
  warning: vscode.DiagnosticSeverity.Warning,
  // Not a hint: those are not in the Problems panel.
  info: vscode.DiagnosticSeverity.Information,
};

/** A problem as it is marked in an editor. */
export type Marked = { readonly problem: Problem; readonly diagnostic: vscode.Diagnostic };

type MarkedFile = OpenFile & { readonly found: readonly Marked[] };

type Needs = Pick<Parts, 'store' | 'ready' | 'log'>;

/**
 * The problems of the two files in the Problems panel and under the text: of a file that is open, as it is typed; of
 * both after a check that the user asked for, until their tabs are closed.
 */
export class ProblemPanel implements Disposable {
  readonly documents: AwsDocuments;
  readonly #parts: Needs;
  readonly #collection = vscode.languages.createDiagnosticCollection('rolecall');
  readonly #subscriptions: readonly Disposable[];
  /** Files that are listed though they are not open. */
  readonly #listed = new Set<FileName>();
  /** By the URI as text. */
  #marked: ReadonlyMap<string, MarkedFile> = new Map();
  /** The files that were open at the last look, and where they were. */
  #open: ReadonlySet<FileName> = new Set();
  #paths: FilePaths;
  #timer: NodeJS.Timeout | undefined;
  /** Numbers the searches, so that a newer one ends an older one. */
  #search = 0;

  constructor(parts: Needs) {
    this.#parts = parts;
    this.#paths = parts.store.paths;
    this.documents = new AwsDocuments(parts.store, parts.log);
    this.#subscriptions = [
      onDispose(() => clearTimeout(this.#timer)),
      this.#collection,
      this.documents,
      this.documents.onDidChange(() => {
        this.#forgetClosed();
        this.#schedule(0);
      }),
      vscode.workspace.onDidChangeTextDocument(({ document }) => {
        // Also when it is saved, which changes no text.
        if (this.documents.fileOf(document) !== undefined) {
          this.#schedule(TYPED_MS);
        }
      }),
      // A tab of a window that opens has its text later than its name.
      vscode.workspace.onDidOpenTextDocument(document => {
        if (this.documents.fileOf(document) !== undefined) {
          this.#schedule(0);
        }
      }),
      parts.store.onDidChange(() => {
        const wasShowing = this.#isShowing;
        this.#forgetClosed();
        if (wasShowing) {
          this.#schedule(0);
        }
      }),
    ];
  }

  /** The problems of both files as they stand in the editors, and on disk where they are not open. */
  async find(): Promise<readonly Problem[]> {
    return (await this.#find()).problems;
  }

  /** Lists the problems of both files, open or not, from now on; resolves to them. */
  async showAll(): Promise<readonly Problem[]> {
    for (const file of FILES) {
      this.#listed.add(file);
    }
    // A search that runs already may have begun with older files.
    this.#search += 1;
    const snapshot = await this.#find();
    this.#show(snapshot);
    return snapshot.problems;
  }

  /** What is marked in a document, in its order. */
  markedIn(document: vscode.TextDocument): readonly Marked[] {
    return this.#marked.get(document.uri.toString())?.found ?? [];
  }

  dispose(): void {
    disposeAll(this.#subscriptions);
  }

  get #isShowing(): boolean {
    return this.documents.files.size > 0 || this.#listed.size > 0;
  }

  #schedule(delay: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(
      () => inBackground('problems of open files', this.#update(), this.#parts.log),
      delay,
    );
  }

  async #update(): Promise<void> {
    this.#search += 1;
    const search = this.#search;
    if (!this.#isShowing) {
      this.#clear();
      return;
    }
    const snapshot = await this.#find();
    if (search === this.#search) {
      this.#show(snapshot);
    }
  }

  async #find(): Promise<Snapshot> {
    const { store, ready } = this.#parts;
    await ready;
    // What was saved a moment ago may not have been noticed yet.
    await store.refresh();
    const { unsaved } = this.documents;
    if (Object.keys(unsaved).length === 0) {
      const { snapshot } = store;
      await store.findProblems();
      return snapshot;
    }
    const snapshot = store.snapshotWith(unsaved);
    await snapshot.findProblems();
    return snapshot;
  }

  #show(snapshot: Snapshot): void {
    const marked = new Map<string, MarkedFile>();
    for (const { uri, file } of this.#targets(snapshot)) {
      const lineOf = linesOf(uri);
      const { path } = snapshot.files[file];
      const found = snapshot.problems
        .filter(problem => problem.place.file === path)
        .map(problem => ({ problem, diagnostic: diagnosticOf(problem, lineOf) }));
      marked.set(uri.toString(), { uri, file, found });
    }
    for (const [key, { uri }] of this.#marked) {
      if (!marked.has(key)) {
        this.#collection.delete(uri);
      }
    }
    this.#marked = marked;
    for (const { uri, found } of marked.values()) {
      this.#collection.set(
        uri,
        found.map(each => each.diagnostic),
      );
    }
  }

  #clear(): void {
    this.#marked = new Map();
    this.#collection.clear();
  }

  /** Where problems are shown: the open tabs, and by their own paths the files that are listed and not open. */
  #targets(snapshot: Snapshot): readonly OpenFile[] {
    const open = [...this.documents.files.values()];
    const closed = [...this.#listed].filter(file => open.every(each => each.file !== file));
    return [...open, ...closed.map(file => ({ uri: vscode.Uri.file(snapshot.files[file].path), file }))];
  }

  /** A file whose last tab was closed is listed no more, and neither are files that gave way to others. */
  #forgetClosed(): void {
    const { paths } = this.#parts.store;
    const open = new Set([...this.documents.files.values()].map(each => each.file));
    for (const file of FILES) {
      if (paths !== this.#paths || (this.#open.has(file) && !open.has(file))) {
        this.#listed.delete(file);
      }
    }
    this.#open = open;
    this.#paths = paths;
  }
}

function linesOf(uri: vscode.Uri): (line: number) => string | undefined {
  const document = vscode.workspace.textDocuments.find(each => each.uri.toString() === uri.toString());
  return line =>
    document === undefined || line < 0 || line >= document.lineCount ? undefined : document.lineAt(line).text;
}

function diagnosticOf(problem: Problem, lineOf: (line: number) => string | undefined): vscode.Diagnostic {
  const { line, column, endLine, endColumn } = stretchOf(problem.range, lineOf);
  const diagnostic = new vscode.Diagnostic(
    new vscode.Range(line, column, endLine, endColumn),
    visible(problem.message, 1000),
    SEVERITIES[problem.severity],
  );
  diagnostic.source = 'Rolecall';
  diagnostic.code = problem.rule;
  return diagnostic;
}
