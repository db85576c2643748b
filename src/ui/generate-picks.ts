import * as vscode from 'vscode';
import type { GoneProfile } from '../aws-files/generated.ts';
import { validateValue } from '../aws-files/schema.ts';
import { type Disposable, disposeAll } from '../lib/disposable.ts';
import { Cancelled } from '../lib/errors.ts';
import { escapeIcons } from '../lib/escape.ts';
import {
  type NameFields,
  type NameTemplate,
  nameRoles,
  parseTemplate,
  TEMPLATE_HELP,
} from '../view/name-template.ts';
import { count } from '../view/words.ts';
import type { GenerateRun } from './generate-memory.ts';
import { regionChoices } from './key-steps.ts';
import type { Step } from './step-walk.ts';
import { askSteps } from './steps.ts';

type Item = vscode.QuickPickItem & { readonly fields?: NameFields };

/**
 * Lets the user choose roles: several, or all by the box at the top, which takes what the typed text finds.
 * @throws Cancelled
 */
export function pickRoles(
  title: string,
  roles: readonly NameFields[],
  isPicked: (role: NameFields) => boolean,
): Promise<readonly NameFields[]> {
  const pick = vscode.window.createQuickPick<Item>();
  return new Promise((resolve, reject) => {
    const open: Disposable[] = [pick];
    pick.title = title;
    pick.placeholder = 'Choose the roles that get a profile; type to find accounts and roles';
    pick.canSelectMany = true;
    pick.matchOnDescription = true;
    pick.ignoreFocusOut = true;
    pick.items = itemsOf(roles);
    pick.selectedItems = pick.items.filter(({ fields }) => fields !== undefined && isPicked(fields));
    open.push(
      pick.onDidAccept(() => {
        const chosen = pick.selectedItems.flatMap(({ fields }) => fields ?? []);
        // Enter with nothing chosen most likely came too early.
        if (chosen.length > 0) {
          resolve(chosen);
          disposeAll(open);
        }
      }),
      pick.onDidHide(() => {
        reject(new Cancelled());
        disposeAll(open);
      }),
    );
    pick.show();
  });
}

/** Account and role in the label, so that one text finds both; the plain id to be typed or pasted. */
function itemsOf(roles: readonly NameFields[]): readonly Item[] {
  return roles.map(fields => ({
    label: escapeIcons(`${fields.account} · ${fields.role}`),
    description: fields.accountId === fields.account ? '' : fields.accountId,
    fields,
  }));
}

/** What to do with generated profiles whose roles are gone. */
export type Removal = 'keep' | 'unused' | 'all';

export type GeneratePlan = GenerateRun & { readonly removal: Removal };

/**
 * Asks how profiles are to be called, what each of them gets, and what becomes of those whose roles are gone.
 * @throws Cancelled
 */
export async function askPlan(
  title: string,
  context: {
    readonly roles: readonly NameFields[];
    readonly isTaken: (name: string) => boolean;
    readonly gone: readonly GoneProfile[];
    readonly start: GenerateRun;
  },
): Promise<GeneratePlan> {
  const { roles, isTaken, gone, start } = context;
  const {
    template,
    region = '',
    output = '',
    removal,
  } = await askSteps(title, [
    {
      id: 'template',
      kind: 'input',
      prompt: 'How the profiles are called',
      start: () => start.template,
      refuse: faultOf,
      // What a box says of its text stands in place of its prompt.
      note: text => `${previewOf(text, roles, isTaken) ?? ''} ${TEMPLATE_HELP}`.trim(),
    },
    {
      id: 'region',
      kind: 'pick',
      prompt: 'The region of these profiles',
      start: start.region,
      choices: regionChoices,
      other: { refuse: value => validateValue('region', value) },
      optional: true,
    },
    {
      id: 'output',
      kind: 'pick',
      prompt: 'The output format of AWS CLI for these profiles',
      start: start.output,
      choices: () => ['json', 'text', 'table', 'yaml', 'yaml-stream'].map(value => ({ label: value, value })),
      optional: true,
    },
    ...(gone.length === 0 ? [] : [removalStep(gone)]),
  ]);
  return {
    template: template ?? start.template,
    region,
    output,
    removal: removal === 'unused' || removal === 'all' ? removal : 'keep',
  };
}

function removalStep(gone: readonly GoneProfile[]): Step {
  const unused = gone.filter(({ users }) => users.length === 0);
  const used = gone.filter(({ users }) => users.length > 0);
  const names = (profiles: readonly GoneProfile[]): string => profiles.map(({ name }) => name).join(', ');
  return {
    id: 'removal',
    kind: 'pick',
    prompt: `${count(gone.length, 'generated profile')} stand for a role that is gone`,
    choices: () => [
      ...(unused.length === 0
        ? []
        : [{ label: `Remove ${count(unused.length, 'profile')}`, detail: names(unused), value: 'unused' }]),
      { label: 'Keep them', value: 'keep' },
      ...(used.length === 0
        ? []
        : [
            {
              label: `Remove ${count(gone.length, 'profile')}, those that others stand on too`,
              detail: used.map(({ name, users }) => `${name}: source of ${users.join(', ')}`).join('; '),
              value: 'all',
            },
          ]),
    ],
  };
}

/** Why a template cannot be used, as a sentence that says where. */
function faultOf(text: string): string | undefined {
  const template = parseTemplate(text);
  return 'fault' in template ? `Character ${template.at + 1}: ${template.fault}` : undefined;
}

const SHOWN = 3;

/** The first names, and whether some are other ones than the template gives. */
export function previewOf(
  text: string,
  roles: readonly NameFields[],
  isTaken: (name: string) => boolean,
): string | undefined {
  const template = parseTemplate(text);
  if ('fault' in template) {
    return undefined;
  }
  const names = nameRoles(template, roles, isTaken);
  const shown = names.slice(0, SHOWN).map(({ name }) => name);
  const more = names.length > SHOWN ? ` and ${names.length - SHOWN} more` : '';
  const changed = names.filter(({ isChanged }) => isChanged);
  const [first] = changed;
  return `${shown.join(', ')}${more}.${first === undefined ? '' : ` ${changedText(changed.length, first.name)}`}`;
}

/** That names are taken, or given to several. */
export function changedText(changed: number, example: string): string {
  return changed === 1
    ? `1 name is taken and becomes ${example}.`
    : `${changed} names are taken or not unique and get the account ID, such as ${example}.`;
}

/** The template of a run, which was read before. */
export function readTemplate(text: string, fallback: string): NameTemplate {
  const template = parseTemplate(text);
  if (!('fault' in template)) {
    return template;
  }
  const other = parseTemplate(fallback);
  return 'fault' in other ? { pieces: [] } : other;
}
