import * as vscode from 'vscode';
import type { Snapshot } from '../aws-files/snapshot.ts';
import { Alarm } from '../lib/alarm.ts';
import { type Disposable, disposeAll, onDispose } from '../lib/disposable.ts';
import { callSettings } from '../sso/call-settings.ts';
import type { TokenState } from '../sso/token-cache.ts';
import { tokenBehind } from '../view/profile-context.ts';
import { askMfaCode } from './chain.ts';
import { inBackground } from './edge.ts';
import type { Parts } from './parts.ts';
import { readSettings } from './settings.ts';

/** How long, in milliseconds, until AWS is asked again that could not be reached, and what did not change is read again. */
const RETRY_MS = 30_000;

type Needs = Pick<
  Parts,
  'store' | 'sessions' | 'window' | 'identity' | 'tokens' | 'system' | 'ready' | 'log'
>;

/**
 * Keeps the identity of the active profile in step with what it depends on: the choice, the files, the tokens,
 * and the time. Nothing here may start a process or ask for anything unless the setting or an earlier click of
 * the user says so.
 */
export class IdentityFollow implements Disposable {
  readonly #parts: Needs;
  readonly #closing = new AbortController();
  readonly #subscriptions: readonly Disposable[];
  readonly #alarm: Alarm;
  /** The token that the active profile stands on, as it was last seen. */
  #token = '';
  #isDue = false;
  /** Whether the next check is made though it stands on the same as the last one. */
  #isForced = false;
  /** What the last answer stood on. Holds credentials, so it never leaves this object. */
  #checked: string | undefined;

  constructor(parts: Needs) {
    this.#parts = parts;
    this.#alarm = new Alarm(parts.system, () => this.#tick());
    this.#subscriptions = [
      onDispose(() => this.#closing.abort()),
      this.#alarm,
      // A computer that slept did not count the minutes, and only a window in front tries to reach AWS again.
      vscode.window.onDidChangeWindowState(() => {
        this.#alarm.check();
        this.#wait();
      }),
      parts.window.onDidChange(() => {
        parts.identity.reset();
        this.check();
      }),
      parts.store.onDidChange(snapshot => {
        inBackground('reading sessions', parts.sessions.update(snapshot), parts.log);
        // Most edits of the files say nothing new of the active profile: AWS is not asked again for those.
        this.#schedule();
      }),
      parts.tokens.onDidChange(() =>
        inBackground('reading tokens', parts.sessions.refreshTokens(), parts.log),
      ),
      parts.sessions.onDidChange(() => {
        // A login or a logout, here or by another program, may change who the active profile is; of somebody
        // else's login only the end of the token tells.
        if (JSON.stringify(this.#tokenBehind() ?? null) !== this.#token) {
          this.check();
        }
        this.#wait();
      }),
      parts.identity.onDidChange(state => {
        if (state.kind === 'known' || state.kind === 'refused') {
          inBackground('noting what an identity stands on', this.#note(), parts.log);
        }
        this.#wait();
      }),
      vscode.workspace.onDidChangeConfiguration(event => {
        if (event.affectsConfiguration('rolecall.identity.check')) {
          this.check();
        }
        if (event.affectsConfiguration('rolecall.sso.sessionHours')) {
          inBackground('reading tokens', parts.sessions.refreshTokens(), parts.log);
        }
      }),
    ];
  }

  /**
   * Checks the active profile, as far as the setting lets it; with no profile chosen nobody is asked. Several
   * reasons at once, as when a window opens, make one check.
   */
  check(): void {
    this.#isForced = true;
    this.#schedule();
  }

  dispose(): void {
    disposeAll(this.#subscriptions);
  }

  #schedule(): void {
    if (!this.#isDue) {
      this.#isDue = true;
      inBackground('identity check', this.#run(), this.#parts.log);
    }
  }

  async #run(): Promise<void> {
    const { window, identity, ready } = this.#parts;
    await ready;
    this.#isDue = false;
    const isForced = this.#isForced;
    this.#isForced = false;
    this.#token = JSON.stringify(this.#tokenBehind() ?? null);
    const { identityCheck } = readSettings();
    const { snapshot } = window;
    const { profile } = window.active;
    if (profile === null || identityCheck === 'off' || !snapshot.profiles.has(profile)) {
      await this.#dropOutdated(snapshot, profile ?? undefined);
      return;
    }
    const basis = await this.#basis(snapshot, profile);
    // A switch meanwhile has scheduled a check of its own.
    if (window.active.profile !== profile || (!isForced && basis === this.#checked)) {
      return;
    }
    this.#checked = basis;
    const subject = { snapshot, profile };
    const mode =
      identityCheck === 'always' ? 'asked' : (await identity.wasAsked(subject)) ? 'renew' : 'quiet';
    if (window.active.profile === profile) {
      await identity.check(subject, mode, { signal: this.#closing.signal, askMfaCode });
    }
  }

  /** Where nobody is asked again, an answer that may no longer be true goes. */
  async #dropOutdated(snapshot: Snapshot, profile: string | undefined): Promise<void> {
    const { identity, window } = this.#parts;
    const { state } = identity;
    if (state.kind !== 'known' && state.kind !== 'refused') {
      return;
    }
    const token = this.#tokenBehind();
    const isSignedIn = token?.kind === 'valid';
    const isOutdated =
      state.kind === 'known'
        ? this.#hasEnded() || (token !== undefined && !isSignedIn)
        : state.error.kind === 'login' && isSignedIn;
    const basis = await this.#basis(snapshot, profile);
    const isSame = (window.active.profile ?? undefined) === profile && identity.state === state;
    if (isSame && (isOutdated || basis !== this.#checked)) {
      identity.reset();
    }
  }

  async #note(): Promise<void> {
    const { window } = this.#parts;
    this.#checked = await this.#basis(window.snapshot, window.active.profile ?? undefined);
  }

  #tokenBehind(): TokenState | undefined {
    const { sessions, window } = this.#parts;
    const { profile } = window.active;
    return profile === null ? undefined : tokenBehind(window.snapshot, profile, sessions.tokens);
  }

  /** All in the files that decides who a profile is. */
  async #basis(snapshot: Snapshot, profile: string | undefined): Promise<string> {
    const { env } = this.#parts.system;
    const { planChain } = await import('../credentials/plan.ts');
    const plan = planChain(snapshot, env, profile);
    return JSON.stringify([
      plan,
      callSettings(snapshot, env, plan.settingsFrom),
      snapshot.profiles.get(plan.settingsFrom)?.get('region') ?? null,
    ]);
  }

  /** As time goes on: tokens end, credentials end, the network comes back. */
  #tick(): void {
    const { sessions, identity, system, log } = this.#parts;
    const { state } = identity;
    const now = system.now();
    if ([...sessions.tokens.values()].some(token => token.kind === 'valid' && token.expiresAt <= now)) {
      inBackground('reading tokens', sessions.refreshTokens(), log);
    }
    const offline = state.kind === 'refused' && state.error.kind === 'offline';
    if (this.#hasEnded() || (offline && vscode.window.state.focused)) {
      this.check();
    }
    this.#wait();
  }

  /** Sets the alarm for what ends next, or for the next attempt to reach AWS; with neither there is no timer. */
  #wait(): void {
    const { sessions, identity, system } = this.#parts;
    const { state } = identity;
    const now = system.now();
    const moments: number[] = [];
    // What has ended was looked at when it did; that it still stands here is no reason to hurry.
    const add = (end: number): void => void moments.push(end > now ? end : now + RETRY_MS);
    for (const token of sessions.tokens.values()) {
      if (token.kind === 'valid') {
        add(token.expiresAt);
      }
    }
    if (state.kind === 'known' && state.identity.expiresAt !== undefined) {
      add(state.identity.expiresAt);
    }
    if (state.kind === 'refused' && state.error.kind === 'offline' && vscode.window.state.focused) {
      add(now);
    }
    this.#alarm.set(moments.length === 0 ? undefined : Math.min(...moments));
  }

  /** Whether the credentials that an identity was learnt with are over. */
  #hasEnded(): boolean {
    const { identity, system } = this.#parts;
    const { state } = identity;
    const end = state.kind === 'known' ? state.identity.expiresAt : undefined;
    return end !== undefined && end <= system.now();
  }
}
