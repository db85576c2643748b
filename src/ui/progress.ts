import * as vscode from 'vscode';
import { escapeMessage } from '../lib/escape.ts';
import type { Call } from './call.ts';

const PATIENCE_MS = 1000;

/**
 * Runs work; when it takes over a second and a user waits for it, a notification says so and can call it off. What the
 * work reports, such as how far it is, stands there too. A calling program gets the outcome and nothing else.
 */
export async function withProgress<T>(
  title: string,
  by: Call['by'],
  work: (signal: AbortSignal, report: (message: string) => void) => Promise<T>,
): Promise<T> {
  const stop = new AbortController();
  let said = '';
  let show: ((message: string) => void) | undefined;
  const done = work(stop.signal, message => {
    said = message;
    show?.(message);
  });
  if (by === 'program') {
    return done;
  }
  const timer = setTimeout(() => {
    const options = {
      location: vscode.ProgressLocation.Notification,
      cancellable: true,
      title: escapeMessage(title),
    };
    void vscode.window.withProgress(options, (progress, cancel) => {
      show = message => progress.report({ message: escapeMessage(message) });
      if (said !== '') {
        show(said);
      }
      cancel.onCancellationRequested(() => stop.abort());
      // The outcome is the caller's; the notification only waits for it.
      return done.then(
        () => undefined,
        () => undefined,
      );
    });
  }, PATIENCE_MS);
  try {
    return await done;
  } finally {
    clearTimeout(timer);
  }
}
