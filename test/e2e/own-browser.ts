import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { LINK } from '../../src/lib/browser-command.ts';
import type { Sandbox } from '../vscode/environment.ts';

/** What a program that stands for a browser was started with. */
export type OwnBrowser = {
  /** A command line for the setting `rolecall.sso.browser`. */
  readonly argv: readonly string[];
  /** A program that is called as a browser is, in a folder of its own. */
  readonly folder: string;
  /** The addresses so far, which are the last argument. */
  readonly opened: readonly string[];
  /** All arguments, for each of them. */
  readonly started: readonly (readonly string[])[];
  /** The next address that is opened after those that were asked for before. */
  next(): Promise<string>;
  close(): Promise<void>;
};

/** A program, written into `folder`, that tells the test which address it was given; also under the name `name`. */
export async function startOwnBrowser(folder: string, name = 'browser'): Promise<OwnBrowser> {
  const opened: string[] = [];
  const started: (readonly string[])[] = [];
  const waiting: ((url: string) => void)[] = [];
  let asked = 0;
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const args: readonly string[] = JSON.parse(Buffer.concat(parts).toString());
      const url = args.at(-1) ?? '';
      started.push(args);
      opened.push(url);
      waiting.shift()?.(url);
      response.end();
    });
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const script = join(folder, 'browser.mjs');
  await writeFile(
    script,
    'await fetch(process.argv[2], { method: "POST", body: JSON.stringify(process.argv.slice(3)) });\n',
  );
  const command = [process.execPath, script, `http://127.0.0.1:${port}/`];
  const program = join(folder, name);
  await writeFile(program, `#!/bin/sh\nexec ${command.map(each => `'${each}'`).join(' ')} "$@"\n`);
  await chmod(program, 0o755);
  return {
    argv: [...command, LINK],
    folder,
    opened,
    started,
    next: () => {
      const url = opened[asked];
      asked += 1;
      return url === undefined ? nextOf(waiting) : Promise.resolve(url);
    },
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function nextOf(waiting: ((url: string) => void)[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('No browser was started.')), 20_000);
    waiting.push(url => {
      clearTimeout(timer);
      resolve(url);
    });
  });
}

/** Writes settings of the machine that the extension runs on: user settings of that scope do not count there. */
export async function writeMachineSettings(
  sandbox: Sandbox,
  settings: Readonly<Record<string, unknown>>,
): Promise<void> {
  const folder = join(sandbox.folder, 'user', 'Machine');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'settings.json'), JSON.stringify(settings));
}
