import * as vscode from 'vscode';
import { BROWSERS, type BrowserPlace, findBrowser, isBrowserName } from '../lib/browser-command.ts';
import { UserError } from '../lib/errors.ts';
import { escapeIcons } from '../lib/escape.ts';
import { findSession } from '../sso/session.ts';
import { sessionName } from '../view/session-tree.ts';
import { browserPlace, browserSetting } from './browsers.ts';
import { type Call, sessionOf } from './call.ts';
import type { Parts } from './parts.ts';
import type { Choice, Step } from './step-walk.ts';
import { askSteps } from './steps.ts';

type Needs = Pick<Parts, 'store' | 'sessions' | 'ready' | 'system'>;

/** Stands for all sessions, as in the setting. */
const ALL = '*';
/** Stand for what the browser or the system would take; no browser and no profile is called so. */
const DEFAULT = ' default';

/**
 * Asks in which browser and with which of its profiles a session's login pages open, and puts it into the setting of
 * this machine.
 * @throws UserError when there is no such session; Cancelled.
 */
export async function chooseBrowser(call: Call, parts: Needs): Promise<string> {
  await parts.ready;
  const target = sessionOf(call);
  const named = target === undefined ? undefined : findSession(parts.store.snapshot, target);
  if (target !== undefined && named === undefined) {
    throw new UserError(`There is no SSO session "${target}".`, { hint: 'Check the name.' });
  }
  const place = browserPlace(parts.system);
  const title =
    named === undefined ? 'Browser for SSO Logins' : `Browser for the Login to ${sessionName(named)}`;
  const answers = await askSteps(title, [
    ...(named === undefined ? [sessionStep(parts)] : []),
    browserStep(place),
    profileStep(place),
  ]);
  const key = named?.id ?? answers['session'] ?? ALL;
  const browser = answers['browser'] ?? DEFAULT;
  const profile = answers['profile'] ?? DEFAULT;
  await writeChoice(
    key,
    browser === DEFAULT ? undefined : { browser, ...(profile === DEFAULT ? {} : { profile }) },
  );
  return browser === DEFAULT ? 'default' : browser;
}

function sessionStep({ sessions }: Needs): Step {
  return {
    kind: 'pick',
    id: 'session',
    prompt: 'Which login?',
    choices: () => [
      { label: 'All SSO sessions', value: ALL },
      ...sessions.sessions.map(each => ({ label: escapeIcons(sessionName(each)), value: each.id })),
    ],
  };
}

function browserStep(place: BrowserPlace): Step {
  const path = (value: string): string | undefined =>
    /^(~?[\\/]|[A-Za-z]:[\\/])/.test(value) ? undefined : 'Give the whole path of the program.';
  return {
    kind: 'pick',
    id: 'browser',
    prompt: 'Which browser? A program of your own goes by its whole path.',
    choices: () => [
      { label: 'Default browser', description: 'as VS Code opens links', value: DEFAULT },
      ...Object.keys(BROWSERS)
        .filter(isBrowserName)
        .flatMap((name): Choice[] => {
          const program = findBrowser(name, place);
          return program === undefined
            ? []
            : [{ label: BROWSERS[name].title, description: escapeIcons(program), value: name }];
        }),
    ],
    other: { refuse: path },
  };
}

function profileStep(place: BrowserPlace): Step {
  return {
    kind: 'pick',
    id: 'profile',
    prompt: 'Which profile of that browser?',
    when: answers => isBrowserName(answers['browser'] ?? ''),
    sole: true,
    choices: async answers => {
      const browser = answers['browser'] ?? '';
      const { listProfiles } = await import('../lib/browser-profiles.ts');
      const profiles = isBrowserName(browser) ? await listProfiles(browser, place) : undefined;
      return [
        { label: 'Whichever it opens', value: DEFAULT },
        ...(profiles ?? []).map(({ name, value }) => ({ label: escapeIcons(name), value })),
      ];
    },
  };
}

async function writeChoice(
  key: string,
  choice: { readonly browser: string; readonly profile?: string } | undefined,
): Promise<void> {
  const present = browserSetting();
  const entries = Object.entries(typeof present === 'object' && present !== null ? present : {});
  const others: readonly (readonly [string, unknown])[] = entries.filter(([each]) => each !== key);
  // A session of its own takes part in no rule for all, the default browser included.
  const kept = choice ?? (key !== ALL && others.some(([each]) => each === ALL) ? null : undefined);
  const value = Object.fromEntries(kept === undefined ? others : [...others, [key, kept]]);
  await vscode.workspace
    .getConfiguration('rolecall')
    .update(
      'sso.browser',
      Object.keys(value).length === 0 ? undefined : value,
      vscode.ConfigurationTarget.Global,
    );
}
