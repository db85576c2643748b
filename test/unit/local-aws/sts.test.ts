import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  AssumeRoleCommand,
  type AssumeRoleCommandOutput,
  AssumeRoleWithWebIdentityCommand,
  type Credentials,
  GetCallerIdentityCommand,
  type GetCallerIdentityCommandOutput,
  GetSessionTokenCommand,
} from '@aws-sdk/client-sts';
import { sampleUsers } from '../../local-aws/sample-data.ts';
import { assertRefused, type Keys, startTestBed, type TestBed } from './clients.ts';

const DEPLOY = 'arn:aws:iam::111122223333:role/Deploy';
const RELEASE = 'arn:aws:iam::444455556666:role/Release';
const OPERATIONS = 'arn:aws:iam::444455556666:role/Operations';
const MFA = { SerialNumber: 'arn:aws:iam::111122223333:mfa/dana', TokenCode: '123456' };
const { dana, ci, tools } = sampleUsers();

function identity(bed: TestBed, keys: Keys): Promise<GetCallerIdentityCommandOutput> {
  return bed.sts(keys).send(new GetCallerIdentityCommand({}));
}

function assume(
  bed: TestBed,
  keys: Keys,
  roleArn: string,
  more: object = {},
): Promise<AssumeRoleCommandOutput> {
  return bed.sts(keys).send(new AssumeRoleCommand({ RoleArn: roleArn, RoleSessionName: 'test', ...more }));
}

function keysOf(credentials: Credentials | undefined): Required<Keys> {
  assert.ok(credentials?.AccessKeyId && credentials.SecretAccessKey && credentials.SessionToken);
  return {
    accessKeyId: credentials.AccessKeyId,
    secretAccessKey: credentials.SecretAccessKey,
    sessionToken: credentials.SessionToken,
  };
}

test('GetCallerIdentity knows a user by the keys', async () => {
  await using bed = await startTestBed();
  const { Arn, Account, UserId } = await identity(bed, dana);
  assert.equal(Arn, dana.arn);
  assert.equal(Account, '111122223333');
  assert.match(UserId ?? '', /^AIDA[A-Z2-7]{17}$/);
});

test('wrong keys are refused with the codes of STS', async () => {
  await using bed = await startTestBed();
  await assertRefused(
    identity(bed, { ...dana, accessKeyId: 'AKIANOBODY345EXAMPLE' }),
    'InvalidClientTokenId',
    403,
    { message: 'The security token included in the request is invalid.' },
  );
  await assertRefused(identity(bed, { ...dana, secretAccessKey: 'wrong' }), 'SignatureDoesNotMatch', 403);
  await assertRefused(identity(bed, { ...dana, sessionToken: 'stale' }), 'InvalidClientTokenId', 403);
  const session = keysOf((await assume(bed, ci, DEPLOY)).Credentials);
  await assertRefused(identity(bed, { ...session, sessionToken: 'other' }), 'InvalidClientTokenId', 403);
  const { accessKeyId, secretAccessKey } = session;
  await assertRefused(identity(bed, { accessKeyId, secretAccessKey }), 'InvalidClientTokenId', 403);
});

test('a request without a signature, or with half of one, is refused', async () => {
  await using bed = await startTestBed();
  const send = async (headers: Record<string, string>): Promise<string> => {
    const body = new URLSearchParams({ Action: 'GetCallerIdentity', Version: '2011-06-15' });
    return (await fetch(bed.aws.url, { method: 'POST', body, headers })).text();
  };
  assert.match(await send({}), /<Code>MissingAuthenticationToken<\/Code>/);
  assert.match(
    await send({ authorization: 'AWS4-HMAC-SHA256 rubbish' }),
    /<Code>IncompleteSignature<\/Code>/,
  );
});

test('a signature covers headers and body: a changed one does not match', async () => {
  await using bed = await startTestBed();
  const client = bed.sts(dana);
  client.middlewareStack.add(
    next => args => {
      const { request } = args as { request: { headers: Record<string, string>; body: string } };
      request.body = request.body.replace('2011-06-15', '2011-06-16');
      return next(args);
    },
    { step: 'deserialize', name: 'change', priority: 'low' },
  );
  await assertRefused(client.send(new GetCallerIdentityCommand({})), 'SignatureDoesNotMatch', 403);
});

test('credentials expire on the second', async () => {
  await using bed = await startTestBed();
  const { Credentials } = await assume(bed, ci, DEPLOY, { DurationSeconds: 900 });
  assert.equal(Credentials?.Expiration?.toISOString(), '2026-03-01T10:15:00.000Z');
  bed.pass(899);
  await identity(bed, keysOf(Credentials));
  bed.pass(1);
  await assertRefused(identity(bed, keysOf(Credentials)), 'ExpiredToken', 403);
});

test('a clock that is off is refused when the server minds', async () => {
  await using bed = await startTestBed({
    now: () => Date.now() + 3_600_000,
    settings: { maxClockSkewSeconds: 900 },
  });
  await assert.rejects(identity(bed, dana), (error: unknown) => {
    assert.ok(error instanceof Error);
    assert.equal(error.name, 'SignatureDoesNotMatch');
    assert.match(error.message, /^Signature expired: \d{8}T\d{6}Z is now earlier than .* - 15 min\.\)$/);
    return true;
  });
});

test('AssumeRole gives a session that STS knows, and a chain of them', async () => {
  await using bed = await startTestBed();
  const first = await assume(bed, ci, DEPLOY, { RoleSessionName: 'dana' });
  assert.equal(first.AssumedRoleUser?.Arn, 'arn:aws:sts::111122223333:assumed-role/Deploy/dana');
  assert.match(first.AssumedRoleUser?.AssumedRoleId ?? '', /^AROA[A-Z2-7]{17}:dana$/);
  const deploy = keysOf(first.Credentials);
  assert.equal((await identity(bed, deploy)).Arn, first.AssumedRoleUser?.Arn);
  const second = await assume(bed, deploy, RELEASE, { ExternalId: 'acme-release' });
  assert.equal(
    (await identity(bed, keysOf(second.Credentials))).Arn,
    'arn:aws:sts::444455556666:assumed-role/Release/test',
  );
});

test('who is not trusted, or shows no or another external id, or no MFA, is denied', async () => {
  await using bed = await startTestBed();
  const denied = (caller: string, roleArn: string, call: Promise<unknown>): Promise<void> =>
    assertRefused(call, 'AccessDenied', 403, {
      message: `User: ${caller} is not authorized to perform: sts:AssumeRole on resource: ${roleArn}`,
    });
  await denied(dana.arn, RELEASE, assume(bed, dana, RELEASE, { ExternalId: 'acme-release' }));
  const nowhere = 'arn:aws:iam::111122223333:role/Nowhere';
  await denied(dana.arn, nowhere, assume(bed, dana, nowhere));
  const deploy = keysOf((await assume(bed, dana, DEPLOY)).Credentials);
  const session = 'arn:aws:sts::111122223333:assumed-role/Deploy/test';
  await denied(session, RELEASE, assume(bed, deploy, RELEASE));
  await denied(session, RELEASE, assume(bed, deploy, RELEASE, { ExternalId: 'other' }));
  await denied(dana.arn, OPERATIONS, assume(bed, dana, OPERATIONS));
});

test('MFA is checked by device and code, in the words of STS', async () => {
  await using bed = await startTestBed();
  await assume(bed, dana, OPERATIONS, MFA);
  const refused = (more: object, message: RegExp): Promise<void> =>
    assert.rejects(assume(bed, dana, OPERATIONS, more), { name: 'AccessDenied', message });
  await refused({ ...MFA, TokenCode: '000000' }, /invalid MFA one time pass code/);
  await refused(
    { ...MFA, SerialNumber: 'arn:aws:iam::111122223333:mfa/other' },
    /unable to validate MFA code/,
  );
  await refused({ SerialNumber: MFA.SerialNumber }, /must provide both MFA serial number/);
  const wordy = { ...MFA, TokenCode: 'abcdef' };
  await assertRefused(assume(bed, dana, OPERATIONS, wordy), 'ValidationError', 400);
});

test('a code for one use works once', async () => {
  const users = [{ ...dana, mfa: [{ serial: MFA.SerialNumber, codes: ['123456'], singleUse: true }] }];
  const roles = [{ arn: OPERATIONS, trusts: [dana.arn], mfaRequired: true }];
  await using bed = await startTestBed({ data: { sso: [], users, roles } });
  await assume(bed, dana, OPERATIONS, MFA);
  await assertRefused(assume(bed, dana, OPERATIONS, MFA), 'AccessDenied', 403);
});

test('a session token made with MFA opens a role that wants MFA, without another code', async () => {
  await using bed = await startTestBed();
  const { Credentials } = await bed.sts(dana).send(new GetSessionTokenCommand(MFA));
  assert.equal(Credentials?.Expiration?.toISOString(), '2026-03-01T22:00:00.000Z');
  const session = keysOf(Credentials);
  assert.equal((await identity(bed, session)).Arn, dana.arn);
  await assume(bed, session, OPERATIONS);
  const plain = await bed.sts(dana).send(new GetSessionTokenCommand({}));
  await assertRefused(assume(bed, keysOf(plain.Credentials), OPERATIONS), 'AccessDenied', 403);
  await assertRefused(bed.sts(session).send(new GetSessionTokenCommand({})), 'AccessDenied', 403, {
    message: 'Cannot call GetSessionToken with session credentials',
  });
});

test('durations are limited by STS, by the role and by chaining', async () => {
  await using bed = await startTestBed();
  const refused = (keys: Keys, roleArn: string, more: object, message: RegExp): Promise<void> =>
    assert.rejects(assume(bed, keys, roleArn, more), { name: 'ValidationError', message });
  await refused(ci, DEPLOY, { DurationSeconds: 899 }, /greater than or equal to 900/);
  await refused(ci, DEPLOY, { DurationSeconds: 43_201 }, /less than or equal to 43200/);
  await refused(ci, DEPLOY, { DurationSeconds: 4 * 3600 + 1 }, /exceeds the MaxSessionDuration/);
  await assume(bed, ci, DEPLOY, { DurationSeconds: 4 * 3600 });
  const { Credentials } = await bed.sts(ci).send(new GetSessionTokenCommand({}));
  const chained = keysOf(Credentials);
  await refused(chained, DEPLOY, { DurationSeconds: 3601 }, /1 hour session limit .* role chaining/);
  await assume(bed, chained, DEPLOY, { DurationSeconds: 3600 });
});

test('role ARNs and session names that are not valid are refused', async () => {
  await using bed = await startTestBed();
  const refused = (roleArn: string, more: object, message: string): Promise<void> =>
    assertRefused(assume(bed, ci, roleArn, more), 'ValidationError', 400, { message });
  const prefix = '1 validation error detected: Value';
  await refused(
    DEPLOY,
    { RoleSessionName: 'a b' },
    `${prefix} 'a b' at 'roleSessionName' failed to satisfy constraint: ` +
      'Member must satisfy regular expression pattern: [\\w+=,.@-]*',
  );
  await refused(
    DEPLOY,
    { RoleSessionName: 'x' },
    `${prefix} 'x' at 'roleSessionName' failed to satisfy constraint: Member must have length greater than or equal to 2`,
  );
  await refused(
    'arn:aws',
    {},
    `${prefix} 'arn:aws' at 'roleArn' failed to satisfy constraint: Member must have length greater than or equal to 20`,
  );
  await refused('arn:aws:iam::123:role/Short', {}, 'arn:aws:iam::123:role/Short is invalid');
});

test('a web identity token opens the roles that know it, without a signature', async () => {
  await using bed = await startTestBed();
  const send = (token: string): Promise<{ Credentials?: Credentials | undefined }> =>
    bed.sts(tools).send(
      new AssumeRoleWithWebIdentityCommand({
        RoleArn: DEPLOY,
        RoleSessionName: 'web',
        WebIdentityToken: token,
      }),
    );
  const { Credentials } = await send('local-web-identity-token');
  assert.match((await identity(bed, keysOf(Credentials))).Arn ?? '', /assumed-role\/Deploy\/web$/);
  assert.equal(bed.aws.requests.of('AssumeRoleWithWebIdentity')[0]?.accessKeyId, undefined);
  await assertRefused(send('nobody'), 'InvalidIdentityTokenException', 400);
  bed.aws.state.data.roles.push({
    arn: DEPLOY.replace('Deploy', 'Late'),
    trusts: [],
    webIdentities: [{ token: 'late', subject: 'late', expired: true }],
  });
  await assertRefused(
    bed.sts(tools).send(
      new AssumeRoleWithWebIdentityCommand({
        RoleArn: DEPLOY.replace('Deploy', 'Late'),
        RoleSessionName: 'web',
        WebIdentityToken: 'late',
      }),
    ),
    'ExpiredTokenException',
    400,
  );
});
