import * as vscode from 'vscode';
import { Cancelled, UserError } from '../lib/errors.ts';
import { escapeIcons } from '../lib/escape.ts';
import type { SsoSession } from '../sso/session.ts';
import { sessionName, tokenWords } from '../view/session-tree.ts';
import type { Parts } from './parts.ts';

/**
 * Lets the user choose one of the sessions that fit.
 * @throws UserError when none does; Cancelled when the list is dismissed.
 */
export async function pickSession(
  parts: Pick<Parts, 'sessions' | 'system'>,
  title: string,
  fits: (session: SsoSession) => boolean,
): Promise<SsoSession> {
  const sessions = parts.sessions.sessions.filter(fits);
  const [first] = sessions;
  if (first === undefined) {
    throw new UserError('There is no SSO session that fits in your AWS files.', {
      hint: 'Set one up first.',
      actions: [{ title: 'Set Up SSO…', command: 'rolecall.createSession', arguments: [{ from: 'link' }] }],
    });
  }
  const items = sessions.map(session => ({
    label: escapeIcons(sessionName(session)),
    description: tokenWords(
      parts.sessions.tokens.get(session.id),
      parts.system.now(),
      parts.sessions.loginEnds.get(session.id),
    ),
    session,
  }));
  const picked = await vscode.window.showQuickPick(items, {
    title,
    placeHolder: 'Choose an SSO session',
    ignoreFocusOut: true,
  });
  if (picked === undefined) {
    throw new Cancelled();
  }
  return picked.session;
}
