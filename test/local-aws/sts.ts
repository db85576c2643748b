import type { IamRole } from './data.ts';
import { accountOf, type Key, type Principal, roleSession, type SessionKey } from './keys.ts';
import { type Answer, AwsFailure, escapeMarkup, type Request } from './messages.ts';
import { checkMfa } from './mfa.ts';
import { authenticate } from './sigv4.ts';
import type { State } from './state.ts';

const NAMESPACE = 'https://sts.amazonaws.com/doc/2011-06-15/';

/** The codes that come with another status than 400. */
const STATUSES: Readonly<Record<string, number>> = {
  AccessDenied: 403,
  ExpiredToken: 403,
  IDPRejectedClaim: 403,
  InternalFailure: 500,
  InvalidClientTokenId: 403,
  MissingAuthenticationToken: 403,
  RegionDisabledException: 403,
  RequestExpired: 403,
  ServiceUnavailable: 503,
  SignatureDoesNotMatch: 403,
};

function xmlAnswer(status: number, content: string): Answer {
  return { status, headers: { 'content-type': 'text/xml' }, body: `${content}\n` };
}

/** The Query protocol's form of an error. */
export function answerStsFailure(failure: AwsFailure, requestId: string): Answer {
  const status = failure.status ?? STATUSES[failure.code] ?? 400;
  return xmlAnswer(
    status,
    `<ErrorResponse xmlns="${NAMESPACE}">
  <Error>
    <Type>${status < 500 ? 'Sender' : 'Receiver'}</Type>
    <Code>${escapeMarkup(failure.code)}</Code>
    <Message>${escapeMarkup(failure.message)}</Message>
  </Error>
  <RequestId>${requestId}</RequestId>
</ErrorResponse>`,
  );
}

type Xml = { readonly [name: string]: string | Xml };

function printXml(tree: Xml, indent: string): string {
  return Object.entries(tree)
    .map(([name, value]) =>
      typeof value === 'string'
        ? `${indent}<${name}>${escapeMarkup(value)}</${name}>\n`
        : `${indent}<${name}>\n${printXml(value, `${indent}  `)}${indent}</${name}>\n`,
    )
    .join('');
}

function answer(action: string, result: Xml, requestId: string): Answer {
  const tree = { [`${action}Result`]: result, ResponseMetadata: { RequestId: requestId } };
  return xmlAnswer(
    200,
    `<${action}Response xmlns="${NAMESPACE}">\n${printXml(tree, '  ')}</${action}Response>`,
  );
}

/** The parameters of a Query request: the form in the body, or the query of a GET. */
export function stsParameters(request: Request): URLSearchParams {
  return request.method === 'POST' ? new URLSearchParams(request.body.toString('utf8')) : request.query;
}

function validationError(parameter: string, value: string | null, constraint: string): AwsFailure {
  const shown = value === null ? 'null' : `'${value}'`;
  return new AwsFailure(
    'ValidationError',
    `1 validation error detected: Value ${shown} at '${parameter}' failed to satisfy constraint: Member must ${constraint}`,
  );
}

/** A text parameter between `min` and `max` characters of `pattern`; undefined when it is not sent. */
function optional(
  parameters: URLSearchParams,
  name: string,
  min: number,
  max: number,
  pattern: RegExp,
): string | undefined {
  const value = parameters.get(name);
  if (value === null) {
    return undefined;
  }
  const shown = name.charAt(0).toLowerCase() + name.slice(1);
  if (value.length < min) {
    throw validationError(shown, value, `have length greater than or equal to ${min}`);
  }
  if (value.length > max) {
    throw validationError(shown, value, `have length less than or equal to ${max}`);
  }
  if (!pattern.test(value)) {
    const printed = pattern.source.slice(1, -1).replaceAll('\\/', '/');
    throw validationError(shown, value, `satisfy regular expression pattern: ${printed}`);
  }
  return value;
}

function required(
  parameters: URLSearchParams,
  name: string,
  min: number,
  max: number,
  pattern: RegExp,
): string {
  const value = optional(parameters, name, min, max, pattern);
  if (value === undefined) {
    throw validationError(name.charAt(0).toLowerCase() + name.slice(1), null, 'not be null');
  }
  return value;
}

function duration(parameters: URLSearchParams, fallback: number, max: number): number {
  const text = parameters.get('DurationSeconds');
  const seconds = text === null ? fallback : Number(text);
  if (!Number.isInteger(seconds)) {
    throw new AwsFailure('MalformedInput', 'DurationSeconds is not a number');
  }
  if (seconds < 900) {
    throw validationError('durationSeconds', text, 'have value greater than or equal to 900');
  }
  if (seconds > max) {
    throw validationError('durationSeconds', text, `have value less than or equal to ${max}`);
  }
  return seconds;
}

function credentialsXml(key: SessionKey): Xml {
  return {
    AccessKeyId: key.accessKeyId,
    SecretAccessKey: key.secretAccessKey,
    SessionToken: key.sessionToken,
    Expiration: new Date(key.expiration).toISOString().replace('.000Z', 'Z'),
  };
}

export function getCallerIdentity(request: Request, state: State, requestId: string): Answer {
  const { arn, userId, account } = authenticate(request, state).principal;
  return answer('GetCallerIdentity', { Arn: arn, UserId: userId, Account: account }, requestId);
}

function isTrusted(role: IamRole, principal: Principal): boolean {
  return role.trusts.some(
    trusted =>
      trusted === '*' ||
      trusted === principal.account ||
      trusted === principal.trustArn ||
      trusted === principal.arn ||
      (trusted.endsWith(':root') && accountOf(trusted) === principal.account),
  );
}

/** The checks of a role's trust policy. AWS answers each the same, so that nobody learns which one failed. */
function checkTrust(
  role: IamRole | undefined,
  roleArn: string,
  principal: Principal,
  externalId: string | undefined,
  mfa: boolean,
): IamRole {
  if (
    role === undefined ||
    !isTrusted(role, principal) ||
    (role.externalId !== undefined && role.externalId !== externalId) ||
    (role.mfaRequired === true && !mfa)
  ) {
    throw new AwsFailure(
      'AccessDenied',
      `User: ${principal.arn} is not authorized to perform: sts:AssumeRole on resource: ${roleArn}`,
    );
  }
  return role;
}

function checkRoleDuration(seconds: number, role: IamRole, chained: boolean): void {
  if (chained && seconds > 3600) {
    throw new AwsFailure(
      'ValidationError',
      'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.',
    );
  }
  if (seconds > (role.maxSessionSeconds ?? 3600)) {
    throw new AwsFailure(
      'ValidationError',
      'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
    );
  }
}

type RoleRequest = { readonly roleArn: string; readonly sessionName: string; readonly seconds: number };

function readRoleRequest(parameters: URLSearchParams): RoleRequest {
  const roleArn = required(
    parameters,
    'RoleArn',
    20,
    2048,
    /^[\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd]+$/,
  );
  const sessionName = required(parameters, 'RoleSessionName', 2, 64, /^[\w+=,.@-]*$/);
  const seconds = duration(parameters, 3600, 43_200);
  if (!/^arn:[a-z-]+:iam::\d{12}:role\/.+/.test(roleArn)) {
    throw new AwsFailure('ValidationError', `${roleArn} is invalid`);
  }
  return { roleArn, sessionName, seconds };
}

function assumedRole(action: string, key: SessionKey, more: Xml, requestId: string): Answer {
  const { arn, userId } = key.principal;
  return answer(
    action,
    { Credentials: credentialsXml(key), AssumedRoleUser: { AssumedRoleId: userId, Arn: arn }, ...more },
    requestId,
  );
}

/** True when this call shows an MFA code that its user's device accepts. */
function showsMfa(parameters: URLSearchParams, caller: Key, state: State): boolean {
  const serial = optional(parameters, 'SerialNumber', 9, 256, /^[\w+=/:,.@-]*$/);
  const code = optional(parameters, 'TokenCode', 6, 6, /^[\d]*$/);
  return checkMfa(serial, code, caller, state);
}

export function assumeRole(request: Request, state: State, requestId: string): Answer {
  const caller = authenticate(request, state);
  const parameters = stsParameters(request);
  const { roleArn, sessionName, seconds } = readRoleRequest(parameters);
  const externalId = optional(parameters, 'ExternalId', 2, 1224, /^[\w+=,.@:/-]*$/);
  const mfa = showsMfa(parameters, caller, state) || caller.principal.mfa;
  const known = state.data.roles.find(each => each.arn === roleArn);
  const role = checkTrust(known, roleArn, caller.principal, externalId, mfa);
  checkRoleDuration(seconds, role, caller.sessionToken !== undefined);
  const key = state.keys.issue(roleSession(roleArn, sessionName, mfa), seconds);
  return assumedRole('AssumeRole', key, {}, requestId);
}

export function assumeRoleWithWebIdentity(request: Request, state: State, requestId: string): Answer {
  const parameters = stsParameters(request);
  const { roleArn, sessionName, seconds } = readRoleRequest(parameters);
  const token = required(parameters, 'WebIdentityToken', 4, 20_000, /^[\s\S]*$/);
  const role = state.data.roles.find(each => each.arn === roleArn);
  const identity = role?.webIdentities?.find(each => each.token === token);
  if (role === undefined || identity === undefined) {
    throw new AwsFailure('InvalidIdentityToken', 'The ID Token provided is not a valid JWT.');
  }
  if (identity.expired === true) {
    throw new AwsFailure('ExpiredTokenException', 'Token expired');
  }
  checkRoleDuration(seconds, role, false);
  const key = state.keys.issue(roleSession(roleArn, sessionName, false), seconds);
  const more = { SubjectFromWebIdentityToken: identity.subject };
  return assumedRole('AssumeRoleWithWebIdentity', key, more, requestId);
}

export function getSessionToken(request: Request, state: State, requestId: string): Answer {
  const caller = authenticate(request, state);
  const parameters = stsParameters(request);
  if (caller.sessionToken !== undefined) {
    throw new AwsFailure('AccessDenied', 'Cannot call GetSessionToken with session credentials');
  }
  const seconds = duration(parameters, 43_200, 129_600);
  const mfa = showsMfa(parameters, caller, state);
  const principal: Principal = { ...caller.principal, mfa };
  const key = state.keys.issue(principal, seconds);
  return answer('GetSessionToken', { Credentials: credentialsXml(key) }, requestId);
}
