import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ListAccountsCommand } from '@aws-sdk/client-sso';
import { RegisterClientCommand } from '@aws-sdk/client-sso-oidc';
import { GetCallerIdentityCommand, GetSessionTokenCommand } from '@aws-sdk/client-sts';
import { sampleUsers } from '../../local-aws/sample-data.ts';
import { assertRefused, startTestBed } from './clients.ts';

const REGISTER = new RegisterClientCommand({ clientName: 'rolecall-test', clientType: 'public' });
const { dana } = sampleUsers();

test('a fault strikes as often as it was asked to, and only its operation', async () => {
  await using bed = await startTestBed();
  const fault = bed.aws.faults.add('RegisterClient', { kind: 'answer', status: 503 }, 2);
  await assert.rejects(bed.oidc.send(REGISTER));
  await bed.sts(dana).send(new GetCallerIdentityCommand({}));
  await assert.rejects(bed.oidc.send(REGISTER));
  assert.equal(fault.used, 2);
  await bed.oidc.send(REGISTER);
  assert.deepEqual(
    bed.aws.requests.of('RegisterClient').map(record => record.status),
    [503, 503, 200],
  );
});

test('an injected error has the form of the service that is asked', async () => {
  await using bed = await startTestBed();
  const { faults } = bed.aws;
  faults.add('RegisterClient', { kind: 'error', code: 'InternalServerException' }, 1);
  await assertRefused(bed.oidc.send(REGISTER), 'InternalServerException', 500, { error: 'server_error' });
  const fault = faults.add('*', { kind: 'error', code: 'TooManyRequestsException', message: 'later' });
  await assertRefused(
    bed.portal.send(new ListAccountsCommand({ accessToken: 'any' })),
    'TooManyRequestsException',
    429,
    { message: 'later' },
  );
  fault.dispose();
  faults.add('GetSessionToken', { kind: 'error', code: 'RegionDisabledException' });
  await assertRefused(bed.sts(dana).send(new GetSessionTokenCommand({})), 'RegionDisabledException', 403);
  await bed.sts(dana).send(new GetCallerIdentityCommand({}));
});

test('a page, a reset and a cut answer reach the client as such', async () => {
  await using bed = await startTestBed();
  bed.aws.faults.add('RegisterClient', { kind: 'html' }, 1);
  await assert.rejects(bed.oidc.send(REGISTER), SyntaxError);
  bed.aws.faults.add('RegisterClient', { kind: 'reset' }, 1);
  await assert.rejects(bed.oidc.send(REGISTER), { code: 'ECONNRESET' });
  bed.aws.faults.add('RegisterClient', { kind: 'cut' }, 1);
  await assert.rejects(bed.oidc.send(REGISTER), { code: 'ECONNRESET' });
  await bed.oidc.send(REGISTER);
  assert.deepEqual(
    bed.aws.requests.of('RegisterClient').map(record => record.status),
    [200, undefined, 200, 200],
  );
});

test('a hanging request is seen, and goes on when it is released', async () => {
  await using bed = await startTestBed();
  const fault = bed.aws.faults.add('RegisterClient', { kind: 'hang' }, 1);
  const call = bed.oidc.send(REGISTER);
  const record = await bed.aws.requests.seen('RegisterClient');
  assert.equal(record.status, undefined);
  fault.release();
  assert.ok((await call).clientId);
  assert.equal(record.status, 200);
});

test('a client that gives up on a hanging request does no harm', async () => {
  await using bed = await startTestBed();
  const fault = bed.aws.faults.add('RegisterClient', { kind: 'hang' }, 1);
  const abort = new AbortController();
  const call = bed.oidc.send(REGISTER, { abortSignal: abort.signal });
  await bed.aws.requests.seen('RegisterClient');
  abort.abort();
  await assert.rejects(call, { name: 'AbortError' });
  fault.release();
  assert.ok((await bed.oidc.send(REGISTER)).clientId);
});

test('a delayed answer is the true one', async () => {
  await using bed = await startTestBed();
  bed.aws.faults.add('RegisterClient', { kind: 'delay', ms: 5 }, 1);
  assert.ok((await bed.oidc.send(REGISTER)).clientId);
});

test('closing ends what hangs', async () => {
  const bed = await startTestBed();
  bed.aws.faults.add('RegisterClient', { kind: 'hang' });
  const call = assert.rejects(bed.oidc.send(REGISTER), { code: 'ECONNRESET' });
  await bed.aws.requests.seen('RegisterClient');
  await bed.aws.close();
  await call;
  await bed.aws.close();
});
