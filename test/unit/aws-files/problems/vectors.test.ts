import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { describeProblem, searchIn } from './cases.ts';

type Odd = {
  readonly name: string;
  readonly configFile: string;
  readonly credentialsFile: string;
  readonly botocore: { readonly error?: string };
};
type Implementation = {
  readonly name: string;
  readonly input: { readonly configFile?: string; readonly credentialsFile?: string };
  readonly specExpected: { readonly errorContaining?: string };
  readonly botocore: { readonly error?: string };
};

function read<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`../../../fixtures/vectors/${name}`, import.meta.url), 'utf8')) as T;
}

/** What is said of each of AWS's odd inputs first; `undefined` where there is nothing to say of how it reads. */
const ODD: ReadonlyMap<string, RegExp | undefined> = new Map<string, RegExp | undefined>([
  ['BOM before section', /error encoding: .*byte order mark.*AWS CLI and boto3 refuse/],
  ['quoted profile name with space', /info dialects \[a b\]: Only AWS CLI and boto3/],
  ['quoted in sso-session', /warning dialects \[my\]: The SDKs other than the JavaScript SDK/],
  ['two spaces between prefix and name', /warning dialects \[foo\]: The JavaScript SDK does not read/],
  ['tab between prefix and name', /info dialects \[foo\]: “aws configure”/],
  ['non-ascii profile', /info dialects \[café\]: Only AWS CLI and boto3/],
  ['name with parens', /info dialects \[foo\(bar\)\]: Only AWS CLI and boto3/],
  ['header trailing comment no space', /warning dialects \[foo\]: The JavaScript SDK does not read/],
  ['header trailing comment with space', undefined],
  ['indented header', /warning syntax \[foo\]: This header is indented/],
  ['all keys indented', /warning syntax \[foo\]: The section’s lines are indented/],
  ['start url with #', undefined],
  ['start url with #/', undefined],
  ['value starting with hash no space', undefined],
  ['indented comment inside nested', /info dialects \[foo\]: This comment is indented/],
  ['unindented comment inside nested', undefined],
  ['colon delimiter', /warning dialects \[foo\]: AWS CLI and boto3 alone read region with “:”/],
  ['key no value no =', /error syntax \[foo\]: No “=”.*AWS CLI refuses the whole file/],
  ['upper-case section PROFILE', /warning section: No tool reads.*\[profile foo\]/],
  ['[Default] capital', /warning section: No tool reads.*\[default\]/],
  ['[DEFAULT] in config (configparser magic)', /warning dialects: .*\[DEFAULT\] to every profile/],
  ['[profile default] + [default]', /duplicate \[default\]: .*\[profile default\] in line 3/],
  ['dup key', /error duplicate \[foo\]: region is set twice.*AWS CLI refuses/],
  ['dup key different case', /error duplicate \[foo\]: region is set twice.*AWS CLI refuses/],
  ['dup section via quotes', /error duplicate \[foo\]: .*AWS CLI and boto3 read only the later/],
  ['creds has [profile foo]', /warning section .*its name alone, without “profile”/],
  ['creds name with space', /info dialects \[a b\]: Only AWS CLI and boto3/],
  ['creds quoted name', /info dialects \["a b"\]: The SDKs other than the JavaScript SDK/],
  ['config+creds same key', /warning shadowed \[foo\]: The credentials file sets region too, in line 3/],
  ['percent in value', undefined],
  ['value continuation', /warning dialects \[foo\]: .*a part of credential_process/],
  ['text before first section', /error syntax: This line stands before the first section/],
  ['comment-only indentation line', /warning dialects \[foo\]: The SDKs may take the indented comment/],
  ['__proto__', /error section \[__proto__\]: .*the JavaScript SDK reads nothing of the whole file/],
  ['services nested', undefined],
  ['semicolon in value no space', undefined],
  [
    'header with adjacent comment after another profile (JS: keys spill into previous profile)',
    /error dialects \[b\]: The JavaScript SDK does not see this header: it gives the keys below to profile a/,
  ],
]);

const READING = / (encoding|syntax|dialects|duplicate|section|shadowed)\b/;

test('knows each odd input', () => {
  const names = read<readonly Odd[]>('odd-inputs.json').map(({ name }) => name);
  assert.deepEqual([...ODD.keys()], names);
});

for (const { name, configFile, credentialsFile, botocore } of read<readonly Odd[]>('odd-inputs.json')) {
  test(`odd input: ${name}`, () => {
    const found = searchIn({ config: configFile, credentials: credentialsFile })
      .map(describeProblem)
      .filter(line => READING.test(line));
    const pattern = ODD.get(name);
    if (pattern === undefined) {
      assert.deepEqual(found, []);
    } else {
      assert.ok(
        found.some(line => pattern.test(line)),
        found.join('\n'),
      );
    }
    assert.ok(botocore.error === undefined || found.some(line => / error /.test(line)), found.join('\n'));
  });
}

for (const [index, { name, input, specExpected, botocore }] of read<readonly Implementation[]>(
  'implementations.json',
).entries()) {
  test(`implementation ${index + 1}: ${name}`, () => {
    const found = searchIn({
      config: input.configFile ?? '',
      credentials: input.credentialsFile ?? '',
    }).map(describeProblem);
    const isRefused = botocore.error !== undefined || specExpected.errorContaining !== undefined;
    assert.ok(!isRefused || found.some(line => READING.test(line)), 'what a tool refuses is said');
    assert.ok(botocore.error === undefined || found.some(line => / error /.test(line)), 'as an error');
  });
}
