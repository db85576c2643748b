import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { projectFolder } from '../vscode/project.ts';

type Package = {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly text: string | undefined;
};

/**
 * The notices that go with the code of other packages: each one's name, version, licence and full text; packages
 * under the very same text stand together. A package published without its text gets that of a neighbour of the same
 * scope and licence. Rejects where there is none.
 */
export async function thirdPartyNotices(folders: readonly string[]): Promise<string> {
  const packages = await Promise.all(folders.map(readPackage));
  const byText = Map.groupBy(packages, each => each.text ?? textOfNeighbour(each, packages));
  const parts = [...byText].map(([text, group]) => {
    const names = group.map(each => `${each.name} ${each.version} (${each.license})`).sort();
    return { title: [...new Set(names)].join('\n'), text };
  });
  parts.sort((a, b) => a.title.localeCompare(b.title, 'en'));
  const line = '-'.repeat(80);
  const intro = 'Rolecall contains code of the packages below, each under its own licence.';
  return `${[intro, ...parts.map(({ title, text }) => `${title}\n\n${text}`)].join(`\n\n${line}\n\n`)}\n`;
}

function textOfNeighbour(wanted: Package, packages: readonly Package[]): string {
  const scope = /^@[^/]+\//.exec(wanted.name)?.[0];
  const text = packages.find(
    each =>
      scope !== undefined && each.name.startsWith(scope) && each.license === wanted.license && each.text,
  )?.text;
  if (text === undefined) {
    throw new Error(`${wanted.name} is in the bundle, but has no licence text to pass on.`);
  }
  return text;
}

async function readPackage(folder: string): Promise<Package> {
  const absolute = join(projectFolder, folder);
  const manifest: { name: string; version: string; license?: string } = JSON.parse(
    await readFile(join(absolute, 'package.json'), 'utf8'),
  );
  if (manifest.license === undefined) {
    throw new Error(`${folder} is in the bundle, but names no licence.`);
  }
  const files = await readdir(absolute);
  const wanted = files.filter(file => /^(licen[cs]e|notice|copying)(\.|$)/i.test(file)).sort();
  const texts = await Promise.all(wanted.map(file => readFile(join(absolute, file), 'utf8')));
  const text = texts.map(each => each.replaceAll('\r\n', '\n').trim()).join('\n\n');
  return {
    name: manifest.name,
    version: manifest.version,
    license: manifest.license,
    text: text === '' ? undefined : text,
  };
}
