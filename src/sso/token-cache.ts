import { join } from 'node:path';
import { type Disposable, onDispose } from '../lib/disposable.ts';
import { Emitter, type Event } from '../lib/emitter.ts';
import type { System } from '../lib/system.ts';
import { watchFolder } from '../lib/watch.ts';
import { type CacheFile, readCacheFile, sha1 } from './cache-files.ts';
import { formatDate, parseDate } from './dates.ts';
import { type Json, pythonJson } from './python-json.ts';
import {
  type Registration,
  type RegistrationRequest,
  readRegistration,
  registrationFile,
  registrationText,
} from './registration.ts';

/** An access token of IAM Identity Center, as AWS CLI v2 keeps it on disk. */
export type Token = {
  readonly accessToken: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
  readonly startUrl?: string;
  readonly region?: string;
  readonly clientId?: string;
  readonly clientSecret?: string;
  /** Milliseconds since the epoch. */
  readonly registrationExpiresAt?: number;
  readonly refreshToken?: string;
  /** Fields of the file that Rolecall does not know, kept when it is written again. */
  readonly other: Readonly<Record<string, Json>>;
};

/**
 * What a session's token file says. `renews`: a refresh token and a live registration can renew it. `refused`: it
 * has ended and AWS did not renew it, so that the user is signed out although the file is there.
 */
export type TokenState =
  | { readonly kind: 'signedOut' }
  | { readonly kind: 'refused'; readonly expiresAt: number }
  | { readonly kind: 'valid'; readonly expiresAt: number; readonly renews: boolean }
  | { readonly kind: 'expired'; readonly expiresAt: number; readonly renews: boolean }
  | { readonly kind: 'broken'; readonly reason: string; readonly file: string };

/** Whether a token can be renewed at `now`. botocore asks for the same four fields. */
export function canRenew(token: Token, now: number): boolean {
  return (
    token.refreshToken !== undefined &&
    token.clientId !== undefined &&
    token.clientSecret !== undefined &&
    token.registrationExpiresAt !== undefined &&
    token.registrationExpiresAt > now
  );
}

/** The token in the fields of a file, or why there is none. */
function toToken(fields: Readonly<Record<string, Json>>): Token | string {
  const {
    accessToken,
    expiresAt,
    startUrl,
    region,
    clientId,
    clientSecret,
    registrationExpiresAt,
    refreshToken,
    ...other
  } = fields;
  // Anything else could not travel in a header.
  if (typeof accessToken !== 'string' || !/^[\x21-\x7e]+$/.test(accessToken)) {
    return 'It holds no access token.';
  }
  const end = parseDate(expiresAt);
  if (end === undefined) {
    return 'Its expiresAt is missing or no date.';
  }
  const texts = { startUrl, region, clientId, clientSecret, refreshToken };
  const known = Object.entries(texts).filter(([, value]) => typeof value === 'string' && value !== '');
  const registered = parseDate(registrationExpiresAt);
  return {
    accessToken,
    expiresAt: end,
    ...Object.fromEntries(known),
    ...(registered === undefined ? {} : { registrationExpiresAt: registered }),
    other,
  };
}

/** A token as AWS CLI v2 writes it: these fields in this order, then those of others. */
export function tokenText(token: Token): string {
  const { startUrl, region, clientId, clientSecret, registrationExpiresAt, refreshToken } = token;
  return pythonJson({
    ...(startUrl === undefined ? {} : { startUrl }),
    ...(region === undefined ? {} : { region }),
    accessToken: token.accessToken,
    expiresAt: formatDate(token.expiresAt),
    ...(clientId === undefined ? {} : { clientId }),
    ...(clientSecret === undefined ? {} : { clientSecret }),
    ...(registrationExpiresAt === undefined
      ? {}
      : { registrationExpiresAt: formatDate(registrationExpiresAt) }),
    ...(refreshToken === undefined ? {} : { refreshToken }),
    ...token.other,
  });
}

function tokenIn(file: CacheFile): Token | undefined {
  const token = file.kind === 'read' ? toToken(file.fields) : '';
  return typeof token === 'string' ? undefined : token;
}

/** The folder `~/.aws/sso/cache`, which AWS CLI, the SDKs and Rolecall share. */
export class TokenCache implements Disposable {
  readonly folder: string;
  readonly #changes = new Emitter<void>();
  #watch: Disposable | undefined;

  constructor(options: { readonly system: System; readonly folder?: string }) {
    this.folder = options.folder ?? join(options.system.home, '.aws', 'sso', 'cache');
  }

  /** Fires when a file of the folder was written or removed, by whomever. Watches from the first listener on. */
  readonly onDidChange: Event<void> = listener => {
    this.#watch ??= watchFolder(this.folder, () => this.#changes.fire());
    return this.#changes.event(listener);
  };

  /** The file that holds the token of a session: the SHA-1 of its name or start URL, as AWS's tools have it. */
  fileOf(id: string): string {
    return join(this.folder, `${sha1(id)}.json`);
  }

  /** The token as it stands on disk, expired or not; undefined when there is none that can be read. */
  async read(id: string): Promise<Token | undefined> {
    return tokenIn(await readCacheFile(this.fileOf(id)));
  }

  /** What the token file says at `now`, in milliseconds since the epoch. Never throws. */
  async state(id: string, now: number): Promise<TokenState> {
    const path = this.fileOf(id);
    const file = await readCacheFile(path);
    if (file.kind === 'missing') {
      return { kind: 'signedOut' };
    }
    const token = file.kind === 'read' ? toToken(file.fields) : file.reason;
    if (typeof token === 'string') {
      return { kind: 'broken', reason: token, file: path };
    }
    const { expiresAt } = token;
    return { kind: expiresAt > now ? 'valid' : 'expired', expiresAt, renews: canRenew(token, now) };
  }

  /**
   * Writes a session's token in AWS CLI's shape, mode 0600, in one step.
   * @throws UserError when it cannot be written; Cancelled.
   */
  async write(id: string, token: Token, signal: AbortSignal): Promise<void> {
    await this.#replace(this.fileOf(id), tokenText(token), signal);
  }

  /**
   * Runs `run` while no other window or process of Rolecall does the same for this session, so that of several
   * that need a new token one asks the server. Read the token again inside.
   * @throws UserError when another holds it for too long; Cancelled.
   */
  async exclusively<T>(id: string, signal: AbortSignal, run: () => Promise<T>): Promise<T> {
    const { acquireLock } = await import('../lib/file-lock.ts');
    const lock = await acquireLock(`${this.fileOf(id)}.refresh.lock`, { signal });
    try {
      return await run();
    } finally {
      await lock.release();
    }
  }

  /**
   * Claims the login to a session, so that of several windows and processes one asks the user; dispose the claim
   * when the login is over, whatever came of it. The claim of a process that ended counts no more.
   * @returns undefined while another one is at it. Whoever follows it listens to `onDidChange`: it fires when the
   *   token is there, and when the claim is given up.
   * @throws UserError when nothing can be written in the folder, hence no token either; Cancelled.
   */
  async tryClaimLogin(id: string, signal: AbortSignal): Promise<Disposable | undefined> {
    const path = `${this.fileOf(id)}.login.lock`;
    const [{ tryLock }, { makeFolder }, { explain }] = await Promise.all([
      import('../lib/file-lock.ts'),
      import('../lib/commit-file.ts'),
      import('../lib/write-trouble.ts'),
    ]);
    const lock = await explain({ path, label: path }, async () => {
      await makeFolder(this.folder);
      return tryLock(path, { signal });
    });
    return lock && onDispose(() => void lock.release());
  }

  /** Forgets a session's token; resolves to whether there was one. */
  async remove(id: string, signal: AbortSignal): Promise<boolean> {
    const { removeFile } = await import('../lib/atomic-file.ts');
    return await removeFile(this.fileOf(id), { signal });
  }

  /** The client registration that can be used again for such a login at `now`, if there is one. */
  async registration(request: RegistrationRequest, now: number): Promise<Registration | undefined> {
    return readRegistration(await readCacheFile(join(this.folder, registrationFile(request))), request, now);
  }

  async writeRegistration(
    request: RegistrationRequest,
    registration: Registration,
    signal: AbortSignal,
  ): Promise<void> {
    const path = join(this.folder, registrationFile(request));
    await this.#replace(path, registrationText(registration), signal);
  }

  dispose(): void {
    this.#watch?.dispose();
    this.#changes.dispose();
  }

  async #replace(path: string, text: string, signal: AbortSignal): Promise<void> {
    // Loaded by the first write: a window that only looks never needs it.
    const { replaceFile } = await import('../lib/atomic-file.ts');
    // A program's own file: whoever tied a second name to it, a backup say, keeps the old text.
    await replaceFile(path, () => Buffer.from(text), { mode: 0o600, hardLinks: 'part', signal });
  }
}
