import type { Disposable } from '../lib/disposable.ts';
import { AwsError } from './aws-error.ts';
import type { Pacing } from './pacing.ts';
import { LoginNeeded } from './portal.ts';
import type { Account, Page, PortalCalls } from './portal-calls.ts';
import { freshToken } from './refresh.ts';
import { openPortal, type SsoRequest } from './request.ts';
import { completeSession } from './session.ts';

/** The listing calls of one session, paced. Ends with the signal of the request; dispose it in the end. */
export class PortalListing implements Disposable {
  readonly #request: SsoRequest;
  readonly #pacing: Pacing;
  readonly #calls: PortalCalls;
  #asking: Promise<string> | undefined;

  private constructor(request: SsoRequest, pacing: Pacing, calls: PortalCalls) {
    this.#request = request;
    this.#pacing = pacing;
    this.#calls = calls;
  }

  /** @throws UserError when the session lacks what a call needs. */
  static async open(request: SsoRequest, pacing: Pacing): Promise<PortalListing> {
    const session = completeSession(request.session, request.settings.endpoints.sso_oidc);
    // The pacing alone decides when a call is made again.
    return new PortalListing(request, pacing, await openPortal(request, session, 1));
  }

  /**
   * The accounts of the signed-in user, a hundred at a time, as they come.
   * @throws LoginNeeded, AwsError, Cancelled
   */
  async *accounts(): AsyncGenerator<readonly Account[]> {
    yield* this.#pages((token, next) => this.#calls.accounts(token, next));
  }

  /** The names of the roles in one account. @throws LoginNeeded, AwsError, Cancelled */
  async roles(accountId: string): Promise<readonly string[]> {
    const names: string[] = [];
    for await (const page of this.#pages((token, next) => this.#calls.roles(token, accountId, next))) {
      names.push(...page);
    }
    return names;
  }

  dispose(): void {
    this.#calls.dispose();
  }

  async *#pages<T>(
    get: (token: string, next: string | undefined) => Promise<Page<T>>,
  ): AsyncGenerator<readonly T[]> {
    let next: string | undefined;
    do {
      const page: Page<T> = await this.#call(token => get(token, next));
      yield page.items;
      next = page.next;
    } while (next !== undefined);
  }

  async #call<T>(ask: (token: string) => Promise<T>): Promise<T> {
    const { signal } = this.#request;
    const token = await this.#token();
    try {
      return await this.#pacing.run(() => ask(token), signal);
    } catch (error) {
      if (!(error instanceof AwsError && error.failure === 'unauthorized')) {
        throw error;
      }
      // Another window or tool may have renewed the login while the call stood in line.
      const renewed = await this.#token();
      if (renewed === token) {
        throw error;
      }
      return await this.#pacing.run(() => ask(renewed), signal);
    }
  }

  /** Asked before each call, since a long listing outlives tokens. Several that ask at once wait for one renewal. */
  #token(): Promise<string> {
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = undefined;
    });
    return this.#asking;
  }

  async #ask(): Promise<string> {
    const token = await freshToken(this.#request);
    if (token === undefined) {
      throw new LoginNeeded(this.#request.session.id);
    }
    return token.accessToken;
  }
}
