import type { Store } from '../aws-files/store.ts';
import type { IdentityCheck } from '../credentials/identity-check.ts';
import type { Resolver } from '../credentials/resolve.ts';
import type { System } from '../lib/system.ts';
import type { AccessLists } from '../sso/access-lists.ts';
import type { TokenCache } from '../sso/token-cache.ts';
import type { SessionModel } from '../view/session-model.ts';
import type { KeptVersions } from './backups.ts';
import type { EditHistory } from './edit-history.ts';
import type { FilePairs } from './file-pairs.ts';
import type { GenerateMemory } from './generate-memory.ts';
import type { Log } from './log.ts';
import type { Previews } from './preview.ts';
import type { WindowProfile } from './window-profile.ts';

/** What `extension.ts` builds. Each view and command takes the few of them that it names. */
export type Parts = {
  readonly system: System;
  readonly version: string;
  readonly log: Log;
  readonly store: Store;
  readonly tokens: TokenCache;
  /** Accounts and roles of the sessions, as far as they are known or asked for. */
  readonly lists: AccessLists;
  /** The credential chain, loaded by the first call that runs it. */
  readonly resolver: () => Promise<Resolver>;
  readonly identity: IdentityCheck;
  readonly sessions: SessionModel;
  readonly window: WindowProfile;
  readonly files: FilePairs;
  readonly backups: KeptVersions;
  readonly history: EditHistory;
  readonly previews: Previews;
  readonly generateMemory: GenerateMemory;
  /** Aborted when the window closes, or the extension ends otherwise. */
  readonly closing: AbortSignal;
  /** Settles when the files were read for the first time. Never rejects. */
  readonly ready: Promise<void>;
};
