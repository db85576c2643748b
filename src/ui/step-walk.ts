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

/** The value of a choice that is no answer: it fetches the list again. No answer begins with a blank. */
export const LIST_AGAIN = ' again';

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
      /** What is good to know of a value that will do, as a sentence: said as one types. */
      readonly note?: (value: string, answers: Answers) => string | undefined;
    }
  | {
      readonly kind: 'pick';
      /** A list that must be fetched shows that it is; the signal says that nobody waits for it any more. */
      readonly choices: (
        answers: Answers,
        signal: AbortSignal,
      ) => readonly Choice[] | Promise<readonly Choice[]>;
      /** What `LIST_AGAIN` fetches; `choices` where it is not given. */
      readonly renewed?: (answers: Answers, signal: AbortSignal) => Promise<readonly Choice[]>;
      /** A list of one needs no question: it is the answer. */
      readonly sole?: true;
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

type When = {
  /** Leaves the question out depending on the answers before it. */
  readonly when?: (answers: Answers) => boolean;
  /** Done before the question is shown; what it rejects with ends the questions. */
  readonly prepare?: (answers: Answers) => Promise<void>;
};

/** One question. */
export type Step =
  | (Question & When)
  /** One that depends as a whole on the answers before it. */
  | ({
      readonly id: string;
      readonly kind: 'later';
      readonly make: (answers: Answers) => Question;
    } & When);

/** Where a question stands among the others. */
export type Frame = {
  readonly title: string;
  readonly step: number;
  readonly total: number;
  readonly canGoBack: boolean;
};

/** What a question comes back with when the user wants the one before it. */
export const BACK = Symbol('back');

/** What a question comes back with: the answer, empty for a skipped one; `sole` when nobody had to be asked. */
export type Answer = string | typeof BACK | { readonly sole: string };

/**
 * Shows one question. `given` are the answers that count so far, `last` is what was answered here before the user
 * went back.
 */
export type Ask = (
  question: Question,
  given: Answers,
  last: string | undefined,
  frame: Frame,
) => Promise<Answer>;

/**
 * Asks one question after the other, with a way back. Only answers to questions on the way that was taken in the
 * end count: what was typed for another choice before going back is not part of the result. Questions that answered
 * themselves are not counted, and the way back leads past them.
 * @throws what `ask` throws.
 */
export async function walkSteps(title: string, steps: readonly Step[], ask: Ask): Promise<Answers> {
  const typed: Record<string, string> = {};
  const asked: Step[] = [];
  const silent = new Set<Step>();
  while (true) {
    const given = answersOf(asked, typed);
    const last = asked.at(-1);
    const begin = last === undefined ? 0 : steps.indexOf(last) + 1;
    const step = steps.slice(begin).find(each => each.when?.(given) !== false);
    if (step === undefined) {
      return given;
    }
    const heard = asked.filter(each => !silent.has(each)).length;
    const total = steps.filter(each => !silent.has(each) && each.when?.(given) !== false).length;
    const frame = { title, step: heard + 1, total, canGoBack: heard > 0 };
    await step.prepare?.(given);
    const question = step.kind === 'later' ? step.make(given) : step;
    const got = await ask(question, given, typed[step.id], frame);
    if (got === BACK) {
      let left = asked.pop();
      while (left !== undefined && silent.delete(left)) {
        left = asked.pop();
      }
      continue;
    }
    const answer = typeof got === 'string' ? got : got.sole;
    if (typeof got !== 'string') {
      silent.add(step);
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
