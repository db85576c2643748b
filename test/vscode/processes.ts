import { type ChildProcess, spawn } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

export type RunOptions = {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Show the output as it comes; by default it is kept and shown only on failure. */
  readonly show?: boolean;
  readonly timeoutMs?: number;
};

/**
 * Runs a program without a shell and resolves to its standard output.
 * Rejects when it cannot start, fails or takes too long, with the end of what it printed.
 */
export function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: options.env ?? process.env,
      stdio: options.show === true ? 'inherit' : ['ignore', 'pipe', 'pipe'],
    });
    const name = [command, ...args].join(' ');
    let output = '';
    let everything = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      everything += chunk.toString();
    });
    child.stderr?.on('data', (chunk: Buffer) => {
      everything += chunk.toString();
    });
    const limit = options.timeoutMs ?? 600_000;
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      child.kill('SIGKILL');
    }, limit);
    child.on('error', error => {
      clearTimeout(timer);
      reject(new Error(`${command} did not start: ${error.message}`));
    });
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      if (code === 0) {
        resolve(output);
        return;
      }
      const end = late ? `took longer than ${limit / 1000} s` : `ended with ${code ?? signal}`;
      const tail = everything.trimEnd().split('\n').slice(-30).join('\n');
      reject(new Error(tail === '' ? `${name} ${end}.` : `${name} ${end}:\n${tail}`));
    });
  });
}

/** npm, as this process was started by npm or as it stands on `PATH`. */
export function runNpm(args: readonly string[], options: RunOptions = {}): Promise<string> {
  const env: NodeJS.ProcessEnv = {};
  for (const [name, value] of Object.entries(options.env ?? process.env)) {
    // What npm tells its own scripts about this package would mislead an npm that works elsewhere.
    if (
      !/^npm_(package|lifecycle|command|config_local_prefix|config_global_prefix|config_prefix)/i.test(name)
    ) {
      env[name] = value;
    }
  }
  const script = process.env['npm_execpath'];
  if (script?.endsWith('.js') === true) {
    return run(process.execPath, [script, ...args], { ...options, env });
  }
  const onWindows = process.platform === 'win32';
  return onWindows
    ? run('cmd.exe', ['/d', '/s', '/c', 'npm', ...args], { ...options, env })
    : run('npm', args, { ...options, env });
}

/** The path of the first of `names` that stands on `PATH` and can be run. */
export async function findProgram(names: readonly string[]): Promise<string | undefined> {
  const endings = process.platform === 'win32' ? ['.exe', '.cmd', ''] : [''];
  for (const name of names) {
    for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
      for (const ending of endings) {
        const path = join(folder, name + ending);
        try {
          await access(path, constants.X_OK);
          return path;
        } catch {
          // Not in this folder.
        }
      }
    }
  }
  return undefined;
}

/** Ends a process that was started `detached` together with its children, and waits until it is gone. */
export async function endProcess(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) {
    return;
  }
  const gone = new Promise<void>(resolve => child.once('exit', () => resolve()));
  signalGroup(child.pid, 'SIGTERM');
  const timer = setTimeout(() => signalGroup(child.pid, 'SIGKILL'), 3000);
  await gone;
  clearTimeout(timer);
}

/**
 * Lets a process that was started `detached`, and its children, not outlive this one: they end when this process
 * ends or is told to by a signal.
 */
export function endWithThisProcess(child: ChildProcess): void {
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  const end = (): void => signalGroup(child.pid, 'SIGTERM');
  const onSignal = (signal: NodeJS.Signals): void => {
    end();
    // Listeners that are left decide themselves what becomes of this process.
    if (process.listenerCount(signal) === 0) {
      process.kill(process.pid, signal);
    }
  };
  process.once('exit', end);
  for (const signal of signals) {
    process.once(signal, onSignal);
  }
  const forget = (): void => {
    process.off('exit', end);
    for (const signal of signals) {
      process.off(signal, onSignal);
    }
  };
  child.once('exit', forget);
}

function signalGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined) {
    return;
  }
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, signal);
  } catch {
    // It is gone already.
  }
}
