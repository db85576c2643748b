import { spawn } from 'node:child_process';
import { glob, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hasDisplay, obtainDesktop } from '../vscode/desktop.ts';
import { cleanEnvironment } from '../vscode/environment.ts';
import { runHostSuite } from '../vscode/host-suite.ts';
import { endProcess, endWithThisProcess } from '../vscode/processes.ts';
import { printProgress, projectFolder } from '../vscode/project.ts';

export type StageOptions = {
  /** The version of VS Code that was asked for; undefined leaves the choice to what can be had here. */
  readonly vscode: string | undefined;
  readonly signal: AbortSignal;
};

export type Stage = {
  readonly name: string;
  readonly says: string;
  readonly limitSeconds: number;
  run(options: StageOptions): Promise<void>;
};

export const stages: readonly Stage[] = [
  {
    name: 'check',
    says: 'types and lint',
    limitSeconds: 180,
    run: ({ signal }) => script('check', signal),
  },
  {
    name: 'unit',
    says: 'unit tests in plain Node',
    limitSeconds: 600,
    run: ({ signal }) => nodeTests(['test/unit/**/*.test.ts'], [], signal),
  },
  {
    name: 'package',
    says: 'build and vsix',
    limitSeconds: 180,
    run: ({ signal }) => script('package', signal),
  },
  {
    name: 'host',
    says: "tests inside VS Code's extension host",
    limitSeconds: 900,
    run: async ({ vscode, signal }) => {
      await runHostSuite({ desktop: await chooseDesktop(vscode), progress: printProgress, signal });
    },
  },
  {
    name: 'e2e',
    says: 'the packaged extension in the workbench, as a user',
    limitSeconds: 1200,
    run: ({ signal }) => nodeTests(['test/e2e/**/*.test.ts'], ['--test-concurrency=1'], signal),
  },
];

/** The desktop VS Code where a window can be opened and it can be downloaded, else the one from npm. */
async function chooseDesktop(asked: string | undefined): Promise<string | undefined> {
  if (asked === 'npm') {
    return undefined;
  }
  if (asked !== undefined) {
    return asked;
  }
  if (!hasDisplay()) {
    printProgress('No display here: the suites run in the VS Code from npm.');
    return undefined;
  }
  try {
    await obtainDesktop('stable', printProgress);
    return 'stable';
  } catch (error) {
    printProgress(
      `${error instanceof Error ? error.message : String(error)} The suites run in the VS Code from npm.`,
    );
    return undefined;
  }
}

function script(name: string, signal: AbortSignal): Promise<void> {
  return start('npm', ['run', '--silent', name], process.env, signal);
}

/** `node --test` in a home of its own, so that no file and no variable of this machine changes a result. */
async function nodeTests(
  patterns: readonly string[],
  flags: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  const files: string[] = [];
  for await (const file of glob([...patterns], { cwd: projectFolder })) {
    files.push(file);
  }
  if (files.length === 0) {
    throw new Error(`There is no test in ${patterns.join(', ')}.`);
  }
  const home = await mkdtemp(join(tmpdir(), 'rolecall-home-'));
  const env = cleanEnvironment(home, { PATH: process.env['PATH'] ?? '', ...kept(['CHROME_PATH']) });
  try {
    await start(process.execPath, ['--test', ...flags, ...files.sort()], env, signal);
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

function kept(names: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    names.flatMap(name => (process.env[name] === undefined ? [] : [[name, process.env[name] ?? '']])),
  );
}

function start(
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const onWindows = process.platform === 'win32';
    const [program, rest] =
      onWindows && command === 'npm' ? ['cmd.exe', ['/d', '/s', '/c', 'npm', ...args]] : [command, [...args]];
    const child = spawn(program, rest, { cwd: projectFolder, env, stdio: 'inherit', detached: !onWindows });
    endWithThisProcess(child);
    let late = false;
    const stop = (): void => {
      late = true;
      endProcess(child).catch(reject);
    };
    signal.addEventListener('abort', stop, { once: true });
    child.on('error', reject);
    child.on('close', (code, killed) => {
      signal.removeEventListener('abort', stop);
      if (code === 0) {
        resolve();
      } else {
        reject(new Error(late ? 'It took too long and was ended.' : `It ended with ${code ?? killed}.`));
      }
    });
  });
}
