import * as vscode from 'vscode';
import type { Snapshot } from '../aws-files/snapshot.ts';
import { type Disposable, disposeAll, onDispose } from '../lib/disposable.ts';
import { callSettings } from '../sso/call-settings.ts';
import { askMfaCode } from './chain.ts';
import { inBackground } from './edge.ts';
import type { Parts } from './parts.ts';
import { readSettings } from './settings.ts';

const TICK_MS = 30_000;

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
  #tokens = '';
  #isDue = false;
  /** Whether the next check is made though it stands on the same as the last one. */
  #isForced = false;
  /** What the last check stood on. Holds credentials, so it never leaves this object. */
  #checked: string | undefined;

  constructor(parts: Needs) {
    this.#parts = parts;
    const timer = setInterval(() => this.#tick(), TICK_MS);
    this.#subscriptions = [
      onDispose(() => this.#closing.abort()),
      onDispose(() => clearInterval(timer)),
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
        // A login or a logout, here or by another program, may change who the active profile is.
        const tokens = [...parts.sessions.tokens].map(([id, token]) => `${id} ${token.kind}`).join('\n');
        if (tokens !== this.#tokens) {
          this.#tokens = tokens;
          this.check();
        }
      }),
      vscode.workspace.onDidChangeConfiguration(event => {
        if (event.affectsConfiguration('rolecall.identity.check')) {
          this.check();
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
    const { window, identity, store, ready } = this.#parts;
    await ready;
    this.#isDue = false;
    const isForced = this.#isForced;
    this.#isForced = false;
    const { identityCheck } = readSettings();
    const { profile } = window.active;
    const { snapshot } = store;
    if (profile === null || identityCheck === 'off' || !snapshot.profiles.has(profile)) {
      return;
    }
    const basis = await this.#basis(snapshot, profile);
    // A switch meanwhile has scheduled a check of its own.
    if (window.active.profile !== profile || (!isForced && basis === this.#checked)) {
      return;
    }
    this.#checked = basis;
    const mode = identityCheck === 'always' ? 'asked' : identity.wasAsked(profile) ? 'renew' : 'quiet';
    await identity.check({ snapshot, profile }, mode, { signal: this.#closing.signal, askMfaCode });
  }

  /** All in the files that decides who a profile is. */
  async #basis(snapshot: Snapshot, profile: string): Promise<string> {
    const { env } = this.#parts.system;
    const { planChain } = await import('../credentials/plan.ts');
    return JSON.stringify([
      planChain(snapshot, env, profile),
      callSettings(snapshot, env, profile),
      snapshot.profiles.get(profile)?.get('region') ?? null,
    ]);
  }

  /** As time goes on: tokens end, credentials end, the network comes back. */
  #tick(): void {
    const { sessions, identity, system, log } = this.#parts;
    if (sessions.tokens.size > 0) {
      inBackground('reading tokens', sessions.refreshTokens(), log);
    }
    const { state } = identity;
    const ended =
      state.kind === 'known' &&
      state.identity.expiresAt !== undefined &&
      state.identity.expiresAt <= system.now();
    const offline = state.kind === 'refused' && state.error.kind === 'offline';
    if (ended || (offline && vscode.window.state.focused)) {
      this.check();
    }
  }
}
