import assert from 'node:assert/strict';
import { join } from 'node:path';
import { realSystem, type System } from '../../../src/lib/system.ts';
import { AccessLists } from '../../../src/sso/access-lists.ts';
import { callSettings } from '../../../src/sso/call-settings.ts';
import type { SsoRequest } from '../../../src/sso/request.ts';
import { findSession, type SsoSession } from '../../../src/sso/session.ts';
import { manyAccounts } from '../../local-aws/data.ts';
import { type LocalAws, startLocalAws } from '../../local-aws/server.ts';
import type { Settings } from '../../local-aws/settings.ts';
import { type Home, makeHome } from './home.ts';

export const START = 'https://acme.awsapps.com/start';
const CONFIG = `[sso-session acme]
sso_start_url = ${START}
sso_region = eu-west-1
`;

export type SignedIn = AsyncDisposable & {
  readonly home: Home;
  readonly aws: LocalAws;
  readonly session: SsoSession;
  /** Where the lists are kept. */
  readonly folder: string;
  /** What the lists could not do, as they tell the log. */
  readonly trouble: unknown[];
  /** The lists of one window; each has its own, on the same folder. */
  openLists(): AccessLists;
  /** Signs in anew; the token lives for so many seconds, eight hours when not given. */
  signIn(seconds?: number): Promise<string>;
};

/** Somebody who is signed in to a portal with so many accounts of `roles` roles each. The clock is the home's own, or the real one. */
export async function makeSignedIn(options: {
  readonly accounts: number;
  readonly roles?: number;
  readonly settings?: Partial<Settings>;
  readonly clock?: 'real';
}): Promise<SignedIn> {
  const home = await makeHome();
  const real = realSystem();
  const system: System =
    options.clock === 'real' ? { ...home.system, now: real.now, sleep: real.sleep } : home.system;
  const data = { sso: [manyAccounts(START, options.accounts, options.roles ?? 2)], users: [], roles: [] };
  const aws = await startLocalAws({ now: system.now, data, settings: options.settings ?? {} });
  const snapshot = await home.write(CONFIG);
  const session = findSession(snapshot, 'acme');
  assert.ok(session);
  const folder = join(home.folder, 'storage', 'access');
  const opened: AccessLists[] = [];
  const trouble: unknown[] = [];
  const { signal } = new AbortController();
  const request: Omit<SsoRequest, 'signal'> = {
    system,
    version: '0',
    tokens: home.tokens,
    session,
    settings: callSettings(snapshot, aws.env, undefined),
  };
  const signIn = async (seconds = 8 * 3600): Promise<string> => {
    const { accessToken } = aws.state.sso.issueLogin(START);
    const expiresAt = system.now() + seconds * 1000;
    await home.tokens.write(session.id, { accessToken, expiresAt, other: {} }, signal);
    return accessToken;
  };
  await signIn();
  return {
    home,
    aws,
    session,
    folder,
    trouble,
    openLists: () => {
      const lists = new AccessLists({
        system,
        folder,
        requestFor: wanted => ({ ...request, session: wanted }),
        onTrouble: error => trouble.push(error),
      });
      opened.push(lists);
      return lists;
    },
    signIn,
    [Symbol.asyncDispose]: async () => {
      for (const lists of opened) {
        lists.dispose();
      }
      await aws.close();
      await home[Symbol.asyncDispose]();
    },
  };
}
