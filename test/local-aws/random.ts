import { createHash, randomBytes } from 'node:crypto';

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
/** No vowels and nothing that looks like something else, as AWS's user codes. */
const USER_CODE = 'BCDFGHJKLMNPQRSTVWXZ';

function letters(bytes: Uint8Array, alphabet: string): string {
  return Array.from(bytes, byte => alphabet[byte % alphabet.length]).join('');
}

/** 20 characters with AWS's prefix; ends in EXAMPLE, so that nobody takes it for a real one. */
export function newAccessKeyId(prefix: 'AKIA' | 'ASIA'): string {
  return `${prefix}${letters(randomBytes(9), BASE32)}EXAMPLE`;
}

/** 40 characters, `/` and `+` among them as in real ones. */
export function newSecretAccessKey(): string {
  return `local/+${randomBytes(25).toString('base64').slice(0, 33)}`;
}

export function newSessionToken(): string {
  return `LocalAwsSessionToken//////////${randomBytes(150).toString('base64')}EXAMPLE==`;
}

/** An opaque token: `name` first, so that a reader of a test's files knows what it is. */
export function newToken(name: string): string {
  return `${name}-${randomBytes(32).toString('base64url')}`;
}

/** `WDJB-MJHT` */
export function newUserCode(): string {
  const code = letters(randomBytes(8), USER_CODE);
  return `${code.slice(0, 4)}-${code.slice(4)}`;
}

/** AWS's unique id of a user (`AIDA`) or role (`AROA`): always the same one for one ARN. */
export function uniqueId(prefix: 'AIDA' | 'AROA', arn: string): string {
  return prefix + letters(createHash('sha256').update(arn).digest().subarray(0, 17), BASE32);
}
