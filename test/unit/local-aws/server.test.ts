import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { request } from 'node:http';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { CreateTokenCommand } from '@aws-sdk/client-sso-oidc';
import { AssumeRoleCommand } from '@aws-sdk/client-sts';
import { sampleUsers } from '../../local-aws/sample-data.ts';
import { startLocalAws } from '../../local-aws/server.ts';
import { startTestBed } from './clients.ts';

const { dana } = sampleUsers();

test('the log names each request and holds no secret', async () => {
  await using bed = await startTestBed();
  const { sso } = bed.aws.state;
  const { client, refreshToken = '' } = sso.issueLogin('https://acme.awsapps.com/start');
  const tokens = await bed.oidc.send(
    new CreateTokenCommand({
      clientId: client.clientId,
      clientSecret: client.clientSecret,
      grantType: 'refresh_token',
      refreshToken,
    }),
  );
  await bed.sts(dana).send(
    new AssumeRoleCommand({
      RoleArn: 'arn:aws:iam::444455556666:role/Operations',
      RoleSessionName: 'log',
      SerialNumber: 'arn:aws:iam::111122223333:mfa/dana',
      TokenCode: '654321',
    }),
  );
  const [refresh, assume] = bed.aws.requests.all;
  assert.equal(refresh?.operation, 'CreateToken');
  assert.deepEqual(refresh.parameters, { grantType: 'refresh_token' });
  assert.equal(refresh.time, Date.parse('2026-03-01T10:00:00Z'));
  assert.match(refresh.userAgent, /aws-sdk-js/);
  assert.equal(assume?.accessKeyId, dana.accessKeyId);
  assert.equal(assume.region, 'eu-west-1');
  assert.equal(assume.parameters['RoleSessionName'], 'log');
  const text = JSON.stringify(bed.aws.requests.all);
  for (const secret of [
    client.clientSecret,
    refreshToken,
    tokens.accessToken ?? '',
    dana.secretAccessKey,
    '654321',
  ]) {
    assert.ok(!text.includes(secret));
  }
});

test('listeners hear of each request until they are disposed', async () => {
  await using aws = await startLocalAws();
  const heard: string[] = [];
  const listener = aws.requests.onRecord(record => heard.push(record.search));
  await fetch(`${aws.url}/device?a=%2B`);
  listener.dispose();
  await fetch(`${aws.url}/device?b`);
  assert.deepEqual(heard, ['?a=%2B']);
  assert.equal((await aws.requests.seen('DevicePage', 2)).search, '?b');
  const abort = new AbortController();
  const waiting = aws.requests.seen('DevicePage', 3, abort.signal);
  abort.abort(new Error('enough'));
  await assert.rejects(waiting, /enough/);
});

function status(url: string, host: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const sent = request(`${url}/device`, { headers: { host } }, response => {
      response.resume();
      resolve(response.statusCode);
    });
    sent.on('error', reject);
    sent.end();
  });
}

test('only loopback host names are answered', async () => {
  await using aws = await startLocalAws();
  const { port } = new URL(aws.url);
  assert.equal(await status(aws.url, `localhost:${port}`), 200);
  assert.equal(await status(aws.url, `127.0.0.1:${port}`), 200);
  assert.equal(await status(aws.url, `[::1]:${port}`), 200);
  assert.equal(await status(aws.url, `evil.example:${port}`), 421);
  assert.equal(await status(aws.url, `127.0.0.1.evil.example:${port}`), 421);
});

test('what is not played here is named as unknown', async () => {
  await using aws = await startLocalAws();
  const answer = await fetch(`${aws.url}/my-bucket?list-type=2`);
  assert.equal(answer.status, 400);
  assert.match(await answer.text(), /<Code>InvalidAction<\/Code>/);
  assert.equal(aws.requests.all[0]?.operation, 'Unknown');
});

test('a port that is taken is an error', async () => {
  await using aws = await startLocalAws();
  await assert.rejects(startLocalAws({ port: Number(new URL(aws.url).port) }), { code: 'EADDRINUSE' });
});

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  test(`stands alone as a process until ${signal}`, {
    skip: process.platform === 'win32' && 'Windows has no signals',
  }, async () => {
    const main = new URL('../../local-aws/main.ts', import.meta.url);
    const child = spawn(process.execPath, [main.pathname, '--port', '0'], {
      env: {},
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const exit = once(child, 'exit');
    const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
    const { url, pid } = JSON.parse(line) as { url: string; pid: number };
    assert.equal(pid, child.pid);
    assert.equal((await fetch(`${url}/device`)).status, 200);
    child.kill(signal);
    assert.deepEqual(await exit, [0, null]);
  });
}
