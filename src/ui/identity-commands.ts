import * as vscode from 'vscode';
import { redirection } from '../aws-files/location.ts';
import {
  describeFormat,
  exportText,
  type FormatName,
  findFormat,
  formatForShell,
  formatNames,
  needsCredentials,
} from '../exports/formats.ts';
import { Cancelled, UserError } from '../lib/errors.ts';
import { escapeIcons, escapeMessage } from '../lib/escape.ts';
import { accountOf } from '../view/profile-summary.ts';
import { groupAccountId, roleOfArn } from '../view/words.ts';
import { type Call, profileOf, textArgument } from './call.ts';
import { askCredentials, askIdentity, askTrace } from './chain.ts';
import { chooseProfile, knownProfile } from './choose.ts';
import type { CommandTable } from './edge.ts';
import type { ExplanationView } from './explanation-view.ts';
import type { Parts } from './parts.ts';

type Needs = Pick<Parts, 'store' | 'sessions' | 'window' | 'ready' | 'system' | 'resolver' | 'identity'> & {
  readonly explanation: ExplanationView;
};

/** Who a profile is, why, and its credentials for the clipboard. */
export function identityCommands(parts: Needs) {
  return {
    identity: call => identity(call, parts),
    explain: call => explain(call, parts),
    copyEnv: call => copyEnv(call, parts),
    copyAccountId: async call => {
      const { node } = call;
      if (node?.kind === 'account') {
        return copy(node.account.id, `Copied the account ID ${groupAccountId(node.account.id)}`, call);
      }
      const profile = await chooseProfile(call, parts, { title: 'Copy Account ID', orActive: true });
      const account =
        accountOf(knownProfile(parts, profile)) ?? (await askIdentity(parts, profile, call.by)).account;
      return copy(account, `Copied the account ID ${groupAccountId(account)}`, call);
    },
    copyArn: async call => {
      const profile = await chooseProfile(call, parts, { title: 'Copy ARN', orActive: true });
      const { arn } = await askIdentity(parts, profile, call.by);
      return copy(arn, `Copied ${arn}`, call);
    },
  } satisfies CommandTable;
}

/** The profile that a call is about; undefined for the default chain, which is what no active profile means. */
async function profileOrDefault(call: Call, parts: Needs, title: string): Promise<string | undefined> {
  await parts.ready;
  if (profileOf(call) === undefined && parts.window.active.profile === null && call.link !== undefined) {
    return undefined;
  }
  return chooseProfile(call, parts, { title, orActive: true });
}

async function identity(call: Call, parts: Needs): Promise<unknown> {
  const profile = await profileOrDefault(call, parts, 'Check Identity');
  if (call.link?.force === true && profile !== undefined) {
    // Those that a code was typed for are about to end.
    (await parts.resolver()).forget({ profile });
  }
  const found = await askIdentity(parts, profile, call.by);
  if (call.by === 'user') {
    const account = parts.sessions.accountNames.get(found.account);
    const where = [account, groupAccountId(found.account)].filter(Boolean).join(' ');
    const foreign = found.foreignHost === undefined ? '' : ` ${found.foreignHost} says so, which is not AWS.`;
    const who = `${profile ?? 'The default chain'} is ${roleOfArn(found.arn) ?? found.arn} in ${where}.${foreign}`;
    void offerArn(who, found.arn);
  }
  const { expiresAt, foreignHost: _host, ...rest } = found;
  return { ...rest, ...(expiresAt === undefined ? {} : { expiresAt: new Date(expiresAt).toISOString() }) };
}

async function offerArn(text: string, arn: string): Promise<void> {
  const chosen = await vscode.window.showInformationMessage(escapeMessage(text), 'Copy ARN');
  if (chosen !== undefined) {
    await vscode.env.clipboard.writeText(arn);
  }
}

async function explain(call: Call, parts: Needs): Promise<unknown> {
  const profile = await profileOrDefault(call, parts, 'Why This Identity?');
  const trace = await askTrace(parts, profile, call.by);
  parts.explanation.show(trace);
  if (call.by === 'user') {
    await parts.explanation.focus();
  }
  return trace;
}

async function copyEnv(call: Call, parts: Needs): Promise<FormatName> {
  const profile = await chooseProfile(call, parts, { title: 'Copy Environment Exports', orActive: true });
  const named = textArgument(call, 1);
  const format = named === undefined ? await pickFormat(profile, parts) : findFormat(named);
  if (format === undefined) {
    throw new UserError(`There is no export format "${named}".`, {
      hint: `Use one of ${formatNames.join(', ')}.`,
    });
  }
  if (profile === parts.window.active.role?.profile && !needsCredentials(format)) {
    throw new UserError(`${profile} stands in no file: only the terminals of this window find it by name.`, {
      hint: 'Copy its keys in another format, or save the role as a profile first.',
    });
  }
  const credentials = needsCredentials(format) ? await askCredentials(parts, profile, call.by) : undefined;
  const text = exportText(format, {
    profile,
    shell: formatForShell(vscode.env.shell, parts.system.platform),
    redirection: redirection(parts.system, parts.store.paths),
    ...(credentials === undefined ? {} : { credentials }),
  });
  const { label } = describeFormat(format);
  await copy(text, `Copied the ${label} exports of ${profile}`, call);
  return format;
}

async function pickFormat(profile: string, parts: Needs): Promise<FormatName> {
  const first = formatForShell(vscode.env.shell, parts.system.platform);
  const names = [first, ...formatNames.filter(name => name !== first)];
  const items = names.map(name => {
    const { label, detail } = describeFormat(name);
    return { label, description: name === first ? 'your shell' : '', detail, name };
  });
  const picked = await vscode.window.showQuickPick(items, {
    title: `Copy Environment Exports of ${profile}`,
    placeHolder: 'For which shell or tool?',
    matchOnDetail: true,
    // A tree that repaints may take the focus for a moment.
    ignoreFocusOut: true,
  });
  if (picked === undefined) {
    throw new Cancelled();
  }
  return picked.name;
}

/** Puts a text on the clipboard, because the user asked for just that. */
async function copy(text: string, said: string, call: Call): Promise<string> {
  await vscode.env.clipboard.writeText(text);
  if (call.by === 'user') {
    vscode.window.setStatusBarMessage(escapeIcons(said), 4000);
  }
  return text;
}
