import { escapeMessage } from '../lib/escape.ts';
import type { LoginPrompt } from '../sso/login.ts';
import { commandLink } from './link.ts';
import { count } from './words.ts';

/**
 * What the notification of a running login says, with its links: a progress notification has no buttons but Cancel.
 * @param walking whether it is one of several logins in turn.
 */
export function promptMessage(prompt: LoginPrompt, session: string, walking: boolean): string {
  const link = (title: string, command: string): string => `[${title}](${commandLink(command, { session })})`;
  const links = [
    link('Open again', 'openLoginPage'),
    link('Copy link', 'copyLoginLink'),
    prompt.flow === 'device'
      ? link('Copy code', 'copyLoginCode')
      : link('Use a code instead', 'useLoginCode'),
    ...(walking ? [link('Skip', 'skipLogin')] : []),
  ];
  const text =
    prompt.flow === 'device'
      ? escapeMessage(`Confirm the code ${prompt.userCode} in your browser`)
      : 'Finish signing in in your browser';
  return `${text}. ${links.join(' · ')}`;
}

/** What the notification says while another window asks the user. */
export function elsewhereMessage(session: string): string {
  return `[Log in here instead](${commandLink('loginHere', { session })})`;
}

/** What came of the logins to several sessions, by the names that the user sees. */
export type WalkOutcome = {
  readonly signedIn: readonly string[];
  /** Those that needed no login. */
  readonly already: readonly string[];
  readonly skipped: readonly string[];
  readonly failed: readonly { readonly session: string; readonly reason: string }[];
};

/** The summary of a walk: how many are signed in, and why the others are not. */
export function walkSummary({ signedIn, already, skipped, failed }: WalkOutcome): string {
  const total = signedIn.length + already.length + skipped.length + failed.length;
  if (already.length === total) {
    return total === 1
      ? `The SSO session ${already.join()} is signed in.`
      : `All ${total} SSO sessions are signed in.`;
  }
  const left = skipped.length + failed.length;
  return [
    left === 0
      ? `Signed in to ${count(signedIn.length, 'SSO session')}.`
      : `Signed in to ${signedIn.length} of ${count(total - already.length, 'SSO session')}.`,
    ...(already.length === 0
      ? []
      : [`${already.length} ${already.length === 1 ? 'needs' : 'need'} no login.`]),
    ...(skipped.length === 0 ? [] : [`Skipped: ${skipped.join(', ')}.`]),
    ...failed.map(({ session, reason }) => `${session}: ${reason}`),
  ].join(' ');
}
