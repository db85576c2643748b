import { type BrowserChoice, LINK } from '../lib/browser-command.ts';
import { UserError } from '../lib/errors.ts';

/**
 * The browser that a setting chooses for the logins of a session: the entry of its id, else the one of `*`;
 * undefined for the default browser.
 * @throws UserError when the entry is none that can be used.
 */
export function browserChoice(setting: unknown, id: string): BrowserChoice | undefined {
  if (typeof setting !== 'object' || setting === null || Array.isArray(setting)) {
    return undefined;
  }
  const key = [id, '*'].find(each => Object.hasOwn(setting, each));
  const entry: unknown = key === undefined ? undefined : Reflect.get(setting, key);
  if (key === undefined || entry === null) {
    return undefined;
  }
  const choice = readChoice(entry);
  if (choice === undefined) {
    throw new UserError(`The setting rolecall.sso.browser cannot be used for "${key}".`, {
      hint: `Give { "browser": … } with an optional "profile" or "container", or a list of texts with ${LINK} in it.`,
    });
  }
  return choice;
}

function readChoice(entry: unknown): BrowserChoice | undefined {
  if (Array.isArray(entry)) {
    const argv = entry.filter(each => typeof each === 'string' && !each.includes('\0'));
    return argv.length > 0 && argv.length === entry.length && argv[0] !== '' ? { argv } : undefined;
  }
  if (typeof entry !== 'object' || entry === null) {
    return undefined;
  }
  const { browser, profile, container, ...rest }: Readonly<Record<string, unknown>> = { ...entry };
  if (!isText(browser) || Object.keys(rest).length > 0) {
    return undefined;
  }
  if ([profile, container].some(each => each !== undefined && !isText(each))) {
    return undefined;
  }
  return {
    browser,
    ...(isText(profile) ? { profile } : {}),
    ...(isText(container) ? { container } : {}),
  };
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== '' && !value.includes('\0');
}
