import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  GetRoleCredentialsCommand,
  ListAccountRolesCommand,
  ListAccountsCommand,
  LogoutCommand,
  paginateListAccounts,
} from '@aws-sdk/client-sso';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { manyAccounts } from '../../local-aws/data.ts';
import { assertRefused, startTestBed } from './clients.ts';

const START_URL = 'https://acme.awsapps.com/start';
const MANY = 'https://many.awsapps.com/start';

test('accounts come with the names that they have', async () => {
  await using bed = await startTestBed();
  const { accessToken } = bed.aws.state.sso.issueLogin(START_URL);
  const { accountList, nextToken } = await bed.portal.send(new ListAccountsCommand({ accessToken }));
  assert.ok(!nextToken);
  assert.deepEqual(accountList?.at(0), {
    accountId: '123456789012',
    accountName: 'Sandbox',
    emailAddress: 'aws+sandbox@example.com',
  });
  assert.deepEqual(accountList?.at(-1), { accountId: '777788889999' });
});

test('2,000 accounts come in twenty pages, in order and each once', async () => {
  await using bed = await startTestBed({
    data: { sso: [manyAccounts(MANY, 2000, 5)], users: [], roles: [] },
  });
  const { accessToken } = bed.aws.state.sso.issueLogin(MANY);
  const ids: string[] = [];
  const pages = paginateListAccounts({ client: bed.portal }, { accessToken, maxResults: 100 });
  for await (const page of pages) {
    ids.push(...(page.accountList ?? []).map(account => account.accountId ?? ''));
  }
  assert.equal(ids.length, 2000);
  assert.deepEqual(ids, [...new Set(ids)].sort());
  assert.equal(bed.aws.requests.of('ListAccounts').length, 20);
});

test('page sizes and page tokens that make no sense are refused', async () => {
  await using bed = await startTestBed();
  const { accessToken } = bed.aws.state.sso.issueLogin(START_URL);
  const list = (more: object): Promise<unknown> =>
    bed.portal.send(new ListAccountsCommand({ accessToken, ...more }));
  await assertRefused(list({ maxResults: 101 }), 'InvalidRequestException', 400);
  await assertRefused(list({ maxResults: 0 }), 'InvalidRequestException', 400);
  await assertRefused(list({ nextToken: 'rubbish' }), 'InvalidRequestException', 400);
  const roles = { accessToken, accountId: '123456789012', maxResults: 1 };
  const { nextToken } = await bed.portal.send(new ListAccountRolesCommand(roles));
  assert.ok(nextToken);
  await assertRefused(list({ nextToken }), 'InvalidRequestException', 400);
});

test('roles of an account come in pages; an unknown account is not found', async () => {
  await using bed = await startTestBed();
  const { accessToken } = bed.aws.state.sso.issueLogin(START_URL);
  const accountId = '123456789012';
  const first = await bed.portal.send(new ListAccountRolesCommand({ accessToken, accountId, maxResults: 2 }));
  assert.deepEqual(first.roleList, [
    { roleName: 'Admin', accountId },
    { roleName: 'Developer', accountId },
  ]);
  const second = await bed.portal.send(
    new ListAccountRolesCommand({ accessToken, accountId, maxResults: 2, nextToken: first.nextToken }),
  );
  assert.deepEqual(second.roleList, [{ roleName: 'ReadOnly', accountId }]);
  assert.ok(!second.nextToken);
  await assertRefused(
    bed.portal.send(new ListAccountRolesCommand({ accessToken, accountId: '000000000000' })),
    'ResourceNotFoundException',
    404,
  );
});

test('role credentials expire in milliseconds and are known to STS as a role of SSO', async () => {
  await using bed = await startTestBed();
  const { accessToken } = bed.aws.state.sso.issueLogin(START_URL);
  const { roleCredentials } = await bed.portal.send(
    new GetRoleCredentialsCommand({ accessToken, accountId: '123456789012', roleName: 'Admin' }),
  );
  assert.equal(roleCredentials?.expiration, Date.parse('2026-03-01T11:00:00Z'));
  const { accessKeyId = '', secretAccessKey = '', sessionToken = '' } = roleCredentials;
  assert.match(accessKeyId, /^ASIA[A-Z2-7]{9}EXAMPLE$/);
  assert.equal(secretAccessKey.length, 40);
  const identity = await bed
    .sts({ accessKeyId, secretAccessKey, sessionToken })
    .send(new GetCallerIdentityCommand({}));
  assert.equal(identity.Account, '123456789012');
  assert.match(
    identity.Arn ?? '',
    /^arn:aws:sts::123456789012:assumed-role\/AWSReservedSSO_Admin_[0-9a-f]{16}\/dana@example\.com$/,
  );
});

test('a role that is not assigned is forbidden', async () => {
  await using bed = await startTestBed();
  const { accessToken } = bed.aws.state.sso.issueLogin(START_URL);
  const get = (accountId: string, roleName: string): Promise<unknown> =>
    bed.portal.send(new GetRoleCredentialsCommand({ accessToken, accountId, roleName }));
  await assertRefused(get('444455556666', 'Admin'), 'ForbiddenException', 403, { message: 'No access' });
  await assertRefused(get('000000000000', 'Admin'), 'ForbiddenException', 403);
});

test('tokens that are unknown, expired, revoked or logged out are unauthorized', async () => {
  await using bed = await startTestBed();
  const { sso } = bed.aws.state;
  const refused = (accessToken: string): Promise<void> =>
    assertRefused(bed.portal.send(new ListAccountsCommand({ accessToken })), 'UnauthorizedException', 401, {
      message: 'Session token not found or invalid',
    });
  await refused('nobody');
  const out = sso.issueLogin(START_URL).accessToken;
  await bed.portal.send(new LogoutCommand({ accessToken: out }));
  await refused(out);
  await assertRefused(bed.portal.send(new LogoutCommand({ accessToken: out })), 'UnauthorizedException', 401);
  const revoked = sso.issueLogin(START_URL);
  const old = revoked.accessToken;
  sso.renew(revoked);
  await bed.portal.send(new ListAccountsCommand({ accessToken: old }));
  const partner = sso.issueLogin('https://partner.awsapps.com/start').accessToken;
  sso.revokeLogins(START_URL);
  await refused(old);
  await refused(revoked.accessToken);
  await bed.portal.send(new ListAccountsCommand({ accessToken: partner }));
  bed.pass(3600);
  await refused(partner);
});

test('the limit lets a burst through, then as many a second as it says', async () => {
  await using bed = await startTestBed({ settings: { portalLimit: { perSecond: 5, burst: 3 } } });
  const { accessToken } = bed.aws.state.sso.issueLogin(START_URL);
  const list = (): Promise<unknown> => bed.portal.send(new ListAccountsCommand({ accessToken }));
  const limited = (): Promise<void> => assertRefused(list(), 'TooManyRequestsException', 429);
  await list();
  await list();
  await list();
  await limited();
  bed.pass(0.2);
  await list();
  await limited();
  bed.aws.state.settings.portalLimit = { perSecond: 1, burst: 1 };
  bed.pass(0.5);
  await limited();
  bed.pass(0.5);
  await list();
  bed.aws.state.settings.portalLimit = undefined;
  await list();
  await list();
});
