import { KIND_KEYS, type ProfileKind, profileKind } from '../aws-files/profile-kind.ts';
import { maskedValue } from '../aws-files/schema.ts';
import type { Problem, Profile, Setting, Snapshot } from '../aws-files/snapshot.ts';
import { visible } from '../lib/escape.ts';
import type { TokenState } from '../sso/token-cache.ts';
import { type ProblemsByRow, problemsOf } from './problem-index.ts';
import { problemCount, problemMark } from './problem-words.ts';
import { CONTEXT_KEYS, contextOf, tokenFrom } from './profile-context.ts';
import { KIND_ICONS, KIND_WORDS, SUMMARY_KEYS, summaryOf } from './profile-summary.ts';
import { keyMark, readerMark } from './readers.ts';
import type { Icon, Row } from './row.ts';
import { STATIC_KEYS } from './static-keys.ts';

/** What a row of the view stands for. Commands get it as their first argument. */
export type ProfileNode =
  | { readonly kind: 'profile'; readonly profile: string }
  | { readonly kind: 'key'; readonly profile: string; readonly key: string }
  | {
      readonly kind: 'standsOn';
      /** The row's path: the profile that was opened, then each one that it stands on. */
      readonly path: readonly string[];
      readonly target: { readonly kind: 'profile' | 'session'; readonly name: string };
    };

/** All that the rows are a function of. */
export type ProfileTreeState = {
  readonly snapshot: Snapshot;
  readonly problems: ProblemsByRow;
  readonly active: string | null;
  /** By the id of the session: the section's name, or the start URL of a legacy profile. */
  readonly tokens: ReadonlyMap<string, TokenState>;
  readonly accountNames: ReadonlyMap<string, string>;
  readonly home: string;
};

export function profileNodes(snapshot: Snapshot): readonly Extract<ProfileNode, { kind: 'profile' }>[] {
  return Array.from(snapshot.profiles.keys(), profile => ({ kind: 'profile', profile }) as const);
}

/** The rows below a row: what the profile stands on, then every key. */
export function profileChildren(snapshot: Snapshot, node: ProfileNode): readonly ProfileNode[] {
  if (node.kind === 'key') {
    return [];
  }
  const name = node.kind === 'profile' ? node.profile : node.target.name;
  if (node.kind === 'standsOn' && node.target.kind === 'session') {
    return [];
  }
  const profile = snapshot.profiles.get(name);
  if (profile === undefined) {
    return [];
  }
  const path = node.kind === 'profile' ? [node.profile] : [...node.path, node.target.name];
  const below = standsOn(profile)
    // A loop of source profiles ends where it comes back.
    .filter(target => !(target.kind === 'profile' && path.includes(target.name)))
    .map(target => ({ kind: 'standsOn', path, target }) as const);
  if (node.kind === 'standsOn') {
    return below;
  }
  return [
    ...below,
    ...profile.settings().map(setting => ({ kind: 'key', profile: name, key: setting.key }) as const),
  ];
}

/** The row above, so that a row can be revealed. */
export function profileParent(node: ProfileNode): ProfileNode | undefined {
  switch (node.kind) {
    case 'profile':
      return undefined;
    case 'key':
      return { kind: 'profile', profile: node.profile };
    case 'standsOn': {
      const [first = '', ...rest] = node.path;
      const last = rest.at(-1);
      return last === undefined
        ? { kind: 'profile', profile: first }
        : { kind: 'standsOn', path: node.path.slice(0, -1), target: { kind: 'profile', name: last } };
    }
  }
}

/** The row that takes the place of a profile's or a key's when it goes: the next one, else the one before or above. */
export function profileNeighbour(snapshot: Snapshot, node: ProfileNode): ProfileNode | undefined {
  const parent = profileParent(node);
  const siblings = parent === undefined ? profileNodes(snapshot) : profileChildren(snapshot, parent);
  const index = siblings.findIndex(each =>
    node.kind === 'profile'
      ? each.kind === 'profile' && each.profile === node.profile
      : node.kind === 'key' && each.kind === 'key' && each.key === node.key,
  );
  return siblings[index + 1] ?? siblings[index - 1] ?? parent;
}

function standsOn(profile: Profile): { kind: 'profile' | 'session'; name: string }[] {
  const source = profile.get('source_profile');
  const session = profile.get('sso_session');
  return [
    ...(source === undefined ? [] : [{ kind: 'profile', name: source } as const]),
    ...(session === undefined ? [] : [{ kind: 'session', name: session } as const]),
  ];
}

export function profileRow(node: ProfileNode, state: ProfileTreeState): Row {
  switch (node.kind) {
    case 'profile':
      return rowOfProfile(node.profile, state);
    case 'key':
      return rowOfKey(node.profile, node.key, state);
    case 'standsOn':
      return rowOfTarget(node, state);
  }
}

/** Each pass over a profile's text costs, so there is one for its whole row. */
const ROW_KEYS = [...new Set([...KIND_KEYS, ...SUMMARY_KEYS, ...CONTEXT_KEYS])];

function rowOfProfile(name: string, state: ProfileTreeState): Row {
  const profile = state.snapshot.profiles.get(name);
  if (profile === undefined) {
    return {
      id: `profile:${name}`,
      label: visible(name),
      icon: { id: 'circle-outline' },
      context: 'gone',
      collapsible: 'none',
      accessibleLabel: `${visible(name)}, gone`,
    };
  }
  const values = profile.pick(ROW_KEYS);
  const kind = profileKind(profile, values);
  const active = state.active === name;
  const token = tokenFrom(values, name, state);
  const problems = problemsOf(state.problems, 'profile', name);
  const summary = summaryOf(profile, kind, state.accountNames, values);
  const readers = readerMark(profile.readBy);
  const source =
    (values.sso_session ?? values.sso_start_url) === undefined ? values.source_profile : undefined;
  // Marks in front, because a narrow sidebar cuts the end.
  const description = [problemMark(problems), readers?.short ?? '', summary]
    .filter(part => part !== '')
    .join('  ');
  return {
    id: `profile:${name}`,
    label: visible(name),
    description: visible(description),
    icon: iconOf(kind, active, problems),
    context: contextOf(
      profile,
      { kind, active, token, values, hasProblems: problems.length > 0 },
      state.snapshot,
    ),
    collapsible: 'collapsed',
    accessibleLabel: [
      visible(name),
      active ? 'active' : '',
      summary.startsWith(KIND_WORDS[kind]) ? '' : KIND_WORDS[kind],
      visible(summary),
      token === undefined || token.kind === 'valid' ? '' : 'login needed',
      readers?.sentence.replace(/\.$/, '') ?? '',
      problemCount(problems),
    ]
      .filter(part => part !== '')
      .join(', '),
    // What is no profile's name may be anything, a secret too.
    ...(source !== undefined && state.snapshot.profiles.has(source) ? { follows: source } : {}),
  };
}

function iconOf(kind: ProfileKind, active: boolean, problems: readonly Problem[]): Icon {
  if (active) {
    return { id: 'circle-filled', color: 'charts.green' };
  }
  // A long name leaves no room for marks, but for the icon there is always some.
  const worst = (['error', 'warning'] as const).find(severity =>
    problems.some(problem => problem.severity === severity),
  );
  return worst === undefined
    ? { id: KIND_ICONS[kind] }
    : { id: KIND_ICONS[kind], color: `list.${worst}Foreground` };
}

function rowOfKey(name: string, key: string, state: ProfileTreeState): Row {
  const id = `key:${name}\u0000${key}`;
  const label = visible(key);
  const profile = state.snapshot.profiles.get(name);
  const setting = profile?.setting(key);
  if (profile === undefined || setting === undefined) {
    return {
      id,
      label,
      description: 'gone',
      icon: { id: 'circle-small' },
      context: 'gone',
      collapsible: 'none',
      accessibleLabel: `${label}, gone`,
    };
  }
  const { text, masked } = maskedValue(key, setting.value);
  const shown = visible(text);
  const readers = keyMark(profile, setting);
  const problems = problemsOfKey(state.problems, name, setting);
  return {
    id,
    label,
    description: [problemMark(problems) === '' ? '' : '⚠', shown, readers?.short ?? '']
      .filter(part => part !== '')
      .join('  '),
    icon: { id: masked ? 'lock' : 'circle-small' },
    context:
      STATIC_KEYS.some(each => each === key) && setting.origin === 'config' ? 'key keysInConfig' : 'key',
    collapsible: 'none',
    accessibleLabel: [
      label,
      masked ? 'hidden' : shown,
      readers?.sentence.replace(/\.$/, '') ?? '',
      problemCount(problems),
    ]
      .filter(part => part !== '')
      .join(', '),
  };
}

/** The problems of a profile that stand on the line of this key. */
export function problemsOfKey(
  problems: ProblemsByRow,
  profile: string,
  { place }: Setting,
): readonly Problem[] {
  return problemsOf(problems, 'profile', profile).filter(
    problem => problem.place.line === place.line && problem.place.file === place.file,
  );
}

function rowOfTarget(node: Extract<ProfileNode, { kind: 'standsOn' }>, state: ProfileTreeState): Row {
  const { target, path } = node;
  const name = visible(maskedValue('source_profile', target.name).text);
  const isProfile = target.kind === 'profile';
  const profile = isProfile ? state.snapshot.profiles.get(target.name) : undefined;
  const exists = isProfile ? profile !== undefined : state.snapshot.sessions.has(target.name);
  const what = isProfile ? `profile ${name}` : `sso-session ${name}`;
  const loops = isProfile && path.includes(target.name);
  return {
    id: `standsOn:${[...path, `${target.kind}:${target.name}`].join('\u0000')}`,
    label: 'stands on',
    description: exists ? what : `${what}: not in your AWS files`,
    icon: exists
      ? { id: isProfile ? 'arrow-small-right' : 'key' }
      : { id: 'warning', color: 'list.warningForeground' },
    context: exists ? 'standsOn' : 'gone',
    collapsible: profile !== undefined && !loops && standsOn(profile).length > 0 ? 'collapsed' : 'none',
    accessibleLabel: exists ? `stands on ${what}` : `stands on ${what}, which is not in your AWS files`,
    ...(exists
      ? { command: { id: 'rolecall.reveal', title: 'Show', arguments: [{ from: 'link', target }] } }
      : {}),
  };
}
