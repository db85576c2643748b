import assert from 'node:assert/strict';
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { realSystem } from '../../src/lib/system.ts';
import { type Token, TokenCache } from '../../src/sso/token-cache.ts';
import { manyAccounts } from '../local-aws/data.ts';
import { type LocalAws, startLocalAws } from '../local-aws/server.ts';

const WINDOWS = 8;
/** Ten minutes before the end of a token all need a new one. */
const ROUND_MS = 50 * 60_000;
const START = 'https://acme.awsapps.com/start';

/** A program that renews the token without Rolecall's lock. */
export type Foreign = {
  readonly name: string;
  command(home: string, file: string, endpoint: string): readonly string[];
};

export type RefreshFigures = {
  readonly rounds: number;
  /** Tokens asked for by Rolecall's processes in the rounds of theirs; one each is right. */
  renewed: number;
  /** The most in one of those rounds. */
  most: number;
  /** Asked for by the other program between the rounds, and by Rolecall right after that: none is right. */
  foreign: number;
  afterForeign: number;
  /** Rounds in which both asked at once: how often each was first, and answers that AWS refused. */
  readonly races: { rolecall: number; foreign: number; refused: number };
};

/** The worker as the package has it: minified, split into chunks. Resolves to the file to run. */
export async function bundleWorker(script: string, folder: string): Promise<string> {
  await build({
    entryPoints: [fileURLToPath(new URL(script, import.meta.url))],
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    minify: true,
    format: 'esm',
    platform: 'node',
    target: 'node22',
    mainFields: ['module', 'main'],
    logLevel: 'warning',
  });
  return join(folder, script.replace(/\.ts$/, '.mjs'));
}

export function scriptedForeign(script: string): Foreign {
  return {
    name: 'a program that writes as AWS CLI does',
    command: (_home, file, endpoint) => [process.execPath, script, file, endpoint],
  };
}

export function botocoreForeign(python: string, name: string): Foreign {
  const script = fileURLToPath(new URL('refresh-botocore.py', import.meta.url));
  return { name, command: () => [python, script] };
}

/** A process that answers each line with a line. */
class Worker {
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  readonly #lines: AsyncIterator<string>;
  readonly #closed: Promise<unknown>;

  constructor([file = '', ...args]: readonly string[], env: NodeJS.ProcessEnv) {
    this.#child = spawn(file, args, { env, stdio: ['pipe', 'pipe', 'inherit'] });
    this.#closed = once(this.#child, 'close');
    this.#lines = createInterface(this.#child.stdout)[Symbol.asyncIterator]();
  }

  async line(): Promise<string> {
    const { value, done } = await this.#lines.next();
    assert.ok(done !== true, 'a process ended early');
    return value;
  }

  ask(text: string): Promise<string> {
    this.#child.stdin.write(`${text}\n`);
    return this.line();
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }

  async end(): Promise<void> {
    this.#child.stdin.end();
    await this.#closed;
  }
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

/** What is played, and how it is looked at. */
class Scene {
  readonly home = mkdtempSync(join(tmpdir(), 'rolecall-refresh-'));
  readonly aws: LocalAws;
  readonly clock: { ahead: number };
  readonly #tokens = new TokenCache({ system: { ...realSystem(), home: this.home } });

  constructor(aws: LocalAws, clock: { ahead: number }) {
    this.aws = aws;
    this.clock = clock;
  }

  get file(): string {
    return this.#tokens.fileOf('acme');
  }

  async signIn(): Promise<void> {
    mkdirSync(join(this.home, '.aws'));
    writeFileSync(
      join(this.home, '.aws', 'config'),
      `[profile dev]\nsso_session = acme\n[sso-session acme]\nsso_start_url = ${START}\nsso_region = eu-west-1\n`,
    );
    const login = this.aws.state.sso.issueLogin(START);
    const token: Token = {
      startUrl: START,
      region: 'eu-west-1',
      accessToken: login.accessToken,
      expiresAt: login.expiresAt,
      clientId: login.client.clientId,
      clientSecret: login.client.clientSecret,
      registrationExpiresAt: login.client.expiresAt,
      refreshToken: login.refreshToken ?? '',
      other: {},
    };
    await this.#tokens.write('acme', token, new AbortController().signal);
  }

  /** The next moment at which a token is needed. */
  pass(): string {
    this.clock.ahead += ROUND_MS;
    this.aws.requests.clear();
    return String(this.clock.ahead);
  }

  /** A digest of the newest token that the server gave. */
  get newest(): string {
    return digest(this.aws.state.sso.logins[0]?.accessToken ?? '');
  }

  /** How many tokens were asked for, by Rolecall or by others, and how often that was refused. */
  count(who: 'rolecall' | 'others' | 'refused'): number {
    const asked = this.aws.requests.of('CreateToken');
    const isOurs = (agent: string): boolean => agent.includes('rolecall/');
    return who === 'refused'
      ? asked.filter(({ status }) => status !== 200).length
      : asked.filter(({ userAgent }) => isOurs(userAgent) === (who === 'rolecall')).length;
  }

  check(answers: readonly string[]): void {
    const written = JSON.parse(readFileSync(this.file, 'utf8'));
    assert.equal(digest(written.accessToken), this.newest, 'the newest token is not in the file');
    assert.deepEqual(new Set(answers), new Set([this.newest]), 'a process ended with another token');
  }

  async end(): Promise<void> {
    await this.aws.close();
    const names = readdirSync(join(this.file, '..')).sort();
    const marker = `.${basename(this.file)}.rolecall.refused`;
    assert.deepEqual(names, [marker, basename(this.file)], 'something was left behind');
    rmSync(this.home, { recursive: true });
  }
}

/**
 * Eight processes need a new token at once, again and again; in between another program renews it without the lock,
 * and in further rounds at the same time. In each round one of the eight asks the server, every process ends with
 * the newest token, and it is in the file. In the end AWS refuses: one of the eight asks, and all are signed out.
 */
export async function runRefreshCrowd(
  worker: string,
  rounds: number,
  foreign: Foreign,
): Promise<RefreshFigures> {
  const clock = { ahead: 0 };
  const scene = new Scene(
    await startLocalAws({
      now: () => Date.now() + clock.ahead,
      data: { sso: [manyAccounts(START, 1, 1)], users: [], roles: [] },
      settings: { sessionSeconds: 1e9, registrationSeconds: 1e9 },
    }),
    clock,
  );
  const figures: RefreshFigures = {
    rounds,
    renewed: 0,
    most: 0,
    foreign: 0,
    afterForeign: 0,
    races: { rolecall: 0, foreign: 0, refused: 0 },
  };
  await scene.signIn();
  const { url } = scene.aws;
  const windows = Array.from(
    { length: WINDOWS },
    () => new Worker([process.execPath, worker, scene.home, url], { PATH: process.env['PATH'] }),
  );
  const other = new Worker(foreign.command(scene.home, scene.file, url), {
    PATH: process.env['PATH'],
    HOME: scene.home,
    AWS_ENDPOINT_URL: url,
    AWS_DEFAULT_REGION: 'eu-west-1',
  });
  try {
    await Promise.all([...windows, other].map(process => process.line()));
    const all = (moment: string): Promise<readonly string[]> =>
      Promise.all(windows.map(window => window.ask(moment)));

    for (let round = 0; round < rounds; round++) {
      scene.check(await all(scene.pass()));
      figures.renewed += scene.count('rolecall');
      figures.most = Math.max(figures.most, scene.count('rolecall'));

      const between = scene.pass();
      assert.equal(await other.ask(between), scene.newest);
      figures.foreign += scene.count('others');
      scene.check(await all(between));
      figures.afterForeign += scene.count('rolecall');

      const race = scene.pass();
      const [answers] = await Promise.all([all(race), other.ask(race)]);
      scene.check(answers);
      const first = scene.aws.requests.of('CreateToken').find(({ status }) => status === 200);
      figures.races[first?.userAgent.includes('rolecall/') === true ? 'rolecall' : 'foreign'] += 1;
      figures.races.refused += scene.count('refused');
      assert.ok(scene.count('rolecall') <= 1, 'more than one window asked');
    }
    scene.aws.state.sso.revokeLogins();
    // Once more, so that the last token has ended.
    scene.pass();
    const answers = await all(scene.pass());
    assert.deepEqual(new Set(answers), new Set(['signed out']));
    assert.equal(scene.count('rolecall'), 1, 'a refused renewal was tried again');
    await Promise.all([...windows, other].map(process => process.end()));
    await scene.end();
  } finally {
    for (const process of [...windows, other]) {
      process.kill();
    }
  }
  return figures;
}
