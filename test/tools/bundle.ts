import { readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { outFolder, projectFolder } from '../vscode/project.ts';

type Output = {
  readonly bytes: number;
  readonly entryPoint?: string;
  readonly imports: readonly { readonly path: string; readonly kind: string; readonly external?: boolean }[];
  readonly inputs: Readonly<Record<string, { readonly bytesInOutput: number }>>;
};

/** What esbuild says it made: output files by their path, with the sources in each. */
export type Bundle = {
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly outputs: Readonly<Record<string, Output>>;
};

/** The metafile of the last build. Rejects when nothing was built. */
export async function readBundle(): Promise<Bundle> {
  return JSON.parse(await readFile(join(outFolder, 'meta.json'), 'utf8'));
}

/** The entry chunk and whatever it imports statically: all that is loaded when VS Code starts. */
export function startChunks(bundle: Bundle): readonly string[] {
  const entry = Object.keys(bundle.outputs).find(path => path.endsWith('dist/extension.js'));
  const found = new Set<string>();
  const visit = (path: string | undefined): void => {
    if (path === undefined || found.has(path)) {
      return;
    }
    found.add(path);
    for (const { path: target, kind, external } of bundle.outputs[path]?.imports ?? []) {
      if (kind === 'import-statement' && external !== true) {
        visit(target);
      }
    }
  };
  visit(entry);
  return [...found];
}

/** The folders of the packages whose code is in `paths` (all outputs by default), relative to the project. */
export function bundledPackages(bundle: Bundle, paths = Object.keys(bundle.outputs)): readonly string[] {
  const folders = new Set<string>();
  for (const path of paths) {
    for (const [input, { bytesInOutput }] of Object.entries(bundle.outputs[path]?.inputs ?? {})) {
      const folder = /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0];
      if (folder !== undefined && bytesInOutput > 0) {
        folders.add(relative(projectFolder, join(projectFolder, folder)).replaceAll('\\', '/'));
      }
    }
  }
  return [...folders].sort();
}
