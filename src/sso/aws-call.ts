import { Cancelled, throwIfAborted } from '../lib/errors.ts';
import { explainAwsError, StrangerAnswer } from './aws-error.ts';

/** An HTTP response as the AWS SDK hands it through its middleware. */
type Answer = { readonly statusCode: number; readonly headers: Readonly<Record<string, string>> };

function isAnswer(response: unknown): response is Answer {
  return (
    typeof response === 'object' && response !== null && 'statusCode' in response && 'headers' in response
  );
}

/**
 * Middleware for the step `deserialize`: an HTML page or a redirect is not read as an answer of AWS.
 * @throws StrangerAnswer
 */
export function refuseStrangers<A, R extends { readonly response: unknown }>(
  next: (request: A) => Promise<R>,
): (request: A) => Promise<R> {
  return async request => {
    const result = await next(request);
    if (isAnswer(result.response)) {
      const { statusCode, headers } = result.response;
      const type = headers['content-type'] ?? '';
      if (type.includes('text/html') || (statusCode >= 300 && statusCode < 400)) {
        throw new StrangerAnswer(statusCode);
      }
    }
    return result;
  };
}

/** What `run` comes to; rejects at once when `signal` is aborted, whatever `run` still does. */
export async function unlessAborted<T>(signal: AbortSignal, run: () => Promise<T>): Promise<T> {
  throwIfAborted(signal);
  const aborted = Promise.withResolvers<never>();
  const onAbort = (): void => aborted.reject(new Cancelled());
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([run(), aborted.promise]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

/**
 * Runs one call of AWS and turns its failure into plain words.
 * The SDK sees an abort only between its own waits; this rejects at once.
 * @param task what is tried, as the start of a sentence.
 * @throws AwsError, Cancelled
 */
export async function callAws<T>(task: string, signal: AbortSignal, run: () => Promise<T>): Promise<T> {
  try {
    return await unlessAborted(signal, run);
  } catch (error) {
    throw explainAwsError(error, task, signal);
  }
}
