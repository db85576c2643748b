import * as vscode from 'vscode';
import { type Disposable, disposeAll } from '../lib/disposable.ts';
import { Cancelled, UserError } from '../lib/errors.ts';
import { escapeIcons, escapeMessage, visible } from '../lib/escape.ts';
import {
  type Answer,
  type Answers,
  BACK,
  type Choice,
  type Frame,
  LIST_AGAIN,
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
): Promise<Answer> {
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
    const warning = value === '' ? undefined : step.warn?.(value, answers);
    const note = warning ?? (value === '' ? step.empty : step.note?.(value, answers));
    return note === undefined
      ? undefined
      : {
          message: escapeMessage(note),
          severity:
            warning === undefined
              ? vscode.InputBoxValidationSeverity.Info
              : vscode.InputBoxValidationSeverity.Warning,
        };
  };
  return withBox<Answer>(box, frame, settle => {
    box.prompt = escapeMessage(optional ? `${step.prompt} (optional: Enter skips it)` : step.prompt);
    box.placeholder = step.placeholder;
    box.password = step.password === true;
    box.value = last || (step.start?.(answers) ?? '');
    box.validationMessage =
      step.note === undefined || box.value === '' ? undefined : message(box.value.trim());
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

/** In a list longer than this, a text is offered as a value of its own only when it will do as one. */
const LONG_LIST = 100;

async function askPick(
  step: Extract<Question, { kind: 'pick' }>,
  answers: Answers,
  last: string | undefined,
  frame: Frame,
): Promise<Answer> {
  const stop = new AbortController();
  const choices = step.choices(answers, stop.signal);
  const alone = choices instanceof Promise ? undefined : soleOf(step, choices);
  if (alone !== undefined) {
    return alone;
  }
  const pick = vscode.window.createQuickPick<Item>();
  return withBox<Answer>(pick, frame, (settle, fail) => {
    const skip = step.optional === true ? [{ label: 'Skip', value: '' }] : [];
    let known: readonly Item[] = [];
    let shown = '';
    const show = (typed: string): void => {
      const free = step.other !== undefined && typed !== '' && !known.some(item => item.value === typed);
      const refused = free ? step.other?.refuse(typed) : undefined;
      const note = refused ?? step.other?.note?.(typed) ?? 'as typed';
      const own =
        free && (refused === undefined || known.length <= LONG_LIST)
          ? [{ label: escapeIcons(typed), description: note, value: typed, alwaysShow: true }]
          : [];
      // Whoever types wants a value: Enter must not skip then.
      const skips = typed === '' ? skip : [];
      // A long list is handed over anew only when it is another one.
      const state = JSON.stringify([skips.length, own]);
      if (state !== shown) {
        shown = state;
        pick.items = [...skips, ...known, ...own];
      }
      const meant = free ? bestMatch(known, typed) : undefined;
      if (meant !== undefined && own.length > 0) {
        // What was typed would be the first, being the best match of all, and hide what it is the beginning of.
        pick.activeItems = [meant];
      }
    };
    const take = (items: readonly Item[]): void => {
      known = items;
      shown = '';
      show(pick.value.trim());
      const start = last ?? step.start;
      const active = pick.items.filter(item => start !== undefined && item.value === start);
      if (active.length > 0 && pick.value === '') {
        pick.activeItems = active;
      }
    };
    const fetch = async (list: Promise<readonly Choice[]>): Promise<void> => {
      pick.busy = true;
      try {
        const fetched = await list;
        const alone = soleOf(step, fetched);
        if (alone === undefined) {
          take(itemsOf(fetched));
        } else {
          settle(alone);
        }
      } catch (error) {
        if (!(error instanceof UserError) || step.other === undefined) {
          fail(error);
          return;
        }
        const detail = [error.message, error.hint].filter(Boolean).join(' ');
        take([
          {
            label: 'The list could not be fetched. Try again, or type the value.',
            detail: escapeIcons(detail),
            iconPath: new vscode.ThemeIcon('warning'),
            alwaysShow: true,
            value: LIST_AGAIN,
          },
        ]);
      } finally {
        pick.busy = false;
      }
    };
    pick.placeholder = visible(step.optional === true ? `${step.prompt} (optional)` : step.prompt);
    pick.matchOnDescription = true;
    pick.matchOnDetail = true;
    if (choices instanceof Promise) {
      void fetch(choices);
    } else {
      take(itemsOf(choices));
    }
    return [
      { dispose: () => stop.abort() },
      pick.onDidChangeValue(value => show(value.trim())),
      pick.onDidAccept(() => {
        const [chosen] = pick.selectedItems;
        if (chosen === undefined) {
          return;
        }
        if (chosen.value === LIST_AGAIN) {
          const list = step.renewed?.(answers, stop.signal) ?? step.choices(answers, stop.signal);
          take([]);
          void fetch(Promise.resolve(list));
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

/** The answer that a list gives by itself: its only entry, where that will do. */
function soleOf(
  step: Extract<Question, { kind: 'pick' }>,
  choices: readonly Choice[],
): { readonly sole: string } | undefined {
  const [first, second] = choices.filter(({ value }) => value !== LIST_AGAIN);
  return step.sole === true && first !== undefined && second === undefined
    ? { sole: first.value }
    : undefined;
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
function withBox<T>(
  box: vscode.InputBox | vscode.QuickPick<Item>,
  frame: Frame,
  wire: (settle: (value: T) => void, fail: (error: unknown) => void) => Disposable[],
): Promise<T | typeof BACK> {
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
      ...wire(
        value => {
          resolve(value);
          end();
        },
        error => {
          reject(error);
          end();
        },
      ),
    );
    box.show();
  });
}
