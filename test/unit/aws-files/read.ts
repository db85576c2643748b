import { readSdk } from '../../../src/aws-files/dialects/sdk.ts';
import { parseDocument } from '../../../src/aws-files/document.ts';
import { FilesSnapshot } from '../../../src/aws-files/files-snapshot.ts';
import type { FileName } from '../../../src/aws-files/kinds.ts';
import type { LoadedFile } from '../../../src/aws-files/load.ts';
import { searchProblems } from '../../../src/aws-files/problems.ts';
import { indexSections } from '../../../src/aws-files/section-index.ts';
import type { Section, Snapshot } from '../../../src/aws-files/snapshot.ts';

/** The snapshot of two texts, without files. */
export function snapshotOf(config: string | Uint8Array, credentials: string | Uint8Array = ''): Snapshot {
  const files = { config: load(config, 'config'), credentials: load(credentials, 'credentials') };
  const readings = [files.config, files.credentials].map(({ state, reading }) => ({
    path: state.path,
    reading,
  }));
  return new FilesSnapshot(
    { config: files.config.state, credentials: files.credentials.state },
    () => indexSections(readings),
    index => searchProblems(files, index),
  );
}

function load(text: string | Uint8Array, file: FileName): LoadedFile {
  return {
    state: { path: `/home/me/.aws/${file}`, status: 'read' },
    reading: readSdk(parseDocument(Buffer.from(text)), file),
    trouble: undefined,
    stamp: undefined,
  };
}

/** A section's values, nested ones as `s3.addressing_style`. */
export function valuesOf(section: Section | undefined): Record<string, string> {
  return Object.fromEntries((section?.settings() ?? []).map(({ key, value }) => [key, value]));
}
