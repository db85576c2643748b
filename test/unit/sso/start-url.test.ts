import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { listRegions } from '../../../src/aws-files/regions.ts';
import { Cancelled, UserError } from '../../../src/lib/errors.ts';
import { isAwsOwned, partitionOf } from '../../../src/sso/aws-hosts.ts';
import { callSettings } from '../../../src/sso/call-settings.ts';
import { login } from '../../../src/sso/login.ts';
import { freshToken } from '../../../src/sso/refresh.ts';
import { callRegion, type SsoRequest } from '../../../src/sso/request.ts';
import { completeSession, listSessions } from '../../../src/sso/session.ts';
import { readStartUrl, resolveStartUrl, type StartUrl } from '../../../src/sso/start-url.ts';
import { startLocalAws } from '../../local-aws/server.ts';
import { type Home, makeHome } from './home.ts';

type Row = readonly [
  text: string,
  startUrl: string,
  kind: StartUrl['kind'],
  partition: StartUrl['partition'],
  region?: string,
];

const ACME = 'https://acme.awsapps.com/start';
const DUAL = 'https://ssoins-1111.portal.eu-west-1.app.aws';

const FORMS: readonly Row[] = [
  [ACME, ACME, 'start', 'aws'],
  [`${ACME}/`, ACME, 'start', 'aws'],
  [`${ACME}#`, ACME, 'start', 'aws'],
  [`${ACME}#/`, ACME, 'start', 'aws'],
  [`${ACME}/#/`, ACME, 'start', 'aws'],
  [`${ACME}/#/?tab=accounts`, ACME, 'start', 'aws'],
  [`${ACME}/#/console?account_id=111122223333&role_name=Admin`, ACME, 'start', 'aws'],
  [`${ACME}?tab=accounts`, ACME, 'start', 'aws'],
  [`${ACME}/#/device?user_code=ABCD-EFGH`, ACME, 'start', 'aws'],
  ['https://acme.awsapps.com', ACME, 'start', 'aws'],
  ['https://acme.awsapps.com/', ACME, 'start', 'aws'],
  ['acme.awsapps.com/start', ACME, 'start', 'aws'],
  ['  <https://acme.awsapps.com/start>\n', ACME, 'start', 'aws'],
  ['"https://acme.awsapps.com/start"', ACME, 'start', 'aws'],
  ['HTTPS://ACME.AWSAPPS.COM/start', ACME, 'start', 'aws'],
  ['https://acme.awsapps.com./start', ACME, 'start', 'aws'],
  ['https://acme.awsapps.com:443/start', ACME, 'start', 'aws'],
  ['d-1234567890', 'https://d-1234567890.awsapps.com/start', 'start', 'aws'],
  [DUAL, DUAL, 'portal', 'aws', 'eu-west-1'],
  [`${DUAL}/`, DUAL, 'portal', 'aws', 'eu-west-1'],
  [`${DUAL}/#/console?account_id=1`, DUAL, 'portal', 'aws', 'eu-west-1'],
  [`${DUAL}/start/`, `${DUAL}/start`, 'portal', 'aws', 'eu-west-1'],
  [
    'https://ssoins-1111.ap-northeast-1.portal.amazonaws.com/?tab=accounts',
    'https://ssoins-1111.ap-northeast-1.portal.amazonaws.com',
    'portal',
    'aws',
    'ap-northeast-1',
  ],
  [
    'https://identitycenter.amazonaws.com/ssoins-1111/',
    'https://identitycenter.amazonaws.com/ssoins-1111',
    'issuer',
    'aws',
  ],
  [
    'https://start.us-gov-home.awsapps.com/directory/d-1234567890/#/',
    'https://start.us-gov-home.awsapps.com/directory/d-1234567890',
    'start',
    'aws-us-gov',
  ],
  [
    'https://start.us-gov-east-1.us-gov-home.awsapps.com/directory/acme',
    'https://start.us-gov-east-1.us-gov-home.awsapps.com/directory/acme',
    'start',
    'aws-us-gov',
    'us-gov-east-1',
  ],
  [
    'https://ssoins-1111.us-gov-west-1.portal.amazonaws.com',
    'https://ssoins-1111.us-gov-west-1.portal.amazonaws.com',
    'portal',
    'aws-us-gov',
    'us-gov-west-1',
  ],
  [
    'https://identitycenter.us-gov.amazonaws.com/ssoins-1111',
    'https://identitycenter.us-gov.amazonaws.com/ssoins-1111',
    'issuer',
    'aws-us-gov',
  ],
  [
    'https://start.home.awsapps.cn/directory/d-1234567890',
    'https://start.home.awsapps.cn/directory/d-1234567890',
    'start',
    'aws-cn',
  ],
  [
    'https://start.cn-northwest-1.home.awsapps.cn/directory/d-1234567890#/',
    'https://start.cn-northwest-1.home.awsapps.cn/directory/d-1234567890',
    'start',
    'aws-cn',
    'cn-northwest-1',
  ],
  [
    'https://ssoins-1111.portal.cn-north-1.app.amazonwebservices.com.cn/start',
    'https://ssoins-1111.portal.cn-north-1.app.amazonwebservices.com.cn/start',
    'portal',
    'aws-cn',
    'cn-north-1',
  ],
  [
    'https://ssoins-1111.cn-north-1.portal.amazonaws.com.cn',
    'https://ssoins-1111.cn-north-1.portal.amazonaws.com.cn',
    'portal',
    'aws-cn',
    'cn-north-1',
  ],
  [
    'https://ssoins-1111.eusc-de-east-1.portal.amazonaws.eu/',
    'https://ssoins-1111.eusc-de-east-1.portal.amazonaws.eu',
    'portal',
    'aws-eusc',
    'eusc-de-east-1',
  ],
  [
    'https://ssoins-1111.portal.eusc-de-east-1.api.amazonwebservices.eu',
    'https://ssoins-1111.portal.eusc-de-east-1.api.amazonwebservices.eu',
    'portal',
    'aws-eusc',
    'eusc-de-east-1',
  ],
  [
    'https://identitycenter.amazonaws.eu/ssoins-1111',
    'https://identitycenter.amazonaws.eu/ssoins-1111',
    'issuer',
    'aws-eusc',
  ],
  [
    'https://acme.portal.us-iso-east-1.c2s.ic.gov/start/#/',
    'https://acme.portal.us-iso-east-1.c2s.ic.gov/start',
    'start',
    'aws-iso',
    'us-iso-east-1',
  ],
  ['https://acme.start.sc2s.sgov.gov/x/', 'https://acme.start.sc2s.sgov.gov/x', 'start', 'aws-iso-b'],
  ['https://sso.acme.example/', 'https://sso.acme.example', 'vanity', undefined],
  ['https://sso.acme.example/aws/#/', 'https://sso.acme.example/aws', 'vanity', undefined],
  ['sso.acme.example:8443/aws', 'https://sso.acme.example:8443/aws', 'vanity', undefined],
  [
    'https://acme.awsapps.com.evil.example/start',
    'https://acme.awsapps.com.evil.example/start',
    'vanity',
    undefined,
  ],
];

const WRONG: readonly (readonly [text: string, message: RegExp])[] = [
  ['', /There is no start URL/],
  ['  ', /There is no start URL/],
  ['acme', /"acme" is not a web address/],
  ['my company', /is not a web address/],
  ['https://', /is not a web address/],
  ['https://acme .awsapps.com/start', /is not a web address/],
  ['https://acme.awsapps.com\\start', /is not a web address/],
  ['http://acme.awsapps.com/start', /not https/],
  ['ftp://acme.awsapps.com/start', /not https/],
  ['https://me:secret@acme.awsapps.com/start', /holds a user name or a password/],
  ['https://acme.awsapps.com:8443/start', /names a port/],
  ['https://console.aws.amazon.com/console/home', /is an address of AWS, but not of an access portal/],
  ['https://111122223333.signin.aws.amazon.com/console', /not of an access portal/],
  ['https://oidc.eu-west-1.amazonaws.com', /not of an access portal/],
  ['https://portal.sso.eu-west-1.api.aws', /not of an access portal/],
  ['https://identitycenter.amazonaws.com/', /the instance is missing/],
  ['https://start.us-gov-home.awsapps.com/', /stands for every organisation/],
  ['https://start.home.awsapps.cn/directory/', /stands for every organisation/],
  ['https://ssoins-1.portal.nowhere.app.aws', /"nowhere" in the start URL is no region/],
];

suite('reading a start URL', () => {
  for (const [text, startUrl, kind, partition, region] of FORMS) {
    test(text, () => {
      assert.deepEqual(readStartUrl(text), { startUrl, kind, partition, region });
      // What is written reads as itself.
      assert.deepEqual(readStartUrl(startUrl), { startUrl, kind, partition, region });
    });
  }

  for (const [text, message] of WRONG) {
    test(`refused: ${JSON.stringify(text)}`, () => {
      assert.throws(
        () => readStartUrl(text),
        (error: unknown) => {
          assert.ok(error instanceof UserError);
          assert.match(error.message, message);
          assert.ok(error.hint);
          assert.doesNotMatch(`${error.message} ${error.hint}`, /secret/);
          return true;
        },
      );
    });
  }

  test('any text is read or refused in words; what is read is https and stays as it is', () => {
    const piece = fc.constantFrom(
      ...['https://', 'acme', '.awsapps.com', '/start', '#/', '?tab=', '.portal.', 'eu-west-1', '.app.aws'],
      ...['@', ':', ' ', '\\', '..', '%2F', 'é', '\u202e', 'directory/', 'start.home.awsapps.cn'],
    );
    const text = fc.oneof(
      fc.array(piece, { maxLength: 8 }).map(parts => parts.join('')),
      fc.string(),
    );
    fc.assert(
      fc.property(text, given => {
        try {
          const first = readStartUrl(given);
          assert.match(first.startUrl, /^https:\/\/[a-z0-9_.:-]+(\/[^\s#?]*)?$/);
          assert.deepEqual(readStartUrl(first.startUrl), first);
        } catch (error) {
          assert.ok(error instanceof UserError, String(error));
        }
      }),
      { numRuns: 2000 },
    );
  });

  test('every region that Rolecall knows is of one partition', () => {
    const partitions = listRegions().map(({ id }) => [id, partitionOf(id)] as const);
    assert.deepEqual(
      partitions.filter(([, partition]) => partition === undefined),
      [],
    );
    const of = new Map(partitions);
    assert.equal(of.get('us-gov-east-1'), 'aws-us-gov');
    assert.equal(of.get('us-isof-south-1'), 'aws-iso-f');
    assert.equal(of.get('eu-isoe-west-1'), 'aws-iso-e');
    assert.equal(of.get('eusc-de-east-1'), 'aws-eusc');
    assert.equal(of.get('mx-central-1'), 'aws');
  });
});

type Asked = { readonly method: string | undefined; readonly url: string | undefined };

type Vanity = AsyncDisposable & {
  /** `https://localhost:<port>` */
  readonly url: string;
  readonly ca: string;
  readonly asked: Asked[];
};

/** A company's own https server, with a certificate that only `ca` vouches for. */
async function startVanity(
  home: Home,
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<Vanity> {
  const key = join(home.folder, 'key.pem');
  const ca = join(home.folder, 'cert.pem');
  await promisify(execFile)('openssl', [
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'],
    ...['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost', '-keyout', key, '-out', ca],
  ]);
  const asked: Asked[] = [];
  const server = createServer({ key: await readFile(key), cert: await readFile(ca) }, (request, response) => {
    asked.push({ method: request.method, url: request.url });
    answer(request, response);
  });
  await new Promise<void>(resolve => server.listen(0, 'localhost', resolve));
  const address = server.address();
  return {
    url: `https://localhost:${typeof address === 'object' ? address?.port : 0}`,
    ca,
    asked,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise(resolve => server.close(resolve));
    },
  };
}

function redirectTo(location: string | undefined, status = 302, refuseHead = 0) {
  return (request: IncomingMessage, response: ServerResponse): void => {
    const isRefused = request.method === 'HEAD' && refuseHead > 0;
    response.writeHead(
      isRefused ? refuseHead : status,
      location === undefined || isRefused ? {} : { location },
    );
    response.end();
  };
}

suite('resolving a start URL', () => {
  const never = new AbortController().signal;

  test('a host of AWS is taken as it is: nothing is asked, no character changes', async () => {
    // No such name is looked up: there is no network in this test.
    for (const startUrl of [
      'https://acme.awsapps.com/start/#/',
      'https://ACME.awsapps.com/start',
      'https://ssoins-1.portal.eu-west-1.app.aws',
      'https://identitycenter.amazonaws.com/ssoins-1',
      'https://identitycenter.us-gov.amazonaws.com/ssoins-1',
      'https://start.home.awsapps.cn/directory/d-1',
      'https://x.api.amazonwebservices.eu/start',
      'https://portal.us-iso-east-1.c2s.ic.gov/start',
      'http://127.0.0.1:1/start',
    ]) {
      assert.deepEqual(await resolveStartUrl(startUrl, never), { startUrl, region: undefined });
    }
    assert.equal(isAwsOwned('awsapps.com.evil.example'), false);
    assert.equal(isAwsOwned('evilawsapps.com'), false);
  });

  for (const status of [301, 302, 303, 307, 308]) {
    test(`a vanity name leads by one redirect (${status}) to its portal, whose host names the region`, async () => {
      await using home = await makeHome();
      const target = 'https://ssoins-1.portal.eu-west-1.app.aws/start/?x=1#/y';
      await using vanity = await startVanity(home, redirectTo(target, status));
      const resolved = await resolveStartUrl(`${vanity.url}/aws`, never, await readFile(vanity.ca));
      assert.deepEqual(resolved, {
        startUrl: 'https://ssoins-1.portal.eu-west-1.app.aws/start',
        region: 'eu-west-1',
      });
      assert.deepEqual(vanity.asked, [{ method: 'HEAD', url: '/aws' }]);
    });
  }

  for (const refusal of [405, 501]) {
    test(`a server that knows no HEAD (${refusal}) is asked with GET`, async () => {
      await using home = await makeHome();
      await using vanity = await startVanity(home, redirectTo(`${ACME}/`, 302, refusal));
      const resolved = await resolveStartUrl(vanity.url, never, await readFile(vanity.ca));
      assert.deepEqual(resolved, { startUrl: ACME, region: undefined });
      assert.deepEqual(
        vanity.asked.map(({ method }) => method),
        ['HEAD', 'GET'],
      );
    });
  }

  for (const [what, answer, message] of [
    ['another page of its own', redirectTo('/elsewhere'), /leads to https:\/\/localhost/],
    ['a foreign host', redirectTo('https://evil.example/start'), /leads to https:\/\/evil\.example\./],
    ['a look-alike', redirectTo('https://a.awsapps.com.evil.example/'), /leads to/],
    ['plain http', redirectTo('http://acme.awsapps.com/start'), /leads to http:\/\/acme/],
    ['no address', redirectTo(undefined), /answers HTTP 302/],
    ['a page', redirectTo(undefined, 200), /answers HTTP 200/],
    ['an error', redirectTo(undefined, 403), /answers HTTP 403/],
    ['neither HEAD nor GET', redirectTo(undefined, 405, 405), /answers HTTP 405/],
    [
      'a broken connection',
      (_: IncomingMessage, response: ServerResponse) => response.destroy(),
      /could not be asked where its portal is/,
    ],
  ] as const) {
    test(`refused in words: ${what}`, async () => {
      await using home = await makeHome();
      await using vanity = await startVanity(home, answer);
      await assert.rejects(resolveStartUrl(vanity.url, never, await readFile(vanity.ca)), {
        name: 'UserError',
        message,
      });
    });
  }

  test('an untrusted certificate is refused; cancel ends the wait', async () => {
    await using home = await makeHome();
    const stop = new AbortController();
    await using vanity = await startVanity(home, () => stop.abort());
    await assert.rejects(resolveStartUrl(vanity.url, never), { name: 'UserError', message: /certificate/ });
    assert.equal(vanity.asked.length, 0);
    await assert.rejects(resolveStartUrl(vanity.url, stop.signal, await readFile(vanity.ca)), Cancelled);
  });

  for (const flow of ['browser', 'device'] as const) {
    test(`a login asks with the portal's URL and region and keeps the written one (${flow})`, async () => {
      await using home = await makeHome();
      const portal = 'https://ssoins-1.portal.eu-central-1.app.aws';
      await using vanity = await startVanity(home, redirectTo(`${portal}/`));
      await using aws = await startLocalAws({
        now: home.clock.now,
        settings: { autoApprove: true },
        data: {
          sso: [{ startUrl: portal, region: 'eu-central-1', userName: 'dana@example.com', accounts: [] }],
          users: [],
          roles: [],
        },
      });
      const snapshot = await home.write(
        `[sso-session acme]\nsso_start_url = ${vanity.url}/aws/\nsso_region = us-east-1\n`,
      );
      const [session] = listSessions(snapshot);
      assert.ok(session);
      const env = { ...aws.env, AWS_CA_BUNDLE: vanity.ca };
      const visits: Promise<unknown>[] = [];
      const wait = (ms: number, signal: AbortSignal): Promise<void> =>
        ms < 600_000
          ? home.clock.sleep(ms, signal)
          : new Promise((_, reject) => {
              signal.addEventListener('abort', () => reject(new Cancelled()), { once: true });
            });
      const request: SsoRequest = {
        system: { ...home.system, sleep: wait },
        version: '1',
        tokens: home.tokens,
        session,
        settings: callSettings(snapshot, env, undefined),
        signal: never,
      };
      const token = await login({
        ...request,
        flow,
        onPrompt: prompt => {
          visits.push(prompt.flow === 'browser' ? fetch(prompt.url) : Promise.resolve());
        },
      });
      await Promise.all(visits);
      assert.equal(token.startUrl, `${vanity.url}/aws/`);
      assert.equal(token.region, 'eu-central-1');
      assert.deepEqual(await home.tokens.read('acme'), token);
      const [asked] = aws.requests.of(flow === 'browser' ? 'RegisterClient' : 'StartDeviceAuthorization');
      assert.equal(asked?.parameters[flow === 'browser' ? 'issuerUrl' : 'startUrl'], portal);
      assert.deepEqual(vanity.asked, [{ method: 'HEAD', url: '/aws/' }]);

      // What comes after the login goes to the portal's region, too, and a renewal keeps it.
      const complete = completeSession(session);
      assert.equal(await callRegion(request, complete), 'eu-central-1');
      const { startUrl: owned } = readStartUrl(portal);
      assert.equal(await callRegion(request, { ...complete, startUrl: owned }), 'us-east-1');
      home.clock.time += 3_500_000;
      home.clock.slept += 3_500_000;
      const renewed = await freshToken(request);
      assert.notEqual(renewed?.accessToken, token.accessToken);
      assert.equal(renewed?.region, 'eu-central-1');
      await home.tokens.write('acme', { ...token, region: 'evil.example/' }, never);
      assert.equal(await callRegion(request, complete), 'us-east-1');
    });
  }
});
