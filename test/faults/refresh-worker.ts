import { createHash } from 'node:crypto';
import { createInterface } from 'node:readline';
import { realSystem } from '../../src/lib/system.ts';
import { freshToken } from '../../src/sso/refresh.ts';
import { TokenCache } from '../../src/sso/token-cache.ts';

/**
 * One of several windows: each line of its standard input is a number of milliseconds by which its clock is ahead.
 * It then needs the token of the session `acme`, and answers with a line: a digest of the token, or what went wrong.
 */

const [home = '', endpoint = ''] = process.argv.slice(2);
let offset = 0;
const system = { ...realSystem(), env: {}, home, now: () => Date.now() + offset };
const tokens = new TokenCache({ system });

process.on('unhandledRejection', error => {
  process.stdout.write(`unhandled ${error}\n`);
});

async function answer(): Promise<string> {
  try {
    const token = await freshToken({
      system,
      version: '0',
      tokens,
      session: {
        id: 'acme',
        kind: 'session',
        startUrl: 'https://acme.awsapps.com/start',
        region: 'eu-west-1',
        scopes: ['sso:account:access'],
        place: { file: 'config', line: 1 },
        profiles: [],
      },
      settings: { endpoints: { sso_oidc: endpoint }, fips: false, dualstack: false, caBundle: undefined },
      signal: new AbortController().signal,
    });
    return token === undefined
      ? 'signed out'
      : createHash('sha256').update(token.accessToken).digest('hex').slice(0, 16);
  } catch (error) {
    return String(error);
  }
}

process.stdout.write('ready\n');
for await (const line of createInterface(process.stdin)) {
  offset = Number(line);
  process.stdout.write(`${await answer()}\n`);
}
tokens.dispose();
