import { RULES, type Rule } from '../aws-files/problem-rules.ts';
import type { Problem, Range } from '../aws-files/snapshot.ts';
import { count } from './words.ts';

/** A stretch of a text as VS Code counts it: lines and columns from 0, the end exclusive. */
export type Stretch = {
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
};

/**
 * Where a problem is marked. One without a length is about its line: from the first character that is no blank to the
 * last. `lineOf` gives the text of a line, counted from 0; undefined where the file is not open.
 */
export function stretchOf(
  { line, column, endLine, endColumn }: Range,
  lineOf: (line: number) => string | undefined,
): Stretch {
  if (line !== endLine || column !== endColumn) {
    return { line: line - 1, column: column - 1, endLine: endLine - 1, endColumn: endColumn - 1 };
  }
  const text = lineOf(line - 1) ?? '';
  return {
    line: line - 1,
    column: text.length - text.trimStart().length,
    endLine: line - 1,
    endColumn: text.trimEnd().length,
  };
}

/** What a check found, in one line: `2 errors and 1 warning in your AWS files.` */
export function findings(problems: readonly Problem[]): string {
  const words = (['error', 'warning', 'info'] as const).flatMap(severity => {
    const number = problems.filter(problem => problem.severity === severity).length;
    return number === 0 ? [] : [count(number, severity === 'info' ? 'remark' : severity)];
  });
  const last = words.pop();
  if (last === undefined) {
    return 'No problems in your AWS files.';
  }
  return `${words.length === 0 ? last : `${words.join(', ')} and ${last}`} in your AWS files.`;
}

/** The checks that a setting turns off: the known names in it. */
export function readRules(value: unknown): ReadonlySet<Rule> {
  return new Set(Array.isArray(value) ? value.filter(isRule) : []);
}

export function isRule(value: unknown): value is Rule {
  return typeof value === 'string' && Object.hasOwn(RULES, value);
}
