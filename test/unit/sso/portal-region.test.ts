import assert from 'node:assert/strict';
import { createServer, type RequestListener } from 'node:http';
import { type TestContext, test } from 'node:test';
import { Cancelled, UserError } from '../../../src/lib/errors.ts';
import { askPortalRegion } from '../../../src/sso/portal-region.ts';

/** Plays a portal on this machine; resolves to its start URL. */
async function portal(t: TestContext, listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>(resolve => {
    server.listen(0, '127.0.0.1', resolve);
  });
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  const address = server.address();
  assert.ok(typeof address === 'object' && address !== null);
  return `http://127.0.0.1:${address.port}/start`;
}

function page(head: string): string {
  return `<!DOCTYPE html><html><head><title>Portal</title>\n${head}\n</head><body></body></html>`;
}

const { signal } = new AbortController();

test('the page of a portal says its region, behind its redirect to itself', async t => {
  const asked: (string | undefined)[] = [];
  const startUrl = await portal(t, ({ url, method }, response) => {
    asked.push(`${method} ${url}`);
    if (url === '/start') {
      response.writeHead(301, { location: '/start/' }).end();
    } else {
      response.end(page('    <meta name="region" content="eu-west-1"/>'));
    }
  });
  assert.equal(await askPortalRegion(startUrl, signal), 'eu-west-1');
  assert.deepEqual(asked, ['GET /start', 'GET /start/']);
});

test('its attributes may stand in any order, in any quotes', async t => {
  const startUrl = await portal(t, (_request, response) => {
    response.end(page("<META content='us-gov-west-1' NAME='region'>"));
  });
  assert.equal(await askPortalRegion(startUrl, signal), 'us-gov-west-1');
});

test('a host that names its region is not asked', async () => {
  const url = 'https://ssoins-7223b02d0a4b1c2d.portal.eu-central-1.app.aws';
  assert.equal(await askPortalRegion(url, signal), 'eu-central-1');
});

for (const [what, head] of [
  ['says nothing', '<meta name="viewport" content="width=device-width">'],
  ['names what is no region', '<meta name="region" content="Bretagne">'],
  ['names a region elsewhere', '<p data-name="region" content="eu-west-1">'],
] as const) {
  test(`a page that ${what} is said to`, async t => {
    const startUrl = await portal(t, (_request, response) => {
      response.end(page(head));
    });
    await assert.rejects(
      askPortalRegion(startUrl, signal),
      error => error instanceof UserError && /127\.0\.0\.1 does not tell its region/.test(error.message),
    );
  });
}

test('a portal that sends to a stranger, or round and round, tells nothing', async t => {
  const asked: (string | undefined)[] = [];
  const stranger = await portal(t, (_request, response) => {
    response.end(page('<meta name="region" content="eu-west-1">'));
  });
  const away = await portal(t, (_request, response) => {
    response.writeHead(302, { location: stranger }).end();
  });
  const round = await portal(t, ({ url }, response) => {
    asked.push(url);
    response.writeHead(302, { location: `${url}x` }).end();
  });
  await assert.rejects(askPortalRegion(away, signal), /does not tell/);
  await assert.rejects(askPortalRegion(round, signal), /does not tell/);
  assert.deepEqual(asked, ['/start', '/startx', '/startxx']);
});

test('a page without an end is broken off', async t => {
  const startUrl = await portal(t, (_request, response) => {
    const more = (): void => {
      while (!response.destroyed && response.write('x'.repeat(16 * 1024))) {}
    };
    response.on('drain', more);
    more();
  });
  await assert.rejects(askPortalRegion(startUrl, signal), /does not tell/);
});

test('whoever cancels waits no longer', async t => {
  const stop = new AbortController();
  const startUrl = await portal(t, () => stop.abort());
  await assert.rejects(askPortalRegion(startUrl, stop.signal), Cancelled);
});

test('a portal that is not there is said to be', async () => {
  await assert.rejects(
    askPortalRegion('http://127.0.0.1:1/start', signal),
    error =>
      error instanceof UserError && /could not be reached/.test(error.message) && error.hint !== undefined,
  );
});
