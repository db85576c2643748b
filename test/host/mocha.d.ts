/** The part of mocha that the suites in the extension host use. */
declare module 'mocha' {
  export type Context = { timeout(ms: number): void };
  type Body = (this: Context) => void | Promise<void>;

  export function describe(title: string, body: () => void): void;
  export function it(title: string, body: Body): void;
  export function before(body: Body): void;
  export function after(body: Body): void;
  export function beforeEach(body: Body): void;
  export function afterEach(body: Body): void;

  export type Test = { readonly title: string; readonly duration?: number; titlePath(): string[] };

  export type Runner = {
    on(event: 'pass' | 'pending', listener: (test: Test) => void): Runner;
    on(event: 'fail', listener: (test: Test, error: Error) => void): Runner;
  };

  export class Mocha {
    constructor(options: {
      ui?: 'bdd';
      timeout?: number;
      reporter?: new (runner: Runner) => object;
      forbidOnly?: boolean;
      forbidPending?: boolean;
    });
    addFile(path: string): this;
    run(done: (failures: number) => void): Runner;
  }
}
