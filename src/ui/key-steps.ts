import { validateKey } from '../aws-files/names.ts';
import { profileKind } from '../aws-files/profile-kind.ts';
import { listRegions } from '../aws-files/regions.ts';
import { findKey, maskedValue, validateValue } from '../aws-files/schema.ts';
import type { KeySchema } from '../aws-files/schema-keys.ts';
import type { Section, Snapshot } from '../aws-files/snapshot.ts';
import { UserError } from '../lib/errors.ts';
import { offeredKeys } from '../view/key-order.ts';
import type { Call } from './call.ts';
import type { Choice, Question } from './step-walk.ts';

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

export type KeyList = {
  readonly kind: 'profile' | 'sso-session';
  /** The section as it stands. */
  readonly section: Section;
  /** What the key is for: to edit, those that it has are offered too; to rename one to, they are refused. */
  readonly use: 'add' | 'edit' | 'rename';
  /** What else can be chosen, below what it has. */
  readonly more?: readonly Choice[];
};

/** The question for a key: those that stand there first, then those that may be added; any other may be typed. */
export function keyStep({ kind, section, use, more = [] }: KeyList): Question {
  const settings = section.settings();
  const present = new Set(settings.map(setting => setting.key));
  const offered = offeredKeys(kind, kind === 'profile' ? profileKind(section) : undefined, present);
  const choices: readonly Choice[] = [
    ...(use === 'edit' ? settings : []).map(({ key, value, origin }) => ({
      label: key,
      value: key,
      description: maskedValue(key, value).text,
      ...(kind === 'profile' ? { detail: `in ${origin}` } : {}),
      group: 'set here',
    })),
    ...more,
    ...offered.map(({ schema: { key, readBy, help }, group }) => ({
      label: key,
      value: key,
      // Most keys are read by all: only the others say by whom.
      ...(readBy === EVERY_TOOL ? {} : { description: readBy }),
      detail: help,
      group,
    })),
  ];
  return {
    id: 'key',
    kind: 'pick',
    prompt: use === 'rename' ? 'Its new name?' : 'Which key?',
    choices: () => choices,
    other: {
      refuse: key => (use === 'rename' && present.has(key) ? 'It is set already.' : refuseKey(key)),
      note: key => (present.has(key) ? 'set already: Enter changes it' : undefined),
    },
  };
}

const EVERY_TOOL = 'AWS CLI and SDKs';

/** Why a key that was typed will not do, as a sentence. */
function refuseKey(key: string): string | undefined {
  return key === key.toLowerCase() ? validateKey(key) : 'Write it in lower case: some tools read no other.';
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

/**
 * The question for the value of one key: a list where AWS has one, else a box that validates. Its id is `value`;
 * an empty answer removes the key.
 */
export function valueStep({ section, key, present, snapshot, name }: KeyQuestion): Question {
  const schema = findKey(section, key);
  const refuse = (value: string): string | undefined => validateValue(key, value, section);
  const prompt = schema === undefined ? `The value of ${key}` : `${key}: ${schema.help}`;
  const choices = schema === undefined ? undefined : valueChoices(schema, snapshot, name);
  if (choices !== undefined) {
    return {
      id: 'value',
      kind: 'pick',
      prompt,
      choices: () => (present === undefined ? choices : [...markPresent(key, choices, present), remove(key)]),
      ...(present === undefined ? {} : { start: present }),
      other: { refuse },
    };
  }
  const start = present !== undefined && mayEdit(key, present) ? present : undefined;
  const hidden = present !== undefined && start === undefined;
  return {
    id: 'value',
    kind: 'input',
    prompt: hidden ? `${prompt} The present value is not shown.` : prompt,
    password: schema?.secret === true || schema === undefined,
    start: () => start,
    ...(key === 'cli_pager'
      ? { empty: 'Enter tells AWS CLI to use no pager.' }
      : // A box that is empty because the value is not shown must not remove it.
        start === undefined
        ? {}
        : { empty: `Enter removes ${key}.` }),
    refuse,
  };
}

/** What an answer to `valueStep` means for the file: null removes the key. */
export function answeredValue(key: string, answer: string | undefined): string | null {
  // An empty pager is how AWS CLI is told to use none.
  return answer ?? (key === 'cli_pager' ? '' : null);
}

/** Whether a value may stand in a box to be changed: nothing secret, but a command as a whole. */
function mayEdit(key: string, value: string): boolean {
  // What follows in further lines may be a key of its own, indented by mistake.
  return !/[\r\n]/.test(value) && (key === 'credential_process' || !maskedValue(key, value).masked);
}

/** The values that a key can have, where they can be listed. */
function valueChoices(
  schema: KeySchema,
  snapshot: Snapshot,
  name: string | undefined,
): readonly Choice[] | undefined {
  const plain = (values: Iterable<string>): readonly Choice[] =>
    [...values].map(value => ({ label: value, value }));
  switch (schema.type) {
    case 'region':
      return regionChoices();
    case 'profile':
      return profileChoices(snapshot, name);
    case 'session':
      return sessionChoices(snapshot);
    case 'services':
      return plain(snapshot.services.keys());
    case 'boolean':
      return plain(['true', 'false']);
    default:
      return schema.allowed === undefined ? undefined : plain(schema.allowed);
  }
}

/** The present value says so; one that is not in the list comes first. */
function markPresent(key: string, choices: readonly Choice[], present: string): readonly Choice[] {
  const marked = choices.map(choice =>
    choice.value === present
      ? { ...choice, description: [choice.description, 'now'].filter(Boolean).join(' · ') }
      : choice,
  );
  return choices.some(choice => choice.value === present)
    ? marked
    : [{ label: maskedValue(key, present).text, description: 'now', value: present }, ...marked];
}

function remove(key: string): Choice {
  return { label: `Remove ${key}`, icon: 'trash', value: '' };
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
