import type { QuickInput } from '../vscode/quick-input.ts';

/** An answer to one question: an entry of its list, a text for its box, or nothing where that is allowed. */
export type Answer = { readonly pick: string } | { readonly text: string } | 'skip';

/** Answers the questions of a multi-step input, each when its number is shown, and waits for the end. */
export async function answerSteps(
  quickInput: QuickInput,
  title: string,
  answers: readonly Answer[],
): Promise<void> {
  for (const [index, answer] of answers.entries()) {
    const name = title.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    const step = answers.length === 1 ? '' : ` \\(${index + 1}/`;
    await quickInput.waitForOpen(new RegExp(`^${name}${step}`));
    if (answer === 'skip') {
      // Typed, it would be a value of the user's own.
      await quickInput.choose('Skip');
    } else if ('pick' in answer) {
      await quickInput.type(answer.pick);
      await quickInput.choose(answer.pick);
    } else {
      await quickInput.enter(answer.text);
    }
  }
  await quickInput.waitForClosed();
}
