import { replaceFile } from '../lib/atomic-file.ts';
import { UserError } from '../lib/errors.ts';
import { applyEdits } from './edit.ts';
import type { FileEdits } from './file-edits.ts';
import type { FileName } from './kinds.ts';

const FILES: readonly FileName[] = ['config', 'credentials'];

export type WriteRequest = {
  readonly edits: FileEdits;
  readonly paths: Readonly<Record<FileName, string>>;
  /** What a file held when it was read last: an edit that it refuses is refused before anything is written. */
  readonly bytesOf: (file: FileName) => Buffer | undefined;
  readonly signal: AbortSignal;
};

type Written = {
  readonly path: string;
  readonly before: Buffer | undefined;
  readonly after: Buffer | undefined;
};

/**
 * Makes the edits on the files as they are now, each under its lock. When the second of two files cannot be
 * written, the first is put back.
 * @throws UserError when an edit is refused or a file cannot be written; Cancelled.
 */
export async function writeEdits(request: WriteRequest): Promise<void> {
  const { edits, bytesOf } = request;
  const files = FILES.filter(file => (edits[file]?.length ?? 0) > 0);
  for (const file of files) {
    applyEdits(bytesOf(file), file, edits[file] ?? []);
  }
  const written: Written[] = [];
  try {
    for (const file of files) {
      written.push(await writeFile(file, request));
    }
  } catch (error) {
    throw await putBack(written, error);
  }
}

async function writeFile(file: FileName, { edits, paths, signal }: WriteRequest): Promise<Written> {
  const path = paths[file];
  let before: Buffer | undefined;
  let after: Buffer | undefined;
  await replaceFile(
    path,
    bytes => {
      const edited = applyEdits(bytes, file, edits[file] ?? []);
      before = bytes;
      after = bytes === undefined && edited.length === 0 ? undefined : edited;
      return after;
    },
    { signal, mode: 0o600 },
  );
  return { path, before, after };
}

/** Undoes what was written before `error`; gives the error to throw. */
async function putBack(written: readonly Written[], error: unknown): Promise<unknown> {
  const { signal } = new AbortController();
  for (const { path, before, after } of written) {
    if (after === undefined) {
      continue;
    }
    let isBack = false;
    try {
      await replaceFile(
        path,
        bytes => {
          isBack = bytes?.equals(after) ?? false;
          return isBack ? (before ?? null) : undefined;
        },
        { signal, mode: 0o600 },
      );
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
