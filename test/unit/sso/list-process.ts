import { join } from 'node:path';
import { realSystem, type System } from '../../../src/lib/system.ts';
import { AccessLists } from '../../../src/sso/access-lists.ts';
import type { SsoSession } from '../../../src/sso/session.ts';
import { TokenCache } from '../../../src/sso/token-cache.ts';

// One window, as far as lists go: lists all roles, then prints how many accounts there are and how many have roles.
const [home = '', url = '', startUrl = ''] = process.argv.slice(2);
const system: System = { ...realSystem(), env: {}, home };
const tokens = new TokenCache({ system });
const session: SsoSession = {
  id: 'acme',
  kind: 'session',
  startUrl,
  region: 'eu-west-1',
  scopes: [],
  place: { file: 'config', line: 1 },
  profiles: [],
};
const settings = {
  endpoints: { sso: url, sso_oidc: url },
  fips: false,
  dualstack: false,
  caBundle: undefined,
};
const lists = new AccessLists({
  system,
  folder: join(home, 'storage', 'access'),
  requestFor: wanted => ({ system, version: '0', tokens, session: wanted, settings }),
  onTrouble: error => {
    throw error;
  },
});
const { signal } = new AbortController();
const { roles, isComplete } = await lists.allRoles(session, { signal });
process.stdout.write(`${lists.known(session).accounts?.accounts.length} ${roles.size} ${isComplete}\n`);
lists.dispose();
tokens.dispose();
