import { type Disposable, disposeAll } from '../lib/disposable.ts';
import { lazy } from '../lib/lazy.ts';
import { listSessions, type SsoSession, shownSession } from '../sso/session.ts';
import { sessionBehind } from '../sso/session-behind.ts';
import type { SessionKeeper } from '../sso/session-keeper.ts';
import { inBackground } from './edge.ts';
import type { Parts } from './parts.ts';
import { requestFor } from './sso-request.ts';

type Needs = Pick<Parts, 'store' | 'window' | 'tokens' | 'system' | 'version' | 'ready' | 'log'>;

/**
 * Says which sessions this window uses, so that their tokens are kept fresh: the one behind the active profile. A
 * request for any other renews the token that it needs by itself, and counts only when that could not be written. Opens no browser and says nothing but to the log.
 */
export class SessionFollow implements Disposable {
  readonly #parts: Needs;
  readonly #subscriptions: readonly Disposable[];
  readonly #keeper: () => Promise<SessionKeeper>;
  /** The sessions whose renewed token could not be written yet; the keeper sees to it that it is. */
  readonly #unsaved = new Set<string>();
  #made: SessionKeeper | undefined;
  #isClosed = false;

  constructor(parts: Needs) {
    this.#parts = parts;
    // Loaded when the first session is in use: most of what it needs calls AWS.
    this.#keeper = lazy(async () => {
      const keeper = await import('../sso/session-keeper.ts');
      return new keeper.SessionKeeper({
        system: parts.system,
        tokens: parts.tokens,
        requestFor: session => requestFor(session, parts),
        report: (session, outcome) => this.#report(session, outcome),
      });
    });
    this.#subscriptions = [
      parts.window.onDidChange(() => this.#follow()),
      parts.store.onDidChange(() => this.#follow()),
      parts.tokens.onDidKeepUnsaved(({ id, error }) => {
        parts.log.error('writing a renewed login, which is kept in memory until that works', error);
        this.#unsaved.add(id);
        this.#follow();
      }),
      parts.tokens.onDidChange(() => this.#noteSaved()),
    ];
    this.#follow();
  }

  dispose(): void {
    this.#isClosed = true;
    disposeAll(this.#subscriptions);
    this.#made?.dispose();
  }

  #follow(): void {
    inBackground('keeping logins fresh', this.#update(), this.#parts.log);
  }

  /** Once its token is written a session is in use no more than any other. */
  #noteSaved(): void {
    const { renewals } = this.#parts.tokens;
    const saved = [...this.#unsaved].filter(id => renewals.kept(id) === undefined);
    for (const id of saved) {
      this.#unsaved.delete(id);
    }
    if (saved.length > 0) {
      this.#follow();
    }
  }

  async #update(): Promise<void> {
    const { ready } = this.#parts;
    await ready;
    if (this.#made === undefined && this.#inUse().length === 0) {
      return;
    }
    this.#made = await this.#keeper();
    if (this.#isClosed) {
      this.#made.dispose();
    } else {
      this.#made.keep(this.#inUse());
    }
  }

  #inUse(): readonly SsoSession[] {
    const { window } = this.#parts;
    const { profile } = window.active;
    const session = profile === null ? undefined : sessionBehind(window.snapshot, profile);
    const unsaved = listSessions(window.snapshot).filter(
      ({ id }) => this.#unsaved.has(id) && id !== session?.id,
    );
    return session === undefined ? unsaved : [session, ...unsaved];
  }

  #report(session: SsoSession, outcome: { readonly error: unknown } | 'renewed'): void {
    const { log } = this.#parts;
    const name = shownSession(session);
    if (outcome === 'renewed') {
      log.info(`renewed the login to ${name} after all`);
    } else {
      log.error(`renewing the login to ${name}`, outcome.error);
    }
  }
}
