import * as vscode from 'vscode';
import {
  type AskMfaCode,
  ChainError,
  type Credentials,
  type Identity,
  type Trace,
} from '../credentials/credentials.ts';
import { Cancelled, UserError } from '../lib/errors.ts';
import { escapeMessage, visible } from '../lib/escape.ts';
import type { Call } from './call.ts';
import type { Parts } from './parts.ts';
import { withProgress } from './progress.ts';

type Needs = Pick<Parts, 'resolver' | 'identity' | 'window' | 'sessions'>;

/** Asks for the code of an MFA device. @throws Cancelled when the box is dismissed. */
export const askMfaCode: AskMfaCode = async ({ serial, profile, refused, signal }) => {
  const closing = new vscode.CancellationTokenSource();
  const close = (): void => closing.cancel();
  signal.addEventListener('abort', close, { once: true });
  try {
    const options: vscode.InputBoxOptions = {
      title: `MFA code for profile ${visible(profile)}`,
      // Links in a prompt run commands, and what a server or a file says may hold some.
      prompt: escapeMessage(`${refused === undefined ? '' : `${refused} `}Code of the device ${serial}`),
      placeHolder: '123456',
      ignoreFocusOut: true,
      validateInput: value => (/^\d{6}$/.test(value.trim()) ? undefined : 'The code has six digits.'),
    };
    const code = await vscode.window.showInputBox(options, closing.token);
    if (code === undefined) {
      throw new Cancelled();
    }
    return code.trim();
  } finally {
    signal.removeEventListener('abort', close);
    closing.dispose();
  }
};

/** Who a profile is, because the user or a program asked. The active profile's answer goes to the status bar too. */
export async function askIdentity(
  parts: Needs,
  profile: string | undefined,
  by: Call['by'],
): Promise<Identity> {
  const { identity, resolver, window } = parts;
  const { snapshot } = window;
  return withProgress(`Asking AWS who ${subject(profile)} is`, by, signal =>
    offeringLogin(parts, async () => {
      if ((window.active.profile ?? undefined) === profile) {
        return identity.check({ snapshot, profile }, 'asked', { signal, askMfaCode });
      }
      const chain = await resolver();
      return (await chain.identity(snapshot, profile, { quiet: false, signal, askMfaCode })).identity;
    }),
  );
}

/** The credentials of a profile, because the user or a program asked. */
export async function askCredentials(
  parts: Needs,
  profile: string | undefined,
  by: Call['by'],
): Promise<Credentials> {
  return withProgress(`Getting credentials of ${subject(profile)}`, by, signal =>
    offeringLogin(parts, async () => {
      const options = { quiet: false, signal, askMfaCode };
      const chain = await parts.resolver();
      return (await chain.resolve(parts.window.snapshot, profile, options)).credentials;
    }),
  );
}

/** How the chain of a profile goes, to the end, whether it gives credentials or not. @throws Cancelled */
export async function askTrace(parts: Needs, profile: string | undefined, by: Call['by']): Promise<Trace> {
  const { resolver, identity, window } = parts;
  const { snapshot } = window;
  return withProgress(`Explaining ${subject(profile)}`, by, async signal => {
    try {
      if ((window.active.profile ?? undefined) === profile) {
        await identity.check({ snapshot, profile }, 'asked', { signal, askMfaCode });
        return identity.trace ?? { profile: profile ?? null, links: [] };
      }
      const chain = await resolver();
      return (await chain.identity(snapshot, profile, { quiet: false, signal, askMfaCode })).trace;
    } catch (error) {
      if (error instanceof ChainError) {
        return error.trace;
      }
      throw error;
    }
  });
}

function subject(profile: string | undefined): string {
  return profile === undefined ? 'the default chain' : profile;
}

/** A chain that ends at a session without a login gets a button that logs in. */
async function offeringLogin<T>({ sessions }: Pick<Parts, 'sessions'>, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ChainError && error.kind === 'login' && error.session !== undefined) {
      const { id } = error.session;
      // A token that AWS no longer takes looks valid here.
      const force = sessions.tokens.get(id)?.kind === 'valid';
      throw new UserError(error.message, {
        cause: error,
        ...(error.hint === undefined ? {} : { hint: error.hint }),
        actions: [
          {
            title: 'Log In',
            command: 'rolecall.login',
            arguments: [{ from: 'link', session: id, ...(force ? { force } : {}) }],
          },
        ],
      });
    }
    throw error;
  }
}
