import { StsCalls } from '../../../src/credentials/sts-calls.ts';
import { clientOptions } from '../../../src/sso/client-options.ts';
import { OidcCalls } from '../../../src/sso/oidc-calls.ts';
import { PortalCalls } from '../../../src/sso/portal-calls.ts';

// One call of each service, in a process of its own whose AWS files cannot be read to an end. Without an
// endpoint of ours the SDK finds AWS's own; that call fails, since .invalid hosts do not exist.
const url = process.argv[2] ?? '';
const { signal } = new AbortController();
const settings = {
  endpoints: { sso: url, sso_oidc: url, sts: url },
  fips: false,
  dualstack: false,
  caBundle: undefined,
};
const keys = {
  accessKeyId: 'AKIADANA23456EXAMPLE',
  secretAccessKey: 'local/dana+secret/AccessKey123456EXAMPLE',
};

const oidc = new OidcCalls(await clientOptions('0', settings, 'sso_oidc', 'eu-west-1'), signal);
await oidc.register('test', []);
const portal = new PortalCalls(await clientOptions('0', settings, 'sso', 'eu-west-1'), signal);
await portal.logout('nobody').catch(() => undefined);
const sts = new StsCalls(await clientOptions('0', settings, 'sts', 'eu-west-1'), keys, signal);
await sts.callerIdentity();

const plain = { ...settings, endpoints: {} };
const nowhere = new StsCalls(
  await clientOptions('0', plain, 'sts', 'rolecall-test-1', 1),
  keys,
  AbortSignal.timeout(2000),
);
await nowhere.callerIdentity().catch(() => undefined);
process.stdout.write('sso_oidc sso sts\n');
