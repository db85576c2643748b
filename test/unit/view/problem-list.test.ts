import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { RULES } from '../../../src/aws-files/problem-rules.ts';
import type { Problem } from '../../../src/aws-files/snapshot.ts';
import { findings, isRule, readRules, stretchOf } from '../../../src/view/problem-list.ts';

function problem(severity: Problem['severity']): Problem {
  const range = { line: 1, column: 1, endLine: 1, endColumn: 1 };
  return { rule: 'value', severity, message: 'x', place: { file: '/c', line: 1 }, range };
}

describe('where a problem is marked', () => {
  test('from 0 on, as VS Code counts', () => {
    const range = { line: 3, column: 5, endLine: 4, endColumn: 1 };
    assert.deepEqual(
      stretchOf(range, () => 'abc'),
      { line: 2, column: 4, endLine: 3, endColumn: 0 },
    );
  });
  test('on its line when it has no length of its own', () => {
    const range = { line: 2, column: 1, endLine: 2, endColumn: 1 };
    const stretch = (text: string | undefined) => stretchOf(range, line => (line === 1 ? text : 'other'));
    assert.deepEqual(stretch('  region = x \t'), { line: 1, column: 2, endLine: 1, endColumn: 12 });
    assert.deepEqual(stretch(undefined), { line: 1, column: 0, endLine: 1, endColumn: 0 });
  });
});

test('what a check found is one line', () => {
  assert.equal(findings([]), 'No problems in your AWS files.');
  assert.equal(findings([problem('warning')]), '1 warning in your AWS files.');
  assert.equal(
    findings([problem('info'), problem('error'), problem('error'), problem('warning')]),
    '2 errors, 1 warning and 1 remark in your AWS files.',
  );
});

describe('the setting that turns checks off', () => {
  test('counts the names that are known', () => {
    assert.deepEqual([...readRules(['value', 'nonsense', 7, 'value', 'toString'])], ['value']);
    for (const value of [undefined, null, 'value', { value: true }]) {
      assert.equal(readRules(value).size, 0);
    }
    assert.ok(isRule('syntax') && !isRule('__proto__') && !isRule(undefined));
  });

  test('offers every check with its title', () => {
    const manifest: { contributes: { configuration: { properties: Record<string, unknown> } } } = JSON.parse(
      readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'),
    );
    const { items, scope, ...rest } = manifest.contributes.configuration.properties[
      'rolecall.problems.off'
    ] as { items: { enum: string[]; enumDescriptions: string[] }; scope: string; default: unknown };
    assert.deepEqual(items.enum, Object.keys(RULES));
    assert.deepEqual(
      items.enumDescriptions,
      Object.values(RULES).map(rule => rule.title),
    );
    // A folder that nobody trusts must not hide what is wrong.
    assert.deepEqual([scope, rest.default], ['application', []]);
  });
});
