import assert from 'node:assert/strict';
import { test } from 'node:test';
import { completeSession, findSession, listSessions, sessionOfProfile } from '../../../src/sso/session.ts';
import { makeHome } from './home.ts';

const CONFIG = `[profile new]
sso_session = acme
sso_account_id = 1
[profile old]
sso_start_url = https://x.awsapps.com/start
sso_region = eu-west-1
[profile old-too]
sso_start_url = https://x.awsapps.com/start
sso_region = us-east-1
[profile other]
sso_start_url = https://x.awsapps.com/start/#/
[sso-session acme]
sso_start_url = https://x.awsapps.com/start
sso_region = eu-central-1
sso_registration_scopes = sso:account:access , , codewhisperer:completions
[profile lost]
sso_session = gone
[sso-session unused]
[profile acme]
sso_session = unused
[profile plain]
region = eu-west-1
`;

test('sections first, then legacy start URLs; the same start URL never merges two sessions', async () => {
  await using home = await makeHome();
  const snapshot = await home.write(CONFIG);
  const sessions = listSessions(snapshot);
  assert.deepEqual(
    sessions.map(({ id, kind, region, profiles, place }) => [id, kind, region, profiles, place.line]),
    [
      ['acme', 'session', 'eu-central-1', ['new'], 12],
      ['unused', 'session', undefined, ['acme'], 18],
      ['https://x.awsapps.com/start', 'legacy', 'eu-west-1', ['old', 'old-too'], 5],
      ['https://x.awsapps.com/start/#/', 'legacy', undefined, ['other'], 11],
    ],
  );
  assert.deepEqual(sessions[0]?.scopes, ['sso:account:access', 'codewhisperer:completions']);
});

test('a session by its name, a profile, or a start URL', async () => {
  await using home = await makeHome();
  const snapshot = await home.write(CONFIG);
  assert.equal(findSession(snapshot, 'acme')?.kind, 'session');
  assert.equal(findSession(snapshot, 'acme')?.id, 'acme');
  assert.equal(findSession(snapshot, 'new')?.id, 'acme');
  assert.equal(findSession(snapshot, 'old-too')?.region, 'us-east-1');
  assert.equal(findSession(snapshot, 'https://x.awsapps.com/start')?.region, 'eu-west-1');
  assert.deepEqual(findSession(snapshot, 'old-too')?.profiles, ['old', 'old-too']);
  assert.deepEqual(sessionOfProfile(snapshot, 'old-too')?.profiles, ['old-too']);
  assert.equal(findSession(snapshot, 'lost'), undefined);
  assert.equal(findSession(snapshot, 'plain'), undefined);
  assert.equal(sessionOfProfile(snapshot, 'nobody'), undefined);
});

test('plain http only when the endpoint itself is on loopback', async () => {
  await using home = await makeHome();
  const snapshot = await home.write(
    '[sso-session s]\nsso_start_url = http://127.0.0.1:8080/start\nsso_region = eu-west-1\n',
  );
  const session = findSession(snapshot, 's');
  assert.ok(session);
  assert.equal(completeSession(session, 'http://localhost:4566').startUrl, 'http://127.0.0.1:8080/start');
  assert.throws(() => completeSession(session), /not https/);
  assert.throws(() => completeSession(session, 'https://oidc.eu-west-1.amazonaws.com'), /not https/);
});
