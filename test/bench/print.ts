import { printProgress } from '../vscode/project.ts';

/** What a figure should be at most. */
export type Aim = { readonly limit: number; readonly value: number; readonly text: string };

export function printRow(name: string, shown: string, aim: Aim | false = false): void {
  const verdict = aim === false ? '' : `aim ${aim.text}${aim.value <= aim.limit ? '' : '   OVER THE AIM'}`;
  printProgress(`  ${name.padEnd(48)} ${shown.padStart(12)}   ${verdict}`.trimEnd());
}

export function milliseconds(value: number): string {
  return `${value.toFixed(value < 10 ? 2 : 1)} ms`;
}

export function kilobytes(value: number): string {
  return `${(value / 1024).toFixed(1)} KB`;
}

export function megabytes(value: number): string {
  return `${(value / 1024 / 1024).toFixed(2)} MB`;
}

export function times(value: number): string {
  return `${value.toFixed(2)} ×`;
}
