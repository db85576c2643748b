import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { callSettings } from '../../../src/sso/call-settings.ts';
import vectors from '../../fixtures/vectors/endpoints/configured.json' with { type: 'json' };
import { startLocalAws } from '../../local-aws/server.ts';
import { makeHome } from './home.ts';

const SSO_CONFIG = `[profile plain]
[profile all]
endpoint_url = https://profile.example
services = s
[profile off]
endpoint_url = https://profile.example
ignore_configured_endpoint_urls = TRUE
use_fips_endpoint = True
use_dualstack_endpoint = true
ca_bundle = /profile.pem
[services s]
sso_oidc =
  endpoint_url = https://oidc.example
sts =
  endpoint_url = https://sts.example
`;

test('endpoints in the order of AWS’s tools', async () => {
  await using home = await makeHome();
  const snapshot = await home.write(SSO_CONFIG);
  const endpoints = (env: Record<string, string>, profile?: string) =>
    callSettings(snapshot, env, profile).endpoints;
  assert.deepEqual(endpoints({}, 'plain'), {});
  assert.deepEqual(endpoints({}, 'all'), {
    sso: 'https://profile.example',
    sso_oidc: 'https://oidc.example',
    sts: 'https://sts.example',
  });
  assert.deepEqual(
    endpoints(
      { AWS_ENDPOINT_URL: 'https://env.example', AWS_ENDPOINT_URL_SSO_OIDC: 'https://o.example' },
      'all',
    ),
    {
      sso: 'https://env.example',
      sso_oidc: 'https://o.example',
      sts: 'https://env.example',
    },
  );
  assert.deepEqual(endpoints({ AWS_ENDPOINT_URL_STS: 'https://env.example' }), {
    sts: 'https://env.example',
  });
  assert.deepEqual(
    endpoints(
      { AWS_ENDPOINT_URL: 'https://env.example', AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true' },
      'all',
    ),
    {},
  );
  assert.deepEqual(callSettings(snapshot, { AWS_CA_BUNDLE: '/env.pem' }, 'off'), {
    endpoints: {},
    fips: true,
    dualstack: true,
    caBundle: '/env.pem',
  });
});

test('the same order as in AWS’s own cases, for the service sts', async () => {
  await using home = await makeHome();
  // The cases speak of S3, which Rolecall does not call; they are about the order only.
  const rename = (text: string): string => text.replaceAll('_S3', '_STS');
  let seen = 0;
  for (const suite of vectors.testSuites) {
    const config = [
      ...Object.entries(suite.profiles).map(
        ([name, keys]) =>
          `[profile ${name}]\n${Object.entries(keys)
            .map(([key, value]) => `${key} = ${value}\n`)
            .join('')}`,
      ),
      ...Object.entries(suite.services).map(
        ([name, blocks]) =>
          `[services ${name}]\n${Object.entries(blocks)
            .map(
              ([service, keys]) =>
                `${service === 's3' ? 'sts' : service} =\n  endpoint_url = ${keys.endpoint_url}\n`,
            )
            .join('')}`,
      ),
    ].join('');
    const snapshot = await home.write(config);
    const environments: Readonly<Record<string, Readonly<Record<string, string>>>> = suite.environments;
    for (const each of suite.endpointUrlTests) {
      if (each.service !== 's3' || each.client_config !== 'default') {
        continue;
      }
      const env = Object.fromEntries(
        Object.entries(environments[each.environment] ?? {}).map(([name, value]) => [rename(name), value]),
      );
      const wanted: { readonly endpointUrl?: string } = each.output;
      const found = callSettings(snapshot, env, each.profile).endpoints.sts;
      const expected =
        wanted.endpointUrl?.includes('.amazonaws.com') === true ? undefined : wanted.endpointUrl;
      assert.equal(found, expected ?? undefined, each.name);
      seen++;
    }
  }
  assert.ok(seen > 10, String(seen));
});

// Reading a pipe that nobody writes to never ends, so a client that looked into the files would hang.
test('no client of AWS reads the shared files by itself', {
  skip: process.platform === 'win32',
}, async () => {
  await using home = await makeHome();
  const aws = await startLocalAws({ settings: { autoApprove: true } });
  const pipe = `${home.folder}/pipe`;
  const run = promisify(execFile);
  await run('mkfifo', [pipe]);
  try {
    const env = {
      PATH: process.env['PATH'],
      HOME: home.folder,
      AWS_CONFIG_FILE: pipe,
      AWS_SHARED_CREDENTIALS_FILE: pipe,
    };
    const { stdout } = await run(process.execPath, [`${import.meta.dirname}/call-all.ts`, aws.url], {
      env,
      timeout: 30_000,
    });
    assert.equal(stdout, 'sso_oidc sso sts\n');
  } finally {
    await aws.close();
  }
});
