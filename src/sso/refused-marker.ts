import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { unlinkQuietly } from '../lib/file-lock.ts';
import type { Token } from './token-file.ts';

/*
 * A hidden file beside a token file says that AWS refused to renew the token in it, so that not each window asks for
 * itself, and none again after a restart. It holds a digest of the refresh token: for any other token it says nothing.
 * What is written here is never needed: a failure costs one more request.
 */

function markerOf(tokenFile: string): string {
  return join(dirname(tokenFile), `.${basename(tokenFile)}.rolecall.refused`);
}

function digest(token: Token): string {
  return createHash('sha256')
    .update(token.refreshToken ?? '')
    .digest('hex');
}

/** Whether it was noted that AWS refused to renew this very token. Never throws. */
export async function isMarkedRefused(tokenFile: string, token: Token): Promise<boolean> {
  try {
    return (await readFile(markerOf(tokenFile), 'utf8')) === digest(token);
  } catch {
    return false;
  }
}

/** Notes it. Never throws. */
export async function markRefused(tokenFile: string, token: Token): Promise<void> {
  await writeFile(markerOf(tokenFile), digest(token), { mode: 0o600 }).catch(() => undefined);
}

/** Takes the note away. Never throws. */
export async function unmarkRefused(tokenFile: string): Promise<void> {
  await unlinkQuietly(markerOf(tokenFile)).catch(() => undefined);
}
