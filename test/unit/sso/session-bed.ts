import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { callSettings } from '../../../src/sso/call-settings.ts';
import { formatDate } from '../../../src/sso/dates.ts';
import { pythonJson } from '../../../src/sso/python-json.ts';
import type { SsoRequest } from '../../../src/sso/request.ts';
import { findSession } from '../../../src/sso/session.ts';
import { manyAccounts } from '../../local-aws/data.ts';
import { type LocalAws, startLocalAws } from '../../local-aws/server.ts';
import type { Settings } from '../../local-aws/settings.ts';
import type { Login } from '../../local-aws/sso-state.ts';
import { type Home, makeHome } from './home.ts';

export const START = 'https://acme.awsapps.com/start';

/** Two sessions of one start URL, a legacy login, and profiles that use them. */
const CONFIG = `[sso-session acme]
sso_start_url = ${START}
sso_region = eu-west-1
sso_registration_scopes = sso:account:access
[sso-session twin]
sso_start_url = ${START}
sso_region = eu-west-1
[profile dev]
sso_session = acme
sso_account_id = 100000000000
sso_role_name = Role1
[profile prod]
sso_session = acme
sso_account_id = 100000000001
sso_role_name = Role2
[profile old]
sso_start_url = ${START}
sso_region = eu-west-1
sso_account_id = 100000000000
sso_role_name = Role1
`;

/** The text of a token file as AWS CLI v2 writes it after a login. */
export function loginText(login: Login): string {
  return pythonJson({
    startUrl: login.instance.startUrl,
    region: 'eu-west-1',
    accessToken: login.accessToken,
    expiresAt: formatDate(login.expiresAt),
    clientId: login.client.clientId,
    clientSecret: login.client.clientSecret,
    registrationExpiresAt: formatDate(login.client.expiresAt),
    ...(login.refreshToken === undefined ? {} : { refreshToken: login.refreshToken }),
  });
}

/** Somebody who is signed in, with the clock and the server at hand. */
export type SignedIn = AsyncDisposable & {
  readonly home: Home;
  readonly aws: LocalAws;
  /** What a call for a session needs. */
  request(session: string, signal?: AbortSignal): SsoRequest;
  /** Logs in to a session as another tool does: on the server and in the file. */
  logIn(session: string, scopes?: readonly string[]): Promise<Login>;
};

/** Starts a server and a home; `session` is signed in to. */
export async function signedIn(session: string, settings: Partial<Settings> = {}): Promise<SignedIn> {
  const home = await makeHome();
  const data = { sso: [manyAccounts(START, 3, 2)], users: [], roles: [] };
  const aws = await startLocalAws({ now: home.clock.now, data, settings });
  const snapshot = await home.write(CONFIG);
  const bed: SignedIn = {
    home,
    aws,
    request: (name, signal = new AbortController().signal) => {
      const found = findSession(snapshot, name);
      assert.ok(found);
      return {
        system: home.system,
        version: '0',
        tokens: home.tokens,
        session: found,
        settings: callSettings(snapshot, aws.env, undefined),
        signal,
      };
    },
    logIn: async (name, scopes) => {
      const login = aws.state.sso.issueLogin(START, scopes);
      await mkdir(home.tokens.folder, { recursive: true });
      await writeFile(home.tokens.fileOf(name), loginText(login));
      return login;
    },
    [Symbol.asyncDispose]: async () => {
      await aws.close();
      await home[Symbol.asyncDispose]();
    },
  };
  await bed.logIn(session, session === START ? [] : undefined);
  return bed;
}
