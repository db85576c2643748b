import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import * as vscode from 'vscode';

/** What VS Code calls in its extension host: lets the host come to rest, then activates the copy that measures. */
export async function run(): Promise<void> {
  await sleep(3000);
  const answer = await measure().catch((error: unknown) => ({
    error: error instanceof Error ? error.stack : String(error),
  }));
  await new Promise<void>((resolve, reject) => {
    const socket = connect(Number(process.env['ROLECALL_BENCH_PORT']), '127.0.0.1', () => {
      socket.end(JSON.stringify(answer), resolve);
    });
    socket.once('error', reject);
  });
}

async function measure(): Promise<unknown> {
  const extension = vscode.extensions.getExtension('rolecall.rolecall');
  if (extension === undefined || extension.isActive) {
    throw new Error('The extension is not there, or was activated before it was to be measured.');
  }
  return extension.activate();
}
