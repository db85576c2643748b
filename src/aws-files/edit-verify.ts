import { UserError } from '../lib/errors.ts';
import type { Target } from './edit-plan.ts';
import type { Edit, SectionRef } from './file-edits.ts';
import type { MergedSection, Part, SectionIndex } from './profiles.ts';

type Values = ReadonlyMap<string, string>;

/**
 * Reads the edited text back: the section of the edit must be as asked, and every other section as it was.
 * Throws `UserError` otherwise; nothing has been written then.
 */
export function verifyEdit(before: Target, after: Target, edit: Edit): void {
  const old = collect(before.index);
  const now = collect(after.index);
  const wanted = new Map<string, Values>();
  expect(edit, old, now, wanted);
  for (const id of new Set([...old.keys(), ...now.keys()])) {
    const was = old.get(id);
    const is = now.get(id);
    const should = wanted.get(id);
    const gone = isGone(edit, id);
    const isRight =
      should !== undefined
        ? is !== undefined && isEqual(valuesOf(is), should)
        : gone
          ? is === undefined
          : was !== undefined && is !== undefined && isUnchanged(was, is);
    if (!isRight) {
      throw wrongResult();
    }
  }
  if (listOthers(before) !== listOthers(after)) {
    throw wrongResult();
  }
}

function wrongResult(): UserError {
  return new UserError('The change would not read back as asked, so nothing was written.', {
    hint: 'The text round it is written in a form that cannot be edited safely. Change it in the file.',
  });
}

function collect(index: SectionIndex): Map<string, MergedSection> {
  const all = new Map<string, MergedSection>();
  const maps = { profile: index.profiles, 'sso-session': index.sessions, services: index.services };
  for (const [kind, map] of Object.entries(maps)) {
    for (const [name, section] of map) {
      all.set(`${kind} ${name}`, section);
    }
  }
  return all;
}

function idOf({ kind, name }: SectionRef): string {
  return `${kind} ${name}`;
}

function isGone(edit: Edit, id: string): boolean {
  return (edit.type === 'remove' || edit.type === 'rename') && id === idOf(edit.section);
}

/** What the sections that the edit touches should hold afterwards. */
function expect(
  edit: Edit,
  old: ReadonlyMap<string, MergedSection>,
  now: ReadonlyMap<string, MergedSection>,
  wanted: Map<string, Values>,
): void {
  if (edit.type === 'remove') {
    return;
  }
  if (edit.type === 'retarget') {
    for (const [id, section] of old) {
      const is = now.get(id);
      if (id.startsWith('profile ') && is !== undefined && !isUnchanged(section, is)) {
        wanted.set(id, retargeted(valuesOf(section), edit.key, edit.from, edit.to));
      }
    }
    return;
  }
  const section = old.get(idOf(edit.section));
  const values = new Map(section === undefined ? [] : valuesOf(section));
  if (edit.type === 'rename' || edit.type === 'copy') {
    wanted.set(idOf({ kind: edit.section.kind, name: edit.name }), values);
    return;
  }
  if (edit.type === 'add') {
    for (const [key, value] of edit.settings) {
      values.set(key.toLowerCase(), value);
    }
  } else {
    const key = edit.key.toLowerCase();
    for (const other of [...values.keys()]) {
      // The key that opens a block takes the block with it; a block's first key takes an empty value's place.
      if (other === key || (edit.type === 'unset' && other.startsWith(`${key}.`))) {
        values.delete(other);
      }
    }
    if (edit.type === 'set') {
      const block = key.slice(0, Math.max(key.indexOf('.'), 0));
      if (values.get(block) === '') {
        values.delete(block);
      }
      values.set(key, edit.value);
    }
  }
  wanted.set(idOf(edit.section), values);
}

function retargeted(values: Values, key: string, from: string, to: string): Values {
  return values.get(key) === from ? new Map([...values, [key, to]]) : values;
}

function valuesOf(section: MergedSection): Values {
  return new Map(section.settings().map(setting => [setting.key, setting.value]));
}

function isEqual(one: Values, other: Values): boolean {
  return one.size === other.size && [...one].every(([key, value]) => other.get(key) === value);
}

/** The same text, or text that reads the same. */
function isUnchanged(was: MergedSection, is: MergedSection): boolean {
  const isSameText =
    was.parts.length === is.parts.length &&
    was.parts.every((part, index) => {
      const other = is.parts[index];
      return other !== undefined && textOf(part) === textOf(other);
    });
  return isSameText || isEqual(valuesOf(was), valuesOf(is));
}

/** From the first to the last character of the section that is no blank. */
function textOf({ file, rows }: Part): string {
  const { document } = file.reading;
  return document.text.slice(document.lineStart(rows.header), document.end(rows.end - 1));
}

/** The broken headers, in order: no edit is meant to make or lose one. */
function listOthers({ document, reading }: Target): string {
  return reading.sections
    .filter(({ kind }) => kind === 'broken')
    .map(({ header }) => document.text.slice(document.begin(header), document.end(header)))
    .join('\n');
}
