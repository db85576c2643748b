import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import { join } from 'node:path';
import { test } from 'node:test';
import { clientOptions } from '../../../src/sso/client-options.ts';
import { PortalCalls } from '../../../src/sso/portal-calls.ts';
import { makeHome } from './home.ts';

const NONE = { endpoints: {}, fips: false, dualstack: false, caBundle: undefined };
const { signal } = new AbortController();

test('an endpoint or a CA bundle that cannot be used is told as such', async () => {
  const ftp = { ...NONE, endpoints: { sso: 'ftp://example.com' } };
  await assert.rejects(clientOptions('1', ftp, 'sso', 'eu-west-1'), {
    name: 'UserError',
    message: /endpoint/,
  });
  const gone = { ...NONE, caBundle: '/nowhere/ca.pem' };
  await assert.rejects(clientOptions('1', gone, 'sso', 'eu-west-1'), {
    name: 'UserError',
    message: /ca.pem cannot be read \(ENOENT\)/,
  });
});

const openssl = spawnSync('openssl', ['version']).status === 0;

test('a server is trusted by the CA bundle only', {
  skip: openssl ? false : 'openssl is not installed',
}, async () => {
  await using home = await makeHome();
  const key = join(home.folder, 'key.pem');
  const cert = join(home.folder, 'cert.pem');
  const made = spawnSync('openssl', [
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'],
    ...['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', key, '-out', cert],
  ]);
  assert.equal(made.status, 0);
  const server = createServer(
    { key: await readFile(key), cert: await readFile(cert) },
    (_request, response) => {
      response.setHeader('content-type', 'application/json').end('{"accountList": [{"accountId": "1"}]}');
    },
  );
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  try {
    const address = server.address();
    assert.ok(typeof address === 'object' && address !== null);
    const settings = { ...NONE, endpoints: { sso: `https://127.0.0.1:${address.port}` } };
    const plain = new PortalCalls(await clientOptions('1', settings, 'sso', 'eu-west-1', 1), signal);
    await assert.rejects(plain.accounts('t', undefined), {
      failure: 'stranger',
      message: /not trusted \(.*CERT/,
    });
    plain.dispose();
    const trusting = await clientOptions('1', { ...settings, caBundle: cert }, 'sso', 'eu-west-1', 1);
    const calls = new PortalCalls(trusting, signal);
    assert.equal((await calls.accounts('t', undefined)).items[0]?.id, '1');
    calls.dispose();
  } finally {
    server.close();
    server.closeAllConnections();
  }
});
