import assert from 'node:assert/strict';
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { realSystem } from '../../src/lib/system.ts';
import { type Token, TokenCache } from '../../src/sso/token-cache.ts';
import { manyAccounts } from '../local-aws/data.ts';
import { type LocalAws, startLocalAws } from '../local-aws/server.ts';

/** Ten minutes before the end of a token all need a new one. */
const ROUND_MS = 50 * 60_000;
const START = 'https://acme.awsapps.com/start';

/** A process that answers each line with a line. */
export class Worker {
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

  get pid(): number | undefined {
    return this.#child.pid;
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
export class RefreshScene {
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

  /** Starts a process of Rolecall's code. */
  open(worker: string): Worker {
    return new Worker([process.execPath, worker, this.home, this.aws.url], { PATH: process.env['PATH'] });
  }

  /** Who holds the lock of the token file; undefined when nobody does. */
  holder(): number | undefined {
    try {
      return Number(readlinkSync(`${this.file}.refresh.lock`).split(' ')[0]);
    } catch {
      return undefined;
    }
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
    const names = readdirSync(join(this.file, '..')).filter(name => !name.endsWith('.rolecall.refused'));
    assert.deepEqual(names, [basename(this.file)], 'something was left behind');
    rmSync(this.home, { recursive: true });
  }
}

/** A home whose session `acme` is signed in to, and a server that knows it. */
export async function openRefreshScene(): Promise<RefreshScene> {
  const clock = { ahead: 0 };
  const aws = await startLocalAws({
    now: () => Date.now() + clock.ahead,
    data: { sso: [manyAccounts(START, 1, 1)], users: [], roles: [] },
    settings: { sessionSeconds: 1e9, registrationSeconds: 1e9 },
  });
  const scene = new RefreshScene(aws, clock);
  await scene.signIn();
  return scene;
}
