import { BrowserFlowFailed, type LoginRequest } from './login.ts';
import type { Token } from './token-cache.ts';

/** Logs in with the browser flow. */
export async function browserLogin(_request: LoginRequest): Promise<Token> {
  throw new BrowserFlowFailed('The browser flow is not available here.', { hint: 'Use the device code.' });
}
