import * as vscode from 'vscode';
import { type Disposable, disposeAll } from '../lib/disposable.ts';
import { Cancelled } from '../lib/errors.ts';
import { escapeIcons, escapeMessage, visible } from '../lib/escape.ts';
import { type Answers, BACK, type Frame, type Step, walkSteps } from './step-walk.ts';

/**
 * Asks one question after the other, with step numbers and a way back.
 * @throws Cancelled when the user dismisses a question.
 */
export function askSteps(title: string, steps: readonly Step[]): Promise<Answers> {
  return walkSteps(title, steps, (step, given, last, frame) =>
    step.kind === 'input' ? askInput(step, given, last, frame) : askPick(step, given, last, frame),
  );
}

function askInput(
  step: Extract<Step, { kind: 'input' }>,
  answers: Answers,
  last: string | undefined,
  frame: Frame,
): Promise<string | typeof BACK> {
  const box = vscode.window.createInputBox();
  const optional = step.optional === true;
  // Links in the text of a box run commands, as those in a notification do.
  const refusal = (value: string): string | undefined => {
    const reason =
      value === '' ? (optional ? undefined : 'A value is needed.') : step.refuse?.(value, answers);
    return reason === undefined ? undefined : escapeMessage(reason);
  };
  return withBox(box, frame, settle => {
    box.prompt = escapeMessage(optional ? `${step.prompt} (optional: Enter skips it)` : step.prompt);
    box.placeholder = step.placeholder;
    box.password = step.password === true;
    box.value = last || (step.start?.(answers) ?? '');
    return [
      box.onDidChangeValue(value => {
        // An empty box is not yet a mistake; Enter would be.
        box.validationMessage = value === '' ? undefined : refusal(value.trim());
      }),
      box.onDidAccept(() => {
        // Pasted values come with stray blanks; no AWS value begins or ends with one.
        const value = box.value.trim();
        const refused = refusal(value);
        if (refused === undefined) {
          settle(value);
        } else {
          box.validationMessage = refused;
        }
      }),
    ];
  });
}

function askPick(
  step: Extract<Step, { kind: 'pick' }>,
  answers: Answers,
  last: string | undefined,
  frame: Frame,
): Promise<string | typeof BACK> {
  const pick = vscode.window.createQuickPick<vscode.QuickPickItem & { value: string }>();
  return withBox(pick, frame, settle => {
    const known = step.choices(answers).map(choice => ({
      label: escapeIcons(choice.label),
      value: choice.value,
      ...(choice.description === undefined ? {} : { description: escapeIcons(choice.description) }),
      ...(choice.detail === undefined ? {} : { detail: escapeIcons(choice.detail) }),
      ...(choice.icon === undefined ? {} : { iconPath: new vscode.ThemeIcon(choice.icon) }),
    }));
    const skip = step.optional === true ? [{ label: 'Skip', value: '' }] : [];
    const show = (typed: string): void => {
      const free = step.other !== undefined && typed !== '' && !known.some(item => item.value === typed);
      const refused = free ? step.other?.refuse(typed) : undefined;
      const own = free
        ? [{ label: escapeIcons(typed), description: refused ?? 'as typed', value: typed, alwaysShow: true }]
        : [];
      // Whoever types wants a value: Enter must not skip then.
      pick.items = [...(typed === '' ? skip : []), ...known, ...own];
    };
    pick.placeholder = step.optional === true ? `${step.prompt} (optional)` : step.prompt;
    pick.matchOnDescription = true;
    pick.matchOnDetail = true;
    show('');
    pick.activeItems = pick.items.filter(item => last !== undefined && item.value === last);
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

/** Shows a box until it is answered, left with the back button, or dismissed. */
function withBox(
  box: vscode.InputBox | vscode.QuickPick<vscode.QuickPickItem & { value: string }>,
  frame: Frame,
  wire: (settle: (value: string) => void) => Disposable[],
): Promise<string | typeof BACK> {
  return new Promise((resolve, reject) => {
    box.title = visible(frame.title);
    box.step = frame.step;
    box.totalSteps = Math.max(frame.total, frame.step);
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
