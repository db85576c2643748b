import * as vscode from 'vscode';
import { type Disposable, disposeAll } from '../lib/disposable.ts';
import { Cancelled } from '../lib/errors.ts';
import { escapeIcons, escapeMessage, visible } from '../lib/escape.ts';
import {
  type Answers,
  BACK,
  type Choice,
  type Frame,
  type Question,
  type Step,
  walkSteps,
} from './step-walk.ts';

/**
 * Asks one question after the other, with step numbers and a way back.
 * @throws Cancelled when the user dismisses a question.
 */
export function askSteps(title: string, steps: readonly Step[]): Promise<Answers> {
  return walkSteps(title, steps, (question, given, last, frame) =>
    question.kind === 'input'
      ? askInput(question, given, last, frame)
      : askPick(question, given, last, frame),
  );
}

function askInput(
  step: Extract<Question, { kind: 'input' }>,
  answers: Answers,
  last: string | undefined,
  frame: Frame,
): Promise<string | typeof BACK> {
  const box = vscode.window.createInputBox();
  const optional = step.optional === true;
  const refusal = (value: string): string | undefined => {
    if (value !== '') {
      return step.refuse?.(value, answers);
    }
    return optional || step.empty !== undefined ? undefined : 'A value is needed.';
  };
  const message = (value: string): string | vscode.InputBoxValidationMessage | undefined => {
    const refused = refusal(value);
    if (refused !== undefined) {
      // Links in the text of a box run commands, as those in a notification do.
      return escapeMessage(refused);
    }
    const note = value === '' ? step.empty : step.warn?.(value, answers);
    return note === undefined
      ? undefined
      : {
          message: escapeMessage(note),
          severity:
            value === '' ? vscode.InputBoxValidationSeverity.Info : vscode.InputBoxValidationSeverity.Warning,
        };
  };
  return withBox(box, frame, settle => {
    box.prompt = escapeMessage(optional ? `${step.prompt} (optional: Enter skips it)` : step.prompt);
    box.placeholder = step.placeholder;
    box.password = step.password === true;
    box.value = last || (step.start?.(answers) ?? '');
    return [
      box.onDidChangeValue(typed => {
        const value = typed.trim();
        // A box that is still empty is not yet a mistake; Enter would be.
        box.validationMessage = value === '' && step.empty === undefined ? undefined : message(value);
      }),
      box.onDidAccept(() => {
        // Pasted values come with stray blanks; no AWS value begins or ends with one.
        const value = box.value.trim();
        const warning = value === '' ? undefined : step.warn?.(value, answers);
        if (refusal(value) !== undefined) {
          box.validationMessage = message(value);
        } else if (warning === undefined) {
          settle(value);
        } else {
          agree(warning, () => settle(value));
        }
      }),
    ];
  });
}

/** Asks in front of the box, which stays; calls `agreed` when the user wants it all the same. */
function agree(warning: string, agreed: () => void): void {
  const button = 'Use It Anyway';
  vscode.window.showWarningMessage(escapeMessage(warning), { modal: true }, button).then(
    chosen => {
      if (chosen === button) {
        agreed();
      }
    },
    // The window closes, and the box with it.
    () => undefined,
  );
}

type Item = vscode.QuickPickItem & { readonly value: string };

function askPick(
  step: Extract<Question, { kind: 'pick' }>,
  answers: Answers,
  last: string | undefined,
  frame: Frame,
): Promise<string | typeof BACK> {
  const pick = vscode.window.createQuickPick<Item>();
  return withBox(pick, frame, settle => {
    const known = itemsOf(step.choices(answers));
    const skip = step.optional === true ? [{ label: 'Skip', value: '' }] : [];
    const show = (typed: string): void => {
      const free = step.other !== undefined && typed !== '' && !known.some(item => item.value === typed);
      const refused = free ? step.other?.refuse(typed) : undefined;
      const note = refused ?? step.other?.note?.(typed) ?? 'as typed';
      const own = free
        ? [{ label: escapeIcons(typed), description: note, value: typed, alwaysShow: true }]
        : [];
      // Whoever types wants a value: Enter must not skip then.
      pick.items = [...(typed === '' ? skip : []), ...known, ...own];
      const meant = free ? bestMatch(known, typed) : undefined;
      if (meant !== undefined) {
        // What was typed would be the first, being the best match of all, and hide what it is the beginning of.
        pick.activeItems = [meant];
      }
    };
    pick.placeholder = step.optional === true ? `${step.prompt} (optional)` : step.prompt;
    pick.matchOnDescription = true;
    pick.matchOnDetail = true;
    show('');
    const start = last ?? step.start;
    const active = pick.items.filter(item => start !== undefined && item.value === start);
    if (active.length > 0) {
      pick.activeItems = active;
    }
    return [
      pick.onDidChangeValue(value => show(value.trim())),
      pick.onDidAccept(() => {
        const [chosen] = pick.selectedItems;
        if (chosen === undefined) {
          return;
        }
        const typed = !known.some(item => item.value === chosen.value) && chosen.value !== '';
        if (!typed || step.other?.refuse(chosen.value) === undefined) {
          settle(chosen.value);
        }
      }),
    ];
  });
}

/** The entry that a text most likely means when it is not one itself: `stock` the region in Stockholm. */
function bestMatch(items: readonly Item[], typed: string): Item | undefined {
  const text = typed.toLowerCase();
  const choices = items.filter(({ kind }) => kind !== vscode.QuickPickItemKind.Separator);
  return (
    choices.find(({ label }) => label.toLowerCase().startsWith(text)) ??
    choices.find(({ label }) => label.toLowerCase().includes(text)) ??
    choices.find(({ description = '' }) => description.toLowerCase().includes(text))
  );
}

/** The entries of a list, with a line above each group. */
function itemsOf(choices: readonly Choice[]): readonly Item[] {
  let last: string | undefined;
  return choices.flatMap(({ label, value, description, detail, icon, group }): Item[] => {
    const above =
      group === undefined || group === last
        ? []
        : // No answer begins with a blank.
          [{ label: group, kind: vscode.QuickPickItemKind.Separator, value: ` ${group}` }];
    last = group;
    return [
      ...above,
      {
        label: escapeIcons(label),
        value,
        ...(description === undefined ? {} : { description: escapeIcons(description) }),
        ...(detail === undefined ? {} : { detail: escapeIcons(detail) }),
        ...(icon === undefined ? {} : { iconPath: new vscode.ThemeIcon(icon) }),
      },
    ];
  });
}

/** Shows a box until it is answered, left with the back button, or dismissed. */
function withBox(
  box: vscode.InputBox | vscode.QuickPick<Item>,
  frame: Frame,
  wire: (settle: (value: string) => void) => Disposable[],
): Promise<string | typeof BACK> {
  return new Promise((resolve, reject) => {
    box.title = visible(frame.title);
    if (frame.total > 1) {
      box.step = frame.step;
      box.totalSteps = Math.max(frame.total, frame.step);
    }
    box.ignoreFocusOut = true;
    box.buttons = frame.canGoBack ? [vscode.QuickInputButtons.Back] : [];
    const parts: Disposable[] = [box];
    const end = (): void => disposeAll(parts);
    parts.push(
      box.onDidTriggerButton(() => {
        resolve(BACK);
        end();
      }),
      box.onDidHide(() => {
        reject(new Cancelled());
        end();
      }),
      ...wire(value => {
        resolve(value);
        end();
      }),
    );
    box.show();
  });
}
