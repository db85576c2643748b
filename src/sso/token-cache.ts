import { chmod, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Disposable, onDispose } from '../lib/disposable.ts';
import { Emitter, type Event } from '../lib/emitter.ts';
import type { FileLock } from '../lib/file-lock.ts';
import { type System, sleep } from '../lib/system.ts';
import { watchFolder } from '../lib/watch.ts';
import { type CacheFile, parseCacheFile, readCacheFile, sha1 } from './cache-files.ts';
import { isMarkedRefused, markRefused, unmarkRefused } from './refused-marker.ts';
import {
  type Registration,
  type RegistrationRequest,
  readRegistration,
  registrationFile,
  registrationText,
} from './registration.ts';
import { Renewals } from './renewals.ts';
import type { CompleteSession } from './session.ts';
import { canRenew, isOvertaken, readToken, type Token, tokenText } from './token-file.ts';

export type { Token } from './token-file.ts';

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

/** How soon to look again at a file that is being written, in milliseconds. */
const LOOK_AGAIN = 25;

/** So long a renewal may take in another window that hardly reaches AWS: three tries of twenty seconds, in milliseconds. */
const RENEWAL_TIME = 90_000;

/** A login takes minutes; so often its claim shows that it goes on, in milliseconds. */
const CLAIM_SHOWN = 20_000;

/** The folder `~/.aws/sso/cache`, which AWS CLI, the SDKs and Rolecall share. */
export class TokenCache implements Disposable {
  readonly folder: string;
  /** What this process knows of renewals, and the disk does not say. */
  readonly renewals = new Renewals();
  readonly #changes = new Emitter<void>();
  readonly #unsaved = new Emitter<{ readonly id: string; readonly error: unknown }>();
  readonly #closing = new AbortController();
  #watch: Disposable | undefined;

  constructor(options: { readonly system: System; readonly folder?: string }) {
    this.folder = options.folder ?? join(options.system.home, '.aws', 'sso', 'cache');
  }

  /**
   * Fires when a file of the folder was written or removed, by whomever, and when AWS refused to renew a token.
   * Watches from the first listener on.
   */
  readonly onDidChange: Event<void> = listener => {
    this.#watch ??= watchFolder(this.folder, () => this.#changes.fire());
    return this.#changes.event(listener);
  };

  /** Fires when a renewed token of a session could not be written, and is kept in memory. */
  readonly onDidKeepUnsaved: Event<{ readonly id: string; readonly error: unknown }> = this.#unsaved.event;

  /** The file that holds the token of a session: the SHA-1 of its name or start URL, as AWS's tools have it. */
  fileOf(id: string): string {
    return join(this.folder, `${sha1(id)}.json`);
  }

  /**
   * The token as it stands on disk, expired or not, or a newer one that could not be written yet; undefined when
   * there is none that can be read. A file that is just being written is waited for, a second at most.
   */
  async read(id: string): Promise<Token | undefined> {
    const token = await this.#token(id);
    return typeof token === 'object' && 'accessToken' in token ? token : undefined;
  }

  /** What the token file says at `now`, in milliseconds since the epoch. Waits as `read` does. Never throws. */
  async state(id: string, now: number): Promise<TokenState> {
    const token = await this.#token(id);
    if (token === undefined) {
      return { kind: 'signedOut' };
    }
    if (!('accessToken' in token)) {
      return { kind: 'broken', reason: token.reason, file: this.fileOf(id) };
    }
    const { expiresAt } = token;
    const isRefused = await this.isRefused(id, token);
    if (expiresAt <= now && isRefused) {
      return { kind: 'refused', expiresAt };
    }
    const renews = canRenew(token, now) && !isRefused;
    return { kind: expiresAt > now ? 'valid' : 'expired', expiresAt, renews };
  }

  /**
   * Writes a session's token in AWS CLI's shape, mode 0600, in one step.
   * @throws UserError when it cannot be written; Cancelled.
   */
  async write(id: string, token: Token, signal: AbortSignal): Promise<void> {
    await this.#replace(this.fileOf(id), () => Buffer.from(tokenText(token)), signal);
    await this.#forget(id);
  }

  /**
   * Writes the token that came of renewing `base`, unless the file by now holds another one: then somebody logged
   * in meanwhile, or out, or renewed it later. Fields that others keep in the file stay.
   * @throws UserError when it cannot be written; Cancelled.
   */
  async writeRenewed(id: string, base: Token, token: Token, signal: AbortSignal): Promise<void> {
    const change = (bytes: Buffer | undefined): Buffer | undefined => {
      if (bytes === undefined) {
        return undefined;
      }
      const file = parseCacheFile(bytes);
      const present = file.kind === 'read' ? readToken(file.fields) : undefined;
      if (typeof present !== 'object') {
        return Buffer.from(tokenText(token));
      }
      return isOvertaken(base, token, present)
        ? undefined
        : Buffer.from(tokenText({ ...token, other: present.other }));
    };
    await this.#replace(this.fileOf(id), change, signal);
  }

  /** Rejects with a UserError when it is plain beforehand that a session's token could not be written. */
  async checkWritable(id: string): Promise<void> {
    const path = this.fileOf(id);
    const { checkWritable } = await import('./writable-file.ts');
    await checkWritable(path);
  }

  /** Tells whoever listens that a renewed token could not be written. */
  tellUnsaved(id: string, error: unknown): void {
    this.#unsaved.fire({ id, error });
  }

  /** Notes for all windows that AWS will not renew this token of a session, and tells whoever listens. */
  async refuse(id: string, token: Token): Promise<void> {
    this.renewals.refuse(id, token);
    await markRefused(this.fileOf(id), token);
    this.#changes.fire();
  }

  /** Whether AWS refused to renew this token of a session, as far as any window of Rolecall knows. */
  async isRefused(id: string, token: Token): Promise<boolean> {
    if (!this.renewals.isRefused(id, token) && (await isMarkedRefused(this.fileOf(id), token))) {
      this.renewals.refuse(id, token);
    }
    return this.renewals.isRefused(id, token);
  }

  /**
   * Runs `run` while no other window or process of Rolecall does the same for this session, so that of several
   * that need a new token one asks the server. Read the token again inside.
   * @throws UserError when another holds it for too long, or nothing can be written in the folder; Cancelled.
   */
  async exclusively<T>(id: string, signal: AbortSignal, run: () => Promise<T>): Promise<T> {
    const path = `${this.fileOf(id)}.refresh.lock`;
    const [{ acquireLock }, { explain }] = await Promise.all([
      import('../lib/file-lock.ts'),
      import('../lib/write-trouble.ts'),
    ]);
    const lock = await explain({ path, label: path }, () =>
      acquireLock(path, { signal, patienceMs: RENEWAL_TIME }),
    );
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
    if (lock === undefined) {
      return undefined;
    }
    const over = new AbortController();
    void touchNowAndThen(lock, AbortSignal.any([over.signal, this.#closing.signal]));
    return onDispose(() => {
      over.abort();
      void lock.release();
    });
  }

  /** Forgets a session's token; resolves to whether there was one. */
  async remove(id: string, signal: AbortSignal): Promise<boolean> {
    const { removeFile } = await import('../lib/atomic-file.ts');
    const found = await removeFile(this.fileOf(id), { isWhole, signal });
    await this.#forget(id);
    return found;
  }

  /**
   * Gives a session's token to another name, as it is; one that is there gives way. Nothing when there is none.
   * @throws UserError when it cannot be written or removed; Cancelled.
   */
  async move(from: string, to: string, signal: AbortSignal): Promise<void> {
    const path = this.fileOf(from);
    if ((await readCacheFile(path)).kind === 'missing') {
      return;
    }
    // A renewal under way would write what it got where nobody looks any more.
    await this.exclusively(from, signal, () => moveFile(path, this.fileOf(to), signal));
    await this.#forget(from);
    await this.#forget(to);
  }

  /** The same for the registration of the client, which both flows keep in one file. */
  async moveRegistration(from: CompleteSession, to: CompleteSession, signal: AbortSignal): Promise<void> {
    const [source = '', target = ''] = [from, to].map(session =>
      join(this.folder, registrationFile({ session, flow: 'device' })),
    );
    await moveFile(source, target, signal);
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
    await this.#replace(path, () => Buffer.from(registrationText(registration)), signal);
  }

  dispose(): void {
    this.#closing.abort();
    this.#watch?.dispose();
    this.#changes.dispose();
    this.#unsaved.dispose();
  }

  /** Another token, or none: what was known of the last one goes. */
  async #forget(id: string): Promise<void> {
    this.renewals.forget(id);
    await unmarkRefused(this.fileOf(id));
  }

  /** A session's token; the reason where the file cannot be used; undefined where there is none. */
  async #token(id: string): Promise<Token | { readonly reason: string } | undefined> {
    const file = await this.#readSettled(this.fileOf(id));
    if (file.kind === 'missing') {
      this.renewals.forget(id);
      return undefined;
    }
    const token = file.kind === 'read' ? readToken(file.fields) : file.reason;
    const kept = this.renewals.unsaved(id, typeof token === 'string' ? undefined : token);
    return kept ?? (typeof token === 'string' ? { reason: token } : token);
  }

  /** AWS CLI empties a token file and fills it again: what is cut off is looked at again for a while. */
  async #readSettled(path: string): Promise<CacheFile> {
    let file = await readCacheFile(path);
    while (file.kind === 'broken' && file.isFresh && !this.#closing.signal.aborted) {
      await sleep(LOOK_AGAIN, this.#closing.signal).catch(() => undefined);
      file = await readCacheFile(path);
    }
    return file;
  }

  async #replace(
    path: string,
    change: (bytes: Buffer | undefined) => Buffer | undefined,
    signal: AbortSignal,
  ): Promise<void> {
    // Loaded by the first write: a window that only looks never needs it.
    const { replaceFile } = await import('../lib/atomic-file.ts');
    await makePrivate(path);
    // A program's own file: whoever tied a second name to it, a backup say, keeps the old text.
    await replaceFile(path, change, { mode: 0o600, hardLinks: 'part', isWhole, signal });
  }
}

/** Until `signal` is aborted; never rejects. */
async function touchNowAndThen(lock: FileLock, signal: AbortSignal): Promise<void> {
  try {
    for (;;) {
      await sleep(CLAIM_SHOWN, signal);
      await lock.touch();
    }
  } catch {
    // The login is over.
  }
}

/** A file keeps its mode when it is replaced; the SDK for JavaScript makes token files that others may read. */
async function makePrivate(path: string): Promise<void> {
  try {
    const { mode } = await stat(path);
    if ((mode & 0o077) !== 0) {
      await chmod(path, mode & 0o700);
    }
  } catch {
    // There is none, or it is somebody else's: then it cannot be written either.
  }
}

/** AWS's tools end a cache file with a brace and no line. */
function isWhole(bytes: Buffer): boolean {
  return parseCacheFile(bytes).kind === 'read';
}

/** Copies a file of the cache, then removes it: in between there are two, never none. */
async function moveFile(from: string, to: string, signal: AbortSignal): Promise<void> {
  const { replaceFile, removeFile } = await import('../lib/atomic-file.ts');
  let text: Buffer | undefined;
  await replaceFile(
    from,
    bytes => {
      text = bytes;
      return undefined;
    },
    { isWhole, signal },
  );
  if (text !== undefined && from !== to) {
    await replaceFile(to, () => text, { mode: 0o600, hardLinks: 'part', isWhole, signal });
    await removeFile(from, { isWhole, signal });
  }
}
