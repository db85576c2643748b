import type { Place, Problem } from '../aws-files/snapshot.ts';
import { escapeMarkdown } from '../lib/escape.ts';
import { count, shortPath } from './words.ts';

/** What a row shows of its problems: `⚠ 2`; nothing of mere remarks. */
export function problemMark(problems: readonly Problem[]): string {
  const serious = seriousCount(problems);
  return serious === 0 ? '' : `⚠ ${serious}`;
}

/** The same in words, for its accessible label. */
export function problemCount(problems: readonly Problem[]): string {
  const serious = seriousCount(problems);
  return serious === 0 ? '' : count(serious, 'problem');
}

function seriousCount(problems: readonly Problem[]): number {
  return problems.filter(problem => problem.severity !== 'info').length;
}

/** One problem in a hover, as Markdown with everything foreign escaped. */
export function problemText(problem: Problem, home: string): string {
  const mark = problem.severity === 'info' ? '' : '⚠ ';
  return `${mark}${escapeMarkdown(problem.message)} (${placeText(problem.place, home)})`;
}

/** A place in a hover: `~/.aws/config:12`, as Markdown. */
export function placeText(place: Place, home: string): string {
  return escapeMarkdown(`${shortPath(place.file, home)}:${place.line}`);
}

/** Paragraphs of Markdown; empty ones are left out. */
export function paragraphs(parts: readonly string[]): string {
  return parts.filter(part => part !== '').join('\n\n');
}
