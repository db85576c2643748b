import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { displayVariables, findCode, hasDisplay } from '../vscode/desktop.ts';
import { cleanEnvironment } from '../vscode/environment.ts';
import { endProcess, runNpm } from '../vscode/processes.ts';
import { printProgress, projectFolder } from '../vscode/project.ts';
import { startServer, writeSettings } from '../vscode/server.ts';
import { createPlayground, type Playground } from './playground.ts';

/**
 * `npm start`: Rolecall in a real VS Code on a playground, until Ctrl-C. `code` opens it where it is installed and
 * there is a screen, else VS Code's server from npm (`-- --server` takes that one in any case, `-- --port N` its port).
 */

const { values } = parseArgs({
  options: { server: { type: 'boolean', default: false }, port: { type: 'string' } },
});

printProgress('Building …');
await runNpm(['run', '--silent', 'build'], { cwd: projectFolder });
const playground = await createPlayground();
const code = values.server || !hasDisplay() ? undefined : await findCode();
try {
  const opened = code === undefined ? await openServer(playground) : openDesktop(code, playground);
  printProgress(`
  ${opened.says}

  In VS Code:
    1. click "AWS Profiles" in the activity bar, and use the profile "dev";
    2. log in to "acme" and confirm the code on the page that opens;
    3. read in the status bar who you are.

  AWS is played by ${playground.aws.url}, the home is ${playground.sandbox.home}.
  Ctrl-C ends it and removes both.
`);
  await Promise.race([untilSignal(), opened.ended]);
  printProgress('Ending …');
  await opened.stop();
} finally {
  await playground.close();
}

type Opened = { readonly says: string; readonly ended: Promise<void>; stop(): Promise<void> };

async function openServer({ sandbox, env }: Playground): Promise<Opened> {
  const server = await startServer({
    sandbox,
    env,
    extensions: [projectFolder],
    progress: printProgress,
    ...(values.port === undefined ? {} : { port: Number(values.port) }),
  });
  const url = `http://localhost:${server.port}/?folder=${encodeURIComponent(sandbox.workspace)}`;
  return { says: `Open ${url}`, ended: server.ended, stop: server.stop };
}

function openDesktop(program: string, { sandbox, env }: Playground): Opened {
  const userData = join(sandbox.folder, 'user');
  const settings = writeSettings(userData, {});
  const args = [
    sandbox.workspace,
    '--new-window',
    '--wait',
    `--extensionDevelopmentPath=${projectFolder}`,
    `--user-data-dir=${userData}`,
    `--extensions-dir=${join(sandbox.folder, 'extensions')}`,
    ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
  ];
  const started = settings.then(() =>
    spawn(program, args, {
      cwd: sandbox.folder,
      env: cleanEnvironment(sandbox.home, { ...displayVariables(), ...env }),
      stdio: 'ignore',
      detached: process.platform !== 'win32',
      shell: process.platform === 'win32',
    }),
  );
  const ended = started.then(
    child =>
      new Promise<void>((resolve, reject) => {
        child.once('error', reject);
        child.once('exit', () => resolve());
      }),
  );
  return {
    says: `VS Code opens (${program}).`,
    ended,
    stop: async () => endProcess(await started),
  };
}

function untilSignal(): Promise<void> {
  return new Promise(resolve => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.once(signal, () => resolve());
    }
  });
}
