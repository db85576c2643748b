/** The answers so far, by the steps' ids. An optional step left empty has no entry. */
export type Answers = Readonly<Record<string, string>>;

export type Choice = {
  readonly label: string;
  readonly description?: string;
  readonly detail?: string;
  readonly icon?: string;
  readonly value: string;
  /** A line above the first choice of each group says it. */
  readonly group?: string;
};

/** What one step asks. */
export type Question = { readonly id: string; readonly prompt: string } & (
  | {
      readonly kind: 'input';
      readonly placeholder?: string;
      readonly password?: boolean;
      readonly optional?: boolean;
      /** What Enter does in the empty box, as a sentence; without it and `optional`, a value is needed. */
      readonly empty?: string;
      /** What stands in the box at first. */
      readonly start?: (answers: Answers) => string | undefined;
      /** Why the value is refused, as a sentence; undefined when it is fine. */
      readonly refuse?: (value: string, answers: Answers) => string | undefined;
      /** What to agree to before the value is taken, as a sentence: said as one types, asked at Enter. */
      readonly warn?: (value: string, answers: Answers) => string | undefined;
    }
  | {
      readonly kind: 'pick';
      readonly choices: (answers: Answers) => readonly Choice[];
      /** The value of the choice that is marked at first; the first choice when there is none. */
      readonly start?: string;
      /** Lets the user type a value that is not in the list; says why one is refused, or what to know of it. */
      readonly other?: {
        readonly refuse: (value: string) => string | undefined;
        readonly note?: (value: string) => string | undefined;
      };
      readonly optional?: boolean;
    }
);

/** One question. `when` leaves it out depending on the answers before it. */
export type Step =
  | (Question & { readonly when?: (answers: Answers) => boolean })
  /** One that depends as a whole on the answers before it. */
  | {
      readonly id: string;
      readonly kind: 'later';
      readonly when?: (answers: Answers) => boolean;
      readonly make: (answers: Answers) => Question;
    };

/** Where a question stands among the others. */
export type Frame = {
  readonly title: string;
  readonly step: number;
  readonly total: number;
  readonly canGoBack: boolean;
};

/** What a question comes back with when the user wants the one before it. */
export const BACK = Symbol('back');

/**
 * Shows one question; resolves to the answer, empty for a skipped one, or `BACK`. `given` are the answers that
 * count so far, `last` is what was answered here before the user went back.
 */
export type Ask = (
  question: Question,
  given: Answers,
  last: string | undefined,
  frame: Frame,
) => Promise<string | typeof BACK>;

/**
 * Asks one question after the other, with a way back. Only answers to questions on the way that was taken in the
 * end count: what was typed for another choice before going back is not part of the result.
 * @throws what `ask` throws.
 */
export async function walkSteps(title: string, steps: readonly Step[], ask: Ask): Promise<Answers> {
  const typed: Record<string, string> = {};
  const asked: Step[] = [];
  while (true) {
    const given = answersOf(asked, typed);
    const last = asked.at(-1);
    const begin = last === undefined ? 0 : steps.indexOf(last) + 1;
    const step = steps.slice(begin).find(each => each.when?.(given) !== false);
    if (step === undefined) {
      return given;
    }
    const total = steps.filter(each => each.when?.(given) !== false).length;
    const frame = { title, step: asked.length + 1, total, canGoBack: asked.length > 0 };
    const question = step.kind === 'later' ? step.make(given) : step;
    const answer = await ask(question, given, typed[step.id], frame);
    if (answer === BACK) {
      asked.pop();
      continue;
    }
    if (typed[step.id] !== answer) {
      // What was typed for another question of the same place is no answer to this one.
      for (const { id, kind } of steps.slice(steps.indexOf(step) + 1)) {
        if (kind === 'later') {
          delete typed[id];
        }
      }
    }
    typed[step.id] = answer;
    asked.push(step);
  }
}

function answersOf(asked: readonly Step[], typed: Readonly<Record<string, string>>): Answers {
  const given: Record<string, string> = {};
  for (const { id } of asked) {
    const answer = typed[id];
    if (answer !== undefined && answer !== '') {
      given[id] = answer;
    }
  }
  return given;
}
