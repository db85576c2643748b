import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { readDialect } from '../../../src/aws-files/dialects/read.ts';
import type { DialectKey, DialectReading } from '../../../src/aws-files/dialects/reading.ts';
import { isPlainName, readSdk } from '../../../src/aws-files/dialects/sdk.ts';
import { parseDocument } from '../../../src/aws-files/document.ts';
import { applyEdits } from '../../../src/aws-files/edit.ts';
import type { Edit, SectionEdit, SectionRef } from '../../../src/aws-files/file-edits.ts';
import type { Dialect, FileName, SectionKind } from '../../../src/aws-files/kinds.ts';
import { splitLines } from '../../../src/aws-files/line-splices.ts';
import type { MergedSection } from '../../../src/aws-files/merged-section.ts';
import { indexSections } from '../../../src/aws-files/section-index.ts';
import { undoChange } from '../../../src/aws-files/undo.ts';
import { UserError } from '../../../src/lib/errors.ts';
import { diffLines, type LineChange } from '../../../src/lib/line-diff.ts';
import { runAtOnce } from '../../../src/lib/turns.ts';
import { anyBytes, anyFile, type Runs } from './dialect-properties.ts';

const DIALECTS: readonly Dialect[] = ['sdk', 'js', 'cli'];
const KINDS = ['profile', 'profile', 'profile', 'sso-session', 'services'] as const;
const NAMES = ['a', 'b', 'default', 'dev.eu', 'a b', 'café', 'new', 'me@example.com'];
const KEYS = [
  'region',
  'output',
  's3',
  's3.addressing_style',
  's3.b',
  'emr.x',
  'role_arn',
  'source_profile',
  'aws_secret_access_key',
  'new_key',
];

const key = fc.constantFrom(...KEYS);
const name = fc.constantFrom(...NAMES);
const value = fc.constantFrom(
  'x',
  'eu-west-2',
  'ü',
  'a=b',
  'a;b',
  'a:b',
  'https://x.example/#/',
  'C:\\x',
  '"q"',
);

/**
 * A file, one character for each byte, and an edit of it: of a section and a key that it has, more often than not.
 */
type Case = { readonly text: string; readonly file: FileName; readonly edit: SectionEdit };

type Choices = {
  readonly type: SectionEdit['type'];
  readonly section: number;
  readonly key: number;
  readonly isKnown: boolean;
  readonly ref: SectionRef;
  readonly newKey: string;
  readonly newName: string;
  readonly value: string;
  readonly hasValue: boolean;
  readonly settings: readonly (readonly [string, string])[];
};

const choices: fc.Arbitrary<Choices> = fc.record({
  type: fc.constantFrom('set', 'set', 'unset', 'renameKey', 'add', 'remove', 'rename', 'copy', 'retarget'),
  section: fc.nat(),
  key: fc.nat(),
  isKnown: fc.boolean(),
  ref: fc.record({ kind: fc.constantFrom(...KINDS), name }),
  newKey: key,
  newName: name,
  value,
  hasValue: fc.boolean(),
  settings: fc.uniqueArray(fc.tuple(key, value), { selector: ([each]) => each, maxLength: 3 }),
});

const editCase: fc.Arbitrary<Case> = fc.tuple(anyBytes, anyFile, choices).map(([bytes, file, chosen]) => ({
  text: Buffer.from(bytes).toString('latin1'),
  file,
  edit: makeEdit(bytes, file, chosen),
}));

function makeEdit(bytes: Uint8Array, file: FileName, chosen: Choices): SectionEdit {
  const sections = sectionsOf(bytes, file);
  const found = sections[chosen.section % Math.max(sections.length, 1)];
  const ref = found === undefined || chosen.ref.name === 'new' ? chosen.ref : found.ref;
  const keys = found?.section.settings().map(setting => setting.key) ?? [];
  const known = (chosen.isKnown ? keys[chosen.key % Math.max(keys.length, 1)] : undefined) ?? chosen.newKey;
  switch (chosen.type) {
    case 'set':
      return { type: 'set', section: ref, key: known, value: chosen.value, create: true };
    case 'unset':
      return { type: 'unset', section: ref, key: known };
    case 'renameKey':
      return {
        type: 'renameKey',
        section: ref,
        key: known,
        name: chosen.newKey,
        ...(chosen.hasValue ? { value: chosen.value } : {}),
      };
    case 'add':
      return { type: 'add', section: chosen.ref, settings: chosen.settings };
    case 'remove':
      return { type: 'remove', section: ref };
    case 'rename':
    case 'copy':
      return { type: chosen.type, section: ref, name: chosen.newName };
    case 'retarget':
      return {
        type: 'retarget',
        key: 'source_profile',
        from: found?.section.get('source_profile') ?? 'a',
        to: chosen.newName,
      };
  }
}

type Listed = { readonly ref: SectionRef; readonly section: MergedSection };

function sectionsOf(bytes: Uint8Array, file: FileName): readonly Listed[] {
  const reading = readSdk(parseDocument(bytes), file);
  const { profiles, sessions, services } = indexSections([{ path: file, reading }]);
  const list = (kind: SectionKind, sections: ReadonlyMap<string, MergedSection>): readonly Listed[] =>
    [...sections]
      .filter(([each]) => !/\p{Cc}/u.test(each))
      .map(([each, section]) => ({ ref: { kind, name: each }, section }));
  return [...list('profile', profiles), ...list('sso-session', sessions), ...list('services', services)];
}

/** The file after the edit; undefined when it was refused, as only a `UserError` may say. */
function tryEdits(bytes: Uint8Array, file: FileName, edits: readonly Edit[]): Buffer | undefined {
  try {
    return applyEdits(bytes, file, edits);
  } catch (error) {
    assert.ok(error instanceof UserError, error instanceof Error ? error.stack : String(error));
    return undefined;
  }
}

/** What became of the edits, by type: a run in which nothing was made shows nothing. */
export type Outcomes = ReadonlyMap<string, number>;

/** An edit is refused, or does in every dialect what was asked and nothing else, by as few lines as can be. */
export function editsAsAsked(runs: Runs): Outcomes {
  const outcomes = new Map<string, number>();
  fc.assert(
    fc.property(editCase, ({ text, file, edit }) => {
      const bytes = Buffer.from(text, 'latin1');
      const edited = tryEdits(bytes, file, [edit]);
      const outcome = edited === undefined ? 'refused' : edited.equals(bytes) ? 'left' : 'made';
      outcomes.set(`${edit.type} ${outcome}`, (outcomes.get(`${edit.type} ${outcome}`) ?? 0) + 1);
      if (edited !== undefined) {
        checkLines(bytes, edited, edit);
        for (const dialect of DIALECTS) {
          checkDialect(dialect, bytes, edited, file, edit);
        }
      }
    }),
    runs,
  );
  return outcomes;
}

/** Which lines went, came, or changed. */
function checkLines(before: Uint8Array, after: Buffer, edit: SectionEdit): void {
  // At each character that may end a line: a CR and the LF of a line that goes between become one line end.
  const [old, now] = [before, after].map(
    bytes => withoutMark(bytes).match(/[^\r\n]*[\r\n]|[^\r\n]+$/g) ?? [],
  );
  assert.ok(old !== undefined && now !== undefined);
  const changes = diffLines(old, now);
  const removed = (change: LineChange): number => change.oldEnd - change.oldBegin;
  const added = (change: LineChange): number => change.newEnd - change.newBegin;
  // A last line without a line end gets one when something follows it.
  const isTail = (change: LineChange): boolean =>
    change.oldEnd === old.length && !/[\r\n]$/.test(old.at(-1) ?? '\n');
  for (const change of changes) {
    switch (edit.type) {
      case 'unset':
      case 'remove':
        assert.ok(added(change) === 0 || isTail(change), 'lines only go');
        break;
      case 'add':
      case 'copy':
        assert.ok(after.subarray(0, before.length).equals(before), 'a section comes last');
        break;
      case 'rename':
        assert.equal(added(change), removed(change), 'lines change in their place');
        for (const line of old.slice(change.oldBegin, change.oldEnd)) {
          assert.match(line, /\[/, 'a header changes');
        }
        break;
      case 'retarget':
        assert.equal(added(change), removed(change), 'lines change in their place');
        for (const line of old.slice(change.oldBegin, change.oldEnd)) {
          assert.match(line, /source_profile/i, 'a reference changes');
        }
        break;
      case 'renameKey':
      case 'set':
        assert.ok(added(change) <= (isTail(change) ? 10 : 8), 'few lines come');
        break;
    }
  }
}

function linesOf(bytes: Uint8Array): readonly string[] {
  return splitLines(withoutMark(bytes));
}

/** A byte order mark is no part of the first line: it stays when that goes. */
function withoutMark(bytes: Uint8Array): string {
  return Buffer.from(bytes)
    .toString('latin1')
    .replace(/^\u00ef\u00bb\u00bf/, '');
}

type Keys = ReadonlyMap<string, ReadonlyMap<string, DialectKey>>;

function keysOf(reading: DialectReading): Keys {
  return new Map(
    reading.sections.map(section => [
      `${section.kind} ${section.name}`,
      new Map(section.keys().flatMap(each => (each.inherited ? [] : [[each.key, each] as const]))),
    ]),
  );
}

const NONE: ReadonlyMap<string, DialectKey> = new Map();

function checkDialect(
  dialect: Dialect,
  bytes: Uint8Array,
  edited: Buffer,
  file: FileName,
  edit: SectionEdit,
): void {
  const [old, now] = [bytes, edited].map(each => readDialect(dialect, parseDocument(each), file));
  assert.ok(old !== undefined && now !== undefined);
  // A file that becomes text when its one bad byte goes shows what nobody could read before.
  const becomesText = old.document.encoding === 'binary' && now.document.encoding === 'utf8';
  if (edit.type !== 'copy' && !becomesText) {
    assert.ok(now.refusals.length <= old.refusals.length, `${dialect} refuses the file for something new`);
  }
  const [before, after] = [keysOf(old), keysOf(now)];
  const listed = sectionsOf(bytes, file).find(
    ({ ref }) => edit.type !== 'retarget' && ref.kind === edit.section.kind && ref.name === edit.section.name,
  )?.section;
  const setting = 'key' in edit ? listed?.setting(edit.key) : undefined;
  const isListed = setting !== undefined && setting.cliOnly !== true;
  const name = edit.type === 'retarget' ? undefined : nameTo(dialect, edit.section, listed);
  const isReadHere = name !== undefined;
  const own = edit.type === 'retarget' ? undefined : idOf(name ?? edit.section);
  const other =
    edit.type === 'rename' || edit.type === 'copy'
      ? idOf({ kind: edit.section.kind, name: edit.name })
      : undefined;
  const isCut = cutLines(bytes, edited, old);
  for (const id of new Set([...before.keys(), ...after.keys()])) {
    const was = before.get(id) ?? NONE;
    const is = after.get(id) ?? NONE;
    const where = `${dialect}: ${id}`;
    if (id === other) {
      if (isReadHere) {
        assertSame(before.get(own ?? '') ?? NONE, is, where);
      }
    } else if (id !== own || edit.type === 'copy') {
      if (edit.type === 'retarget') {
        checkRetargeted(was, is, edit.from, edit.to, where);
      } else {
        // What a dialect gives to another section goes with the line that it stands in.
        const kept = new Map([...was].filter(([each, found]) => is.has(each) || !isCut(found)));
        assertSame(
          kept,
          is,
          where,
          found => isCut(found) && (edit.type === 'unset' || edit.type === 'remove'),
        );
      }
    } else {
      checkOwn(edit, was, is, isCut, where);
    }
  }
  if (isReadHere || (own !== undefined && !before.has(own))) {
    checkAsked(dialect, edit, own ?? '', before, after, isReadHere, isListed, listed === undefined);
  }
}

function idOf({ kind, name: each }: SectionRef): string {
  return `${kind} ${each}`;
}

/** The name that a dialect has for a section, which in the credentials file may be another one. */
function nameTo(
  dialect: Dialect,
  ref: SectionRef,
  section: MergedSection | undefined,
): SectionRef | undefined {
  if (section?.readBy.includes(dialect)) {
    return ref;
  }
  return [...(section?.parts ?? []), ...(section?.others ?? [])]
    .flatMap(({ rows, dialects }) => dialects.namesOf(rows))
    .find(({ readBy }) => readBy.includes(dialect));
}

/** Tells keys whose lines are not there any more as they were. */
function cutLines(before: Uint8Array, after: Buffer, reading: DialectReading): (key: DialectKey) => boolean {
  const [old, now] = [linesOf(before), linesOf(after)];
  const cut = new Set<number>();
  for (const change of diffLines(old, now)) {
    for (let line = change.oldBegin; line < change.oldEnd; line++) {
      cut.add(line + 1);
    }
  }
  return ({ row, rowsEnd }) => {
    const last = reading.document.line(Math.max(rowsEnd - 1, row));
    for (let line = reading.document.line(row); line <= last; line++) {
      if (cut.has(line)) {
        return true;
      }
    }
    return false;
  };
}

function assertSame(
  was: ReadonlyMap<string, DialectKey>,
  is: ReadonlyMap<string, DialectKey>,
  where: string,
  mayDiffer: (key: DialectKey) => boolean = () => false,
): void {
  assert.deepEqual([...is.keys()].sort(), [...was.keys()].sort(), where);
  for (const [each, found] of was) {
    if (!mayDiffer(found)) {
      assert.equal(is.get(each)?.value, found.value, `${where} ${each}`);
    }
  }
}

function checkRetargeted(
  was: ReadonlyMap<string, DialectKey>,
  is: ReadonlyMap<string, DialectKey>,
  from: string,
  to: string,
  where: string,
): void {
  assert.deepEqual([...is.keys()], [...was.keys()], where);
  for (const [each, { value: old }] of was) {
    const present = is.get(each)?.value;
    const isReference = each.toLowerCase() === 'source_profile' && old.startsWith(from);
    assert.ok(
      present === old || (isReference && present === to + old.slice(from.length)),
      `${where} ${each}`,
    );
  }
}

/** The keys of the edited section that the edit is not about. */
function checkOwn(
  edit: SectionEdit,
  was: ReadonlyMap<string, DialectKey>,
  is: ReadonlyMap<string, DialectKey>,
  isCut: (key: DialectKey) => boolean,
  where: string,
): void {
  if (edit.type === 'remove' || edit.type === 'rename') {
    assert.equal(is.size, 0, `${where} is gone`);
    return;
  }
  if (edit.type === 'add' || edit.type === 'retarget' || edit.type === 'copy') {
    return;
  }
  const about = [edit.key, ...(edit.type === 'renameKey' ? [edit.name] : [])].map(each => each.toLowerCase());
  const isAbout = (each: string): boolean => {
    const lower = each.toLowerCase();
    return about.some(one => lower === one || lower.startsWith(`${one}.`) || one.startsWith(`${lower}.`));
  };
  for (const [each, found] of was) {
    // What stands in a line that goes, as keys of the JavaScript SDK do that are the rest of a value to others.
    if (!isAbout(each) && !isCut(found)) {
      assert.equal(is.get(each)?.value, found.value, `${where} ${each}`);
    }
  }
  for (const each of is.keys()) {
    assert.ok(was.has(each) || isAbout(each), `${where} ${each} is new`);
  }
}

/** What was asked. */
function checkAsked(
  dialect: Dialect,
  edit: SectionEdit,
  id: string,
  before: Keys,
  after: Keys,
  isReadHere: boolean,
  isListed: boolean,
  isNew: boolean,
): void {
  if (edit.type === 'retarget') {
    return;
  }
  const was = before.get(id) ?? NONE;
  const is = after.get(id) ?? NONE;
  const canRead = isReadHere || (isNew && (dialect === 'cli' || isPlainName(edit.section.name)));
  const valueIn = (keys: ReadonlyMap<string, DialectKey>, wanted: string): string | undefined =>
    (keys.get(wanted) ?? [...keys.values()].find(each => each.key.toLowerCase() === wanted))?.value;
  switch (edit.type) {
    case 'set':
      if (canRead) {
        assertValue(valueIn(is, edit.key), edit.value, valueIn(was, edit.key), `${dialect} ${edit.key}`);
      }
      break;
    case 'unset':
      // A tool may find keys in what is the rest of a value, or another section, to the others.
      assert.ok(valueIn(is, edit.key) === undefined || !isListed, `${dialect} ${edit.key}`);
      break;
    case 'renameKey':
      if (valueIn(was, edit.key) !== undefined && edit.key !== edit.name) {
        assert.equal(valueIn(is, edit.key), undefined, `${dialect} ${edit.key}`);
        const old = valueIn(was, edit.key);
        assertValue(valueIn(is, edit.name), edit.value ?? old ?? '', old, `${dialect} ${edit.name}`);
      }
      break;
    case 'add':
      if (canRead) {
        for (const [each, wanted] of edit.settings) {
          assert.equal(valueIn(is, each), wanted, `${dialect} ${each}`);
        }
        assert.equal(is.size, edit.settings.length, dialect);
      }
      break;
    default:
      break;
  }
}

/** AWS CLI goes on reading an inline comment as part of the value. */
function assertValue(is: string | undefined, wanted: string, was: string | undefined, where: string): void {
  const comment = /[ \t]+[#;].*/.exec(was?.split('\n')[0] ?? '')?.[0];
  assert.ok(is === wanted || (comment !== undefined && is === wanted + comment), `${where} is ${is}`);
}

/** Undo of an edit gives the former bytes; with a line of somebody else's among them, those bytes with that line. */
export function undoesEdits(runs: Runs): void {
  fc.assert(
    fc.property(editCase, fc.nat(), fc.nat(), ({ text, file, edit }, one, other) => {
      const before = Buffer.from(text, 'latin1');
      const after = tryEdits(before, file, [edit]);
      if (after === undefined || after.equals(before)) {
        return;
      }
      const written = { file, path: file, before, after, inEditor: false };
      const change = undoChange(written);
      assert.deepEqual(runAtOnce(change.make({ bytes: after }))?.after, before);
      const again = undoChange({ ...written, before: after, after: before });
      assert.deepEqual(runAtOnce(again.make({ bytes: before }))?.after, after);
      for (const places of [[one], [one, other]]) {
        const foreign = withForeignLines(before, after, places);
        if (foreign !== undefined) {
          const [expected, present] = foreign;
          assert.deepEqual(runAtOnce(change.make({ bytes: present }))?.after, expected);
        }
      }
    }),
    runs,
  );
}

/** Both texts with comments of somebody else's before some lines that are the same in both, with a line between. */
function withForeignLines(
  before: Buffer,
  after: Buffer,
  places: readonly number[],
): [Buffer, Buffer] | undefined {
  const old = splitLines(before.toString('latin1'));
  const now = splitLines(after.toString('latin1'));
  const free: (readonly [number, number])[] = [];
  let [oldLine, newLine] = [0, 0];
  for (const change of [...diffLines(old, now), end(old, now)]) {
    // The line right after a change and the one right before it stand round it.
    for (let line = oldLine + 1; line < change.oldBegin; line++) {
      free.push([line, newLine + line - oldLine]);
    }
    oldLine = change.oldEnd;
    newLine = change.newEnd;
  }
  if (free.length === 0) {
    return undefined;
  }
  const chosen = [...new Set(places.map(place => free[place % free.length] ?? [0, 0]))];
  const [oldText, newText] = [old, now].map((lines, which) => {
    const result = [...lines];
    for (const [index, pair] of chosen.toSorted((a, b) => b[0] - a[0]).entries()) {
      result.splice(pair[which] ?? 0, 0, `# of somebody else ${index}\n`);
    }
    return Buffer.from(result.join(''), 'latin1');
  });
  return oldText === undefined || newText === undefined ? undefined : [oldText, newText];
}

function end(old: readonly string[], now: readonly string[]): LineChange {
  return { oldBegin: old.length, oldEnd: old.length, newBegin: now.length, newEnd: now.length };
}

/** Whether the keys of every section are the same in each dialect. */
function readsAlike(one: Buffer, other: Buffer, file: FileName): boolean {
  return DIALECTS.every(dialect => {
    const [a, b] = [one, other].map(bytes =>
      readDialect(dialect, parseDocument(bytes), file).sections.map(section => ({
        kind: section.kind,
        name: section.name,
        keys: section
          .keys()
          .map(({ key, value }) => `${key}=${value}`)
          .sort(),
      })),
    );
    return isDeepStrictEqual(a, b);
  });
}

/**
 * Several edits at once give the lines that they give one after the other, but for blanks and line ends: a new line has
 * those of a line that another of the edits may change, and stands where the tools read it after all of them.
 */
export function editsAtOnceAsInTurn(runs: Runs): void {
  const linesWithoutBlanks = (bytes: Buffer | undefined): readonly string[] | undefined =>
    bytes
      ?.toString('latin1')
      .replaceAll(/[ \t]+/g, '')
      .split(/\r\n|[\r\n]/)
      .sort();
  const edits = fc.array(choices, { minLength: 2, maxLength: 6 });
  const cases = fc.tuple(anyBytes, anyFile, edits).map(([bytes, file, all]) => ({
    text: Buffer.from(bytes).toString('latin1'),
    file,
    edits: all.map(chosen => makeEdit(bytes, file, chosen)),
  }));
  fc.assert(
    fc.property(cases, ({ text, file, edits: all }) => {
      const bytes = Buffer.from(text, 'latin1');
      let inTurn: Buffer | undefined = bytes;
      for (const edit of all) {
        inTurn = inTurn === undefined ? undefined : tryEdits(inTurn, file, [edit]);
      }
      // What one by one would not do may do together: an edit may leave what the next one takes away.
      if (inTurn !== undefined) {
        const atOnce = tryEdits(bytes, file, all);
        try {
          assert.deepEqual(linesWithoutBlanks(atOnce), linesWithoutBlanks(inTurn));
        } catch (error) {
          // A line that nobody reads once all is done may have been changed on the way.
          assert.ok(atOnce !== undefined && readsAlike(atOnce, inTurn, file), String(error));
        }
      }
    }),
    runs,
  );
}
