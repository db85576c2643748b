import type { QuickInput } from '../vscode/quick-input.ts';

/** An answer to one question: an entry of its list, or a text for its box. */
export type Answer = { readonly pick: string } | { readonly text: string };

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
    if ('pick' in answer) {
      await quickInput.type(answer.pick);
      await quickInput.choose(answer.pick);
    } else {
      await quickInput.enter(answer.text);
    }
  }
  await quickInput.waitForClosed();
}
