import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { DialectSection } from '../../../../src/aws-files/dialects/reading.ts';
import { applyEdits } from '../../../../src/aws-files/edit.ts';
import type { Edit } from '../../../../src/aws-files/file-edits.ts';
import type { Dialect, FileName, SectionKind } from '../../../../src/aws-files/kinds.ts';
import type { Rule } from '../../../../src/aws-files/problem-rules.ts';
import { isReadBySdks } from '../../../../src/aws-files/problems/known-keys.ts';
import { findKey } from '../../../../src/aws-files/schema.ts';
import type { Problem } from '../../../../src/aws-files/snapshot.ts';
import { UserError } from '../../../../src/lib/errors.ts';
import { anyBytes, anyFile, type Runs } from '../dialect-properties.ts';
import { readBytes } from '../dialect-results.ts';
import { describeProblem, searchIn } from './cases.ts';

/** What concerns how lines and headers read, and not what their values mean. */
const READING: ReadonlySet<Rule> = new Set<Rule>(['encoding', 'syntax', 'dialects', 'duplicate', 'section']);

function problemsOf(bytes: Uint8Array, file: FileName): readonly Problem[] {
  return searchIn({ config: '', credentials: '', [file]: bytes });
}

type Values = ReadonlyMap<string, ReadonlyMap<string, string>>;

/** The keys of each section, by its kind and name. */
function valuesOf(sections: readonly DialectSection[]): Values {
  return new Map(
    sections.map(section => [
      `${section.kind} ${section.name}`,
      new Map(section.keys().map(({ key, value }) => [key, value])),
    ]),
  );
}

/** Whether it matters to the tools of a dialect what a key says. */
function isWanted(dialect: Dialect, kind: SectionKind, key: string): boolean {
  const schema = findKey(kind, key);
  return schema !== undefined && (dialect !== 'js' || isReadBySdks(schema));
}

/** A difference that a tool can stumble over, in words; undefined where there is none. */
function findDifference(bytes: Uint8Array, file: FileName): string | undefined {
  const dialects: readonly Dialect[] = ['sdk', 'js', 'cli'];
  const read = new Map(
    dialects.map(dialect => [dialect, valuesOf(readBytes(dialect, bytes, file).sections)]),
  );
  const sections = new Set([...read.values()].flatMap(values => [...values.keys()]));
  for (const section of sections) {
    const kind = section.slice(0, section.indexOf(' ')) as SectionKind;
    const keys = new Set([...read.values()].flatMap(values => [...(values.get(section)?.keys() ?? [])]));
    for (const key of keys) {
      const values = dialects
        .filter(dialect => isWanted(dialect, kind, key))
        .map(dialect => read.get(dialect)?.get(section)?.get(key));
      if (new Set(values).size > 1) {
        return `${section} ${key}: ${values.map(value => JSON.stringify(value)).join(', ')}`;
      }
    }
  }
  return undefined;
}

/** Where the tools read a file differently, that is said; where one refuses it, as an error. */
export function tellsEveryDifference(runs: Runs): void {
  fc.assert(
    fc.property(anyBytes, anyFile, (bytes, file) => {
      const problems = problemsOf(bytes, file).filter(({ rule }) => READING.has(rule));
      const difference = findDifference(bytes, file);
      assert.ok(difference === undefined || problems.length > 0, difference);
      const refusals = [...readBytes('cli', bytes, file).refusals, ...readBytes('js', bytes, file).refusals];
      const isTold = problems.some(({ severity }) => severity === 'error');
      assert.ok(refusals.length === 0 || isTold, JSON.stringify(refusals));
    }),
    runs,
  );
}

const plainKey = fc.constantFrom('region', 'output', 'sdk_ua_app_id', 'a_tool', 'cli_pager', 'ca_bundle');
const plainValue = fc.stringMatching(/^[A-Za-z0-9/+=.:@_-]([A-Za-z0-9/+=.:@_ -]*[A-Za-z0-9/+=.:@_-])?$/);
const plainName = fc.stringMatching(/^[A-Za-z0-9_/.%@:+-]+$/);
const plainLine = fc.oneof(
  { weight: 1, arbitrary: fc.constantFrom('', '# note', '; a = b', '#') },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom('s3', 'emr', 'mine'), plainValue)
      .map(([key, value]) => `${key} =\n  a_b = ${value}\n\n  c = x`),
  },
  {
    weight: 4,
    arbitrary: fc
      .tuple(plainKey, fc.constantFrom('=', ' = ', '\t= ', '   ='), plainValue)
      .map(([key, sign, value]) => key + sign + value),
  },
);
const plainSection = fc
  .tuple(
    fc.constantFrom('profile ', 'sso-session ', 'services '),
    plainName,
    fc.uniqueArray(plainLine, { selector: line => line.split(/[ \t=]/)[0], maxLength: 6 }),
  )
  .map(([prefix, name, lines]) => ({ header: prefix + name, lines }));

/** Files in the one form that every tool reads give no word of how they read. */
export function saysNothingOfCommonFiles(runs: Runs): void {
  fc.assert(
    fc.property(
      fc.uniqueArray(plainSection, { selector: ({ header }) => header, maxLength: 6 }),
      fc.constantFrom('\n', '\r\n'),
      (sections, end) => {
        fc.pre(sections.every(({ header }) => !/ (default|__proto__)$/.test(header)));
        const text = sections.map(({ header, lines }) => `[${header}]\n${lines.join('\n')}\n`).join('');
        const found = problemsOf(Buffer.from(text.replaceAll('\n', end)), 'config');
        assert.deepEqual(found.filter(({ rule }) => READING.has(rule)).map(describeProblem), []);
      },
    ),
    runs,
  );
}

function linesOf(bytes: Uint8Array): readonly string[] {
  return Buffer.from(bytes)
    .toString()
    .replace(/^\ufeff/, '')
    .split(/\r\n|\r|\n/);
}

/** A place is a piece of the text, in lines and columns as an editor counts them. */
export function pointsIntoTheText(runs: Runs): void {
  fc.assert(
    fc.property(anyBytes, anyFile, (bytes, file) => {
      const lines = linesOf(bytes);
      for (const problem of problemsOf(bytes, file)) {
        const { range, place } = problem;
        const words = describeProblem(problem);
        assert.equal(place.line, range.line, words);
        assert.ok(range.line < range.endLine || range.column <= range.endColumn, words);
        assert.ok(range.line >= 1 && range.endLine <= lines.length && range.column >= 1, words);
        assert.ok(range.column <= (lines[range.line - 1]?.length ?? 0) + 1, words);
        assert.ok(range.endColumn <= (lines[range.endLine - 1]?.length ?? 0) + 1, words);
      }
    }),
    runs,
  );
}

/** More problems than these are not all told. */
const MANY = 150;

/**
 * A fix makes its problem go, and no line that was in order an error. Where a section becomes readable, or another default profile, what is wrong
 * in it shows.
 */
export function mendsWhatItSays(runs: Runs): ReadonlyMap<string, number> {
  const mended = new Map<string, number>();
  fc.assert(
    fc.property(anyBytes, anyFile, (bytes, file) => {
      const before = problemsOf(bytes, file);
      for (const problem of before.length > MANY ? [] : before) {
        const edits = problem.fix?.edits[file];
        if (problem.fix !== undefined && edits !== undefined) {
          const after = tryEdits(bytes, file, edits);
          const sort = after === undefined ? 'refused' : problem.fix.title.replace(/“.*”|\[.*\]/, '…');
          mended.set(sort, (mended.get(sort) ?? 0) + 1);
          if (after !== undefined) {
            const hasLoneReturn = /\r(?!\n)/.test(Buffer.from(bytes).toString('latin1'));
            const texts = { was: linesOf(bytes), is: linesOf(after), hasLoneReturn };
            checkFix(problem, { before, after: problemsOf(after, file) }, texts);
          }
        }
      }
    }),
    runs,
  );
  return mended;
}

/** Edits of keys may be refused in a file that the tools read very differently; those of lines never are. */
function tryEdits(bytes: Uint8Array, file: FileName, edits: readonly Edit[]): Uint8Array | undefined {
  try {
    return applyEdits(bytes, file, edits);
  } catch (error) {
    assert.ok(error instanceof UserError && edits.some(({ type }) => type !== 'lines'), String(error));
    return undefined;
  }
}

function checkFix(
  problem: Problem,
  { before, after }: { readonly before: readonly Problem[]; readonly after: readonly Problem[] },
  {
    was,
    is,
    hasLoneReturn,
  }: { readonly was: readonly string[]; readonly is: readonly string[]; readonly hasLoneReturn: boolean },
): void {
  const explain = (): string =>
    [
      describeProblem(problem),
      problem.fix?.title,
      JSON.stringify(was),
      ...before.map(describeProblem),
      JSON.stringify(is),
      ...after.map(describeProblem),
    ].join('\n');
  const line = (lines: readonly string[], { range }: Problem): string | undefined => lines[range.line - 1];
  const count = (problems: readonly Problem[], lines: readonly string[]): number =>
    problems.filter(
      other =>
        other.severity === problem.severity &&
        words(other.message) === words(problem.message) &&
        line(lines, other) === line(was, problem),
    ).length;
  const isLess = count(after, is) < count(before, was) || after.length < before.length;
  assert.ok(isLess, `it stays\n${explain()}`);
  const title = problem.fix?.title ?? '';
  // In a block with a lone CR, the second of two keys hides what the first one is told of.
  const isParted = title === 'Remove the earlier line' && hasLoneReturn;
  const reveals = isParted || /^(Write \[|Join|Make the lines of)/.test(title);
  const errors = (problems: readonly Problem[]): readonly Problem[] =>
    problems.filter(({ rule, severity }) => severity === 'error' && READING.has(rule));
  const toldAt = before
    .filter(({ rule }) => READING.has(rule))
    .flatMap(({ range }) =>
      Array.from({ length: range.endLine - range.line + 1 }, (_, index) => range.line + index),
    );
  const toldLines = new Set(toldAt.map(number => was[number - 1]?.trim()));
  const isTold = (number: number): boolean =>
    toldLines.has(is[number - 1]?.trim()) || (was.length === is.length && toldAt.includes(number));
  const fresh = errors(after).filter(({ range }) => !isTold(range.line));
  const allowed = errors(before).length - (errors([problem]).length > 0 ? 1 : 0);
  assert.ok(reveals || fresh.length === 0 || errors(after).length <= allowed, `a new error\n${explain()}`);
}

/** A message without the numbers of its lines. */
function words(message: string): string {
  return message.replace(/line \d+/g, 'line');
}

const SECRET = 'hunter2XyZ';

/** Lines with a secret in them, at every place but where a name or a value of a harmless key stands. */
const secretLine = fc.constantFrom(
  '# SECRET',
  '  ; SECRET',
  'SECRET',
  '  SECRET',
  'SECRET = x',
  '  SECRET = x',
  'SECRET: x',
  '\tSECRET: SECRET # SECRET',
  'region SECRET',
  'region = eu-west-1 # SECRET',
  'Region = eu-west-1 ; SECRET',
  'region = # SECRET',
  'region = eu-west-1\n  SECRET',
  'region = eu-west-1\n  # SECRET',
  'region = eu-west-1\n  aws_secret_access_key = SECRET',
  'sso_session = gone # SECRET',
  'source_profile = gone\n  SECRET',
  'aws_access_key_id = SECRET',
  'aws_secret_access_key = SECRET',
  'aws_secret_access_key = "SECRET"',
  'aws_secret_access_key: SECRET',
  'AWS_SECRET_ACCESS_KEY = SECRET # SECRET',
  'aws_secret_acess_key = SECRET',
  'aws_session_token =\n  SECRET',
  'my_token = SECRET # SECRET',
  'credential_process = tool --token SECRET # SECRET',
  'credential_process = tool\n  --token SECRET',
  'endpoint_url = ftp://user:SECRET@host',
  's3 =\n  SECRET\n  secret = SECRET # SECRET\n  SECRET = x',
  's3 =\n  addressing_style = path # SECRET',
  '[profile a];SECRET',
  '[profile b] SECRET',
  '[profile c] # SECRET',
  '[profile d',
  '[e]',
  '  [profile f] SECRET',
);

/** No message and no title shows what stands in a comment, in a key that is not AWS's, or in a value that may be secret. */
export function showsNoSecret(runs: Runs): void {
  fc.assert(
    fc.property(
      fc.array(secretLine, { minLength: 1, maxLength: 12 }),
      fc.array(secretLine, { maxLength: 6 }),
      (config, credentials) => {
        const found = searchIn({
          config: config.join('\n').replaceAll('SECRET', SECRET).replaceAll(`AWS_${SECRET}`, 'AWS_SECRET'),
          credentials: credentials.join('\r\n').replaceAll('SECRET', SECRET),
        });
        for (const problem of found) {
          const shown = `${describeProblem(problem)} ${problem.fix?.title ?? ''}`;
          assert.ok(!shown.toLowerCase().includes(SECRET.toLowerCase()), shown);
        }
      },
    ),
    runs,
  );
}
