import * as vscode from 'vscode';
import { RULES, type Rule } from '../aws-files/problem-rules.ts';
import type { Problem } from '../aws-files/snapshot.ts';
import { UserError } from '../lib/errors.ts';
import { escapeMessage } from '../lib/escape.ts';
import { findings, isRule } from '../view/problem-list.ts';
import { type Call, profileOf, sessionOf, textArgument } from './call.ts';
import type { CommandTable } from './edge.ts';
import { applyEdits, type EditParts } from './edit-flow.ts';
import type { ProblemPanel } from './problem-panel.ts';
import { readSettings } from './settings.ts';
import { openAt } from './switch-commands.ts';

type Needs = EditParts & { readonly panel: ProblemPanel };

/** What a program gets of a problem. */
type Finding = Pick<Problem, 'rule' | 'severity' | 'message' | 'subject'> & {
  readonly file: string;
  readonly line: number;
};

const OFF = 'problems.off';

/** A fix of more than this is shown before it is made. */
const MANY_EDITS = 5;

/** Looking for problems in the files, and mending them. */
export function checkCommands(parts: Needs) {
  return {
    checkFiles: call => checkFiles(call, parts),
    showProblems: call => showProblems(call, parts),
    applyFix: call => applyFix(call, parts),
    turnOffCheck: turnOffCheck,
  } satisfies CommandTable;
}

async function checkFiles(call: Call, { panel }: Needs): Promise<readonly Finding[]> {
  if (call.by === 'program') {
    // Null is for all, as nothing at all is what a palette passes.
    const name = textArgument(call, 0);
    const found = await panel.find();
    return found.filter(each => name === undefined || isOf(each, 'profile', name)).map(toFinding);
  }
  const problems = await panel.showAll();
  if (problems.length > 0) {
    await vscode.commands.executeCommand('workbench.panel.markers.view.focus');
  }
  // Not awaited: a message stays until it is dismissed.
  void vscode.window.showInformationMessage(escapeMessage(findings(problems)));
  return problems.map(toFinding);
}

function toFinding({ rule, severity, message, place, subject }: Problem): Finding {
  const { file, line } = place;
  return { rule, severity, message, file, line, ...(subject === undefined ? {} : { subject }) };
}

function isOf({ subject }: Problem, kind: 'profile' | 'session', name: string | undefined): boolean {
  return subject?.kind === kind && subject.name === name;
}

/** Opens the file at the first problem of a row, the worst ones first. */
async function showProblems(call: Call, { panel }: Needs): Promise<void> {
  const kind = call.node?.kind === 'session' ? 'session' : 'profile';
  const name = kind === 'session' ? sessionOf(call) : profileOf(call);
  const problems = await panel.showAll();
  const own = problems.filter(each => isOf(each, kind, name));
  const first = own.find(each => each.severity === 'error') ?? own[0];
  if (first === undefined) {
    throw new UserError(`Nothing is wrong with ${name ?? 'that'} any more.`);
  }
  await openAt(first.place.file, first.place.line);
}

/** What a light bulb calls for a fix that is more than a change of the text that is open. */
async function applyFix(call: Call, parts: Needs): Promise<void> {
  const fix = call.link?.fix;
  if (fix === undefined) {
    throw new UserError('Choose a problem first.', { hint: 'Open the file and use its light bulb.' });
  }
  const edits = Object.values(fix.edits).flat().length;
  await applyEdits(parts, fix.edits, {
    by: call.by,
    done: fix.title,
    offer: 'notification',
    preview: edits > MANY_EDITS ? fix.title : undefined,
  });
}

async function turnOffCheck(call: Call): Promise<readonly Rule[]> {
  const rule = call.link?.rule ?? textArgument(call, 0);
  if (!isRule(rule)) {
    throw new UserError('There is no such check.', { hint: `Name one of ${Object.keys(RULES).join(', ')}.` });
  }
  const off = [...readSettings().problemsOff, rule].filter((each, index, all) => all.indexOf(each) === index);
  try {
    await vscode.workspace.getConfiguration('rolecall').update(OFF, off, vscode.ConfigurationTarget.Global);
  } catch (error) {
    throw new UserError(`The setting rolecall.${OFF} could not be written.`, {
      hint: 'Look whether your settings file is unsaved or has an error, then try again.',
      cause: error,
    });
  }
  if (call.by === 'user') {
    void offerSettings(`Turned off the check “${RULES[rule].title}”.`);
  }
  return off;
}

async function offerSettings(text: string): Promise<void> {
  const chosen = await vscode.window.showInformationMessage(escapeMessage(text), 'Open Settings');
  if (chosen !== undefined) {
    await vscode.commands.executeCommand('workbench.action.openSettings', `rolecall.${OFF}`);
  }
}
