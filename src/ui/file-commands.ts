import type { FileName } from '../aws-files/kinds.ts';
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
      parts.sessionsView.relistAll();
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
    // Made here, empty, so that what an editor saves into it later is for the user's eyes alone.
    const { replaceFile } = await import('../lib/atomic-file.ts');
    const { signal } = new AbortController();
    await replaceFile(path, bytes => bytes ?? Buffer.alloc(0), { mode: 0o600, signal });
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
