import type { IncomingHttpHeaders } from 'node:http';

export type Service = 'sso-oidc' | 'sso' | 'sts' | 'page';

/** AWS's operations under their own names, and the pages that a person sees. */
export type Operation =
  | 'RegisterClient'
  | 'StartDeviceAuthorization'
  | 'CreateToken'
  | 'ListAccounts'
  | 'ListAccountRoles'
  | 'GetRoleCredentials'
  | 'Logout'
  | 'GetCallerIdentity'
  | 'AssumeRole'
  | 'AssumeRoleWithWebIdentity'
  | 'GetSessionToken'
  | 'DevicePage'
  | 'DeviceDecision'
  | 'AuthorizePage'
  | 'AuthorizeDecision'
  | 'StartPage'
  | 'Unknown';

export type Request = {
  readonly method: string;
  readonly path: string;
  /** The raw query with its `?`, or empty. */
  readonly search: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
};

export type Answer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

/** An error that AWS answers: its code as the service's model names it, and the words. */
export class AwsFailure extends Error {
  override readonly name = 'AwsFailure';
  readonly code: string;
  readonly status: number | undefined;

  /** `status` is the code's usual one when it is not given. */
  constructor(code: string, message: string, status?: number) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

export type JsonObject = Readonly<Record<string, unknown>>;

export function jsonAnswer(status: number, body: unknown, headers: Record<string, string> = {}): Answer {
  return { status, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) };
}

/** The body as a JSON object; undefined for anything else. */
export function readJson(request: Request): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(request.body.toString('utf8'));
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? { ...(value as JsonObject) }
      : undefined;
  } catch {
    return undefined;
  }
}

export function textField(object: JsonObject, key: string): string | undefined {
  const value = object[key];
  return typeof value === 'string' ? value : undefined;
}

export function textListField(object: JsonObject, key: string): readonly string[] | undefined {
  const value = object[key];
  return Array.isArray(value) ? value.filter(item => typeof item === 'string') : undefined;
}

/** Text for HTML and XML, in elements and in quoted attributes. */
export function escapeMarkup(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}
