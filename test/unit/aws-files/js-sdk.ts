import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadSsoSessionData, parseKnownFiles } from '@smithy/shared-ini-file-loader';
import type { Files, JsResult } from './dialect-results.ts';

/** The JavaScript SDK's own loader, over files in a folder of its own. */
export class JsSdk {
  readonly #config: string;
  readonly #credentials: string;

  constructor(folder: string) {
    this.#config = join(folder, 'config');
    this.#credentials = join(folder, 'credentials');
  }

  async read(files: Files): Promise<JsResult> {
    await Promise.all([
      writeFile(this.#config, files.config),
      writeFile(this.#credentials, files.credentials),
    ]);
    const paths = { configFilepath: this.#config, filepath: this.#credentials };
    const known = await parseKnownFiles({ ...paths, ignoreCache: true });
    // It takes no `ignoreCache`, but the text that was just read.
    const sessions = await loadSsoSessionData({ configFilepath: this.#config });
    return { known, sessions } as unknown as JsResult;
  }
}

export async function withJsSdk(body: (sdk: JsSdk) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'js-sdk-'));
  try {
    await body(new JsSdk(folder));
  } finally {
    await rm(folder, { recursive: true });
  }
}

/**
 * Names that every object of JavaScript has. The loader keeps sections in plain objects, and one of these names
 * makes it write into the objects of the process that calls it.
 */
const INHERITED = new RegExp(
  Object.getOwnPropertyNames(Object.prototype)
    .filter(name => name !== '__proto__')
    .join('|'),
);

/** Whether the loader can be given the file without harm to this process. */
export function isHarmless({ config, credentials }: Files): boolean {
  return ![config, credentials].some(bytes => INHERITED.test(Buffer.from(bytes).toString('latin1')));
}
