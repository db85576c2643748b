import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import type { Disposable } from '../lib/disposable.ts';
import { callAws, refuseStrangers } from '../sso/aws-call.ts';
import { AwsError } from '../sso/aws-error.ts';
import type { ClientOptions } from '../sso/client-options.ts';
import type { Credentials } from './credentials.ts';

export type AssumeRole = {
  readonly roleArn: string;
  readonly sessionName: string;
  readonly externalId: string | undefined;
  readonly durationSeconds: number | undefined;
  readonly mfa: { readonly serial: string; readonly code: string } | undefined;
};

export type CallerIdentity = { readonly account: string; readonly arn: string; readonly userId: string };

function unreadable(task: string): AwsError {
  return new AwsError('stranger', `${task} failed: the answer lacks what it should hold.`, {
    hint: 'Check the region and any configured endpoint.',
  });
}

/** The calls of STS with one set of credentials. Loads the AWS SDK: import it dynamically. */
export class StsCalls implements Disposable {
  readonly #client: STSClient;
  readonly #signal: AbortSignal;

  constructor(options: ClientOptions, credentials: Credentials, signal: AbortSignal) {
    const { accessKeyId, secretAccessKey, sessionToken } = credentials;
    this.#client = new STSClient({
      ...options,
      sigv4aSigningRegionSet: [],
      credentials: {
        accessKeyId,
        secretAccessKey,
        ...(sessionToken === undefined ? {} : { sessionToken }),
      },
    });
    this.#client.middlewareStack.add(refuseStrangers, { step: 'deserialize', priority: 'low' });
    this.#signal = signal;
  }

  async assumeRole(role: AssumeRole): Promise<Credentials> {
    const task = `Assuming role ${role.roleArn}`;
    const answer = await callAws(task, this.#signal, () =>
      this.#client.send(
        new AssumeRoleCommand({
          RoleArn: role.roleArn,
          RoleSessionName: role.sessionName,
          ...(role.externalId === undefined ? {} : { ExternalId: role.externalId }),
          ...(role.durationSeconds === undefined ? {} : { DurationSeconds: role.durationSeconds }),
          ...(role.mfa === undefined ? {} : { SerialNumber: role.mfa.serial, TokenCode: role.mfa.code }),
        }),
        { abortSignal: this.#signal },
      ),
    );
    const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = answer.Credentials ?? {};
    if (!AccessKeyId || !SecretAccessKey || !SessionToken || !Expiration) {
      throw unreadable(task);
    }
    const accountId = /^arn:[^:]*:(?:sts|iam)::(\d{12}):/.exec(
      answer.AssumedRoleUser?.Arn ?? role.roleArn,
    )?.[1];
    return {
      accessKeyId: AccessKeyId,
      secretAccessKey: SecretAccessKey,
      sessionToken: SessionToken,
      expiration: Expiration.getTime(),
      ...(accountId === undefined ? {} : { accountId }),
    };
  }

  async callerIdentity(): Promise<CallerIdentity> {
    const task = 'Asking STS for the identity';
    const answer = await callAws(task, this.#signal, () =>
      this.#client.send(new GetCallerIdentityCommand({}), { abortSignal: this.#signal }),
    );
    if (!answer.Account || !answer.Arn || !answer.UserId) {
      throw unreadable(task);
    }
    return { account: answer.Account, arn: answer.Arn, userId: answer.UserId };
  }

  dispose(): void {
    this.#client.destroy();
  }
}
