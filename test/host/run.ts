import { connect, type Socket } from 'node:net';
import { Mocha, type Runner, type Test } from 'mocha';

/**
 * What VS Code calls inside its extension host. The files of the suites and the port that wants to hear of each
 * test come in as environment variables.
 */
export async function run(): Promise<void> {
  process.setSourceMapsEnabled(true);
  const files: readonly string[] = JSON.parse(process.env['ROLECALL_TEST_FILES'] ?? '[]');
  const socket = await open(Number(process.env['ROLECALL_TEST_PORT']));
  const tell = (event: object): void => {
    socket.write(`${JSON.stringify(event)}\n`);
  };
  const mocha = new Mocha({
    ui: 'bdd',
    timeout: 30_000,
    forbidOnly: true,
    forbidPending: true,
    reporter: class {
      constructor(runner: Runner) {
        runner
          .on('pass', test => tell({ type: 'pass', title: titleOf(test), ms: test.duration ?? 0 }))
          .on('fail', (test, error) =>
            tell({ type: 'fail', title: titleOf(test), error: error.stack ?? '' }),
          );
      }
    },
  });
  try {
    for (const file of files) {
      mocha.addFile(file);
    }
    const failures = await new Promise<number>(resolve => {
      mocha.run(resolve);
    });
    tell({ type: 'end', failures });
  } catch (error) {
    tell({ type: 'broken', error: error instanceof Error ? error.stack : String(error) });
  }
  await new Promise<void>(resolve => {
    socket.end(resolve);
  });
}

function titleOf(test: Test): string {
  return test.titlePath().join(' › ');
}

function open(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => resolve(socket));
    socket.once('error', reject);
  });
}
