import type { SsoAccount } from './data.ts';
import { roleSession } from './keys.ts';
import { type Answer, AwsFailure, jsonAnswer, type Request } from './messages.ts';
import { uniqueId } from './random.ts';
import type { Login } from './sso-state.ts';
import type { State } from './state.ts';

const STATUSES: Readonly<Record<string, number>> = {
  InvalidRequestException: 400,
  UnauthorizedException: 401,
  ForbiddenException: 403,
  ResourceNotFoundException: 404,
  TooManyRequestsException: 429,
};

/** The portal's form of an error. */
export function answerPortalFailure(failure: AwsFailure): Answer {
  return jsonAnswer(
    failure.status ?? STATUSES[failure.code] ?? 400,
    { message: failure.message, __type: `com.amazonaws.switchboard.portal#${failure.code}` },
    { 'x-amzn-ErrorType': failure.code },
  );
}

/** A token bucket on the server's clock. */
export class PortalLimit {
  readonly #state: State;
  #tokens: number | undefined;
  #filled = 0;

  constructor(state: State) {
    this.#state = state;
  }

  /** Throws 429 when more is asked than `settings.portalLimit` permits. */
  spend(): void {
    const limit = this.#state.settings.portalLimit;
    if (limit === undefined) {
      this.#tokens = undefined;
      return;
    }
    const now = this.#state.now();
    const gained = ((now - this.#filled) / 1000) * limit.perSecond;
    const tokens = Math.min(limit.burst, (this.#tokens ?? limit.burst) + Math.max(gained, 0));
    this.#filled = now;
    this.#tokens = tokens < 1 ? tokens : tokens - 1;
    if (tokens < 1) {
      throw new AwsFailure('TooManyRequestsException', 'HTTP 429 Too Many Requests');
    }
  }
}

function authorize(request: Request, state: State): Login {
  const token = request.headers['x-amz-sso_bearer_token'];
  const login = typeof token === 'string' ? state.sso.findLogin(token) : undefined;
  if (login === undefined) {
    throw new AwsFailure('UnauthorizedException', 'Session token not found or invalid');
  }
  return login;
}

function invalid(what: string): AwsFailure {
  return new AwsFailure('InvalidRequestException', `Invalid ${what}`);
}

function required(request: Request, name: string): string {
  const value = request.query.get(name);
  if (value === null || value === '') {
    throw invalid(name);
  }
  return value;
}

/** One page of a list. The token names the list, so that it is good for no other. */
function paginate<T>(
  request: Request,
  list: string,
  items: readonly T[],
): { page: T[]; nextToken: string | null } {
  const size = Number(request.query.get('max_result') ?? 100);
  if (!Number.isInteger(size) || size < 1 || size > 100) {
    throw invalid('max_result');
  }
  const token = request.query.get('next_token');
  const [tokenList, offset] =
    token === null ? [list, '0'] : Buffer.from(token, 'base64').toString('utf8').split('|');
  const start = Number(offset);
  if (tokenList !== list || !Number.isInteger(start) || start < 0 || start > items.length) {
    throw invalid('next_token');
  }
  const end = start + size;
  // Base64 with its `=`, `+` and `/`: a client must encode it in the next query.
  const nextToken = end < items.length ? Buffer.from(`${list}|${end}`).toString('base64') : null;
  return { page: items.slice(start, end), nextToken };
}

function findAccount(request: Request, login: Login): SsoAccount {
  const accountId = required(request, 'account_id');
  const account = login.instance.accounts.find(each => each.accountId === accountId);
  if (account === undefined) {
    throw new AwsFailure('ResourceNotFoundException', 'Account not found');
  }
  return account;
}

export function listAccounts(request: Request, state: State): Answer {
  const login = authorize(request, state);
  const { page, nextToken } = paginate(request, 'accounts', login.instance.accounts);
  const accountList = page.map(({ accountId, accountName, emailAddress }) => ({
    accountId,
    accountName,
    emailAddress,
  }));
  return jsonAnswer(200, { accountList, nextToken });
}

export function listAccountRoles(request: Request, state: State): Answer {
  const account = findAccount(request, authorize(request, state));
  const { page, nextToken } = paginate(request, account.accountId, account.roles);
  const roleList = page.map(roleName => ({ roleName, accountId: account.accountId }));
  return jsonAnswer(200, { roleList, nextToken });
}

export function getRoleCredentials(request: Request, state: State): Answer {
  const login = authorize(request, state);
  const roleName = required(request, 'role_name');
  const accountId = required(request, 'account_id');
  const account = login.instance.accounts.find(each => each.accountId === accountId);
  if (account?.roles.includes(roleName) !== true) {
    throw new AwsFailure('ForbiddenException', 'No access');
  }
  const path = `aws-reserved/sso.amazonaws.com/${login.instance.region}`;
  // AWS names the role after the permission set and sixteen hexadecimal digits.
  const digits = Buffer.from(uniqueId('AROA', `${accountId}/${roleName}`))
    .toString('hex')
    .slice(-16);
  const roleArn = `arn:aws:iam::${accountId}:role/${path}/AWSReservedSSO_${roleName}_${digits}`;
  const principal = roleSession(roleArn, login.instance.userName, false);
  const key = state.keys.issue(principal, state.settings.roleCredentialSeconds);
  return jsonAnswer(200, {
    roleCredentials: {
      accessKeyId: key.accessKeyId,
      secretAccessKey: key.secretAccessKey,
      sessionToken: key.sessionToken,
      expiration: key.expiration,
    },
  });
}

export function logout(request: Request, state: State): Answer {
  state.sso.endLogin(authorize(request, state));
  return { status: 200, headers: {}, body: '' };
}
