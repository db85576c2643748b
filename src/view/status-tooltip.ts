import { escapeMarkdown } from '../lib/escape.ts';
import { commandLink } from './link.ts';
import { tokenPhrase } from './session-tree.ts';
import type { StatusInput } from './status-input.ts';
import { clockTime, groupAccountId, shortPath, spanInWords } from './words.ts';

/** Commands that the tooltip's links may run; the Markdown string trusts these and no others. */
export const statusLinkCommands = [
  'switchProfile',
  'login',
  'copyEnv',
  'openTerminal',
  'identity',
  'explain',
  'openConfig',
  'openCredentials',
  'saveRoleAsProfile',
].map(name => `rolecall.${name}`);

/**
 * The hover of the status bar: who, where from, until when, what is wrong, and links to the commands.
 * Markdown with everything foreign escaped; `trouble` is plain text.
 */
export function statusTooltip(input: StatusInput, trouble: readonly string[]): string {
  const { active, identity, snapshot } = input;
  const about = active.profile === null ? {} : { profile: active.profile };
  const lines: string[] = [];
  const add = (label: string, value: string | undefined): void => {
    if (value !== undefined) {
      lines.push(`| ${label} | ${value} |`);
    }
  };
  add('Profile', escapeMarkdown(active.profile ?? 'none: tools use the default chain'));
  if (active.profile !== null && active.from !== 'user') {
    add('Chosen by', `${escapeMarkdown(active.from)} in the environment`);
  }
  if (active.role !== undefined) {
    add('Used once', `stands in no file of yours · [Save as profile](${commandLink('saveRoleAsProfile')})`);
  }
  const place =
    active.profile === null || active.role !== undefined
      ? undefined
      : snapshot?.profiles.get(active.profile)?.places[0];
  if (place !== undefined) {
    const text = escapeMarkdown(`${shortPath(place.file, input.home)}:${place.line}`);
    const file = place.file === snapshot?.files.credentials.path ? 'openCredentials' : 'openConfig';
    add('Defined in', `[${text}](${commandLink(file, about)})`);
  }
  const seen = identity.kind === 'known' ? identity : identity.kind === 'refused' ? identity.last : undefined;
  if (seen !== undefined) {
    const { account, source, region, regionFrom, expiresAt, foreignHost } = seen.identity;
    const known = input.accountNames.get(account);
    add('Account', escapeMarkdown([known, groupAccountId(account)].filter(Boolean).join(' · ')));
    add('Source', escapeMarkdown(source));
    add(
      'Region',
      escapeMarkdown(region === undefined ? 'not set' : `${region}, from ${regionFrom ?? 'the profile'}`),
    );
    add('Credentials', credentialsText(expiresAt, input));
    add(
      'Endpoint',
      foreignHost === undefined ? undefined : `${escapeMarkdown(foreignHost)}, which is not AWS`,
    );
    add('Seen', identity.kind === 'known' ? undefined : clockTime(seen.at, input.now));
  }
  const login = input.token && tokenPhrase(input.token, input.now, input.loginEnd);
  add('SSO login', login && escapeMarkdown(login));
  const links = [
    `[Switch](${commandLink('switchProfile')})`,
    `[Log in](${commandLink('login', about)})`,
    `[Copy env](${commandLink('copyEnv', about)})`,
    `[Terminal](${commandLink('openTerminal', about)})`,
    `[Check](${commandLink('identity', about)})`,
    `[Why?](${commandLink('explain', about)})`,
  ];
  // Not in the table, whose cells would not break so long a word.
  const arn = seen === undefined ? '' : escapeMarkdown(seen.identity.arn);
  return [
    `| | |\n| --- | --- |\n${lines.join('\n')}`,
    ...(arn === '' ? [] : [arn]),
    ...trouble.filter(text => text !== '').map(text => escapeMarkdown(text)),
    links.join(' · '),
  ].join('\n\n');
}

/** Until when the credentials are good, and what comes then. */
function credentialsText(expiresAt: number | undefined, { expiry, now }: StatusInput): string {
  if (expiresAt === undefined) {
    return expiry?.kind === 'unknown' ? 'nobody knows until when' : 'do not expire';
  }
  if (expiresAt <= now) {
    return 'expired';
  }
  const left = `${spanInWords(expiresAt - now)} left, until ${clockTime(expiresAt, now)}`;
  if (expiry?.kind === 'ends' && expiry.act === 'mfa') {
    return `${left}, then an MFA code is needed`;
  }
  const renews = expiry?.kind === 'renews' || expiry?.kind === 'ends';
  return renews ? `${left}, then renewed` : left;
}
