import { glob, readFile } from 'node:fs/promises';
import { dirname, join, posix } from 'node:path';
import { projectFolder } from '../vscode/project.ts';

export type Import = {
  /** The importing file, relative to `src`, with forward slashes. */
  readonly from: string;
  readonly specifier: string;
  /** The imported file relative to `src`; undefined for a package. */
  readonly target: string | undefined;
  readonly typeOnly: boolean;
  readonly dynamic: boolean;
};

export type Source = { readonly path: string; readonly text: string; readonly imports: readonly Import[] };

const STATIC =
  /^[ \t]*(?:import\b(?<clause>[^;'"(]*?)|export\s+(?<kind>type\s+)?(?:\*[^;'"]*|\{[^}]*\}\s*)from\s*)['"](?<name>[^'"\n]+)['"]/gm;
const DYNAMIC = /\bimport\(\s*['"](?<name>[^'"\n]+)['"]\s*\)(?<member>\.[A-Z]\w*)?/g;

/** Every source file of the extension with what it imports: statically, dynamically and for types. */
export async function readSources(): Promise<readonly Source[]> {
  const folder = join(projectFolder, 'src');
  const sources: Source[] = [];
  for await (const file of glob('**/*.ts', { cwd: folder })) {
    const path = file.replaceAll('\\', '/');
    const text = await readFile(join(folder, file), 'utf8');
    sources.push({ path, text, imports: readImports(path, text) });
  }
  return sources.sort((a, b) => a.path.localeCompare(b.path, 'en'));
}

/** The imports of one file; `path` is relative to `src`. */
export function readImports(path: string, text: string): readonly Import[] {
  const code = text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');
  const found: Import[] = [];
  const add = (specifier: string, typeOnly: boolean, dynamic: boolean): void => {
    const target = specifier.startsWith('.') ? posix.join(dirname(path), specifier) : undefined;
    found.push({ from: path, specifier, target, typeOnly, dynamic });
  };
  for (const { groups } of code.matchAll(STATIC)) {
    const clause = groups?.['clause'] ?? '';
    const names = /\{([^}]*)\}/.exec(clause)?.[1]?.split(',') ?? [];
    const allTypes =
      names.length > 0 && names.every(name => /^\s*(type\s|$)/.test(name)) && !/^\s*\w+\s*,/.test(clause);
    const typeOnly = /^\s*type\b/.test(clause) || groups?.['kind'] !== undefined || allTypes;
    add(groups?.['name'] ?? '', typeOnly, false);
  }
  for (const { groups } of code.matchAll(DYNAMIC)) {
    // `import('x').Name` stands for a type: a value would be awaited first.
    add(groups?.['name'] ?? '', groups?.['member'] !== undefined, true);
  }
  return found;
}
