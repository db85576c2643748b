import { isUtf8 } from 'node:buffer';
import { readFileSync, realpathSync } from 'node:fs';
import { resolve } from 'node:path';
import * as vscode from 'vscode';
import type { Splice } from '../aws-files/layout.ts';
import type { OpenEditor, OpenEditors } from '../aws-files/open-editors.ts';
import { throwIfAborted, UserError } from '../lib/errors.ts';

/** Files that are open in this window with changes that are not saved. */
export const openFiles: OpenEditors = {
  find: path => {
    const document = findUnsaved(path);
    return document === undefined ? undefined : new UnsavedFile(document, path);
  },
};

/** Saves the file at `path` if it is open and not saved. @throws UserError when VS Code could not save it. */
export async function saveOpenFile(path: string): Promise<void> {
  const document = findUnsaved(path);
  if (document !== undefined && !(await document.save())) {
    throw new UserError(`${path} was not saved.`, { hint: 'Save it in its editor.', file: path });
  }
}

/** Whether VS Code saves the file at `path` in a moment by itself. */
export function savesItself(path: string): boolean {
  return vscode.workspace.getConfiguration('files', vscode.Uri.file(path)).get('autoSave') === 'afterDelay';
}

/** The document may be open under another path, by a symbolic link. */
function findUnsaved(path: string): vscode.TextDocument | undefined {
  const unsaved = vscode.workspace.textDocuments.filter(
    document => document.isDirty && document.uri.scheme === 'file',
  );
  const real = unsaved.length === 0 ? path : realPath(path);
  return unsaved.find(document => realPath(document.uri.fsPath) === real);
}

function realPath(path: string): string {
  try {
    return realpathSync.native(path);
  } catch {
    // The file is gone from disk; its editor is still there.
    return resolve(path);
  }
}

class UnsavedFile implements OpenEditor {
  readonly text: string;
  readonly #document: vscode.TextDocument;
  readonly #path: string;

  constructor(document: vscode.TextDocument, path: string) {
    this.#document = document;
    this.#path = path;
    this.text = document.getText();
  }

  get trouble(): string | undefined {
    if (!/^utf8(?:bom)?$/.test(this.#document.encoding)) {
      return 'The editor would save it in another encoding than UTF-8.';
    }
    try {
      return troubleOf(readFileSync(this.#path));
    } catch {
      // Not on disk any more, or not to be read: then there are no bytes that a save could spoil.
      return undefined;
    }
  }

  async replace(splices: readonly Splice[], signal: AbortSignal): Promise<void> {
    throwIfAborted(signal);
    const document = this.#document;
    const edit = new vscode.WorkspaceEdit();
    for (const { begin, end, text } of splices) {
      const range = new vscode.Range(document.positionAt(begin), document.positionAt(end));
      edit.replace(document.uri, range, text);
    }
    // VS Code refuses by itself when the text changes on the way to the editor.
    if (document.getText() !== this.text || !(await vscode.workspace.applyEdit(edit))) {
      throw new UserError(`${this.#path} changed in its editor meanwhile, so it was not edited.`, {
        hint: 'Try again.',
        file: this.#path,
      });
    }
    const [first] = splices;
    if (first !== undefined) {
      const at = document.positionAt(first.begin);
      for (const editor of vscode.window.visibleTextEditors.filter(each => each.document === document)) {
        editor.revealRange(new vscode.Range(at, at), vscode.TextEditorRevealType.InCenterIfOutsideViewport);
      }
    }
  }
}

/** What VS Code cannot hold of a file, so that a save would change more than was edited. */
function troubleOf(bytes: Buffer): string | undefined {
  if (!isUtf8(bytes)) {
    return 'It holds bytes that are not UTF-8, which a save would replace.';
  }
  const ends = new Set(bytes.toString('latin1').match(/\r\n|\r|\n/g));
  if (ends.has('\r')) {
    return 'It has line ends of a lone carriage return, which a save would replace.';
  }
  return ends.size > 1 ? 'It has line ends of two kinds, which a save would make one.' : undefined;
}
