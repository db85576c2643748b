import type { Data } from './data.ts';

/**
 * Two companies' AWS, for the playground and for tests that need nothing special.
 * The account ids are those that AWS's own documentation uses; `writeSampleHome` writes files that fit.
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
            accountId: '111122223333',
            accountName: 'Sandbox',
            emailAddress: 'aws+sandbox@example.com',
            roles: ['Admin', 'Developer', 'ReadOnly'],
          },
          {
            accountId: '123456789012',
            accountName: 'Platform',
            emailAddress: 'aws+platform@example.com',
            roles: ['Developer', 'ReadOnly'],
          },
          {
            accountId: '444455556666',
            accountName: 'Production',
            emailAddress: 'aws+production@example.com',
            roles: ['ReadOnly', 'Support'],
          },
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
    users: [
      {
        arn: 'arn:aws:iam::123456789012:user/dana',
        accessKeyId: 'AKIADANA23456EXAMPLE',
        secretAccessKey: 'local/dana+secret/AccessKey123456EXAMPLE',
        mfa: [{ serial: 'arn:aws:iam::123456789012:mfa/dana', codes: ['123456', '654321'] }],
      },
      {
        arn: 'arn:aws:iam::123456789012:user/machines/ci',
        accessKeyId: 'AKIACIBOT2345EXAMPLE',
        secretAccessKey: 'local/ci+secret/AccessKey12345678EXAMPLE',
      },
    ],
    roles: [
      {
        arn: 'arn:aws:iam::123456789012:role/Deploy',
        trusts: ['arn:aws:iam::123456789012:root', 'arn:aws:iam::111122223333:root'],
        maxSessionSeconds: 4 * 3600,
        webIdentities: [{ token: 'local-web-identity-token', subject: 'repo:acme/app:ref:refs/heads/main' }],
      },
      {
        arn: 'arn:aws:iam::444455556666:role/Release',
        trusts: ['arn:aws:iam::123456789012:role/Deploy'],
        externalId: 'acme-release',
      },
      {
        arn: 'arn:aws:iam::444455556666:role/Operations',
        trusts: ['arn:aws:iam::123456789012:user/dana'],
        mfaRequired: true,
        maxSessionSeconds: 12 * 3600,
      },
    ],
  };
}
