import * as vscode from 'vscode';
import { type Disposable, disposeAll } from '../lib/disposable.ts';
import { Cancelled } from '../lib/errors.ts';

/** The answers so far, by the steps' ids. An optional step left empty has no entry. */
export type Answers = Readonly<Record<string, string>>;

export type Choice = {
  readonly label: string;
  readonly description?: string;
  readonly detail?: string;
  readonly icon?: string;
  readonly value: string;
};

/** One question. `when` leaves it out depending on the answers before it. */
export type Step = {
  readonly id: string;
  readonly prompt: string;
  readonly when?: (answers: Answers) => boolean;
} & (
  | {
      readonly kind: 'input';
      readonly placeholder?: string;
      readonly password?: boolean;
      readonly optional?: boolean;
      /** What stands in the box at first. */
      readonly start?: (answers: Answers) => string | undefined;
      /** Why the value is refused, as a sentence; undefined when it is fine. */
      readonly refuse?: (value: string, answers: Answers) => string | undefined;
    }
  | {
      readonly kind: 'pick';
      readonly choices: (answers: Answers) => readonly Choice[];
      /** Lets the user type a value that is not in the list; says why one is refused. */
      readonly other?: { readonly refuse: (value: string) => string | undefined };
      readonly optional?: boolean;
    }
);

const BACK = Symbol('back');

/**
 * Asks one question after the other, with step numbers and a way back.
 * @throws Cancelled when the user dismisses a question.
 */
export async function askSteps(title: string, steps: readonly Step[]): Promise<Answers> {
  const answers: Record<string, string> = {};
  const asked: number[] = [];
  let index = nextStep(steps, -1, answers);
  while (index < steps.length) {
    const step = steps[index];
    if (step === undefined) {
      break;
    }
    const total = steps.filter(each => each.when?.(answers) !== false).length;
    const frame: Frame = { title, step: asked.length + 1, total, canGoBack: asked.length > 0 };
    const answer =
      step.kind === 'input' ? await askInput(step, answers, frame) : await askPick(step, answers, frame);
    if (answer === BACK) {
      index = asked.pop() ?? 0;
      continue;
    }
    if (answer === '') {
      delete answers[step.id];
    } else {
      answers[step.id] = answer;
    }
    asked.push(index);
    index = nextStep(steps, index, answers);
  }
  return answers;
}

function nextStep(steps: readonly Step[], from: number, answers: Answers): number {
  let index = from + 1;
  while (index < steps.length && steps[index]?.when?.(answers) === false) {
    index += 1;
  }
  return index;
}

type Frame = {
  readonly title: string;
  readonly step: number;
  readonly total: number;
  readonly canGoBack: boolean;
};

function askInput(
  step: Extract<Step, { kind: 'input' }>,
  answers: Answers,
  frame: Frame,
): Promise<string | typeof BACK> {
  const box = vscode.window.createInputBox();
  const optional = step.optional === true;
  const refusal = (value: string): string | undefined =>
    value === '' ? (optional ? undefined : 'A value is needed.') : step.refuse?.(value, answers);
  return withBox(box, frame, settle => {
    box.prompt = optional ? `${step.prompt} (optional: Enter skips it)` : step.prompt;
    box.placeholder = step.placeholder;
    box.password = step.password === true;
    box.value = answers[step.id] ?? step.start?.(answers) ?? '';
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
  frame: Frame,
): Promise<string | typeof BACK> {
  const pick = vscode.window.createQuickPick<vscode.QuickPickItem & { value: string }>();
  return withBox(pick, frame, settle => {
    const known = step.choices(answers).map(choice => ({
      label: choice.label,
      value: choice.value,
      ...(choice.description === undefined ? {} : { description: choice.description }),
      ...(choice.detail === undefined ? {} : { detail: choice.detail }),
      ...(choice.icon === undefined ? {} : { iconPath: new vscode.ThemeIcon(choice.icon) }),
    }));
    const skip = step.optional === true ? [{ label: 'Skip', value: '', alwaysShow: true }] : [];
    const show = (typed: string): void => {
      const free = step.other !== undefined && typed !== '' && !known.some(item => item.value === typed);
      const refused = free ? step.other?.refuse(typed) : undefined;
      const own = free
        ? [{ label: typed, description: refused ?? 'as typed', value: typed, alwaysShow: true }]
        : [];
      pick.items = [...skip, ...known, ...own];
    };
    pick.placeholder = step.prompt;
    pick.matchOnDescription = true;
    pick.matchOnDetail = true;
    show('');
    pick.activeItems = pick.items.filter(item => item.value === answers[step.id]);
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
    box.title = frame.title;
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
