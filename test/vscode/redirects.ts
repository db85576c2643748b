import { createServer } from 'node:http';

export type Redirects = {
  /** For `VSCODE_PROXY_URI`: where VS Code sends the browser for a loopback address. */
  readonly template: string;
  close(): Promise<void>;
};

/**
 * VS Code's server turns a loopback address that an extension opens into one of its own, for a proxy in front of it.
 * Browser and server are on one machine here, so `/PORT/path` is simply sent back to `http://127.0.0.1:PORT/path`.
 */
export function startRedirects(): Promise<Redirects> {
  const server = createServer((request, response) => {
    const [, port, path] = /^\/(\d{1,5})(\/.*)?$/.exec(request.url ?? '') ?? [];
    if (port === undefined) {
      response.writeHead(404).end();
    } else {
      response.writeHead(302, { location: `http://127.0.0.1:${port}${path ?? '/'}` }).end();
    }
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      resolve({
        template: `http://127.0.0.1:${port}/{{port}}/`,
        close: () =>
          new Promise(done => {
            server.close(() => done());
            server.closeAllConnections();
          }),
      });
    });
  });
}
