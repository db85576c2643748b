import assert from 'node:assert/strict';
import { SSOClient } from '@aws-sdk/client-sso';
import { SSOOIDCClient } from '@aws-sdk/client-sso-oidc';
import { STSClient } from '@aws-sdk/client-sts';
import { type LocalAws, type LocalAwsOptions, startLocalAws } from '../../local-aws/server.ts';

export type Keys = {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
};

export type TestBed = {
  readonly aws: LocalAws;
  readonly oidc: SSOOIDCClient;
  readonly portal: SSOClient;
  sts(keys: Keys): STSClient;
  /** Moves the server's clock on. */
  pass(seconds: number): void;
  [Symbol.asyncDispose](): Promise<void>;
};

/** A server with a clock that stands still, and AWS's own clients that try once. */
export async function startTestBed(options: LocalAwsOptions = {}): Promise<TestBed> {
  let time = Date.parse('2026-03-01T10:00:00Z');
  const aws = await startLocalAws({ now: () => time, ...options });
  const common = { endpoint: aws.url, region: 'eu-west-1', maxAttempts: 1 };
  const oidc = new SSOOIDCClient(common);
  const portal = new SSOClient(common);
  const clients = [oidc, portal];
  const stsClients: STSClient[] = [];
  return {
    aws,
    oidc,
    portal,
    sts: keys => {
      const client = new STSClient({ ...common, credentials: keys });
      stsClients.push(client);
      return client;
    },
    pass: seconds => {
      time += seconds * 1000;
    },
    [Symbol.asyncDispose]: async () => {
      for (const client of [...clients, ...stsClients]) {
        client.destroy();
      }
      await aws.close();
    },
  };
}

/** Asserts that the call is refused with this name (of the SDK's error), status and fields. */
export async function assertRefused(
  call: Promise<unknown>,
  name: string,
  status: number,
  fields: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  await assert.rejects(call, (error: unknown) => {
    assert.ok(error instanceof Error);
    assert.equal(error.name, name);
    const details: Record<string, unknown> = { ...error, message: error.message };
    assert.deepEqual(
      { status: (details['$metadata'] as { httpStatusCode?: number }).httpStatusCode },
      { status },
    );
    for (const [field, value] of Object.entries(fields)) {
      assert.equal(details[field], value);
    }
    return true;
  });
}
