import type { Rule } from '../aws-files/problem-rules.ts';
import type { Fix } from '../aws-files/snapshot.ts';
import type { ExplanationNode } from '../view/explanation.ts';
import type { ProfileNode } from '../view/profile-tree.ts';
import type { SessionNode } from '../view/session-tree.ts';

export type Node = ProfileNode | SessionNode | ExplanationNode;

/** What a link, a status bar item or a button of ours passes: it is a user's click, with plain arguments. */
export type LinkArgument = {
  readonly from: 'link';
  readonly profile?: string;
  readonly session?: string;
  readonly force?: boolean;
  /** A login that is to use a code, whatever the settings say. */
  readonly flow?: 'device';
  /** The page of a login is to open in the default browser, whatever the settings say. */
  readonly browser?: 'default';
  readonly target?: LinkTarget;
  readonly fix?: Fix;
  readonly rule?: Rule;
};

export type LinkTarget =
  | { readonly kind: 'profile' | 'session'; readonly name: string }
  | { readonly kind: 'place'; readonly file: string; readonly line: number };

/**
 * Who called a command, and with what. A palette passes nothing, a tree row its node, a link a `LinkArgument`,
 * a program plain values: this decides whether messages are shown or the caller gets the rejection.
 */
export type Call = {
  readonly by: 'user' | 'program';
  readonly node: Node | undefined;
  readonly link: LinkArgument | undefined;
  readonly args: readonly unknown[];
};

export function readCall(args: readonly unknown[]): Call {
  const [first, second] = args;
  if (isLink(first)) {
    return { by: 'user', node: undefined, link: first, args: [] };
  }
  if (isNode(first)) {
    return { by: 'user', node: first, link: undefined, args: [] };
  }
  // View titles and menus pass undefined, an editor's menu an object of its own; only plain values are a program's.
  const plain = (value: unknown): boolean => typeof value === 'string' || value === null;
  const options = typeof second === 'object' && second !== null && !Array.isArray(second);
  return plain(first) || (first === undefined && (plain(second) || options))
    ? { by: 'program', node: undefined, link: undefined, args }
    : { by: 'user', node: undefined, link: undefined, args: [] };
}

/** The profile that a call names, in whichever way. */
export function profileOf(call: Call): string | undefined {
  const { node, link } = call;
  if (node?.kind === 'profile' || node?.kind === 'key') {
    return node.profile;
  }
  if (node?.kind === 'standsOn' && node.target.kind === 'profile') {
    return node.target.name;
  }
  return link?.profile ?? textArgument(call, 0);
}

/** The SSO session that a call names: its id (a section's name or a legacy start URL). */
export function sessionOf(call: Call): string | undefined {
  const { node, link } = call;
  if (node !== undefined && 'session' in node) {
    return node.session.id;
  }
  return link?.session ?? textArgument(call, 0);
}

/** A plain argument of a program's call, when it is a text that is not empty. */
export function textArgument(call: Call, index: number): string | undefined {
  const value = call.args[index];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function isLink(value: unknown): value is LinkArgument {
  return typeof value === 'object' && value !== null && 'from' in value && value.from === 'link';
}

const NODE_KINDS: ReadonlySet<unknown> = new Set([
  'profile',
  'key',
  'standsOn',
  'session',
  'account',
  'role',
  'note',
  'link',
] satisfies Node['kind'][]);

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'kind' in value && NODE_KINDS.has(value.kind);
}
