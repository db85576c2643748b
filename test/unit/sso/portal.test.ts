import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { Cancelled } from '../../../src/lib/errors.ts';
import { callSettings } from '../../../src/sso/call-settings.ts';
import { deviceLogin } from '../../../src/sso/device-login.ts';
import { roleCredentials } from '../../../src/sso/portal.ts';
import type { SsoRequest } from '../../../src/sso/request.ts';
import { findSession } from '../../../src/sso/session.ts';
import { manyAccounts } from '../../local-aws/data.ts';
import { type LocalAws, startLocalAws } from '../../local-aws/server.ts';
import { type Home, makeHome } from './home.ts';
import { listRoles, withListing } from './open-listing.ts';

const START = 'https://acme.awsapps.com/start';
const CONFIG = `[sso-session acme]
sso_start_url = ${START}
sso_region = eu-west-1
[profile old]
sso_start_url = ${START}
sso_region = eu-west-1
`;

type Bed = AsyncDisposable & { readonly home: Home; readonly aws: LocalAws; readonly request: SsoRequest };

/** Somebody who is signed in. */
async function makeBed(target: string, accounts = 3, signal = new AbortController().signal): Promise<Bed> {
  const home = await makeHome();
  const data = { sso: [manyAccounts(START, accounts, 2)], users: [], roles: [] };
  const aws = await startLocalAws({ now: home.clock.now, data, settings: { autoApprove: true } });
  const snapshot = await home.write(CONFIG);
  const session = findSession(snapshot, target);
  assert.ok(session);
  const settings = callSettings(snapshot, aws.env, undefined);
  const request: SsoRequest = {
    system: home.system,
    version: '0',
    tokens: home.tokens,
    session,
    settings,
    signal,
  };
  await deviceLogin({ ...request, onPrompt: () => undefined });
  aws.requests.clear();
  return {
    home,
    aws,
    request,
    [Symbol.asyncDispose]: async () => {
      await aws.close();
      await home[Symbol.asyncDispose]();
    },
  };
}

async function all<T>(pages: AsyncIterable<readonly T[]>): Promise<readonly (readonly T[])[]> {
  const found: (readonly T[])[] = [];
  for await (const page of pages) {
    found.push(page);
  }
  return found;
}

suite('portal', () => {
  test('lists accounts a hundred at a time, and the roles of one', async () => {
    await using bed = await makeBed('acme', 250);
    const pages = await withListing(bed.request, listing => all(listing.accounts()));
    assert.deepEqual(
      pages.map(page => page.length),
      [100, 100, 50],
    );
    assert.equal(new Set(pages.flat().map(account => account.id)).size, 250);
    assert.deepEqual(pages[0]?.[0], {
      id: '100000000000',
      name: 'Account 1',
      email: 'account-1@example.com',
    });
    assert.deepEqual(await listRoles(bed.request, '100000000001'), ['Role1', 'Role2']);
  });

  test('whoever stops listing asks for no further page', async () => {
    await using bed = await makeBed('acme', 250);
    await withListing(bed.request, async listing => {
      for await (const page of listing.accounts()) {
        assert.equal(page.length, 100);
        break;
      }
    });
    assert.equal(bed.aws.requests.of('ListAccounts').length, 1);
  });

  test('tells a dead token, a limit, a web page and no network apart', async () => {
    await using bed = await makeBed('acme');
    const cases = [
      [{ kind: 'error', code: 'UnauthorizedException' }, 'unauthorized'],
      [{ kind: 'error', code: 'TooManyRequestsException' }, 'throttled'],
      [{ kind: 'error', code: 'ResourceNotFoundException' }, 'missing'],
      [{ kind: 'error', code: 'ForbiddenException', message: 'No access', status: 403 }, 'forbidden'],
      [{ kind: 'html' }, 'stranger'],
      [{ kind: 'html', status: 502 }, 'server'],
      [{ kind: 'cut' }, 'offline'],
      [{ kind: 'reset' }, 'offline'],
    ] as const;
    const token = await bed.home.tokens.read('acme');
    assert.ok(token);
    const role = { accountId: '100000000000', roleName: 'Role1' };
    const get = (): Promise<unknown> => roleCredentials(bed.request, token.accessToken, role);
    for (const [fault, failure] of cases) {
      const injected = bed.aws.faults.add('GetRoleCredentials', fault);
      await assert.rejects(get(), { name: 'AwsError', failure });
      injected.dispose();
    }
    bed.aws.faults.add('GetRoleCredentials', {
      kind: 'error',
      code: 'InvalidRequestException',
      message: `bad token=${token.accessToken} [x](command:y)\nsecret`,
    });
    await assert.rejects(get(), (error: Error) => {
      assert.ok(!error.message.includes(token.accessToken));
      assert.ok(!error.message.includes('\n'));
      assert.equal(error.cause, undefined);
      return true;
    });
  });

  test('cancel ends a listing that hangs', async () => {
    const stop = new AbortController();
    await using bed = await makeBed('acme', 3, stop.signal);
    bed.aws.faults.add('ListAccounts', { kind: 'hang' });
    const listing = assert.rejects(
      withListing(bed.request, listing => all(listing.accounts())),
      Cancelled,
    );
    await bed.aws.requests.seen('ListAccounts');
    stop.abort();
    await listing;
  });
});
