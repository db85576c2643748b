import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
import type { Progress } from './project.ts';

type HostEvent =
  | { readonly type: 'pass'; readonly title: string; readonly ms: number }
  | { readonly type: 'fail'; readonly title: string; readonly error: string }
  | { readonly type: 'end'; readonly failures: number }
  | { readonly type: 'broken'; readonly error: string };

export type HostReport = {
  /** The loopback port that `test/host/run.ts` tells its results. */
  readonly port: number;
  /** Resolves when every test passed; rejects when one failed, none ran, or the extension host went away. */
  readonly result: Promise<void>;
  close(): void;
};

/** Listens for the results of the suites that run inside the extension host, and prints them as they come. */
export function listenForReport(progress: Progress): Promise<HostReport> {
  let passed = 0;
  let failed = 0;
  const outcome = Promise.withResolvers<void>();
  // Who waits for it may come later than the failure.
  outcome.promise.catch(() => {});
  const take = (event: HostEvent): void => {
    if (event.type === 'pass') {
      passed += 1;
      progress(`✔ ${event.title} (${event.ms} ms)`);
    } else if (event.type === 'fail') {
      failed += 1;
      progress(`✖ ${event.title}\n${event.error.replace(/^/gm, '    ')}`);
    } else if (event.type === 'broken') {
      outcome.reject(new Error(`The suites could not be run: ${event.error}`));
    } else if (failed > 0 || event.failures > 0) {
      outcome.reject(new Error(`${failed} of ${passed + failed} tests failed in the extension host.`));
    } else if (passed === 0) {
      outcome.reject(new Error('No test ran in the extension host.'));
    } else {
      progress(`${passed} passed in the extension host`);
      outcome.resolve();
    }
  };
  const server = createServer(socket => {
    const lines = createInterface({ input: socket });
    lines.on('line', line => take(JSON.parse(line)));
    lines.on('close', () =>
      outcome.reject(new Error(`The extension host ended after ${passed + failed} tests.`)),
    );
    socket.on('error', error => outcome.reject(error));
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      resolve({ port, result: outcome.promise, close: () => server.close() });
    });
  });
}
