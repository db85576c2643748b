import { dirname } from 'node:path';
import * as vscode from 'vscode';
import type { FileName } from '../aws-files/snapshot.ts';
import { type Call, profileOf, sessionOf } from './call.ts';
import type { CommandTable } from './edge.ts';
import type { IdentityFollow } from './identity-follow.ts';
import type { Log } from './log.ts';
import type { Parts } from './parts.ts';
import type { SessionsView } from './sessions-view.ts';
import { openAt } from './switch-commands.ts';

type Needs = Pick<Parts, 'store' | 'sessions' | 'ready'> & {
  readonly log: Log;
  readonly follow: IdentityFollow;
  readonly sessionsView: SessionsView;
};

/** The files themselves, and the log. */
export function fileCommands(parts: Needs) {
  return {
    openConfig: call => openFile('config', call, parts),
    openCredentials: call => openFile('credentials', call, parts),
    refresh: async () => {
      await parts.store.refresh();
      await parts.sessions.refreshTokens();
      parts.sessionsView.forgetLists();
      parts.follow.check();
    },
    showLog: async () => parts.log.show(),
  } satisfies CommandTable;
}

async function openFile(file: FileName, call: Call, parts: Needs): Promise<void> {
  await parts.ready;
  const { snapshot } = parts.store;
  const { path, status } = snapshot.files[file];
  if (status === 'missing') {
    await openNew(path);
    return;
  }
  const profile = profileOf(call);
  const session = sessionOf(call);
  const places = [
    ...((profile === undefined ? undefined : snapshot.profiles.get(profile))?.places ?? []),
    ...(session === undefined
      ? []
      : parts.sessions.sessions.filter(each => each.id === session).map(each => each.place)),
  ];
  await openAt(path, places.find(place => place.file === path)?.line ?? 1);
}

/** An editor for a file that does not exist: nothing is written until the user saves. */
async function openNew(path: string): Promise<void> {
  const uri = vscode.Uri.file(path);
  await vscode.workspace.fs.createDirectory(vscode.Uri.file(dirname(path)));
  const document = await vscode.workspace.openTextDocument(uri.with({ scheme: 'untitled' }));
  await vscode.window.showTextDocument(document);
}
