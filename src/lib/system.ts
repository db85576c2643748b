import { spawn } from 'node:child_process';
import { homedir } from 'node:os';
import { Cancelled } from './errors.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

export type RunOptions = {
  readonly signal: AbortSignal;
  /** Milliseconds after which the process is ended and `timedOut` is set. */
  readonly timeoutMs: number;
  readonly env?: Environment;
  readonly cwd?: string;
};

export type RunResult = {
  /** The exit code; null when a signal ended the process. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly timedOut: boolean;
};

/** All of the outside world that the core touches, apart from files and sockets. */
export type System = {
  readonly env: Environment;
  /** The home folder as AWS's tools find it. */
  readonly home: string;
  readonly platform: NodeJS.Platform;
  /** Milliseconds since the epoch. Jumps when somebody sets the clock. */
  now(): number;
  /** Milliseconds since some moment of this process. Never jumps: for how long something took. */
  elapsed(): number;
  /** Resolves after `ms` milliseconds; rejects with `Cancelled` as soon as `signal` is aborted. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
  /**
   * Runs a program without a shell, its standard input empty.
   * Rejects with the system's own error when it cannot be started and with `Cancelled` on abort.
   */
  run(file: string, args: readonly string[], options: RunOptions): Promise<RunResult>;
};

/**
 * The home folder in the order that AWS's SDKs look it up: `HOME`; on Windows `USERPROFILE`, then `HOMEDRIVE` and
 * `HOMEPATH`; then the one that the system knows.
 */
export function homeFolder(
  env: Environment,
  platform: NodeJS.Platform,
  systemHome: () => string = homedir,
): string {
  if (env['HOME']) {
    return env['HOME'];
  }
  if (platform === 'win32') {
    const { USERPROFILE: profile, HOMEDRIVE: drive, HOMEPATH: path } = env;
    if (profile) {
      return profile;
    }
    if (drive && path) {
      return drive + path;
    }
  }
  return systemHome();
}

/** Output past this many bytes is dropped: no helper of AWS's has a reason to write more. */
const MAX_OUTPUT = 4 * 1024 * 1024;

export function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(new Cancelled());
      return;
    }
    const onAbort = (): void => {
      clearTimeout(timer);
      reject(new Cancelled());
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', onAbort);
      resolve();
    }, ms);
    signal.addEventListener('abort', onAbort, { once: true });
  });
}

function run(file: string, args: readonly string[], options: RunOptions): Promise<RunResult> {
  return new Promise((resolve, reject) => {
    if (options.signal.aborted) {
      reject(new Cancelled());
      return;
    }
    const child = spawn(file, args, {
      env: { ...(options.env ?? process.env) },
      cwd: options.cwd,
      shell: false,
      windowsHide: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let timedOut = false;
    const collect = (stream: NodeJS.ReadableStream): (() => string) => {
      const chunks: Buffer[] = [];
      let size = 0;
      stream.on('data', (chunk: Buffer) => {
        if (size < MAX_OUTPUT) {
          chunks.push(chunk);
          size += chunk.length;
        }
      });
      return () => Buffer.concat(chunks).toString('utf8');
    };
    const stdout = collect(child.stdout);
    const stderr = collect(child.stderr);
    const end = (): void => {
      child.kill('SIGKILL');
      // A grandchild may hold the pipes open for ever: stop listening, so that 'close' comes.
      child.stdout.destroy();
      child.stderr.destroy();
    };
    const timer = setTimeout(() => {
      timedOut = true;
      end();
    }, options.timeoutMs);
    options.signal.addEventListener('abort', end, { once: true });
    const settle = (): void => {
      clearTimeout(timer);
      options.signal.removeEventListener('abort', end);
    };
    child.on('error', error => {
      settle();
      reject(error);
    });
    child.on('close', code => {
      settle();
      if (options.signal.aborted) {
        reject(new Cancelled());
      } else {
        resolve({ code, stdout: stdout(), stderr: stderr(), timedOut });
      }
    });
  });
}

/** The real world: this process's environment, clock and processes. */
export function realSystem(): System {
  const env = process.env;
  return {
    env,
    home: homeFolder(env, process.platform),
    platform: process.platform,
    now: Date.now,
    elapsed: () => performance.now(),
    sleep,
    run,
  };
}
