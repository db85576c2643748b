/** What the played AWS knows. Plain and changeable, so that a test can add to it while the server runs. */
export type Data = {
  sso: SsoInstance[];
  users: IamUser[];
  roles: IamRole[];
};

/** An IAM Identity Center instance and the one person who signs in there. */
export type SsoInstance = {
  /** As people write it; a trailing `/`, `#` or `#/` does not count when it is looked up. */
  startUrl: string;
  region: string;
  /** The session name in the ARN of role credentials. */
  userName: string;
  accounts: SsoAccount[];
};

export type SsoAccount = {
  accountId: string;
  /** Left out of the answer when it is not set, as AWS does. */
  accountName?: string;
  emailAddress?: string;
  roles: string[];
};

export type MfaDevice = {
  serial: string;
  /** The codes that are accepted. */
  codes: string[];
  /** A code is good for one call only, as on a real device. */
  singleUse?: boolean;
};

export type IamUser = {
  /** `arn:aws:iam::123456789012:user/name` */
  arn: string;
  accessKeyId: string;
  secretAccessKey: string;
  mfa?: MfaDevice[];
};

export type IamRole = {
  /** `arn:aws:iam::123456789012:role/name` */
  arn: string;
  /** Who may assume it: user ARNs, role ARNs, `…:root` ARNs, account ids, `*`. */
  trusts: string[];
  externalId?: string;
  /** The caller must show an MFA code, in this call or in the one that made its session. */
  mfaRequired?: boolean;
  /** In seconds; 3600 when it is not set. */
  maxSessionSeconds?: number;
  /** The web identity tokens that may assume it, and the subject that each stands for. */
  webIdentities?: { token: string; subject: string; expired?: boolean }[];
};

/** A start URL without the parts that make no difference to AWS. */
export function normalizeStartUrl(startUrl: string): string {
  return startUrl.replace(/#.*$/s, '').replace(/\/+$/, '').toLowerCase();
}

export function findInstance(data: Data, startUrl: string): SsoInstance | undefined {
  const wanted = normalizeStartUrl(startUrl);
  return data.sso.find(instance => normalizeStartUrl(instance.startUrl) === wanted);
}

/** An instance with `accounts` accounts of `roles` roles each, for lists that do not fit one page. */
export function manyAccounts(startUrl: string, accounts: number, roles: number): SsoInstance {
  const names = Array.from({ length: roles }, (_, role) => `Role${role + 1}`);
  return {
    startUrl,
    region: 'eu-west-1',
    userName: 'dana@example.com',
    accounts: Array.from({ length: accounts }, (_, index) => ({
      accountId: String(100_000_000_000 + index),
      accountName: `Account ${index + 1}`,
      emailAddress: `account-${index + 1}@example.com`,
      roles: [...names],
    })),
  };
}
