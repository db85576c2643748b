import type { Data, IamUser } from './data.ts';

const PLATFORM = '111122223333';
const SANDBOX = '123456789012';
const PRODUCTION = '444455556666';

/** The IAM users of the sample, by name. Their keys end in EXAMPLE and open nothing. */
export function sampleUsers(): { readonly dana: IamUser; readonly ci: IamUser; readonly tools: IamUser } {
  return {
    dana: {
      arn: `arn:aws:iam::${PLATFORM}:user/dana`,
      accessKeyId: 'AKIADANA23456EXAMPLE',
      secretAccessKey: 'local/dana+secret/AccessKey123456EXAMPLE',
      mfa: [{ serial: `arn:aws:iam::${PLATFORM}:mfa/dana`, codes: ['123456', '654321'] }],
    },
    ci: {
      arn: `arn:aws:iam::${PLATFORM}:user/machines/ci`,
      accessKeyId: 'AKIACIBOT2345EXAMPLE',
      secretAccessKey: 'local/ci+secret/AccessKey12345678EXAMPLE',
    },
    tools: {
      arn: `arn:aws:iam::${PLATFORM}:user/machines/tools`,
      accessKeyId: 'AKIATOOLS2345EXAMPLE',
      secretAccessKey: 'local/tools+secret/AccessKey12345EXAMPLE',
    },
  };
}

/**
 * Two companies' AWS, for the playground and for tests that need nothing special.
 * The account ids are those of AWS's own documentation; `writeSampleHome` writes files that fit.
 */
export function sampleData(): Data {
  return {
    sso: [
      {
        startUrl: 'https://acme.awsapps.com/start',
        region: 'eu-west-1',
        userName: 'dana@example.com',
        accounts: [
          {
            accountId: SANDBOX,
            accountName: 'Sandbox',
            emailAddress: 'aws+sandbox@example.com',
            roles: ['Admin', 'Developer', 'ReadOnly'],
          },
          {
            accountId: PLATFORM,
            accountName: 'Platform',
            emailAddress: 'aws+platform@example.com',
            roles: ['Developer', 'ReadOnly'],
          },
          {
            accountId: PRODUCTION,
            accountName: 'Production',
            emailAddress: 'aws+production@example.com',
            roles: ['ReadOnly', 'Support'],
          },
          // AWS leaves name and address out for some accounts.
          { accountId: '777788889999', roles: ['Billing'] },
        ],
      },
      {
        startUrl: 'https://partner.awsapps.com/start/#/',
        region: 'us-east-1',
        userName: 'dana.acme',
        accounts: [
          {
            accountId: '555555555555',
            accountName: 'Partner Data',
            emailAddress: 'data@partner.example',
            roles: ['Analyst', 'ReadOnly'],
          },
        ],
      },
      {
        startUrl: 'https://old-acme.awsapps.com/start',
        region: 'eu-central-1',
        userName: 'dana@example.com',
        accounts: [
          {
            accountId: '222222222222',
            accountName: 'Archive',
            emailAddress: 'aws+archive@example.com',
            roles: ['ReadOnly'],
          },
        ],
      },
    ],
    users: Object.values(sampleUsers()),
    roles: [
      {
        arn: `arn:aws:iam::${PLATFORM}:role/Deploy`,
        trusts: [`arn:aws:iam::${PLATFORM}:root`, `arn:aws:iam::${SANDBOX}:root`],
        maxSessionSeconds: 4 * 3600,
        webIdentities: [{ token: 'local-web-identity-token', subject: 'repo:acme/app:ref:refs/heads/main' }],
      },
      {
        arn: `arn:aws:iam::${PRODUCTION}:role/Release`,
        trusts: [`arn:aws:iam::${PLATFORM}:role/Deploy`],
        externalId: 'acme-release',
      },
      {
        arn: `arn:aws:iam::${PRODUCTION}:role/Operations`,
        trusts: [`arn:aws:iam::${PLATFORM}:user/dana`],
        mfaRequired: true,
        maxSessionSeconds: 12 * 3600,
      },
    ],
  };
}
