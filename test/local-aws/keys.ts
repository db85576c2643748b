import type { Data } from './data.ts';
import { newAccessKeyId, newSecretAccessKey, newSessionToken, uniqueId } from './random.ts';

/** Who a set of credentials stands for. */
export type Principal = {
  readonly account: string;
  /** As `GetCallerIdentity` says it. */
  readonly arn: string;
  readonly userId: string;
  /** What a trust policy would name: the user, or the role behind a session. */
  readonly trustArn: string;
  /** An MFA code was shown when the credentials were made. */
  readonly mfa: boolean;
};

export type Key = {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  /** Milliseconds since the epoch. */
  readonly expiration?: number;
  readonly principal: Principal;
};

export type SessionKey = Key & { readonly sessionToken: string; readonly expiration: number };

export function accountOf(arn: string): string {
  return arn.split(':')[4] ?? '';
}

export function userPrincipal(arn: string): Principal {
  return {
    account: accountOf(arn),
    arn,
    userId: uniqueId('AIDA', arn),
    trustArn: arn,
    mfa: false,
  };
}

/** The session `sessionName` of the role `roleArn` (`arn:aws:iam::123456789012:role/path/name`). */
export function roleSession(roleArn: string, sessionName: string, mfa: boolean): Principal {
  const partition = roleArn.split(':')[1] ?? 'aws';
  const roleName = roleArn.slice(roleArn.lastIndexOf('/') + 1);
  return {
    account: accountOf(roleArn),
    arn: `arn:${partition}:sts::${accountOf(roleArn)}:assumed-role/${roleName}/${sessionName}`,
    userId: `${uniqueId('AROA', roleArn)}:${sessionName}`,
    trustArn: roleArn,
    mfa,
  };
}

/** The access keys that are known: those of the users, and those handed out. */
export class KeyRing {
  readonly #data: Data;
  readonly #now: () => number;
  readonly #issued = new Map<string, SessionKey>();

  /** Every set of credentials that was handed out, expired ones too. */
  get issued(): readonly SessionKey[] {
    return [...this.#issued.values()];
  }

  constructor(data: Data, now: () => number) {
    this.#data = data;
    this.#now = now;
  }

  /** New temporary credentials for `seconds` seconds. */
  issue(principal: Principal, seconds: number): SessionKey {
    const key: SessionKey = {
      accessKeyId: newAccessKeyId('ASIA'),
      secretAccessKey: newSecretAccessKey(),
      sessionToken: newSessionToken(),
      // Whole seconds, since STS answers no fractions.
      expiration: Math.floor(this.#now() / 1000 + seconds) * 1000,
      principal,
    };
    this.#issued.set(key.accessKeyId, key);
    return key;
  }

  find(accessKeyId: string): Key | undefined {
    const user = this.#data.users.find(each => each.accessKeyId === accessKeyId);
    if (user !== undefined) {
      return {
        accessKeyId,
        secretAccessKey: user.secretAccessKey,
        principal: userPrincipal(user.arn),
      };
    }
    return this.#issued.get(accessKeyId);
  }
}
