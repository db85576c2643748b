import type { Turns } from '../lib/turns.ts';
import { isPlainName, readSdk } from './dialects/sdk.ts';
import { parseDocument } from './document.ts';
import { editTarget } from './edit.ts';
import { Target } from './edit-target.ts';
import type { Edit, KeyValue, NewSection } from './file-edits.ts';
import type { SectionKind } from './kinds.ts';
import { validateKey, validateText } from './names.ts';
import { findKey, maskedValue } from './schema.ts';
import type { Section, Snapshot } from './snapshot.ts';

/** So many sections are put together at once. */
const SECTIONS_IN_A_TURN = 100;

/**
 * A config file with what the present one says and no secret in it: for programs that must find one profile more,
 * without a change of the files. A section that holds a secret, or what may be one, is left out as a whole, so that
 * whoever asks for it is told that it is not there; keys that AWS does not document are left out alone. `first` is the
 * comment at the top, its lines without `# `; `extra` the profile that is added, in place of one of that name.
 */
export function* harmlessCopy(
  snapshot: Snapshot,
  first: readonly string[],
  extra: { readonly name: string; readonly settings: readonly KeyValue[] },
): Turns<Buffer> {
  const head = Buffer.from(`${first.map(line => `# ${line}\n`).join('')}\n`);
  const sections: NewSection[] = [
    { section: { kind: 'profile', name: extra.name }, settings: extra.settings },
    ...copiesOf('sso-session', snapshot.sessions, snapshot),
    ...copiesOf('services', snapshot.services, snapshot),
    ...copiesOf('profile', snapshot.profiles, snapshot).filter(({ section }) => section.name !== extra.name),
  ];
  const edits: Edit[] = [];
  for (let begin = 0; begin < sections.length; begin += SECTIONS_IN_A_TURN) {
    edits.push({ type: 'addAll', sections: sections.slice(begin, begin + SECTIONS_IN_A_TURN) });
  }
  const target = Target.of({ reading: readSdk(parseDocument(head), 'config') });
  return (yield* editTarget(target, edits)).bytes;
}

function copiesOf(
  kind: SectionKind,
  sections: ReadonlyMap<string, Section>,
  snapshot: Snapshot,
): readonly NewSection[] {
  return [...sections.values()].flatMap(section => {
    const isHere = section.places.some(({ file }) => file === snapshot.files.config.path);
    const settings = isHere && isPlainName(section.name) ? harmlessSettings(kind, section) : undefined;
    return settings === undefined ? [] : [{ section: { kind, name: section.name }, settings }];
  });
}

/** Undefined when one of the values may not be shown, or could not be written as it is read. */
function harmlessSettings(kind: SectionKind, section: Section): readonly KeyValue[] | undefined {
  const settings: KeyValue[] = [];
  for (const { key, value, origin } of section.settings()) {
    if (origin === 'config' && findKey(kind, key) !== undefined) {
      const isFit = validateKey(key) === undefined && validateText(key, value) === undefined;
      if (!isFit || maskedValue(key, value).masked) {
        return undefined;
      }
      settings.push([key, value]);
    }
  }
  return settings;
}
