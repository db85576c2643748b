import { mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { LINK } from '../../src/lib/browser-command.ts';
import type { Sandbox } from '../vscode/environment.ts';

/** What a program that stands for a browser was started with. */
export type OwnBrowser = {
  /** A command line for the setting `rolecall.sso.browser`. */
  readonly argv: readonly string[];
  /** The addresses so far. */
  readonly opened: readonly string[];
  /** The next address that is opened after those that were asked for before. */
  next(): Promise<string>;
  close(): Promise<void>;
};

/** A program, written into the sandbox, that tells the test which address it was given. */
export async function startOwnBrowser(sandbox: Sandbox): Promise<OwnBrowser> {
  const opened: string[] = [];
  const waiting: ((url: string) => void)[] = [];
  let asked = 0;
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const url = Buffer.concat(parts).toString();
      opened.push(url);
      waiting.shift()?.(url);
      response.end();
    });
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const script = join(sandbox.folder, 'browser.mjs');
  await writeFile(script, 'await fetch(process.argv[2], { method: "POST", body: process.argv[3] });\n');
  return {
    argv: [process.execPath, script, `http://127.0.0.1:${port}/`, LINK],
    opened,
    next: () => {
      const url = opened[asked];
      asked += 1;
      return url === undefined ? new Promise(resolve => waiting.push(resolve)) : Promise.resolve(url);
    },
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
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
