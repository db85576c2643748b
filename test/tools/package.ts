import { rm, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { vsixPath } from '../vscode/installed.ts';
import { run, runNpm } from '../vscode/processes.ts';
import { printProgress, projectFolder } from '../vscode/project.ts';
import { readZip } from '../vscode/zip.ts';
import { bundledPackages, readBundle } from './bundle.ts';
import { thirdPartyNotices } from './notices.ts';

/** `npm run package`: builds, packs the vsix, and refuses one that has a file too many or too few. */

const REQUIRED = [
  'extension.vsixmanifest',
  '[Content_Types].xml',
  'extension/package.json',
  'extension/readme.md',
  'extension/changelog.md',
  'extension/LICENSE.txt',
  'extension/THIRD-PARTY-NOTICES.txt',
  'extension/dist/extension.js',
  'extension/media/icon.png',
  'extension/media/rolecall.svg',
];

const ALLOWED = [/^extension\/dist\/[\w-]+\.js$/, /^extension\/media\/walkthrough\/[\w-]+\.(md|svg|png)$/];

await runNpm(['run', '--silent', 'build'], { cwd: projectFolder });
const packages = bundledPackages(await readBundle());
await writeFile(join(projectFolder, 'THIRD-PARTY-NOTICES.txt'), await thirdPartyNotices(packages));

const vsix = vsixPath();
await rm(vsix, { force: true });
await run(
  process.execPath,
  [
    join(projectFolder, 'node_modules', '@vscode', 'vsce', 'vsce'),
    'package',
    '--no-dependencies',
    '--allow-missing-repository',
    '--no-rewrite-relative-links',
    `--out=${vsix}`,
  ],
  { cwd: projectFolder },
);

const entries = await readZip(vsix);
const names = new Set(entries.map(entry => entry.name));
const missing = REQUIRED.filter(name => !names.has(name));
const unexpected = [...names].filter(
  name => !REQUIRED.includes(name) && !ALLOWED.some(pattern => pattern.test(name)),
);
const parts = Map.groupBy(entries, ({ name }) => /^(extension\/\w+\/|extension\/)?/.exec(name)?.[0] ?? '');
for (const [folder, group] of parts) {
  const bytes = group.reduce((sum, entry) => sum + entry.size, 0);
  printProgress(`${String(bytes).padStart(9)}  ${folder}* (${group.length} files)`);
}
const size = (await stat(vsix)).size;
printProgress(`${String(size).padStart(9)}  ${basename(vsix)}, with the code of ${packages.length} packages`);
if (missing.length > 0 || unexpected.length > 0) {
  await rm(vsix);
  throw new Error(
    `The vsix is refused. Missing: ${missing.join(', ') || 'nothing'}. Unexpected: ${unexpected.join(', ') || 'nothing'}.`,
  );
}
