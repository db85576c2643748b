import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { Workbench } from '../vscode/workbench.ts';
import { openScene, type Scene } from './scene.ts';

const ACME = 'https://acme.awsapps.com/start';

/** Two windows, each with an extension host of its own, that both use one session. */
describe('a login that is renewed', { timeout: 240_000 }, () => {
  let scene: Scene;
  let other: Workbench;
  before(async () => {
    scene = await openScene({ theme: 'light', env: { AWS_PROFILE: 'dev' } });
    const page = await scene.page.context().newPage();
    await page.goto(scene.page.url());
    other = new Workbench(page, page.context());
    await other.openContainer('AWS Profiles');
    await other.view('SSO Sessions').waitFor('acme', 'signed out');
    await scene.sessions.waitFor('acme', 'signed out');
  });
  after(() => scene.close());

  function tokenFile(): string {
    const name = `${createHash('sha1').update('acme').digest('hex')}.json`;
    return join(scene.home, '.aws', 'sso', 'cache', name);
  }

  /** A token as AWS CLI left it yesterday. */
  async function writeEndedToken(): Promise<void> {
    const login = scene.aws.state.sso.issueLogin(ACME);
    const date = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`;
    const token = {
      startUrl: ACME,
      region: 'eu-west-1',
      accessToken: login.accessToken,
      expiresAt: date(Date.now() - 3_600_000),
      clientId: login.client.clientId,
      clientSecret: login.client.clientSecret,
      registrationExpiresAt: date(login.client.expiresAt),
      refreshToken: login.refreshToken,
    };
    const file = tokenFile();
    await mkdir(join(file, '..'), { recursive: true });
    await writeFile(`${file}.new`, JSON.stringify(token), { mode: 0o600 });
    await rename(`${file}.new`, file);
  }

  function renewals(): number {
    return scene.aws.requests.of('CreateToken').length;
  }

  test('is renewed by one of the two windows, without a word', async () => {
    await writeEndedToken();
    await scene.page.bringToFront();
    await scene.sessions.waitFor('acme', /^signed in/);
    await other.page.bringToFront();
    await other.view('SSO Sessions').waitFor('acme', /^signed in/);
    assert.equal(renewals(), 1);
    assert.equal(scene.aws.requests.of('CreateToken')[0]?.parameters['grantType'], 'refresh_token');
    const token: Record<string, string> = JSON.parse(await readFile(tokenFile(), 'utf8'));
    assert.equal(scene.aws.state.sso.logins[0]?.refreshToken, token['refreshToken']);
    assert.deepEqual(await other.notifications(), []);
  });

  test('that AWS refuses ends as signed out in both, and nothing opens', async () => {
    const { aws, page, sessions, workbench } = scene;
    aws.requests.clear();
    const fault = aws.faults.add('CreateToken', { kind: 'error', code: 'InvalidGrantException' });
    await writeEndedToken();
    await other.view('SSO Sessions').waitFor('acme', /^signed out/);
    await page.bringToFront();
    await sessions.waitFor('acme', /^signed out/);
    assert.equal(renewals(), 1);
    assert.equal(aws.requests.of('StartDeviceAuthorization').length, 0);
    assert.deepEqual(await workbench.notifications(), []);
    await workbench.screenshot('light-refused-renewal');
    assert.equal(page.context().pages().length, 2);
    assert.equal(fault.used, 1);
  });
});
