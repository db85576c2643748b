import { UserError } from '../lib/errors.ts';
import type { Target } from './edit-target.ts';
import type { Edit, ReplaceLines, SectionRef } from './file-edits.ts';
import type { SectionKind } from './kinds.ts';
import type { MergedSection, Part, SectionIndex } from './profiles.ts';

type Values = ReadonlyMap<string, string>;

const KINDS: readonly SectionKind[] = ['profile', 'sso-session', 'services'];

/**
 * Reads the edited text back: the section of the edit must be as asked, and every other section as it was.
 * Throws `UserError` otherwise; nothing has been written then.
 */
export function verifyEdit(before: Target, after: Target, edit: Exclude<Edit, ReplaceLines>): void {
  const isUntouched = compareTexts(before, after);
  for (const kind of KINDS) {
    const old = sectionsOf(before.index, kind);
    const now = sectionsOf(after.index, kind);
    for (const [name, is] of now) {
      const was = old.get(name);
      if (was === undefined || !isSameText(was, is, isUntouched)) {
        verifySection(edit, before, { kind, name }, was, is);
      }
    }
    for (const name of old.keys()) {
      const isGone = (edit.type === 'remove' || edit.type === 'rename') && isRef(edit.section, kind, name);
      if (now.has(name) === isGone) {
        throw wrongResult();
      }
    }
  }
  if (edit.type === 'add' && !sectionsOf(after.index, edit.section.kind).has(edit.section.name)) {
    throw wrongResult();
  }
  if (listBroken(before) !== listBroken(after)) {
    throw wrongResult();
  }
}

function verifySection(
  edit: Exclude<Edit, ReplaceLines>,
  before: Target,
  { kind, name }: SectionRef,
  was: MergedSection | undefined,
  is: MergedSection,
): void {
  const wanted =
    wantedValues(edit, before, { kind, name }) ?? (was === undefined ? undefined : valuesOf(was));
  if (wanted === undefined || !isEqual(valuesOf(is), wanted)) {
    throw wrongResult();
  }
}

function wrongResult(): UserError {
  return new UserError('The change would not read back as asked, so nothing was written.', {
    hint: 'The text round it is written in a form that cannot be edited safely. Change it in the file.',
  });
}

function sectionsOf(index: SectionIndex, kind: SectionKind): ReadonlyMap<string, MergedSection> {
  return { profile: index.profiles, 'sso-session': index.sessions, services: index.services }[kind];
}

function isRef(ref: SectionRef, kind: SectionKind, name: string): boolean {
  return ref.kind === kind && ref.name === name;
}

/** What a section that the edit touches should hold afterwards; undefined for all others. */
function wantedValues(
  edit: Exclude<Edit, ReplaceLines>,
  before: Target,
  { kind, name }: SectionRef,
): Values | undefined {
  if (edit.type === 'retarget') {
    const section = kind === 'profile' ? before.index.profiles.get(name) : undefined;
    const values = section === undefined ? undefined : valuesOf(section);
    return values?.get(edit.key) === edit.from ? new Map([...values, [edit.key, edit.to]]) : values;
  }
  if (edit.type === 'rename' || edit.type === 'copy') {
    const source = sectionsOf(before.index, kind).get(edit.section.name);
    return edit.section.kind === kind && edit.name === name && source !== undefined
      ? valuesOf(source)
      : undefined;
  }
  if (edit.type === 'remove' || !isRef(edit.section, kind, name)) {
    return undefined;
  }
  if (edit.type === 'add') {
    return new Map(edit.settings.map(([key, value]) => [key.toLowerCase(), value]));
  }
  const section = sectionsOf(before.index, kind).get(name);
  const values = new Map(section === undefined ? [] : valuesOf(section));
  const key = edit.key.toLowerCase();
  values.delete(key);
  if (edit.type === 'set') {
    // A block's first key takes an empty value's place.
    const block = key.slice(0, Math.max(key.indexOf('.'), 0));
    if (values.get(block) === '') {
      values.delete(block);
    }
    return values.set(key, edit.value);
  }
  for (const other of [...values.keys()]) {
    // The key that opens a block takes the block with it.
    if (other.startsWith(`${key}.`)) {
      values.delete(other);
    }
  }
  return values;
}

function valuesOf(section: MergedSection): Values {
  return new Map(section.settings().map(setting => [setting.key, setting.value]));
}

function isEqual(one: Values, other: Values): boolean {
  return one.size === other.size && [...one].every(([key, value]) => other.get(key) === value);
}

type IsUntouched = (was: Part, is: Part) => boolean;

/** Tells sections that lie wholly before the first or after the last changed character. */
function compareTexts(before: Target, after: Target): IsUntouched {
  const old = before.document.text;
  const now = after.document.text;
  const shorter = Math.min(old.length, now.length);
  let head = 0;
  while (head < shorter && old.charCodeAt(head) === now.charCodeAt(head)) {
    head += 1;
  }
  let tail = 0;
  while (
    tail < shorter - head &&
    old.charCodeAt(old.length - 1 - tail) === now.charCodeAt(now.length - 1 - tail)
  ) {
    tail += 1;
  }
  return (was, is) => {
    const [oldBegin, oldEnd] = rangeOf(before, was);
    const [begin, end] = rangeOf(after, is);
    const isBefore = oldBegin === begin && oldEnd === end && end <= head;
    const isAfter = old.length - oldBegin === now.length - begin && oldEnd - oldBegin === end - begin;
    return isBefore || (isAfter && begin >= now.length - tail && oldBegin >= old.length - tail);
  };
}

/** From the start of the header's line to where the next header's line starts. */
function rangeOf({ document }: Target, { rows }: Part): readonly [number, number] {
  const end = rows.end < document.rows ? document.lineStart(rows.end) : document.text.length;
  return [document.lineStart(rows.header), end];
}

function isSameText(was: MergedSection, is: MergedSection, isUntouched: IsUntouched): boolean {
  return (
    was.parts.length === is.parts.length &&
    was.parts.every((part, index) => {
      const other = is.parts[index];
      return other !== undefined && isUntouched(part, other);
    })
  );
}

/** The broken headers, in order: no edit is meant to make or lose one. */
function listBroken({ document, reading }: Target): string {
  return reading.sections
    .filter(({ kind }) => kind === 'broken')
    .map(({ header }) => document.text.slice(document.begin(header), document.end(header)))
    .join('\n');
}
