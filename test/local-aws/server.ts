import { createServer, type Server, type ServerResponse } from 'node:http';
import type { Disposable } from '../../src/lib/disposable.ts';
import type { Data } from './data.ts';
import { Exchange } from './exchange.ts';
import { Faults } from './faults.ts';
import { RequestLog } from './request-log.ts';
import { sampleData } from './sample-data.ts';
import { defaultSettings, type Settings } from './settings.ts';
import { createState, type State } from './state.ts';

export type LocalAwsOptions = {
  /** The TCP port on 127.0.0.1; any free one when not given. */
  readonly port?: number;
  /** The server's clock, in milliseconds since the epoch; the real one when not given. */
  readonly now?: () => number;
  /** `sampleData()` when not given. Used as it is, not copied. */
  readonly data?: Data;
  /** What differs from `defaultSettings()`. */
  readonly settings?: Partial<Settings>;
};

/** SSO OIDC, the SSO portal and STS on one loopback port. */
export type LocalAws = Disposable & {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  /** The variables that send AWS's tools here. */
  readonly env: { readonly AWS_ENDPOINT_URL: string };
  /** To configure and to inspect; also to approve, deny, expire and revoke. */
  readonly state: State;
  readonly requests: RequestLog;
  readonly faults: Faults;
  /** Ends every connection and frees the port. May be called more than once. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
};

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}

function close(server: Server): Promise<void> {
  return new Promise(resolve => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

/** The client has gone, or there is a mistake in here: then the test that asked should read of it. */
function reportMistake(error: unknown, response: ServerResponse): void {
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  response.writeHead(500, { 'content-type': 'text/plain; charset=utf-8' });
  response.end(error instanceof Error ? error.stack : String(error));
}

/** Starts AWS's sign-in services on 127.0.0.1. Rejects with the system's error when the port is taken. */
export async function startLocalAws(options: LocalAwsOptions = {}): Promise<LocalAws> {
  const state = createState(
    options.data ?? sampleData(),
    { ...defaultSettings(), ...options.settings },
    options.now ?? Date.now,
  );
  const requests = new RequestLog();
  const faults = new Faults();
  const server = createServer();
  const url = `http://127.0.0.1:${await listen(server, options.port ?? 0)}`;
  const exchange = new Exchange(state, requests, faults, url);
  server.on('request', (message, response) => {
    exchange.handle(message, response).catch(error => reportMistake(error, response));
  });
  const end = async (): Promise<void> => {
    await close(server);
    faults.clear();
  };
  return {
    url,
    env: { AWS_ENDPOINT_URL: url },
    state,
    requests,
    faults,
    close: end,
    dispose: () => {
      void end();
    },
    [Symbol.asyncDispose]: end,
  };
}
