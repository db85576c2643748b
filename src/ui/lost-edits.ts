import * as vscode from 'vscode';
import type { EditWatch } from '../aws-files/edit-watch.ts';
import type { WrittenFile } from '../aws-files/write-edits.ts';
import { type Disposable, disposeAll, onDispose } from '../lib/disposable.ts';
import { escapeMessage } from '../lib/escape.ts';
import { lazy } from '../lib/lazy.ts';
import { shortPath } from '../view/words.ts';
import { inBackground } from './edge.ts';
import type { Parts } from './parts.ts';

type Needs = Pick<Parts, 'store' | 'system' | 'log'>;

/** Says so when another program wrote over an edit that this window just made, and offers to make it again. */
export function followLostEdits(parts: Needs): Disposable {
  const { store, system, log } = parts;
  let made: EditWatch | undefined;
  let isOver = false;
  // Loaded by the first edit: a window that only looks never needs it.
  const watch = lazy(async () => {
    const { EditWatch } = await import('../aws-files/edit-watch.ts');
    made = new EditWatch(system, error => log.error('looking after an edit', error));
    if (isOver) {
      made.dispose();
    }
    made.onDidLoseEdits(lost => inBackground('an edit that was lost', offerAgain(parts, lost), log, true));
    return made;
  });
  const note = async (written: readonly WrittenFile[]): Promise<void> => (await watch()).note(written);
  const following = [
    store.onDidWrite(written => inBackground('looking after an edit', note(written), log)),
    store.onDidChange(() => made?.look()),
  ];
  return onDispose(() => {
    isOver = true;
    disposeAll(following);
    made?.dispose();
  });
}

async function offerAgain({ store, system }: Needs, lost: readonly WrittenFile[]): Promise<void> {
  const paths = [...new Set(lost.map(({ path }) => shortPath(path, system.home)))].join(' and ');
  const again = 'Apply Again';
  const chosen = await vscode.window.showWarningMessage(
    escapeMessage(
      `Another program wrote ${paths} at the same moment: your last change is not in it any more.`,
    ),
    again,
  );
  if (chosen === again) {
    // To take back that it went is to make it again, on the file as it is now.
    const gone = lost.map(file => ({ ...file, before: file.after, after: file.before }));
    await store.undo(gone, new AbortController().signal);
    vscode.window.setStatusBarMessage('The change was made again.', 5000);
  }
}
