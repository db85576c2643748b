import { Cancelled, systemErrorCode, UserError, type UserErrorOptions } from '../lib/errors.ts';
import { visible } from '../lib/escape.ts';
import { redact } from '../lib/redact.ts';

/**
 * Why a call of AWS failed. `offline`: nobody could be reached. `stranger`: what answered is not AWS (a captive
 * portal, a proxy). `unauthorized`: who one is was not accepted. `forbidden`: one may not.
 */
export type AwsFailure =
  | 'offline'
  | 'stranger'
  | 'unauthorized'
  | 'forbidden'
  | 'missing'
  | 'throttled'
  | 'server'
  | 'other';

/** A call of AWS that failed, in plain words. Holds neither tokens nor keys. */
export class AwsError extends UserError {
  override readonly name = 'AwsError';
  readonly failure: AwsFailure;
  /** AWS's own code, such as `AccessDenied`, where AWS answered. */
  readonly code: string | undefined;
  /** What AWS said, cleaned. */
  readonly detail: string | undefined;

  constructor(
    failure: AwsFailure,
    message: string,
    options: UserErrorOptions & { readonly code?: string | undefined; readonly detail?: string | undefined },
  ) {
    super(message, options);
    this.failure = failure;
    this.code = options.code;
    this.detail = options.detail;
  }
}

/** A web page or a redirect came instead of AWS's answer. Thrown before the AWS SDK tries to read it. */
export class StrangerAnswer extends Error {
  override readonly name = 'StrangerAnswer';
  readonly status: number;

  constructor(status: number) {
    super(`A web page came instead of an answer, HTTP ${status}`);
    this.status = status;
  }
}

const UNREACHABLE = new Set([
  'ENOTFOUND',
  'EAI_AGAIN',
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'EHOSTDOWN',
  'ENETUNREACH',
  'ENETDOWN',
  'EADDRNOTAVAIL',
  'EPIPE',
  'EPROTO',
  'TimeoutError',
]);

const UNTRUSTED = /CERT|SELF_SIGNED|UNABLE_TO_|ERR_TLS|^ERR_SSL/;

/** The fields of an error that the AWS SDK throws, as far as they are there. */
type Fields = {
  readonly name?: unknown;
  readonly message?: unknown;
  readonly error_description?: unknown;
  readonly $metadata?: { readonly httpStatusCode?: unknown; readonly requestId?: unknown };
  readonly $response?: unknown;
};

/** The codes of an error and of those that it stands for: `AggregateError` has one for each address tried. */
function codesOf(error: unknown): readonly string[] {
  if (!(error instanceof Error)) {
    return [];
  }
  const inner = error instanceof AggregateError ? error.errors : [];
  const own = [systemErrorCode(error), error.name].filter(code => code !== undefined);
  return [...own, ...inner.flatMap(codesOf), ...codesOf(error.cause)];
}

function failureOf(status: number, code: string): AwsFailure {
  if (status === 429 || /Throttl|TooManyRequests|SlowDown|RequestLimitExceeded/i.test(code)) {
    return 'throttled';
  }
  if (
    status === 401 ||
    /^(ExpiredToken|InvalidClientTokenId|SignatureDoesNotMatch|UnrecognizedClient|IncompleteSignature|RequestExpired)/.test(
      code,
    )
  ) {
    return 'unauthorized';
  }
  if (status === 403 || /AccessDenied|Forbidden/.test(code)) {
    return 'forbidden';
  }
  if (status === 404) {
    return 'missing';
  }
  return status >= 500 ? 'server' : 'other';
}

const HINTS: Readonly<Record<AwsFailure, string>> = {
  offline: 'Check the network, the VPN and the proxy, then try again.',
  stranger:
    'A captive portal or a proxy may stand in between: open a web page, sign in to the network, then try again.',
  unauthorized: 'Log in again, or correct the keys.',
  forbidden: 'Ask whoever administers the account for the permission.',
  missing: 'Check the names and the account in the profile.',
  throttled: 'AWS asks for fewer requests: wait a moment, then try again.',
  server: 'The fault is on the other side: wait a moment, then try again.',
  other: 'See the log for details.',
};

/**
 * What a failed call means to the user.
 * @param task what was tried, as the start of a sentence: `Listing the accounts`.
 * @returns `Cancelled` once `signal` is aborted, a `UserError` as it is, else an `AwsError`.
 */
export function explainAwsError(error: unknown, task: string, signal: AbortSignal): Error {
  if (signal.aborted) {
    return new Cancelled();
  }
  if (error instanceof UserError || error instanceof Cancelled) {
    return error;
  }
  const fields: Fields = typeof error === 'object' && error !== null ? error : {};
  const codes = codesOf(error);
  // No `cause`: the SDK hangs the whole request and response on its errors, tokens included.
  const untrusted = codes.find(code => UNTRUSTED.test(code));
  if (untrusted !== undefined) {
    return new AwsError(
      'stranger',
      `${task} failed: the server's certificate is not trusted (${untrusted}).`,
      {
        hint: 'Behind a proxy that reads TLS, point AWS_CA_BUNDLE or ca_bundle at its certificate.',
      },
    );
  }
  if (error instanceof StrangerAnswer && error.status >= 500) {
    // AWS's own load balancers answer so when there is trouble behind them.
    return new AwsError('server', `${task} failed: the server is not available (HTTP ${error.status}).`, {
      hint: HINTS.server,
    });
  }
  if (error instanceof StrangerAnswer) {
    return new AwsError('stranger', `${task} failed: what answered is not AWS.`, { hint: HINTS.stranger });
  }
  const status = Number(fields.$metadata?.httpStatusCode ?? Number.NaN);
  const unreachable = codes.find(code => UNREACHABLE.has(code));
  // An answer may also break off after its status, or be no JSON: then the status says nothing.
  const broken =
    UNREACHABLE.has(systemErrorCode(error) ?? '') || (error instanceof SyntaxError && status < 500);
  const answered = status >= 300 && !broken;
  if (unreachable !== undefined && !answered) {
    const why = unreachable === 'TimeoutError' ? 'no answer came in time' : unreachable;
    return new AwsError('offline', `${task} failed: the server cannot be reached (${why}).`, {
      hint: HINTS.offline,
    });
  }
  if (!answered) {
    // The SDK hangs the response on what it throws while it reads an answer that is no JSON or XML.
    const received = error instanceof SyntaxError || !Number.isNaN(status) || fields.$response !== undefined;
    const why = visible(redact(String(fields.message ?? error)));
    return received
      ? new AwsError('stranger', `${task} failed: the answer cannot be read.`, { hint: HINTS.stranger })
      : new AwsError('other', `${task} failed: ${why}`, { hint: HINTS.other });
  }
  const code = visible(String(fields.name ?? 'Error'), 80);
  const said = String(fields.error_description || fields.message || '');
  const detail = visible(redact(said === 'UnknownError' ? '' : said)).trim() || undefined;
  const request = fields.$metadata?.requestId;
  const where = [
    code,
    `HTTP ${status}`,
    ...(typeof request === 'string' ? [`request ${visible(request, 80)}`] : []),
  ];
  const failure = failureOf(status, code);
  const sentence = detail === undefined ? '' : ` ${detail.replace(/[.\s]*$/, '.')}`;
  return new AwsError(failure, `${task} failed:${sentence || ' AWS refused it.'} (${where.join(', ')})`, {
    hint: HINTS[failure],
    code,
    detail,
  });
}
