import type { Identity } from '../credentials/credentials.ts';
import type { IdentityState, LastSeen } from '../credentials/identity-check.ts';
import { escapeIcons, visible } from '../lib/escape.ts';
import { isNear, timeLeft } from './expiry.ts';
import type { StatusInput } from './status-input.ts';
import { statusTooltip } from './status-tooltip.ts';
import { clockTime, groupAccountId, roleOfArn } from './words.ts';

/** The item as VS Code shows it. `tooltip` is Markdown with everything foreign escaped. */
export type StatusItem = {
  readonly text: string;
  readonly tooltip: string;
  readonly accessibleLabel: string;
  readonly color: 'error' | 'warning' | undefined;
  readonly command: StatusCommand;
  /** What the command gets: a click, the profile, and whether a login is to be made though one is still valid. */
  readonly argument: { readonly from: 'link'; readonly profile?: string; readonly force?: true };
};

export type StatusCommand = 'switchProfile' | 'login' | 'identity' | 'explain';

/** The most characters of a profile's name that the bar shows. */
const MAX_NAME = 40;

type State = {
  readonly icon: string;
  readonly text: string;
  readonly sentence: string;
  readonly color?: 'error' | 'warning';
  readonly command?: StatusCommand;
  readonly force?: true;
};

/** The status bar item for a state of the world: the table of states, first match wins. */
export function statusItem(input: StatusInput): StatusItem {
  const state = stateOf(input);
  const command = state.command ?? 'switchProfile';
  // Switching asks for the profile; everything else is about the active one.
  const { profile } = input.active;
  return {
    text: `$(${state.icon}) ${state.text}`,
    tooltip: statusTooltip(input, troubleOf(input, state)),
    accessibleLabel: `AWS: ${visible(state.sentence)}`,
    color: state.color,
    command,
    argument: {
      from: 'link',
      ...(profile === null || command === 'switchProfile' ? {} : { profile }),
      ...(state.force === undefined ? {} : { force: state.force }),
    },
  };
}

function stateOf(input: StatusInput): State {
  const { active, identity, snapshot, shadowedBy } = input;
  if (active.profile === null) {
    return defaultChainState(input);
  }
  // A long name would push the state out of sight.
  const profile = escapeIcons(visible(active.profile, MAX_NAME));
  const name = `profile ${active.profile}`;
  if (snapshot !== undefined && !snapshot.profiles.has(active.profile)) {
    return {
      icon: 'error',
      text: `${profile}: not in your AWS files`,
      sentence: `${name} is not in your AWS files`,
      color: 'error',
    };
  }
  if (shadowedBy !== undefined) {
    return {
      icon: 'warning',
      text: `${profile}: shadowed by ${shadowedBy}`,
      sentence: `${name} is shadowed by ${shadowedBy} in new terminals`,
      color: 'warning',
      command: 'explain',
    };
  }
  const due = dueState(input, profile, name);
  if (due !== undefined) {
    return due;
  }
  switch (identity.kind) {
    case 'checking':
      return { icon: 'sync~spin', text: profile, sentence: `${name}, checking who you are` };
    case 'known':
      return knownState(input, profile, name, identity.identity);
    case 'refused':
      return refusedState(input, profile, name, identity);
    case 'unknown':
      return {
        icon: 'account',
        text: `${profile} · not checked`,
        sentence: `${name}, identity not checked`,
        command: 'identity',
      };
  }
}

/**
 * What the user has to do soon, or has to do before anything else works: said in place of who the profile is. What a
 * check of the identity found goes before it.
 */
function dueState(input: StatusInput, profile: string, name: string): State | undefined {
  const { identity, token, expiry, now } = input;
  const isAnswered = identity.kind === 'refused' && identity.error.kind !== 'unchecked';
  const isForeign = identity.kind === 'known' && identity.identity.foreignHost !== undefined;
  if (isAnswered || isForeign || identity.kind === 'checking') {
    return undefined;
  }
  if (isNear(expiry, now)) {
    const left = timeLeft(expiry, now);
    const ends = `in ${left}${expiry.estimated ? ', estimated' : ''}`;
    return {
      icon: 'clock',
      text: `${profile} · ${left}`,
      ...(expiry.act === 'mfa'
        ? { sentence: `${name}, an MFA code is needed ${ends}`, command: 'identity' }
        : { sentence: `${name}, the SSO login ends ${ends}`, command: 'login' }),
      color: 'warning',
      force: true,
    };
  }
  if (token?.kind === 'refused') {
    return {
      icon: 'sign-in',
      text: `${profile}: signed out`,
      sentence: `${name}, signed out because AWS did not renew the SSO login, log in needed`,
      color: 'warning',
      command: 'login',
    };
  }
  return undefined;
}

function defaultChainState(input: StatusInput): State {
  const { identity, defaultSource } = input;
  if (identity.kind === 'known') {
    const who = whoText(identity.identity, input.accountNames);
    const foreign = identity.identity.foreignHost;
    return foreign === undefined
      ? {
          icon: 'account',
          text: `default chain: ${escapeIcons(`${defaultSource ?? identity.identity.source} · ${who}`)}`,
          sentence: `no profile chosen, the default chain gives ${who}`,
        }
      : {
          icon: 'server',
          text: `default chain · ${escapeIcons(foreign)}`,
          sentence: `no profile chosen, the default chain is answered by ${foreign}`,
        };
  }
  return defaultSource === undefined
    ? { icon: 'account', text: 'AWS: no profile', sentence: 'no profile' }
    : {
        icon: 'account',
        text: `default chain: ${escapeIcons(defaultSource)}`,
        sentence: `no profile chosen, the default chain uses ${defaultSource}`,
      };
}

function knownState(input: StatusInput, profile: string, name: string, identity: Identity): State {
  const who = whoText(identity, input.accountNames);
  if (identity.foreignHost !== undefined) {
    return {
      icon: 'server',
      text: `${profile} · ${escapeIcons(identity.foreignHost)}`,
      sentence: `${name}, answered by ${identity.foreignHost}, which is not AWS`,
    };
  }
  return { icon: 'account', text: `${profile} · ${escapeIcons(who)}`, sentence: `${name}, ${who}` };
}

function refusedState(
  input: StatusInput,
  profile: string,
  name: string,
  state: Extract<IdentityState, { kind: 'refused' }>,
): State {
  switch (state.error.kind) {
    case 'login':
      return {
        icon: 'sign-in',
        text: `${profile}: log in`,
        sentence: `${name}, log in needed`,
        color: 'warning',
        command: 'login',
        // A token that AWS no longer takes looks valid here.
        ...(input.token?.kind === 'valid' ? { force: true } : {}),
      };
    case 'mfa':
      return {
        icon: 'key',
        text: `${profile}: MFA needed`,
        sentence: `${name}, an MFA code is needed`,
        color: 'warning',
        command: 'identity',
      };
    case 'unchecked':
      return {
        icon: 'account',
        text: `${profile} · not checked`,
        sentence: `${name}, identity not checked`,
        command: 'identity',
      };
    case 'offline':
      return {
        icon: 'cloud',
        text: `${profile} · ${state.last === undefined ? 'offline' : lastSeen(state.last, input.now)}`,
        sentence: `${name}, AWS cannot be reached`,
        command: 'identity',
      };
    case 'failed':
      return {
        icon: 'error',
        text: `${profile}: ${failureText(state)}`,
        sentence: `${name}: ${state.error.message}`,
        color: 'error',
        command: 'explain',
      };
  }
}

function lastSeen(last: LastSeen, now: number): string {
  return `last seen ${clockTime(last.at, now)}`;
}

/** A few words of the failure for the bar; the hover has the rest. */
function failureText(state: Extract<IdentityState, { kind: 'refused' }>): string {
  const link = state.error.trace.links.findLast(each => each.outcome === 'failed');
  switch (link?.source) {
    case 'AssumeRole':
      return 'role not assumed';
    case 'GetCallerIdentity':
      return 'credentials refused';
    default:
      return 'no credentials';
  }
}

/** `Sandbox · Admin`: the account by name, else its grouped id, and the role or user. */
function whoText(identity: Identity, names: ReadonlyMap<string, string>): string {
  const account = names.get(identity.account) ?? groupAccountId(identity.account);
  const role = roleOfArn(identity.arn);
  return role === undefined ? account : `${account} · ${role}`;
}

/** What the hover says is wrong, as sentences. */
function troubleOf({ identity }: StatusInput, state: State): readonly string[] {
  if (identity.kind === 'refused' && state.command !== undefined) {
    return [identity.error.message, identity.error.hint ?? ''];
  }
  return state.color === undefined
    ? []
    : [`${state.sentence.charAt(0).toUpperCase()}${state.sentence.slice(1)}.`];
}
