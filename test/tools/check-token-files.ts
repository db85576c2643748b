import assert from 'node:assert/strict';
import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Store } from '../../src/aws-files/store.ts';
import type { Environment, System } from '../../src/lib/system.ts';
import { callSettings } from '../../src/sso/call-settings.ts';
import { deviceLogin } from '../../src/sso/device-login.ts';
import { logout } from '../../src/sso/portal.ts';
import { freshToken } from '../../src/sso/refresh.ts';
import { registrationFile } from '../../src/sso/registration.ts';
import { roleCacheFile, rolesOf } from '../../src/sso/role-cache.ts';
import { completeSession, findSession } from '../../src/sso/session.ts';
import { TokenCache } from '../../src/sso/token-cache.ts';
import type { LocalAws } from '../local-aws/server.ts';
import { listRoles } from '../unit/sso/open-listing.ts';

/** A tool of AWS's in a home that Rolecall shares with it. */
export type SharedHome = {
  readonly system: System;
  readonly aws: LocalAws;
  readonly env: Environment;
  readonly signal: AbortSignal;
  /** Asks who the profile is, by way of its SSO session. */
  identity(profile: string): Promise<string>;
  /** `aws sso login` to a session or for a profile; undefined where the tool has none. */
  readonly login: ((...target: readonly string[]) => Promise<void>) | undefined;
  /** Whether it keeps credentials that a session gave in `~/.aws/cli/cache`. */
  readonly keepsRoles: boolean;
  say(text: string): void;
  /** Says what could not be tried, and why. */
  skip(text: string): void;
};

/** So long a token lives that every tool renews as soon as it uses it, in seconds. */
const SHORT = 300;
const LONG = 3600;

/** Does Rolecall go on with the files that a tool wrote, and the tool with Rolecall's? */
export async function checkTokenFiles(shared: SharedHome): Promise<void> {
  const { aws, env, signal, say, skip, identity } = shared;
  const home = env['HOME'] ?? '';
  const system = { ...shared.system, env, home };
  const tokens = new TokenCache({ system });
  const store = new Store({ system });
  const snapshot = await store.load(signal);
  store.dispose();
  const request = (name: string) => {
    const session = findSession(snapshot, name);
    assert.ok(session);
    const settings = callSettings(snapshot, env, undefined);
    return { system, version: 'check', tokens, session, settings, signal };
  };
  const logIn = async (name: string, seconds: number): Promise<void> => {
    aws.state.settings.refreshableTokenSeconds = seconds;
    await deviceLogin({ ...request(name), onPrompt: () => undefined });
  };
  const written = async (): Promise<string> => readFile(tokens.fileOf('acme'), 'utf8');
  const renewals = (): number =>
    aws.requests.of('CreateToken').filter(({ parameters }) => parameters['grantType'] === 'refresh_token')
      .length;
  // The role's credentials would spare the tool the token.
  const forgetRoles = (): Promise<void> => rm(join(home, '.aws', 'cli'), { recursive: true, force: true });
  const isDev = async (): Promise<void> => {
    await forgetRoles();
    assert.match(await identity('dev'), /:assumed-role\/AWSReservedSSO_Admin_/);
  };
  aws.state.settings.autoApprove = true;

  await logIn('acme', LONG);
  await isDev();
  assert.equal(renewals(), 0);
  say('uses the token that Rolecall wrote');

  await logIn('acme', SHORT);
  const ours = await written();
  aws.state.settings.refreshableTokenSeconds = SHORT;
  await isDev();
  assert.equal(renewals(), 1);
  const theirs = await written();
  assert.notEqual(theirs, ours);
  assert.deepEqual(Object.keys(JSON.parse(theirs)), Object.keys(JSON.parse(ours)));
  say('renews the token that Rolecall wrote, and writes the same fields in the same order');

  aws.state.settings.refreshableTokenSeconds = LONG;
  assert.ok(await freshToken(request('acme')));
  assert.equal(renewals(), 2);
  assert.ok((await listRoles(request('acme'), '123456789012')).length > 0);
  assert.equal((await stat(tokens.fileOf('acme'))).mode & 0o777, 0o600);
  await isDev();
  assert.equal(renewals(), 2);
  say('its token is renewed by Rolecall, and the new one used by it');

  if (shared.login === undefined) {
    skip('a login of its own: it has none');
  } else {
    await checkLogins(shared, tokens, request);
  }
  if (!shared.keepsRoles) {
    skip('what it keeps of roles: it keeps none on disk');
  } else {
    await isDev();
    const { session } = request('acme');
    const roles = rolesOf(snapshot, session);
    const kept = await readdir(join(home, '.aws', 'cli', 'cache'));
    const [dev] = roles;
    assert.ok(dev && kept.includes(roleCacheFile(session, dev)), kept.join(' '));
    await logout({ ...request('acme'), roles });
    assert.deepEqual(await readdir(join(home, '.aws', 'cli', 'cache')), []);
    await assert.rejects(identity('dev'));
    say('is signed out by Rolecall, with what it kept of roles');
  }
  tokens.dispose();
}

/** `aws sso login`, and what Rolecall makes of it. */
async function checkLogins(
  { aws, say, login, identity }: SharedHome,
  tokens: TokenCache,
  request: (name: string) => Parameters<typeof freshToken>[0],
): Promise<void> {
  assert.ok(login);
  const registered = (): number => aws.requests.of('RegisterClient').length;
  const before = registered();
  aws.state.settings.refreshableTokenSeconds = SHORT;
  await login('--sso-session', 'acme');
  assert.equal(registered(), before, 'it registered anew');
  say('logs in with the registration that Rolecall wrote');
  const state = await tokens.state('acme', Date.now());
  assert.ok(state.kind === 'valid' && state.renews);
  const token = await tokens.read('acme');
  aws.state.settings.refreshableTokenSeconds = LONG;
  const renewed = await freshToken(request('acme'));
  assert.ok(renewed !== undefined && renewed.accessToken !== token?.accessToken);
  assert.match(await identity('dev'), /:assumed-role\/AWSReservedSSO_Admin_/);
  say('the token of its login is renewed by Rolecall, and used by it');

  const { session } = request('acme');
  const file = registrationFile({ session: completeSession(session), flow: 'device' });
  await rm(join(tokens.folder, file));
  await login('--sso-session', 'acme');
  assert.equal(registered(), before + 1);
  await deviceLogin({ ...request('acme'), onPrompt: () => undefined });
  assert.equal(registered(), before + 1, 'Rolecall registered anew');
  say('its registration is used by Rolecall');

  await login('--profile', 'archive');
  const old = request('https://old-acme.awsapps.com/start');
  assert.equal((await tokens.state(old.session.id, Date.now())).kind, 'valid');
  assert.ok((await listRoles(old, '222222222222')).length > 0);
  await deviceLogin({ ...old, onPrompt: () => undefined });
  assert.match(await identity('archive'), /:assumed-role\/AWSReservedSSO_ReadOnly_/);
  say(`a legacy login is good both ways (${basename(tokens.fileOf(old.session.id)).slice(0, 8)}…)`);
}
