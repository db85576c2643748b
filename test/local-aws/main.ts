import { parseArgs } from 'node:util';
import { startLocalAws } from './server.ts';

/** `node test/local-aws/main.ts [--port N]`: prints one line of JSON with the URL, and serves until it is told to end. */
const { values } = parseArgs({ options: { port: { type: 'string', default: '0' } } });
const port = Number(values.port);
if (!Number.isInteger(port) || port < 0 || port > 65_535) {
  throw new RangeError(`--port takes a number from 0 to 65535, not ${values.port}`);
}
const aws = await startLocalAws({ port });
process.stdout.write(`${JSON.stringify({ url: aws.url, pid: process.pid })}\n`);
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => aws.dispose());
}
