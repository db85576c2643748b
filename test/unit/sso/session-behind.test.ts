import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sessionBehind } from '../../../src/sso/session-behind.ts';
import { makeHome } from './home.ts';

const CONFIG = `[profile acme]
sso_session = other
[profile deploy]
role_arn = arn:aws:iam::123456789012:role/Deploy
source_profile = acme
[profile old]
sso_start_url = https://old.awsapps.com/start
sso_region = eu-west-1
[profile loop]
role_arn = arn:aws:iam::123456789012:role/Deploy
source_profile = loop2
[profile loop2]
source_profile = loop
[profile plain]
region = eu-west-1
[sso-session acme]
sso_start_url = https://acme.awsapps.com/start
sso_region = eu-west-1
[sso-session other]
sso_start_url = https://other.awsapps.com/start
sso_region = eu-west-1
[sso-session plain]
sso_start_url = https://plain.awsapps.com/start
`;

test('a profile signs in with its own session, whatever section has its name', async () => {
  await using home = await makeHome();
  const snapshot = await home.write(CONFIG);
  assert.equal(sessionBehind(snapshot, 'acme')?.id, 'other');
  assert.equal(sessionBehind(snapshot, 'deploy')?.id, 'other');
  assert.deepEqual(sessionBehind(snapshot, 'deploy')?.profiles, ['acme']);
  assert.equal(sessionBehind(snapshot, 'old')?.id, 'https://old.awsapps.com/start');
  assert.equal(sessionBehind(snapshot, 'plain'), undefined);
  assert.equal(sessionBehind(snapshot, 'loop'), undefined);
  assert.equal(sessionBehind(snapshot, 'gone'), undefined);
});
