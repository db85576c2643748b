import { needsConsent, validateName } from '../aws-files/names.ts';
import type { Snapshot } from '../aws-files/snapshot.ts';
import type { Answers, Question } from './step-walk.ts';
import { askSteps } from './steps.ts';

type Named = 'profile' | 'sso-session';

/** The question for a new name, its id `name`. A name that some tools cannot read needs the user's consent. */
export function nameStep(
  kind: Named,
  snapshot: Snapshot,
  { prompt, start }: { prompt: string; start: (answers: Answers) => string | undefined },
): Extract<Question, { kind: 'input' }> {
  return {
    id: 'name',
    kind: 'input',
    prompt,
    start,
    refuse: value => refuseName(kind, snapshot, value),
    warn: value => needsConsent(kind, value),
  };
}

/** Asks for nothing but a new name. @throws Cancelled */
export async function askName(
  kind: Named,
  snapshot: Snapshot,
  question: { title: string; prompt: string; start: string },
): Promise<string> {
  const { title, prompt, start } = question;
  const { name = '' } = await askSteps(title, [nameStep(kind, snapshot, { prompt, start: () => start })]);
  return name;
}

/** Why a new profile or session cannot have this name, as a sentence; undefined when it can. */
export function refuseName(kind: Named, snapshot: Snapshot, name: string): string | undefined {
  if (kind === 'profile') {
    return snapshot.profiles.has(name) ? `There is a profile ${name} already.` : validateName(kind, name);
  }
  return snapshot.sessions.has(name) ? `There is an SSO session ${name} already.` : validateName(kind, name);
}
