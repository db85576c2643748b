import { isUtf8 } from 'node:buffer';
import { readFile } from 'node:fs/promises';
import * as vscode from 'vscode';
import type { FileEdits } from '../aws-files/file-edits.ts';
import type { FileName } from '../aws-files/kinds.ts';
import { lineSplices } from '../aws-files/line-splices.ts';
import { isFixOf, joinFixes, mendText } from '../aws-files/mend.ts';
import { RULES } from '../aws-files/problem-rules.ts';
import type { Fix, Problem } from '../aws-files/snapshot.ts';
import { UserError } from '../lib/errors.ts';
import { visible } from '../lib/escape.ts';
import { openFiles } from './open-files.ts';
import type { Marked, ProblemPanel } from './problem-panel.ts';

/** A fix that is made when its action is chosen. */
class FixAction extends vscode.CodeAction {
  readonly file: FileName;
  readonly document: vscode.TextDocument;
  readonly fixes: readonly FileEdits[];

  constructor(
    title: string,
    document: vscode.TextDocument,
    fix: { readonly file: FileName; readonly fixes: readonly FileEdits[] },
  ) {
    super(visible(title), vscode.CodeActionKind.QuickFix);
    this.document = document;
    this.file = fix.file;
    this.fixes = fix.fixes;
  }
}

/** What the light bulb offers for the problems in a range: their fixes, one for all of a kind, and turning a check off. */
export function fixActions(
  panel: ProblemPanel,
  document: vscode.TextDocument,
  range: vscode.Range,
): vscode.CodeAction[] {
  const file = panel.documents.fileOf(document);
  const all = panel.markedIn(document);
  const here = all.filter(({ diagnostic }) => diagnostic.range.intersection(range) !== undefined);
  if (file === undefined || here.length === 0) {
    return [];
  }
  const rules = new Set(here.map(({ problem }) => problem.rule));
  return [
    ...here.flatMap(marked => singleFix(marked, document, file)),
    ...[...rules].flatMap(rule =>
      fixOfAll(
        all.filter(({ problem }) => problem.rule === rule),
        document,
        file,
      ),
    ),
    ...[...rules].map(rule =>
      offAction(
        rule,
        here.filter(({ problem }) => problem.rule === rule),
      ),
    ),
  ];
}

function singleFix(
  { problem, diagnostic }: Marked,
  document: vscode.TextDocument,
  file: FileName,
): FixAction[] {
  const { fix } = problem;
  if (fix === undefined) {
    return [];
  }
  const action = new FixAction(fix.title, document, { file, fixes: [fix.edits] });
  action.diagnostics = [diagnostic];
  action.isPreferred = true;
  return [action];
}

function fixOfAll(marked: readonly Marked[], document: vscode.TextDocument, file: FileName): FixAction[] {
  const fixes = joinFixes(marked.map(({ problem }) => problem));
  if (fixes.length < 2) {
    return [];
  }
  const action = new FixAction(`Fix all ${fixes.length} of this kind`, document, { file, fixes });
  action.diagnostics = marked.filter(({ problem }) => problem.fix !== undefined).map(each => each.diagnostic);
  return [action];
}

function offAction(rule: Problem['rule'], marked: readonly Marked[]): vscode.CodeAction {
  const action = new vscode.CodeAction(
    `Turn off the check “${RULES[rule].title}”`,
    vscode.CodeActionKind.QuickFix,
  );
  action.diagnostics = marked.map(each => each.diagnostic);
  action.command = {
    title: action.title,
    command: 'rolecall.turnOffCheck',
    arguments: [{ from: 'link', rule }],
  };
  return action;
}

/**
 * What choosing the action does. The open text is changed, as typing would, so that the editor's own undo takes it
 * back. What changes another file too, or a file that a save from the editor would not leave as it is, goes the way of
 * every other edit; so does a fix that is refused, which is told there.
 */
export async function resolveFix(action: vscode.CodeAction): Promise<vscode.CodeAction> {
  if (!(action instanceof FixAction)) {
    return action;
  }
  const { document, file, fixes, title } = action;
  if (fixes.every(edits => isFixOf({ title, edits }, file)) && (await survivesSave(document))) {
    try {
      const text = document.getText();
      const edit = new vscode.WorkspaceEdit();
      for (const { begin, end, text: piece } of lineSplices(text, mendText(text, file, fixes))) {
        edit.replace(
          document.uri,
          new vscode.Range(document.positionAt(begin), document.positionAt(end)),
          piece,
        );
      }
      action.edit = edit;
      return action;
    } catch (error) {
      if (!(error instanceof UserError)) {
        throw error;
      }
    }
  }
  const fix: Fix = { title, edits: mergeEdits(fixes) };
  action.command = { title, command: 'rolecall.applyFix', arguments: [{ from: 'link', fix }] };
  return action;
}

function mergeEdits(fixes: readonly FileEdits[]): FileEdits {
  const config = fixes.flatMap(edits => edits.config ?? []);
  const credentials = fixes.flatMap(edits => edits.credentials ?? []);
  return { config, credentials };
}

/** Whether saving the document changes no more than was edited. */
async function survivesSave(document: vscode.TextDocument): Promise<boolean> {
  if (document.isDirty) {
    const open = openFiles.find(document.uri.fsPath);
    return open !== undefined && open.trouble === undefined;
  }
  try {
    const bytes = await readFile(document.uri.fsPath);
    return isUtf8(bytes) && bytes.toString('utf8').replace(/^\ufeff/, '') === document.getText();
  } catch {
    return false;
  }
}
