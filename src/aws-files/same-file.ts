import { stat } from 'node:fs/promises';
import { UserError } from '../lib/errors.ts';
import type { FilePaths } from './location.ts';
import type { Problem } from './snapshot.ts';

/** Whether two paths lead to one file: by name, by a symbolic link, or by a hard link. */
export async function isSameFile(one: string, other: string): Promise<boolean> {
  try {
    const [first, second] = await Promise.all([stat(one, { bigint: true }), stat(other, { bigint: true })]);
    // Both may well be /dev/null: a device holds nothing that could be written twice.
    return first.isFile() && first.dev === second.dev && first.ino === second.ino;
  } catch {
    return one === other;
  }
}

/** What is said where one file stands for both. AWS's tools read it twice, once by the rules of each. */
export function sameFileProblem({ config }: FilePaths): Problem {
  return {
    rule: 'conflict',
    severity: 'error',
    message: 'The config and the credentials file are one and the same file, so Rolecall does not change it.',
    place: { file: config, line: 1 },
    range: { line: 1, column: 1, endLine: 1, endColumn: 1 },
  };
}

/** An edit of both files would change such a file twice, each time by other rules. */
export function sameFileError({ config }: FilePaths): UserError {
  return new UserError(
    'The config and the credentials file are one and the same file. Nothing was changed.',
    {
      hint: 'Choose two files in the settings, or change this one in the editor.',
      actions: [
        { title: 'Switch AWS Files…', command: 'rolecall.switchFiles', arguments: [{ from: 'link' }] },
        { title: 'Open Config File', command: 'rolecall.openConfig', arguments: [{ from: 'link' }] },
      ],
      file: config,
    },
  );
}
