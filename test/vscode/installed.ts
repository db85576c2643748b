import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { exists } from './cache.ts';
import { outFolder, projectFolder, readManifest } from './project.ts';
import { unpackZip } from './zip.ts';

/** Where `npm run package` puts the extension. */
export function vsixPath(): string {
  const { name, version } = readManifest();
  return join(projectFolder, `${name}-${version}.vsix`);
}

/** The folder of the packaged extension, unpacked anew whenever it was packaged anew. Rejects when there is none. */
export async function installedExtension(): Promise<string> {
  const vsix = vsixPath();
  const packaged = await stat(vsix).catch(() => undefined);
  if (packaged === undefined) {
    throw new Error(`There is no ${vsix}: run "npm run package" first.`);
  }
  const folder = join(outFolder, 'installed', String(Math.trunc(packaged.mtimeMs)));
  if (await exists(folder)) {
    return folder;
  }
  const temporary = `${folder}.${process.pid}.tmp`;
  await mkdir(temporary, { recursive: true });
  await unpackZip(vsix, 'extension/', temporary);
  await rename(temporary, folder).catch(async error => {
    // Another test file of the same run may have been quicker.
    await rm(temporary, { recursive: true });
    if (!(await exists(folder))) {
      throw error;
    }
  });
  return folder;
}
