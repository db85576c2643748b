import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { Environment } from '../../../src/lib/system.ts';
import { chooseFlow, type LoginFlow, loginPlace } from '../../../src/sso/login.ts';
import type { SsoSession } from '../../../src/sso/session.ts';

function session(kind: SsoSession['kind']): SsoSession {
  const startUrl = 'https://acme.awsapps.com/start';
  return {
    id: kind === 'session' ? 'acme' : startUrl,
    kind,
    startUrl,
    region: 'eu-west-1',
    scopes: [],
    place: { file: 'config', line: 1 },
    profiles: [],
  };
}

/** What `auto` chooses for an `[sso-session]`. */
const PLACES: readonly (readonly [
  what: string,
  remoteName: string | undefined,
  isWeb: boolean,
  env: Environment,
  flow: LoginFlow,
])[] = [
  ['a local desktop', undefined, false, {}, 'browser'],
  ['a local desktop with empty variables', undefined, false, { CODESPACES: '', container: '' }, 'browser'],
  ['a desktop that was reached by SSH itself', undefined, false, { SSH_CONNECTION: '1 2 3 4' }, 'browser'],
  ['a desktop from Flatpak', undefined, false, { container: 'flatpak' }, 'browser'],
  ['Remote-SSH', 'ssh-remote', false, {}, 'device'],
  ['a tunnel', 'tunnel', false, {}, 'device'],
  ['a dev container', 'dev-container', false, { REMOTE_CONTAINERS: 'true' }, 'device'],
  ['an attached container', 'attached-container', false, {}, 'device'],
  ['WSL', 'wsl', false, { WSL_DISTRO_NAME: 'Ubuntu' }, 'device'],
  ['Codespaces in the desktop', 'codespaces', false, { CODESPACES: 'true' }, 'device'],
  ['Codespaces in the browser', 'codespaces', true, { CODESPACES: 'true' }, 'device'],
  ['code-server', undefined, true, {}, 'device'],
  ['a remote of tomorrow', 'something-new', false, {}, 'device'],
  ['a desktop started inside WSL', undefined, false, { WSL_INTEROP: '/run/WSL/8_interop' }, 'device'],
  ['a desktop inside a container', undefined, false, { container: 'podman' }, 'device'],
  ['a desktop inside a pod', undefined, false, { KUBERNETES_SERVICE_HOST: '10.0.0.1' }, 'device'],
];

suite('the flow of a login', () => {
  for (const [what, remoteName, isWeb, env, flow] of PLACES) {
    test(`${what}: ${flow}`, () => {
      const place = loginPlace(env, remoteName, isWeb);
      assert.equal(chooseFlow('auto', session('session'), place), flow);
      // What the user set goes before where it runs; a legacy start URL before both.
      assert.equal(chooseFlow('browser', session('session'), place), 'browser');
      assert.equal(chooseFlow('device', session('session'), place), 'device');
      for (const setting of ['auto', 'browser', 'device'] as const) {
        assert.equal(chooseFlow(setting, session('legacy'), place), 'device');
      }
    });
  }
});
