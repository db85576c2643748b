import { listRegions } from '../aws-files/regions.ts';
import { findKey, isHarmless, maskedValue, validateValue } from '../aws-files/schema.ts';
import type { Snapshot } from '../aws-files/snapshot.ts';
import { UserError } from '../lib/errors.ts';
import type { Call } from './call.ts';
import type { Choice, Step } from './step-walk.ts';

/** The regions by id, with their plain names. */
export function regionChoices(): readonly Choice[] {
  return listRegions().map(({ id, name }) => ({ label: id, description: name, value: id }));
}

export function profileChoices(snapshot: Snapshot, except?: string): readonly Choice[] {
  return [...snapshot.profiles.keys()]
    .filter(name => name !== except)
    .map(name => ({ label: name, value: name }));
}

export function sessionChoices(snapshot: Snapshot): readonly Choice[] {
  return [...snapshot.sessions.values()].map(section => ({
    label: section.name,
    description: maskedValue('sso_start_url', section.get('sso_start_url') ?? '').text,
    value: section.name,
  }));
}

export type KeyQuestion = {
  readonly section: 'profile' | 'sso-session';
  readonly key: string;
  /** The value that stands in the file; never shown when the key may hold a secret. */
  readonly present: string | undefined;
  readonly snapshot: Snapshot;
  /** The profile that is edited, which cannot be its own source. */
  readonly name?: string;
};

/** The question for the value of one key: a list where AWS has one, else a box that validates. Its id is `value`. */
export function valueStep({ section, key, present, snapshot, name }: KeyQuestion): Step {
  const schema = findKey(section, key);
  const refuse = (value: string): string | undefined => validateValue(key, value);
  const prompt = schema === undefined ? `The value of ${key}` : `${key}: ${schema.help}`;
  const choices = ((): readonly Choice[] | undefined => {
    switch (schema?.type) {
      case 'region':
        return regionChoices();
      case 'profile':
        return profileChoices(snapshot, name);
      case 'session':
        return sessionChoices(snapshot);
      case 'boolean':
        return ['true', 'false'].map(value => ({ label: value, value }));
      default:
        return schema?.allowed?.map(value => ({ label: value, value }));
    }
  })();
  if (choices !== undefined) {
    const marked = choices.map(choice =>
      choice.value === present ? { ...choice, description: `${choice.description ?? ''} now` } : choice,
    );
    return { id: 'value', kind: 'pick', prompt, choices: () => marked, other: { refuse } };
  }
  const shown = isHarmless(key);
  return {
    id: 'value',
    kind: 'input',
    prompt: shown || present === undefined ? prompt : `${prompt} The present value is not shown.`,
    password: schema?.secret === true || (!shown && schema === undefined),
    start: () => (shown || key === 'credential_process' ? present : undefined),
    refuse,
  };
}

/** The `keys` of a program's call: a record of texts. @throws UserError when it is something else. */
export function keysArgument(call: Call): Readonly<Record<string, string>> | undefined {
  const given = call.args[1];
  if (given === undefined || given === null) {
    return undefined;
  }
  if (typeof given !== 'object' || Array.isArray(given)) {
    throw new UserError('The keys of the new section are not an object of texts.', {
      hint: 'Pass an object such as { region: "eu-west-1" }.',
    });
  }
  const keys: Record<string, string> = {};
  for (const [key, value] of Object.entries(given)) {
    if (typeof value !== 'string') {
      throw new UserError(`The value of ${key} is not a text.`, { hint: 'Pass every value as a text.' });
    }
    keys[key] = value;
  }
  return keys;
}
