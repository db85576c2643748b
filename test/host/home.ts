import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { type SampleHome, writeSampleHome } from '../local-aws/sample-home.ts';
import { type LocalAws, startLocalAws } from '../local-aws/server.ts';

/** The sample home as new, and an AWS of its own, for one suite in the extension host. */
export type Home = {
  readonly aws: LocalAws;
  readonly files: SampleHome;
  config(): Promise<string>;
  credentials(): Promise<string>;
  /** Puts a token of the played AWS where AWS CLI would put it; resolves to its expiry in milliseconds. */
  signIn(session: string, startUrl: string, region: string): Promise<number>;
  /** Writes the sample files anew, forgets tokens and the choice. */
  reset(): Promise<void>;
  close(): Promise<void>;
};

/** Rolecall reads its environment when it asks AWS, so that the extension host's own can be turned to a new server. */
export async function openHome(): Promise<Home> {
  const folder = process.env['HOME'] ?? '';
  const cache = join(folder, '.aws', 'sso', 'cache');
  const aws = await startLocalAws();
  const before = process.env['AWS_ENDPOINT_URL'];
  process.env['AWS_ENDPOINT_URL'] = aws.url;
  const files = await writeSampleHome(folder, aws.url);
  const home: Home = {
    aws,
    files,
    config: () => readFile(files.configFile, 'utf8'),
    credentials: () => readFile(files.credentialsFile, 'utf8'),
    signIn: async (session, startUrl, region) => {
      const login = aws.state.sso.issueLogin(startUrl);
      const text = (time: number): string => new Date(time).toISOString().replace(/\.\d+Z$/, 'Z');
      await mkdir(cache, { recursive: true });
      await writeFile(
        join(cache, `${createHash('sha1').update(session).digest('hex')}.json`),
        JSON.stringify({
          startUrl,
          region,
          accessToken: login.accessToken,
          expiresAt: text(login.expiresAt),
          clientId: login.client.clientId,
          clientSecret: login.client.clientSecret,
          registrationExpiresAt: text(login.client.expiresAt),
          refreshToken: login.refreshToken,
        }),
        { mode: 0o600 },
      );
      await call('refresh');
      return Math.floor(login.expiresAt / 1000) * 1000;
    },
    reset: async () => {
      await rm(cache, { recursive: true, force: true });
      await writeSampleHome(folder, aws.url);
      aws.requests.clear();
      aws.faults.clear();
      await call('refresh');
      await call('switchProfile', null);
    },
    close: async () => {
      process.env['AWS_ENDPOINT_URL'] = before;
      await aws.close();
    },
  };
  await home.reset();
  return home;
}

/** Calls a command of Rolecall as another extension would. */
export async function call<T = unknown>(command: string, ...args: readonly unknown[]): Promise<T> {
  return vscode.commands.executeCommand<T>(`rolecall.${command}`, ...args);
}

/** The `AWS_*` variables of a terminal that is opened now, as its own shell lists them. */
export async function variablesOf(terminal: vscode.Terminal): Promise<ReadonlyMap<string, string>> {
  const file = join(tmpdir(), `rolecall-env-${process.pid}-${Date.now()}`);
  terminal.sendText(`env | grep ^AWS_ > '${file}.part'; mv '${file}.part' '${file}'`);
  const end = Date.now() + 20_000;
  for (;;) {
    const text = await readFile(file, 'utf8').catch(() => undefined);
    if (text !== undefined) {
      await rm(file);
      const lines = text.split('\n').filter(line => line !== '');
      return new Map(lines.map(line => [line.replace(/=.*/, ''), line.replace(/^[^=]*=/, '')]));
    }
    assert.ok(Date.now() < end, 'the terminal did not answer');
    await new Promise(resolve => setTimeout(resolve, 50));
  }
}

/** The lines that only `after` has, with `+`, and those that only `before` has, with `-`, in their order. */
export function difference(before: string, after: string): readonly string[] {
  const old = before.split('\n');
  const now = after.split('\n');
  let start = 0;
  while (start < old.length && start < now.length && old[start] === now[start]) {
    start += 1;
  }
  let end = 0;
  while (
    end < old.length - start &&
    end < now.length - start &&
    old[old.length - 1 - end] === now[now.length - 1 - end]
  ) {
    end += 1;
  }
  return [
    ...old.slice(start, old.length - end).map(line => `-${line}`),
    ...now.slice(start, now.length - end).map(line => `+${line}`),
  ];
}
