import { profileKind } from '../aws-files/profile-kind.ts';
import { findKey } from '../aws-files/schema.ts';
import { escapeMarkdown } from '../lib/escape.ts';
import { problemsOf } from './problem-index.ts';
import { paragraphs, placeText, problemText } from './problem-words.ts';
import { accountOf, KIND_WORDS } from './profile-summary.ts';
import { type ProfileNode, type ProfileTreeState, problemsOfKey } from './profile-tree.ts';
import { keyMark, readerMark } from './readers.ts';
import { groupAccountId } from './words.ts';

/** What the hover of a row says, as Markdown with everything foreign escaped; made when it is asked for. */
export function profileTooltip(node: ProfileNode, state: ProfileTreeState): string | undefined {
  switch (node.kind) {
    case 'profile':
      return tooltipOfProfile(node.profile, state);
    case 'key':
      return tooltipOfKey(node.profile, node.key, state);
    case 'standsOn': {
      const { kind, name } = node.target;
      const { profiles, sessions } = state.snapshot;
      const place = (kind === 'profile' ? profiles : sessions).get(name)?.places[0];
      return place === undefined ? undefined : placeText(place, state.home);
    }
  }
}

function tooltipOfProfile(name: string, { snapshot, problems, home }: ProfileTreeState): string | undefined {
  const profile = snapshot.profiles.get(name);
  if (profile === undefined) {
    return undefined;
  }
  const account = accountOf(profile);
  return paragraphs([
    `**${escapeMarkdown(name)}** · ${KIND_WORDS[profileKind(profile)]}`,
    account === undefined ? '' : escapeMarkdown(`Account ${groupAccountId(account)}`),
    readerMark(profile.readBy)?.sentence ?? '',
    ...profile.places.map(place => placeText(place, home)),
    ...problemsOf(problems, 'profile', name).map(problem => problemText(problem, home)),
  ]);
}

function tooltipOfKey(name: string, key: string, state: ProfileTreeState): string | undefined {
  const profile = state.snapshot.profiles.get(name);
  const setting = profile?.setting(key);
  if (profile === undefined || setting === undefined) {
    return undefined;
  }
  const schema = findKey('profile', key);
  return paragraphs([
    `**${escapeMarkdown(key)}**`,
    schema === undefined ? 'AWS documents no such key.' : escapeMarkdown(schema.help),
    keyMark(profile, setting)?.sentence ?? '',
    placeText(setting.place, state.home),
    ...problemsOfKey(state.problems, name, setting).map(problem => problemText(problem, state.home)),
  ]);
}
