import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The root of this project, absolute. */
export const projectFolder: string = fileURLToPath(new URL('../..', import.meta.url));

/** Where VS Code, a browser and their like are kept between runs; git ignores it. */
export const cacheFolder: string = join(projectFolder, '.vscode-test');

/** Where a run leaves screenshots and bundles; git ignores it. */
export const outFolder: string = join(projectFolder, 'out');

/** What the tools need to know of package.json. */
export type Manifest = {
  readonly name: string;
  readonly publisher: string;
  readonly version: string;
  readonly engines: { readonly vscode: string };
  readonly devDependencies: Readonly<Record<string, string>>;
};

/** The manifest of the extension in `folder`. Throws when there is none or a field is missing. */
export function readManifest(folder: string = projectFolder): Manifest {
  const value: unknown = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  if (!isManifest(value)) {
    throw new Error(`${join(folder, 'package.json')} is not an extension's manifest.`);
  }
  return { ...value, devDependencies: value.devDependencies ?? {} };
}

function isManifest(value: unknown): value is Omit<Manifest, 'devDependencies'> & Partial<Manifest> {
  const has = (key: string): boolean =>
    typeof value === 'object' && value !== null && typeof Reflect.get(value, key) === 'string';
  return has('name') && has('publisher') && has('version');
}

/** Says on the terminal what goes on. */
export type Progress = (line: string) => void;

export const printProgress: Progress = line => {
  process.stdout.write(`${line}\n`);
};
