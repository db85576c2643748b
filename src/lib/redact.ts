/*
 * The last guard of the log. The first one is that secrets are never put into a message; this one catches what
 * a stack trace or another program's error text may carry all the same.
 */

const KEY_ID = /\b(A[A-Z]{3})[A-Z0-9]{12,}\b/g;
const NAMED_SECRET =
  /((?:secret|token|password|passwd|credential|code_?verifier|device_?code|authorization)[\w-]*["']?\s*[:=]\s*)(?:"[^"]*"|'[^']*'|(?:Bearer |Basic )?[^\s,;&"')}]+)/gi;
const USER_INFO = /(\b[a-z][a-z0-9+.-]*:\/\/)[^\s/@]+@/gi;
const LONG_RUN =
  /(?<![\w+/=-])(?!AWSReservedSSO_)(?=[^\s]*[0-9])(?=[^\s]*[A-Za-z])[A-Za-z0-9+=_-]{32,}(?![\w+/=-])/g;
const SECRET_KEY =
  /(?<![A-Za-z0-9/+=])(?=[A-Za-z0-9/+=]*[A-Z])(?=[A-Za-z0-9/+=]*[a-z])(?=[A-Za-z0-9/+=]*[0-9])[A-Za-z0-9/+=]{40}(?![A-Za-z0-9/+=])/g;
const JWT = /\beyJ[\w-]+\.[\w-]+(?:\.[\w-]*)?/g;

/**
 * The text with whatever looks like a secret as dots: access key ids keep their prefix, values named as secrets,
 * passwords in URLs, JSON web tokens and long runs of letters and digits go. It rather hides too much.
 */
export function redact(text: string): string {
  return text
    .replace(JWT, '••••')
    .replace(USER_INFO, '$1••••@')
    .replace(NAMED_SECRET, '$1••••')
    .replace(KEY_ID, '$1••••')
    .replace(SECRET_KEY, '••••')
    .replace(LONG_RUN, '••••');
}
