import { type Change, replaceFile } from '../lib/atomic-file.ts';
import { throwIfAborted, UserError } from '../lib/errors.ts';
import { type Backups, backUp } from './backup.ts';
import { applyEdits } from './edit.ts';
import type { FileEdits } from './file-edits.ts';
import type { FileName } from './kinds.ts';
import { lineSplices } from './line-splices.ts';
import type { OpenEditor, OpenEditors } from './open-editors.ts';

const FILES: readonly FileName[] = ['config', 'credentials'];

/** A change of one file that was made; `undefined` stands for no file. */
export type WrittenFile = {
  readonly file: FileName;
  readonly path: string;
  readonly before: Buffer | undefined;
  readonly after: Buffer | undefined;
  /** The change went into an open, unsaved editor and not to disk; the bytes are its text in UTF-8. */
  readonly inEditor: boolean;
};

/** What an edit would make of one file. */
export type PlannedFile = {
  readonly file: FileName;
  readonly path: string;
  readonly before: Buffer | undefined;
  readonly after: Buffer;
};

/** What the writer works on. */
export type WriteTarget = {
  readonly paths: Readonly<Record<FileName, string>>;
  /** What a file held when it was read last: an edit that it refuses is refused before anything is written. */
  readonly bytesOf: (file: FileName) => Buffer | undefined;
  readonly editors: OpenEditors | undefined;
  readonly backups: Backups | undefined;
  readonly signal: AbortSignal;
};

/**
 * Makes the edits on the files as they are now: a file on disk under its lock, one that is open and unsaved in its
 * editor. Either both files change or none.
 * @throws UserError when an edit is refused or a file cannot be written; Cancelled.
 */
export function writeEdits(edits: FileEdits, target: WriteTarget): Promise<readonly WrittenFile[]> {
  const changes = FILES.filter(file => (edits[file]?.length ?? 0) > 0).map(
    (file): FileChange => ({ file, change: bytes => edited(bytes, file, edits) }),
  );
  return writeChanges(changes, target);
}

function edited(bytes: Buffer | undefined, file: FileName, edits: FileEdits): Buffer | undefined {
  const after = applyEdits(bytes, file, edits[file] ?? []);
  return bytes === undefined && after.length === 0 ? undefined : after;
}

/** What the edits would make of the files; nothing is written. @throws UserError when an edit is refused. */
export function planEdits(edits: FileEdits, target: WriteTarget): readonly PlannedFile[] {
  const planned: PlannedFile[] = [];
  for (const file of FILES.filter(each => (edits[each]?.length ?? 0) > 0)) {
    const path = target.paths[file];
    const editor = target.editors?.find(path);
    refuseTrouble(path, editor);
    const before = editor === undefined ? target.bytesOf(file) : Buffer.from(editor.text);
    const after = edited(before, file, edits);
    if (after !== undefined && before?.equals(after) !== true) {
      planned.push({ file, path, before, after });
    }
  }
  return planned;
}

function refuseTrouble(path: string, editor: OpenEditor | undefined): void {
  if (editor?.trouble !== undefined) {
    throw new UserError(`${path} is open with unsaved changes and was not changed: ${editor.trouble}`, {
      hint: 'Save or close it first, then try again.',
      file: path,
    });
  }
}

export type FileChange = { readonly file: FileName; readonly change: Change };

/** Makes one change of each file; when the second cannot be made, the first is taken back. */
export async function writeChanges(
  changes: readonly FileChange[],
  target: WriteTarget,
): Promise<readonly WrittenFile[]> {
  const { paths, editors, signal } = target;
  throwIfAborted(signal);
  const steps = changes.map(each => ({
    ...each,
    path: paths[each.file],
    editor: editors?.find(paths[each.file]),
  }));
  for (const { file, change, editor, path } of steps) {
    refuseTrouble(path, editor);
    change(editor === undefined ? target.bytesOf(file) : Buffer.from(editor.text));
  }
  // An editor's text can always be put back; so it comes last.
  steps.sort((one, other) => Number(one.editor !== undefined) - Number(other.editor !== undefined));
  const written: WrittenFile[] = [];
  try {
    for (const { file, path, editor, change } of steps) {
      const made =
        editor === undefined
          ? await changeFile(path, change, target)
          : await changeEditor(editor, change, signal);
      if (made !== undefined) {
        written.push({ file, path, ...made, inEditor: editor !== undefined });
      }
    }
  } catch (error) {
    throw await putBack(written, target, error);
  }
  return written;
}

type Made = { readonly before: Buffer | undefined; readonly after: Buffer | undefined };

async function changeFile(path: string, change: Change, target: WriteTarget): Promise<Made | undefined> {
  const { backups, signal } = target;
  let made: Made | undefined;
  await replaceFile(
    path,
    bytes => {
      const after = change(bytes);
      const isSame = after === undefined || (after !== null && bytes?.equals(after) === true);
      made = isSame ? undefined : { before: bytes, after: after ?? undefined };
      return isSame ? undefined : after;
    },
    {
      signal,
      mode: 0o600,
      ...(backups && { beforeWrite: (before, after) => backUp(backups, path, before, after, signal) }),
    },
  );
  return made;
}

async function changeEditor(
  editor: OpenEditor,
  change: Change,
  signal: AbortSignal,
): Promise<Made | undefined> {
  const before = Buffer.from(editor.text);
  const after = change(before) ?? undefined;
  if (after === undefined || before.equals(after)) {
    return undefined;
  }
  await editor.replace(lineSplices(editor.text, after.toString('utf8')), signal);
  return { before, after };
}

/** Undoes what was written before `error`; gives the error to throw. */
async function putBack(
  written: readonly WrittenFile[],
  target: WriteTarget,
  error: unknown,
): Promise<unknown> {
  const { signal } = new AbortController();
  for (const { path, before, after, inEditor } of written) {
    let isBack = false;
    const change: Change = bytes => {
      isBack = after === undefined ? bytes === undefined : bytes?.equals(after) === true;
      return isBack ? (before ?? null) : undefined;
    };
    try {
      const editor = inEditor ? target.editors?.find(path) : undefined;
      await (editor === undefined
        ? changeFile(path, change, { ...target, signal })
        : changeEditor(editor, change, signal));
    } catch {
      isBack = false;
    }
    if (!isBack) {
      const message = error instanceof Error ? error.message : 'The second file could not be written.';
      return new UserError(`${message} ${path} was changed before that and could not be put back.`, {
        hint: 'Look at both files before you try again.',
        file: path,
        cause: error,
      });
    }
  }
  return error;
}
