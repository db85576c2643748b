import { readFile } from 'node:fs/promises';
import type { Backup } from '../aws-files/backup.ts';
import type { FileName } from '../aws-files/kinds.ts';
import { systemErrorCode, UserError } from '../lib/errors.ts';
import { clockTime, shortPath } from '../view/words.ts';
import type { CommandTable } from './edge.ts';
import { changeFiles, type EditParts } from './edit-flow.ts';
import { openFiles } from './open-files.ts';
import type { Parts } from './parts.ts';
import { askSteps } from './steps.ts';

type Needs = EditParts & Pick<Parts, 'backups' | 'system'>;

/** What there was before Rolecall wrote. */
export function restoreCommands(parts: Needs) {
  return { restoreBackup: () => restore(parts) } satisfies CommandTable;
}

async function restore(parts: Needs): Promise<void> {
  await parts.ready;
  const { file, path, backup } = await chooseBackup(parts);
  const name = shortPath(path, parts.system.home);
  const { signal } = new AbortController();
  let seen: Buffer | undefined;
  await changeFiles(
    parts,
    {
      by: 'user',
      done: `Restored ${name} to the version of ${when(backup, parts)}`,
      preview: `Restore ${name}`,
      detail: `It goes back to the version of ${when(backup, parts)}, before Rolecall wrote to it, without the secrets that were removed since.`,
    },
    {
      plan: async () => {
        seen = await presentBytes(path);
        return [{ file, path, before: seen, after: backup.bytes }];
      },
      // Taking back a change from the backup to what was seen gives the backup, and refuses where that changed.
      write: () =>
        parts.store.undo([{ file, path, before: backup.bytes, after: seen, inEditor: false }], signal),
    },
  );
}

type Kept = { readonly file: FileName; readonly path: string; readonly backup: Backup };

/** @throws UserError when there is none that differs from its file; Cancelled. */
async function chooseBackup(parts: Needs): Promise<Kept> {
  const all: Kept[] = [];
  for (const file of ['config', 'credentials'] as const) {
    const path = parts.store.paths[file];
    const backup = await parts.backups.read(path);
    if (backup !== undefined && (await presentBytes(path))?.equals(backup.bytes) !== true) {
      all.push({ file, path, backup });
    }
  }
  const [first, second] = all;
  if (first === undefined) {
    throw new UserError('There is no backup that differs from your AWS files.', {
      hint: 'Rolecall keeps the last version of a file that it did not write itself.',
    });
  }
  if (second === undefined) {
    return first;
  }
  const { file } = await askSteps('Restore Backup', [
    {
      id: 'file',
      kind: 'pick',
      prompt: 'Which file?',
      choices: () =>
        all.map(each => ({
          label: each.file,
          value: each.file,
          description: `the version of ${when(each.backup, parts)}`,
          detail: each.path,
        })),
    },
  ]);
  return all.find(each => each.file === file) ?? first;
}

function when(backup: Backup, { system }: Needs): string {
  return clockTime(backup.when, system.now());
}

/** What stands in the file now; undefined when there is none. @throws UserError when it is open and not saved. */
async function presentBytes(path: string): Promise<Buffer | undefined> {
  if (openFiles.find(path) !== undefined) {
    throw new UserError(`${path} is open with unsaved changes, which its backup would replace.`, {
      hint: 'Save or close it first.',
      file: path,
    });
  }
  try {
    return await readFile(path);
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') {
      return undefined;
    }
    throw new UserError(`${path} cannot be read, so it was not replaced.`, {
      hint: 'Make the file readable first.',
      file: path,
      cause: error,
    });
  }
}
