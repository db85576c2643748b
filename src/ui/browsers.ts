import { existsSync } from 'node:fs';
import * as vscode from 'vscode';
import {
  BROWSERS,
  type BrowserChoice,
  type BrowserPlace,
  browserCommand,
  isBrowserName,
} from '../lib/browser-command.ts';
import { UserError } from '../lib/errors.ts';
import type { System } from '../lib/system.ts';
import { browserChoice } from '../sso/browser-choice.ts';
import type { SsoSession } from '../sso/session.ts';
import { openExternal } from './open-external.ts';

/** A browser that runs for so many milliseconds has started; one that failed has ended by then. */
const SETTLE_MS = 2000;

/** What the setting `rolecall.sso.browser` of this machine says. What a workspace says of it never counts. */
export function browserSetting(): unknown {
  return vscode.workspace.getConfiguration('rolecall').inspect('sso.browser')?.globalValue;
}

/** The machine that the extension runs on, as far as finding a browser goes. */
export function browserPlace({ platform, env, home }: System): BrowserPlace {
  return { platform, env, home, isFile: path => existsSync(path) };
}

/** Whether the login to a session is shown in a browser that the user chose for it. */
export function hasOwnBrowser(session: SsoSession): boolean {
  try {
    return browserChoice(browserSetting(), session.id) !== undefined;
  } catch {
    // Whoever opens the page says what is wrong.
    return true;
  }
}

/**
 * Opens a page of a login: in the browser that the user chose for the session, else in the default one. The caller
 * has checked that the link may be opened.
 * @throws UserError, with the default browser as the way out; Cancelled when `signal` is aborted.
 */
export async function openLoginLink(
  link: string,
  session: SsoSession,
  system: System,
  signal: AbortSignal,
): Promise<void> {
  try {
    const choice = browserChoice(browserSetting(), session.id);
    if (choice === undefined) {
      await openExternal(link);
    } else {
      await startBrowser(choice, link, system, signal);
    }
  } catch (error) {
    if (!(error instanceof UserError)) {
      throw error;
    }
    throw new UserError(error.message, {
      cause: error,
      ...(error.hint === undefined ? {} : { hint: error.hint }),
      actions: [
        {
          title: 'Open in Default Browser',
          command: 'rolecall.openLoginPage',
          arguments: [{ from: 'link', session: session.id, browser: 'default' }],
        },
      ],
    });
  }
}

async function startBrowser(
  choice: BrowserChoice,
  link: string,
  system: System,
  signal: AbortSignal,
): Promise<void> {
  const place = browserPlace(system);
  const [{ withProfileFolder }, { startProgram }] = await Promise.all([
    import('../lib/browser-profiles.ts'),
    import('../lib/start-program.ts'),
  ]);
  const { file, args } = browserCommand(await withProfileFolder(choice, place), link, place);
  try {
    await startProgram(file, args, { signal, env: system.env, cwd: system.home, settleMs: SETTLE_MS });
  } catch (error) {
    if (signal.aborted) {
      throw error;
    }
    throw new UserError(`${browserTitle(choice)} could not be started for the login.`, {
      hint: 'Check the setting rolecall.sso.browser.',
      cause: error,
    });
  }
}

/** How a chosen browser is called in messages. */
function browserTitle(choice: BrowserChoice): string {
  if ('argv' in choice) {
    return choice.argv[0] ?? '';
  }
  return isBrowserName(choice.browser) ? BROWSERS[choice.browser].title : choice.browser;
}
