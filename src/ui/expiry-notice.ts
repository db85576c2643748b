import * as vscode from 'vscode';
import { Alarm } from '../lib/alarm.ts';
import { type Disposable, disposeAll, onDispose } from '../lib/disposable.ts';
import { escapeMessage } from '../lib/escape.ts';
import type { LoginRecordFile } from '../sso/login-record.ts';
import { noticeText, planNotice } from '../view/expiry-notice.ts';
import { sessionName } from '../view/session-tree.ts';
import { inBackground } from './edge.ts';
import type { Parts } from './parts.ts';
import { readSettings } from './settings.ts';

type Needs = Pick<Parts, 'sessions' | 'system' | 'log'> & {
  readonly record: Pick<LoginRecordFile, 'claimNotice'>;
};

const SETTING = 'sso.notifyBeforeMinutes';

const RENEW = 'Renew';
const NEVER = 'Don’t Show Again';

/**
 * Tells the user once before SSO logins end, when the setting says so: in the window in front, of all logins that
 * end at about the same time, and never twice of the same end, whichever window or restart comes after.
 */
export class ExpiryNotice implements Disposable {
  readonly #parts: Needs;
  readonly #alarm: Alarm;
  readonly #closing = new AbortController();
  readonly #subscriptions: readonly Disposable[];
  /** The ends that were told of, by this window or another one, so that the record is asked once. */
  readonly #told = new Map<string, number>();

  constructor(parts: Needs) {
    this.#parts = parts;
    const look = (): void => this.#look();
    this.#alarm = new Alarm(parts.system, look);
    this.#subscriptions = [
      onDispose(() => this.#closing.abort()),
      this.#alarm,
      parts.sessions.onDidChange(look),
      vscode.window.onDidChangeWindowState(look),
      vscode.workspace.onDidChangeConfiguration(event => {
        if (event.affectsConfiguration(`rolecall.${SETTING}`)) {
          look();
        }
      }),
    ];
  }

  dispose(): void {
    disposeAll(this.#subscriptions);
  }

  #look(): void {
    const { sessions, system, log } = this.#parts;
    const before = readSettings().notifyBeforeMinutes * 60_000;
    const { due, next } = planNotice(sessions.expiries, sessions.logins, before, system.now());
    this.#alarm.set(next);
    // Of a window that nobody looks at nobody takes a word in; the one that is looked at next will say it.
    const untold = new Map([...due].filter(([id, end]) => this.#told.get(id) !== end));
    if (untold.size > 0 && vscode.window.state.focused) {
      for (const [id, end] of untold) {
        this.#told.set(id, end);
      }
      inBackground('notice of ending logins', this.#tell(untold), log);
    }
  }

  async #tell(due: ReadonlyMap<string, number>): Promise<void> {
    const { sessions, system, record } = this.#parts;
    const claimed = new Set(await record.claimNotice(due, this.#closing.signal));
    const now = system.now();
    const logins = sessions.sessions.flatMap(session => {
      const expiry = sessions.expiries.get(session.id);
      return claimed.has(session.id) && expiry?.kind === 'ends'
        ? [{ name: sessionName(session), left: expiry.at - now, estimated: expiry.estimated }]
        : [];
    });
    if (logins.length === 0) {
      return;
    }
    const chosen = await vscode.window.showInformationMessage(
      escapeMessage(noticeText(logins)),
      RENEW,
      NEVER,
    );
    if (chosen === RENEW) {
      await this.#renew([...due].filter(([id]) => claimed.has(id)));
    } else if (chosen === NEVER) {
      await vscode.workspace
        .getConfiguration('rolecall')
        .update(SETTING, 0, vscode.ConfigurationTarget.Global);
    }
  }

  /** One login after the other; whoever calls one off has had enough. */
  async #renew(ends: readonly (readonly [string, number])[]): Promise<void> {
    for (const [session, end] of ends) {
      const expiry = this.#parts.sessions.expiries.get(session);
      // One that was renewed since, in another window say, needs no browser.
      if (expiry?.kind === 'renews' || (expiry?.kind === 'ends' && expiry.at !== end)) {
        continue;
      }
      const done = await vscode.commands.executeCommand<unknown>('rolecall.login', {
        from: 'link',
        session,
        force: true,
      });
      if (done === undefined) {
        return;
      }
    }
  }
}
