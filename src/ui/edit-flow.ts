import * as vscode from 'vscode';
import type { FileEdits } from '../aws-files/file-edits.ts';
import type { Snapshot } from '../aws-files/snapshot.ts';
import type { Applied } from '../aws-files/store.ts';
import type { PlannedFile, WrittenFile } from '../aws-files/write-edits.ts';
import { escapeMessage } from '../lib/escape.ts';
import { isSameChange, previewChange } from '../view/change-preview.ts';
import type { DoneEdit } from '../view/undo-history.ts';
import type { Call } from './call.ts';
import { inBackground } from './edge.ts';
import { saveOpenFile, savesItself } from './open-files.ts';
import type { Parts } from './parts.ts';
import type { PreviewRequest, ShownFile } from './preview.ts';

/** What a command that edits the files needs. */
export type EditParts = Pick<Parts, 'store' | 'ready' | 'log' | 'history' | 'previews'>;

/** A button under the message that says what was done. */
export type EditAction = { readonly title: string; readonly run: () => Promise<unknown> };

export type EditOptions = {
  /** Who asked: to a program nothing is shown, neither preview nor message nor Undo. */
  readonly by: Call['by'];
  /** What was done, as a sentence without its full stop: `Deleted the profile dev`. Holds no secret. */
  readonly done: string;
  /** Shows the change first, and asks; what would be done: `Delete the profile dev`. For deletions and bulk edits. */
  readonly preview?: string | undefined;
  /** What the preview's question should say besides, as sentences. */
  readonly detail?: string | undefined;
  /** The view that the command was called from: after the preview the keyboard is there again. */
  readonly from?: 'rolecall.profiles' | 'rolecall.sessions' | undefined;
  /** Where Undo is offered; a notification after a preview, otherwise the status bar when not given. */
  readonly offer?: 'notification' | 'status';
  /** Further buttons; they make it a notification. */
  readonly actions?: readonly EditAction[];
  /** Run after Undo: takes back what the command did besides the edit. */
  readonly undone?: () => Promise<void>;
};

/**
 * The one way by which commands change the AWS files. Makes the edits of the present snapshot, shows them first when
 * asked to, writes them, then says what was done and offers Undo.
 * @throws UserError when an edit is refused or a file cannot be written; Cancelled when the user discards it.
 */
export async function applyEdits(
  parts: EditParts,
  edits: FileEdits | ((snapshot: Snapshot) => FileEdits),
  options: EditOptions,
): Promise<Applied> {
  await parts.ready;
  const { store } = parts;
  const { signal } = new AbortController();
  // Made of the files as they are now, not as they were when the command was called.
  const make = async (): Promise<FileEdits> =>
    typeof edits === 'function' ? edits(await store.refresh(signal)) : edits;
  return changeFiles(parts, options, {
    plan: async () => store.plan(await make(), signal),
    write: async () => store.apply(await make(), signal),
  });
}

/** A change of the files: what it would do, and doing it. */
export type FileChange = {
  readonly plan: () => Promise<readonly PlannedFile[]>;
  readonly write: () => Promise<Applied>;
};

/** As `applyEdits`, for a change that is not made of edits. */
export async function changeFiles(
  parts: EditParts,
  options: EditOptions,
  { plan, write }: FileChange,
): Promise<Applied> {
  if (options.by === 'program') {
    return write();
  }
  if (options.preview !== undefined) {
    const { preview: title, detail, from } = options;
    await agree(parts, { title, detail, from }, plan);
  }
  const applied = await write();
  tell(parts, options, applied.written);
  return applied;
}

/**
 * Shows what is planned until the user agrees to it. When the files changed so that the plan is another one, the new
 * one is shown: nothing is written that was not seen.
 * @throws Cancelled
 */
async function agree(
  parts: EditParts,
  request: Omit<PreviewRequest, 'files' | 'detail'> & { readonly detail: string | undefined },
  plan: FileChange['plan'],
): Promise<void> {
  const show = async (): Promise<readonly ShownFile[]> =>
    (await plan())
      .toSorted((one, other) => one.file.localeCompare(other.file))
      .map(({ path, before, after }) => ({ path, change: previewChange(before, after) }));
  let shown = await show();
  if (shown.length === 0) {
    return;
  }
  const isUnseen = shown.every(({ change }) => change.line === undefined);
  const detail = [
    request.detail,
    isUnseen ? 'Only line ends or a byte order mark differ, which the editor does not show.' : undefined,
  ]
    .filter(each => each !== undefined)
    .join(' ');
  const preview = await parts.previews.open({ ...request, detail, files: shown });
  try {
    for (;;) {
      await preview.answer();
      const now = await show();
      // Where nothing is left to do, there is nothing to look at.
      if (now.length === 0 || isSamePlan(shown, now)) {
        return;
      }
      await preview.renew(now);
      shown = now;
    }
  } finally {
    await preview.close();
  }
}

function isSamePlan(one: readonly ShownFile[], other: readonly ShownFile[]): boolean {
  return (
    one.length === other.length &&
    one.every(({ path, change }, index) => {
      const same = other[index];
      return same?.path === path && isSameChange(change, same.change);
    })
  );
}

/** Says what was done, where, and offers to take it back. */
function tell(parts: EditParts, options: EditOptions, written: readonly WrittenFile[]): void {
  const { history, log } = parts;
  if (written.length === 0) {
    vscode.window.setStatusBarMessage('Your AWS files said so already. Nothing was changed.', 5000);
    return;
  }
  const inEditors = written.filter(file => file.inEditor);
  const actions: EditAction[] = [...(options.actions ?? [])];
  const edit: DoneEdit = { done: options.done, written, undone: options.undone };
  // What is in an editor alone is undone there, as any typing is.
  if (inEditors.length < written.length) {
    history.add(edit);
    const isLoud = options.offer === 'notification' || options.preview !== undefined || actions.length > 0;
    if (!isLoud && inEditors.length === 0) {
      history.offer(edit);
      return;
    }
    actions.push({ title: 'Undo', run: () => history.undo(edit, new AbortController().signal) });
  }
  const unsaved = inEditors.filter(({ path }) => !savesItself(path));
  if (unsaved.length > 0) {
    actions.unshift({
      title: 'Save',
      run: () => Promise.all(unsaved.map(({ path }) => saveOpenFile(path))),
    });
  }
  const text = [options.done, ...unsaved.map(({ file }) => unsavedText(file))].join('. ');
  inBackground('a message after an edit', offerActions(`${text}.`, actions), log, true);
}

function unsavedText(file: string): string {
  return `${file} is open with unsaved changes: the edit is in the editor, not yet saved`;
}

async function offerActions(text: string, actions: readonly EditAction[]): Promise<void> {
  const chosen = await vscode.window.showInformationMessage(
    escapeMessage(text),
    ...actions.map(action => action.title),
  );
  await actions.find(action => action.title === chosen)?.run();
}
