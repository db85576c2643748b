import type * as vscode from 'vscode';
import type { Backup, Backups } from '../aws-files/backup.ts';
import { lazy } from '../lib/lazy.ts';
import { inBackground } from './edge.ts';
import type { Log } from './log.ts';

/** The kept versions of the AWS files. */
export type KeptVersions = Backups & {
  /** The last version of the file at `path` that Rolecall did not write. Rejects when it cannot be read. */
  read(path: string): Promise<Backup | undefined>;
};

/** Backups in the extension's own storage, loaded by the first edit. */
export function keptVersions(context: vscode.ExtensionContext, log: Log): KeptVersions {
  const folder = lazy(async () => {
    const { BackupFolder } = await import('../aws-files/backup.ts');
    return new BackupFolder({
      folder: context.globalStorageUri.fsPath,
      now: Date.now,
      onTrouble: error => log.error('keeping a backup', error),
      onSecretLeft: error =>
        inBackground('removing a secret from a backup', Promise.reject(error), log, true),
    });
  });
  return {
    keep: async (...args) => (await folder()).keep(...args),
    noteWritten: async (...args) => (await folder()).noteWritten(...args),
    forget: async (...args) => (await folder()).forget(...args),
    read: async path => (await folder()).read(path),
  };
}
