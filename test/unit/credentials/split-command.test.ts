import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import fc from 'fast-check';
import { splitCommand } from '../../../src/credentials/split-command.ts';

test('splits as AWS CLI does on POSIX systems', () => {
  const cases: readonly (readonly [command: string, words: readonly string[]])[] = [
    ['helper', ['helper']],
    ['  helper   --a\tb\n', ['helper', '--a', 'b']],
    [`'/opt/my tools/h' --name "a b"`, ['/opt/my tools/h', '--name', 'a b']],
    ['a\\ b c', ['a b', 'c']],
    [`"a\\"b" 'c\\d' "e\\f" "g\\\\h"`, ['a"b', 'c\\d', 'e\\f', 'g\\h']],
    [`x'y'"z" '' ""`, ['xyz', '', '']],
    [
      'echo $HOME; rm -rf / | cat > x # no',
      ['echo', '$HOME;', 'rm', '-rf', '/', '|', 'cat', '>', 'x', '#', 'no'],
    ],
    ['', []],
    ['   ', []],
  ];
  for (const [command, words] of cases) {
    assert.deepEqual(splitCommand(command, 'linux'), words, command);
  }
  for (const command of [`'open`, `"open`, 'end\\', `"end\\`]) {
    assert.throws(() => splitCommand(command, 'linux'), { name: 'UserError' }, command);
  }
});

test('splits as the C runtime does on Windows', () => {
  const cases: readonly (readonly [command: string, words: readonly string[]])[] = [
    [String.raw`C:\tools\h.exe --a b`, [String.raw`C:\tools\h.exe`, '--a', 'b']],
    [String.raw`"C:\Program Files\h.exe" "a b"`, [String.raw`C:\Program Files\h.exe`, 'a b']],
    [String.raw`h "a\"b" a\\b "c\\" d\\\"e`, ['h', 'a"b', String.raw`a\\b`, 'c\\', String.raw`d\"e`]],
    [`h 'a b' ""`, ['h', `'a`, `b'`, '']],
    [String.raw`h end\ `, ['h', 'end\\']],
    [String.raw`h end\\`, ['h', 'end\\\\']],
  ];
  for (const [command, words] of cases) {
    assert.deepEqual(splitCommand(command, 'win32'), words, command);
  }
  assert.throws(() => splitCommand('h "open', 'win32'), { name: 'UserError' });
});

const python = spawnSync('python3', ['--version']).status === 0;

test('the same as Python’s shlex for any text', { skip: python ? false : 'python3 is not installed' }, () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', ' ', '\t', '\n', '\\', "'", '"', '#', '$', 'é') });
  const commands = fc.sample(text, 500);
  const script = [
    'import sys, json, shlex',
    'def split(s):',
    '    try: return shlex.split(s)',
    '    except ValueError: return None',
    'print(json.dumps([split(s) for s in json.load(sys.stdin)]))',
  ].join('\n');
  const { stdout } = spawnSync('python3', ['-c', script], {
    input: JSON.stringify(commands),
    encoding: 'utf8',
  });
  const ours = commands.map(command => {
    try {
      return splitCommand(command, 'linux');
    } catch {
      return null;
    }
  });
  assert.deepEqual(ours, JSON.parse(stdout));
});
